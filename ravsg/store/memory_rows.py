"""What the tables of memory hold, as data: a passage with its memory, and what adding and forgetting changed.

No statement is run here; `ravsg.store.memories` does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ravsg.types import MemoryKind

if TYPE_CHECKING:
    import sqlite3

COLUMNS: Final = (
    "SELECT p.id, p.memory_id, p.kind, p.text, p.model, p.vector, m.title, m.author_id, m.author_name, m.channel_id,"
    " m.message_id, m.job_id, m.created_ms"
    " FROM passages AS p JOIN memories AS m ON m.guild_id = p.guild_id AND m.id = p.memory_id"
    " LEFT JOIN memory_consent AS c ON c.guild_id = m.guild_id AND c.member_id = m.author_id"
)
"""Every column of `StoredPassage`, with the author's consent as `c`; the reader adds the server's WHERE."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """One passage with its memory's columns, as it stands in the database."""

    passage_id: int
    memory_id: int
    kind: MemoryKind
    text: str
    model: str
    vector: bytes
    """float32, little-endian, [d]."""
    title: str
    author_id: int
    author_name: str
    channel_id: int
    message_id: int | None
    job_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What adding a memory changed: its id, the passages that are new, and those that they replaced."""

    memory_id: int
    added: tuple[int, ...]
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a deletion took away."""

    memories: int
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MemoryStats:
    """How much a server remembers, members who refuse included until they have it forgotten."""

    stories: int
    pictures: int
    passages: int
    authors: int
    oldest: datetime | None
    vector_bytes: int


def time_of(milliseconds: int) -> datetime:
    """A stored time, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def passage_of(row: sqlite3.Row) -> StoredPassage:
    """One row of `COLUMNS`."""
    return StoredPassage(
        passage_id=row["id"],
        memory_id=row["memory_id"],
        kind=MemoryKind(row["kind"]),
        text=row["text"],
        model=row["model"],
        vector=bytes(row["vector"]),
        title=row["title"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        job_id=row["job_id"],
        created_at=time_of(row["created_ms"]),
    )
