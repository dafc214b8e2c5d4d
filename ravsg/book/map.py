"""The map of a story's branches as a picture, and in words for those who cannot see it.

`map_layout` says where everything stands, `templates/map.typ` draws it: with Typst, so that names and titles in any
script are shaped, shortened and set in the right direction. Canon is told by weight, a ribbon and words, never by
colour alone; each author has a colour and letters. `draw` blocks: callers use a thread.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, Literal

from ravsg.book.labels import Labels, labels_for
from ravsg.book.manuscript import MOST_NAME, MOST_TITLE
from ravsg.book.map_layout import WIDTH, Box, Layout, fates, layout
from ravsg.book.model import StoryMap
from ravsg.book.plates import MOST_ALT, Drawn, Plate
from ravsg.book.press import Press
from ravsg.book.prose import line, starts_right_to_left

COLOURS: Final = (
    *("#33608a", "#8a4a2f", "#3f6b3f", "#7a3f78", "#6e5f12"),
    *("#1f6f73", "#9a3b4f", "#4a4a8f", "#5d5d5d", "#6b4f2a"),
)
"""White letters on each have a contrast of at least 4.5 : 1 (WCAG 2, text)."""
TALLEST: Final = 9000
"""Pixels; what would be taller is drawn at one pixel a pixel instead of two."""


def draw(story: StoryMap, press: Press, *, form: Literal["png", "svg"] = "png") -> Drawn:
    """The map, 1,100 pixels wide (550 for very tall ones), with its alt text."""
    placed = layout(story)
    labels = labels_for(story.language)
    data = _data(story, placed, labels, press)
    ppi = 144 if 2 * placed.height <= TALLEST else 72
    drawn = press.picture("map.typ", data, {}, ppi=ppi, svg=form == "svg")
    scale = ppi // 72
    media_type = "image/png" if form == "png" else "image/svg+xml"
    words = describe(story)
    plate = Plate(f"map.{form}", media_type, drawn.data, WIDTH * scale, round(placed.height) * scale, words)
    return Drawn(plate, drawn.missing)


def describe(story: StoryMap) -> str:
    """The map in words, at most 1,024 characters: the chosen line, then where each branch leaves and its fate."""
    labels = labels_for(story.language)
    chosen = fates(story)
    titles = {node.key: line(node.title, MOST_TITLE) for node in story.nodes}
    canon = [titles[node.key] for node in story.nodes if chosen[node.key] == "canon"]
    sentences = [f"{labels.map}: {line(story.title, MOST_TITLE)} ({len(story.nodes)})."]
    if canon:
        sentences.append(f"{labels.canon}: {' → '.join(canon)}.")
    for branch in story.branches:
        own = [node for node in story.nodes if node.branch == branch.key and chosen[node.key] != "canon"]
        if own:
            start = [titles[own[0].parent]] if own[0].parent is not None else []
            name = line(branch.title, MOST_TITLE)
            told = " → ".join([*start, *(titles[node.key] for node in own)])
            sentences.append(f"{f'{name} – ' if name else ''}{getattr(labels, branch.fate)}: {told}.")
    return line(" ".join(sentences), MOST_ALT)


def marks(names: list[str]) -> list[str]:
    """One or two letters for each name, all different; numbers where letters do not suffice."""
    given: list[str] = []
    for number, name in enumerate(names, 1):
        letters = [letter for letter in name.upper() if letter.isalnum()]
        wishes = [letters[0], *(letters[0] + other for other in letters[1:])] if letters else []
        given.append(next((wish for wish in [*wishes, str(number)] if wish not in given), f"{number}."))
    return given


def _data(story: StoryMap, placed: Layout, labels: Labels, press: Press) -> dict[str, Any]:
    language, *rest = story.language.split("-")
    authors = [chip.text for chip in placed.authors]
    names = [line(author, MOST_NAME, labels.member) for author in authors]
    people = [
        {"name": name, "mark": mark, "colour": COLOURS[number % len(COLOURS)]}
        for number, (name, mark) in enumerate(zip(names, marks(names), strict=True))
    ]

    def boxed(box: Box) -> dict[str, Any]:
        title = line(box.node.title, MOST_TITLE, "…")
        return {
            **{name: getattr(box, name) for name in ("fate", "x", "y", "width", "height", "dot")},
            "title": title,
            "rtl": starts_right_to_left(title, story.language),
            "person": authors.index(box.node.author),
        }

    return {
        "title": line(story.title, MOST_TITLE, labels.map),
        "lang": language.lower(),
        "region": next((part.upper() for part in rest if len(part) == 2), None),
        "fonts": press.families(story.language),
        "width": WIDTH,
        "height": placed.height,
        "people": people,
        "authors": [{**asdict(chip), "text": "", "person": number} for number, chip in enumerate(placed.authors)],
        "fates": [{**asdict(chip), "fate": chip.text, "text": getattr(labels, chip.text)} for chip in placed.fates],
        "rails": [asdict(rail) for rail in placed.rails],
        "captions": [
            {
                **asdict(one),
                "text": line(one.text, MOST_TITLE),
                "rtl": starts_right_to_left(one.text, story.language),
            }
            for one in placed.captions
        ],
        "boxes": [boxed(box) for box in placed.boxes],
    }
