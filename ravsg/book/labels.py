"""The words that a book itself says (“Contents”, “Chapter 3”), in the book's language.

They are not the bot's sentences: a book in Arabic is read by people who read Arabic, wherever it was bound.
Blocks for a moment: the table is read from disk.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "labels.toml"
RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
RIGHT_TO_LEFT_SCRIPTS: Final = frozenset({"arab", "hebr", "nkoo", "syrc", "thaa"})


@dataclass(frozen=True, slots=True)
class Labels:
    """One language's words; `{n}`, `{names}` and `{date}` are filled in by those who use them."""

    untitled: str
    contents: str
    cover: str
    chapter: str
    told_by: str
    credits: str
    member: str
    words: str
    pictures: str
    ideas: str
    editing: str
    colophon: str
    made: str
    machines: str
    picture: str
    map: str
    canon: str
    open: str
    aside: str
    summary: str


def labels_for(language: str) -> Labels:
    """The words of a BCP 47 language, English ones where it is not known. Reads a file."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return Labels(**table.get(language.split("-", maxsplit=1)[0].lower(), table["en"]))


def right_to_left(language: str) -> bool:
    """Whether a book in this BCP 47 language is read from the right; a script that is named decides."""
    first, *others = language.lower().split("-")
    scripts = [part for part in others if len(part) == 4 and part.isalpha()]
    return scripts[0] in RIGHT_TO_LEFT_SCRIPTS if scripts else first in RIGHT_TO_LEFT
