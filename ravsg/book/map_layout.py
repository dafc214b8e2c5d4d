"""Where everything of a map stands: one row per chapter or turn, time downwards, a lane to the right per branching.

The line that goes on keeps its lane; what branches off stands below its fork, one lane further right, before the line
goes on. So rails pass only left of boxes, the width is that of Discord's pictures whatever the story's shape, and the
height grows by a row per turn. All measures are pixels of a picture `WIDTH` pixels wide. Pure and quick.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ravsg.book.model import Fate, Node, StoryMap

WIDTH: Final = 550
"""As wide as Discord shows a picture; text of 11 pixels and more is readable there."""
MARGIN: Final = 16
ROW: Final = 30
BOX: Final = 25
CAPTION: Final = 20
LANE: Final = 20
NARROWEST_BOX: Final = 250
GAP: Final = 14
"""Between the middle of a rail and the box that hangs on it."""
HEAD: Final = 46
CHIP: Final = (172, 22)
"""Width and height of an entry of the legend."""
CHIPS_A_ROW: Final = 3


@dataclass(frozen=True, slots=True)
class Box:
    """One node: its box from (x, y), and the dot on the rail at (dot, y + height / 2)."""

    node: Node
    fate: Fate
    x: float
    y: float
    width: float
    height: float
    dot: float

    @property
    def middle(self) -> float:
        """Where the rail meets the box."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Caption:
    """The question that opened a branch, above its first node."""

    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rail:
    """From a node's dot straight down, and where `to_x` differs around a corner to the branch's first dot."""

    x: float
    y: float
    to_x: float
    to_y: float
    fate: Fate


@dataclass(frozen=True, slots=True)
class Chip:
    """A place in the legend."""

    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is drawn. `authors` has a chip for each author, in the order of their first turn."""

    height: float
    boxes: tuple[Box, ...]
    captions: tuple[Caption, ...]
    rails: tuple[Rail, ...]
    authors: tuple[Chip, ...]
    fates: tuple[Chip, ...]


def layout(story: StoryMap) -> Layout:
    """The places of all nodes, captions, rails and the legend of a map."""
    chosen = fates(story)
    rows = list(_rows(story, chosen))
    deepest = max(lane for _, lane, _ in rows)
    step = min(LANE, (WIDTH - 2 * MARGIN - GAP - NARROWEST_BOX) / max(1, deepest))
    present = sorted(set(chosen.values()), key=("canon", "open", "aside").index)
    authors = _chips(list(dict.fromkeys(node.author for node in story.nodes)), HEAD)
    kinds = _chips(list(present), authors[-1].y + CHIP[1] + 4)
    y: float = kinds[-1].y + CHIP[1] + 16
    boxes, captions = [], []
    for node, lane, caption in rows:
        dot = MARGIN + 4 + lane * step
        if caption:
            captions.append(Caption(caption, dot + GAP, y, WIDTH - MARGIN - dot - GAP, CAPTION - 4))
            y += CAPTION
        boxes.append(Box(node, chosen[node.key], dot + GAP, y, WIDTH - MARGIN - dot - GAP, BOX, dot))
        y += ROW
    return Layout(y + MARGIN, tuple(boxes), tuple(captions), tuple(_rails(boxes)), authors, kinds)


def fates(story: StoryMap) -> dict[str, Fate]:
    """By node: canon is what a canon branch holds and all that leads to it, the rest shares its branch's fate."""
    by_branch = {branch.key: branch.fate for branch in story.branches}
    found = {node.key: by_branch[node.branch] for node in story.nodes}
    for node in reversed(story.nodes):
        if node.parent is not None and found[node.key] == "canon":
            found[node.parent] = "canon"
    return found


def _rows(story: StoryMap, chosen: dict[str, Fate]) -> Iterator[tuple[Node, int, str]]:
    """(node, lane, caption above it) from top to bottom."""
    titles = {branch.key: branch.title for branch in story.branches}
    children: dict[str | None, list[Node]] = {}
    for node in story.nodes:
        children.setdefault(node.parent, []).append(node)
    waiting = [(node, 0, titles[node.branch]) for node in reversed(children[None])]
    while waiting:
        node, lane, caption = waiting.pop()
        yield node, lane, caption
        following = children.get(node.key, [])
        if following:
            on = min(following, key=lambda one: (chosen[one.key] != "canon", one.branch != node.branch))
            waiting.append((on, lane, titles[on.branch] if on.branch != node.branch else ""))
            waiting += [
                (one, lane + 1, titles[one.branch] if one.branch != node.branch else "")
                for one in reversed(following)
                if one is not on
            ]


def _rails(boxes: list[Box]) -> Iterator[Rail]:
    """One for each node that has a parent, the canon ones last, so that they lie on top."""
    by_key = {box.node.key: box for box in boxes}
    for box in sorted(boxes, key=lambda one: one.fate == "canon"):
        if box.node.parent is not None:
            above = by_key[box.node.parent]
            yield Rail(above.dot, above.middle, box.dot, box.middle, box.fate)


def _chips(texts: list[str], top: float) -> tuple[Chip, ...]:
    width, height = CHIP
    return tuple(
        Chip(text, MARGIN + number % CHIPS_A_ROW * width, top + number // CHIPS_A_ROW * height, width - 6, height - 4)
        for number, text in enumerate(texts)
    )
