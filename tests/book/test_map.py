"""The map of branches: nothing overlaps whatever the story's shape; canon, authors and fates can be told apart."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ravsg.book.map import COLOURS, describe, draw, marks
from ravsg.book.map_layout import MARGIN, NARROWEST_BOX, WIDTH, fates, layout
from ravsg.book.model import Branch, Fate, Node, StoryMap
from ravsg.book.press import TEMPLATES, Press
from tests.book.samples import HOSTILE, woven


@st.composite
def stories(draw_from: st.DrawFn, least: int = 1, most: int = 90) -> StoryMap:
    """Any forest: every node after any earlier one or none, on the line of its parent or on a branch of its own."""
    size = draw_from(st.integers(least, most))
    branches = [Branch("b0", "", draw_from(st.sampled_from(get_args(Fate))))]
    nodes: list[Node] = []
    for number in range(size):
        back = draw_from(st.integers(0, min(number, 7))) if number else 0
        parent = nodes[number - back] if back else None
        if parent is None or draw_from(st.booleans()):
            fate = draw_from(st.sampled_from(get_args(Fate)))
            branches.append(Branch(f"b{len(branches)}", draw_from(st.sampled_from(["", "What if?"])), fate))
            branch = branches[-1].key
        else:
            branch = parent.branch
        author = f"author {draw_from(st.integers(0, 11))}"
        nodes.append(Node(f"n{number}", parent.key if parent else None, f"Turn {number}", author, branch))
    return StoryMap("Any story", tuple(nodes), tuple(branches))


@dataclass(frozen=True)
class Rectangle:
    left: float
    top: float
    right: float
    bottom: float


def rectangle(placed: Any) -> Rectangle:
    return Rectangle(placed.x, placed.y, placed.x + placed.width, placed.y + placed.height)


def overlapping(some: Iterable[Rectangle]) -> list[tuple[Rectangle, Rectangle]]:
    return [
        (one, other)
        for one, other in itertools.combinations(some, 2)
        if one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
    ]


@settings(max_examples=60, deadline=None)
@given(stories())
def test_nothing_overlaps_and_everything_stays_on_the_page(story: StoryMap) -> None:
    placed = layout(story)
    all_placed = [*placed.boxes, *placed.captions, *placed.authors, *placed.fates]
    rectangles = [rectangle(one) for one in all_placed]
    assert overlapping(rectangles) == []
    for one in rectangles:
        assert one.left >= MARGIN
        assert one.right <= WIDTH - MARGIN + 0.01
        assert 0 <= one.top < one.bottom <= placed.height
    assert all(one.width >= NARROWEST_BOX - 0.01 for one in placed.boxes)


@settings(max_examples=60, deadline=None)
@given(stories())
def test_every_turn_stands_once_below_its_parent_and_rails_cross_no_box(story: StoryMap) -> None:
    placed = layout(story)
    boxes = {box.node.key: box for box in placed.boxes}
    assert len(boxes) == len(placed.boxes) == len(story.nodes)
    for box in placed.boxes:
        if box.node.parent is not None:
            assert boxes[box.node.parent].y < box.y
            assert boxes[box.node.parent].dot <= box.dot
    assert len(placed.rails) == sum(1 for node in story.nodes if node.parent is not None)
    for rail in placed.rails:
        assert rail.y < rail.to_y
        for box in placed.boxes:
            if rail.y < box.middle < rail.to_y:
                assert rail.x < box.dot


@settings(max_examples=60, deadline=None)
@given(stories())
def test_what_leads_to_canon_is_canon_and_goes_straight(story: StoryMap) -> None:
    chosen = fates(story)
    own = {branch.key: branch.fate for branch in story.branches}
    parents = {node.key: node.parent for node in story.nodes}
    for node in story.nodes:
        if own[node.branch] == "canon":
            above: str | None = node.key
            while above is not None:
                assert chosen[above] == "canon"
                above = parents[above]
        elif chosen[node.key] != "canon":
            assert chosen[node.key] == own[node.branch]
    boxes = {box.node.key: box for box in layout(story).boxes}
    for node in story.nodes:
        canon = [one for one in story.nodes if one.parent == node.key and chosen[one.key] == "canon"]
        if canon:
            assert any(boxes[one.key].dot == boxes[node.key].dot for one in canon)


def test_letters_are_at_least_eleven_pixels_where_discord_shows_the_picture() -> None:
    template = (TEMPLATES / "map.typ").read_text(encoding="utf-8")
    sizes = [float(size) for size in re.findall(r"size: ([\d.]+)pt", template)]
    assert len(sizes) >= 6
    assert min(sizes) >= 11
    assert WIDTH == 550


def contrast(colour: str) -> float:
    """With white, as WCAG 2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize("colour", COLOURS)
def test_letters_on_authors_colours_can_be_read(colour: str) -> None:
    assert contrast(colour) >= 4.5


@given(st.lists(st.text(max_size=12), max_size=70))
def test_every_author_has_letters_of_their_own(names: list[str]) -> None:
    given_marks = marks(names)
    assert len(set(given_marks)) == len(names)
    assert all(given_marks)


def test_the_picture_is_as_large_as_it_says_and_shows_what_is_canon(press: Press) -> None:
    drawn = draw(woven(60), press)
    assert drawn.missing == frozenset()
    with Image.open(io.BytesIO(drawn.plate.data)) as image:
        assert image.size == (drawn.plate.width, drawn.plate.height)
        assert image.size[0] == 2 * WIDTH
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20) or ()}
    assert len(drawn.plate.data) < 2_000_000
    assert (0xA8, 0x73, 0x2F) in colours  # the ribbon
    assert (0x3F, 0x5A, 0x45) in colours  # the rail of what was chosen


def test_a_very_long_story_is_drawn_smaller_and_never_below_eleven_pixels(press: Press) -> None:
    plate = draw(woven(160), press).plate
    assert plate.width == WIDTH
    assert plate.height > 4500


def test_hostile_titles_are_shown_as_they_stand(press: Press) -> None:
    bad = HOSTILE.replace("\n", " ")
    nodes = (Node("a", None, bad, bad, "m"), Node("b", "a", "", "", "m"), Node("c", "a", "W" * 4000, "", "n"))
    story = StoryMap(bad, nodes, (Branch("m", bad, "canon"), Branch("n", bad, "open")))
    assert draw(story, press).plate.data.startswith(b"\x89PNG")
    assert b"<script" not in draw(story, press, form="svg").plate.data


def test_the_map_is_told_in_words() -> None:
    told = describe(woven())
    assert told.startswith("The paths of this story: The Lantern across the Bay (14).")
    assert (
        "the way that was chosen: 1. The dark lamp → 2. A number in the wind → 3. Both letters → 4. The second"
        in told
    )
    assert "set aside: 3. Both letters → 4. Across the bay → 5. Nobody answers → 6. The tide." in told
    assert "What if she stayed above? – still open: 5. البحر يعود → 6. She does not go down → 7. Snow." in told
    assert len(describe(woven(200))) <= 1024


def test_templates_are_all_used() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(TEMPLATES.parent).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
    assert [path.name for path in TEMPLATES.iterdir() if f'"{path.name}"' not in sources] == []
