"""What the tables of memory hold, as data: a passage with its memory, and what adding and forgetting changed.

No statement is run here; the modules beside it do that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ravsg.types import MemoryKind

if TYPE_CHECKING:
    import sqlite3

_OF_MEMORIES: Final = (
    " LEFT JOIN memory_consent AS c ON c.guild_id = m.guild_id AND c.member_id = m.author_id"
    " LEFT JOIN memory_settings AS s ON s.guild_id = m.guild_id"
)
TABLES: Final = (
    f" FROM passages AS p JOIN memories AS m ON m.guild_id = p.guild_id AND m.id = p.memory_id{_OF_MEMORIES}"
)
"""Passages with their memories, their authors' consent as `c` and their server's settings as `s`."""
TABLES_BY_ID: Final = TABLES.replace("passages AS p", "passages AS p NOT INDEXED")
"""The same for statements that name passages by id: without the hint SQLite reads all of the server's."""
_FIELDS: Final = (
    "SELECT p.id, p.guild_id, p.memory_id, p.kind, p.text, p.model, p.vector, m.title, m.author_id, m.author_name,"
    " m.channel_id, m.message_id, m.job_id, m.created_ms, m.picture_sha, m.book_id, m.chapter, m.branch, m.pinned_ms"
)
COLUMNS: Final = f"{_FIELDS}{TABLES}"
"""Every column of `StoredPassage`; the reader adds the server's WHERE."""
COLUMNS_BY_ID: Final = f"{_FIELDS}{TABLES_BY_ID}"
COLUMNS_OF_BEST: Final = (
    f"{_FIELDS} FROM best JOIN passages AS p ON p.id = best.id JOIN memories AS m ON m.id = p.memory_id"
    " ORDER BY best.rank, p.id DESC"
)
"""The same for passages that a table `best` (id, rank) has chosen, in its order."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """One passage with its memory's columns, as it stands in the database."""

    passage_id: int
    guild_id: int
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
    picture_sha: str | None = None
    book_id: str | None = None
    chapter: int | None = None
    branch: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class KeptMemory:
    """One memory with all that is kept of it but its vectors and its small picture."""

    memory_id: int
    kind: MemoryKind
    title: str
    passages: tuple[str, ...]
    keywords: tuple[str, ...]
    author_id: int
    author_name: str
    channel_id: int
    parent_channel_id: int | None
    message_id: int | None
    job_id: str
    book_id: str | None
    chapter: int | None
    branch: str | None
    created_at: datetime
    pinned_at: datetime | None
    pinned_by: int | None
    consent: str
    """"agreed" or "by default": under whose word it was kept."""
    models: tuple[str, ...]
    """The embedders of its vectors, as name@revision."""


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
    pinned: int = 0


def time_of(milliseconds: int) -> datetime:
    """A stored time, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def passage_of(row: sqlite3.Row) -> StoredPassage:
    """One row of `COLUMNS`."""
    return StoredPassage(
        passage_id=row["id"],
        guild_id=row["guild_id"],
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
        picture_sha=row["picture_sha"],
        book_id=row["book_id"],
        chapter=row["chapter"],
        branch=row["branch"],
        pinned=row["pinned_ms"] is not None,
    )


def memory_of(row: sqlite3.Row) -> KeptMemory:
    """One row of memories.* with its passages' texts and models as JSON lists."""
    return KeptMemory(
        memory_id=row["id"],
        kind=MemoryKind(row["kind"]),
        title=row["title"],
        passages=tuple(json.loads(row["texts"])),
        keywords=tuple(json.loads(row["keywords"])),
        author_id=row["author_id"],
        author_name=row["author_name"],
        channel_id=row["channel_id"],
        parent_channel_id=row["parent_channel_id"],
        message_id=row["message_id"],
        job_id=row["job_id"],
        book_id=row["book_id"],
        chapter=row["chapter"],
        branch=row["branch"],
        created_at=time_of(row["created_ms"]),
        pinned_at=None if row["pinned_ms"] is None else time_of(row["pinned_ms"]),
        pinned_by=row["pinned_by"],
        consent=row["consent"],
        models=tuple(sorted(set(json.loads(row["models"])))),
    )
