"""A finished book as plain data: what is bound, and nothing about how.

Everything here is immutable and knows no Discord, no database and no file format. Texts are what members and models
wrote, as they wrote it: `ravsg.book.manuscript` cleans them, the formats escape them. Names stand here only as their
owners agreed to be named; whoever did not agree is a `Credit` without a name. Pictures are encoded bytes that Pillow
reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

Part = Literal["words", "pictures", "ideas", "editing"]
"""What somebody gave to a book."""

Fate = Literal["canon", "open", "aside"]
"""What became of a branch: chosen, undecided, or set aside by a choice."""

LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")
"""The language tags (BCP 47: language, script, region) that a book takes."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture with the words for those who cannot see it, and perhaps a line to be read beneath it."""

    picture: bytes
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Paragraphs stand between empty lines; `*emphasis*`, `**strong**` and a line of stars are understood."""

    title: str
    text: str
    illustrations: tuple[Illustration, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """One contributor; without a name it is read as “a member”."""

    name: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ModelNote:
    """A model that took part: its task in plain words, its name, its licence."""

    task: str
    name: str
    licence: str


@dataclass(frozen=True, slots=True)
class Colophon:
    """How the book was made. `notes` are whole sentences, printed as they are."""

    made_on: date
    models: tuple[ModelNote, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of telling; `title` is the question that opened it, empty for the first."""

    key: str
    title: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Node:
    """One chapter or turn of a map: `parent` is the key of the node before it, `branch` its branch's."""

    key: str
    parent: str | None
    title: str
    author: str
    branch: str


@dataclass(frozen=True, slots=True)
class StoryMap:
    """The branches of a story. Raises ValueError unless nodes and branches form a forest, parents before children."""

    title: str
    nodes: tuple[Node, ...]
    branches: tuple[Branch, ...]
    language: str = "en"

    def __post_init__(self) -> None:
        seen: set[str] = set()
        branches = {branch.key for branch in self.branches}
        if not self.nodes or len(branches) != len(self.branches):
            raise ValueError("a map needs a node, and branches with different keys")
        for node in self.nodes:
            if node.key in seen or (node.parent is not None and node.parent not in seen):
                raise ValueError(f"node {node.key!r} stands twice or before its parent {node.parent!r}")
            if node.branch not in branches:
                raise ValueError(f"node {node.key!r} is on an unknown branch {node.branch!r}")
            seen.add(node.key)


@dataclass(frozen=True, slots=True)
class Book:
    """A book to be bound. The same book gives the same bytes, so `identifier` and `modified` are given.

    `identifier` is a URN (`urn:uuid:…`), `language` a BCP 47 tag, `modified` aware of its time zone.
    Raises ValueError for anything else, and for a book without chapters.
    """

    identifier: str
    title: str
    language: str
    modified: datetime
    chapters: tuple[Chapter, ...]
    colophon: Colophon
    cover: Illustration | None = None
    subtitle: str = ""
    credits: tuple[Credit, ...] = ()
    map: StoryMap | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"urn:[A-Za-z0-9][A-Za-z0-9-]+:[!-~]+", self.identifier):
            raise ValueError(f"{self.identifier!r} is not a URN")
        if not LANGUAGE.fullmatch(self.language):
            raise ValueError(f"{self.language!r} is not a language tag")
        if self.modified.tzinfo is None:
            raise ValueError("the time of a book needs its time zone")
        if not self.chapters:
            raise ValueError("a book needs a chapter")
