"""What the tables of books hold, as data, and rows read into it. No statement is run here."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import sqlite3

BookKind = Literal["book", "thread"]
BookState = Literal["writing", "paused", "finished", "gone"]
Fate = Literal["canon", "open", "aside"]
PieceKind = Literal["chapter", "turn", "continuation"]
PieceState = Literal["told", "undone", "deleted", "awaited"]
"""An awaited piece is being told by a job, and keeps its place meanwhile; it has no words yet."""
Verdict = Literal["fits", "differs", "canon"]


@dataclass(frozen=True, slots=True)
class NewBook:
    """A book that begins."""

    kind: BookKind
    channel_id: int
    author_id: int
    author_name: str
    title: str = ""
    title_given: bool = False
    """Whether a member chose the title, so that the first chapter does not."""
    language: str = ""
    adult: bool = False
    style: str = ""
    direction: str = ""
    wanted: int = 0
    """Chapters; 0 for threads."""
    every: int = 0
    """The bot goes on after so many turns; 0: when asked."""
    seed: int = 0
    premise: str = ""
    id: str = ""
    """Where it is known already (`new_book_id`): starting the same book twice is starting it once."""
    thread_id: int | None = None
    """The thread in which its trunk is told."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """One book, without its picture."""

    id: str
    guild_id: int
    channel_id: int
    author_id: int
    author_name: str
    kind: BookKind
    title: str
    title_given: bool
    language: str
    adult: bool
    style: str
    direction: str
    wanted: int
    every: int
    seed: int
    state: BookState
    premise: str
    trunk_id: int
    """The branch that it began with."""
    thread_id: int | None
    """The thread in which its trunk is told."""
    created_ms: int
    updated_ms: int


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of telling."""

    id: int
    book_id: str
    guild_id: int
    parent_id: int | None
    fork_piece_id: int | None
    """The piece of its parent after which it leaves; None for the trunk."""
    title: str
    fate: Fate
    thread_id: int | None
    opened_by: int
    poll_channel_id: int | None
    poll_message_id: int | None
    poll_ends_ms: int | None
    story: str
    """`ravsg.story.book.Book` as JSON, without chapters; empty before there is a plan."""
    created_ms: int
    poll_asked_id: int | None
    """The press that asked for a poll, before its message is known."""

    @property
    def key(self) -> str:
        """How memory names the branch."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class NewPiece:
    """A piece on its way into a branch, behind what stands there."""

    branch_id: int
    kind: PieceKind
    text: str
    author_id: int
    """Whose words; 0: the bot's."""
    author_name: str
    asked_by: int
    """Whom the bot told it for; a turn's own author."""
    title: str = ""
    channel_id: int | None = None
    message_id: int | None = None
    ours: bool = False
    """Whether the bot posted its message for a member, without a job: it goes with the member."""
    job_id: str | None = None
    keywords: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    tries: int = 1
    summary: str = ""
    instead_of: int | None = None
    """The piece whose place it takes, which is undone."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One chapter, one member's turn, or one continuation by the bot."""

    id: int
    book_id: str
    branch_id: int
    guild_id: int
    position: int
    """Along the path from the trunk's beginning, counted from 1."""
    kind: PieceKind
    author_id: int
    author_name: str
    asked_by: int
    edited_by: int
    """Whose words its text is since it was edited; 0: of whoever wrote it."""
    channel_id: int | None
    message_id: int | None
    ours: bool
    """Whether the bot posted its message, without a job."""
    job_id: str | None
    title: str
    text: str
    keywords: tuple[str, ...]
    figures: Mapping[str, float]
    notes: tuple[str, ...]
    tries: int
    summary: str
    state: PieceState
    stale: bool
    """Whether something before it was changed since it was told."""
    created_ms: int
    edited_ms: int | None

    @property
    def version(self) -> str:
        """Names its title and text, for what is made of them and comes back later: 16 hex digits."""
        return hashlib.sha256(f"{self.title}\0{self.text}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class NewPlate:
    """An illustration on its way to its piece."""

    piece_id: int
    picture: bytes
    """PNG."""
    alt: str
    seed: int
    style: str
    verdict: Verdict
    job_id: str
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plate:
    """One illustration."""

    id: int
    piece_id: int
    guild_id: int
    alt: str
    seed: int
    style: str
    figures: Mapping[str, float]
    """What was found again of the chapter's scene, in [0, 1]."""
    verdict: Verdict
    job_id: str
    created_ms: int
    picture: bytes
    """PNG."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How far a member has read."""

    guild_id: int
    member_id: int
    book_id: str
    branch_id: int
    position: int
    read_ms: int


def new_book_id() -> str:
    """8 characters of a-z and 2-7: 40 random bits. Uniqueness is the table's to check."""
    return base64.b32encode(secrets.token_bytes(5)).decode("ascii").lower()


def book_of(row: sqlite3.Row) -> BookRow:
    """One row of `books.COLUMNS`."""
    values = dict(row)
    return BookRow(**{**values, "title_given": bool(values["title_given"]), "adult": bool(values["adult"])})


def branch_of(row: sqlite3.Row) -> Branch:
    """One row of branches.*."""
    return Branch(**dict(row))


def piece_of(row: sqlite3.Row) -> Piece:
    """One row of pieces.*."""
    values: dict[str, Any] = dict(row)
    return Piece(
        **{
            **values,
            "keywords": tuple(json.loads(values["keywords"])),
            "figures": json.loads(values["figures"]),
            "notes": tuple(json.loads(values["notes"])),
            "ours": bool(values["ours"]),
            "stale": bool(values["stale"]),
        }
    )


def plate_of(row: sqlite3.Row) -> Plate:
    """One row of plates.*."""
    return Plate(**{**dict(row), "figures": json.loads(row["figures"])})
