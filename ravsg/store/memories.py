"""The rows of memory: memories, their passages with vectors, their words, their small pictures.

Every method takes the server first and every statement asks for it. Consent is part of the statements: a refused
member's result is not inserted, and what members wrote before they refused is not read.
This module ranks nothing and knows no index: that is `ravsg.memory`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from ravsg.store.connection import Database
from ravsg.store.memory_rows import COLUMNS, Forgotten, MemoryStats, Stored, StoredPassage, passage_of, time_of
from ravsg.store.traces import unweave
from ravsg.types import Memorable, MemoryKind

if TYPE_CHECKING:
    import sqlite3

    import aiosqlite

By = Literal["memory_id", "job_id", "message_id", "author_id"]
"""What names the memories that are to go."""

_BY_ID: Final = " ".join(
    (COLUMNS, "WHERE p.guild_id = ? AND coalesce(c.allowed, ?) AND p.id IN (SELECT value FROM json_each(?))")
)
_BY_WORDS: Final = " ".join(
    (
        COLUMNS,
        "JOIN passage_words AS w ON w.rowid = p.id",
        "WHERE p.guild_id = ? AND coalesce(c.allowed, ?) AND w.passage_words MATCH ?",
        "AND p.kind IN (SELECT value FROM json_each(?))",
        # bm25 weighs the columns guild, title, text: a word in the title says most, the server says nothing
        "ORDER BY bm25(passage_words, 0.0, 2.0, 1.0), p.id DESC LIMIT ?",
    )
)
_RECENT: Final = " ".join(
    (
        COLUMNS,
        "WHERE p.guild_id = ? AND coalesce(c.allowed, ?) AND p.part = 0 AND (?3 IS NULL OR m.author_id = ?3)",
        "ORDER BY m.created_ms DESC, m.id DESC LIMIT ? OFFSET ?",
    )
)
_CHOOSE: Final[dict[By, str]] = {
    "memory_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND id = ?",
    "job_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND job_id = ?",
    "message_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND message_id = ?",
    "author_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND author_id = ?",
}


class MemoryStore:
    """The tables memories, passages, passage_words and memory_pictures."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(
        self,
        guild_id: int,
        item: Memorable,
        passages: Sequence[tuple[str, bytes]],
        model: str,
        *,
        picture: bytes | None,
        allowed_by_default: bool,
    ) -> Stored | None:
        """Keep a memory in one transaction; None where its author has not agreed.

        The same content by the same author in the same channel is kept once; when another model embedded it, its
        passages are replaced. Other authors and channels keep their own copy, because consent, deletion and
        visibility are theirs. Raises StoreError, DiskFull.
        """
        digest = content_hash(item)

        async def work(connection: aiosqlite.Connection) -> Stored | None:
            inserted = await _all(
                connection,
                "INSERT INTO memories (guild_id, kind, title, author_id, author_name, channel_id, message_id, job_id,"
                " picture_sha, content_hash, created_ms)"
                " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 WHERE coalesce("
                "(SELECT allowed FROM memory_consent WHERE guild_id = ?1 AND member_id = ?4), ?12)"
                " ON CONFLICT (guild_id, kind, channel_id, author_id, content_hash)"
                " DO UPDATE SET message_id = coalesce(excluded.message_id, message_id)"
                " RETURNING id",
                (
                    guild_id,
                    item.kind.value,
                    item.title,
                    item.author_id,
                    item.author_name,
                    item.channel_id,
                    item.message_id,
                    item.job_id,
                    item.picture_sha,
                    digest,
                    time.time_ns() // 1_000_000,
                    int(allowed_by_default),
                ),
            )
            if not inserted:
                return None
            memory_id = int(inserted[0]["id"])
            old = await _all(
                connection,
                "SELECT id, model FROM passages WHERE guild_id = ? AND memory_id = ? ORDER BY part",
                (guild_id, memory_id),
            )
            if old and all(passage["model"] == model for passage in old):
                return Stored(memory_id, ())
            removed = tuple(int(passage["id"]) for passage in old)
            if removed:
                await connection.execute(
                    "DELETE FROM passages WHERE guild_id = ? AND memory_id = ?", (guild_id, memory_id)
                )
            added = [
                await _add_passage(connection, guild_id, item, (memory_id, part, text, model, vector))
                for part, (text, vector) in enumerate(passages)
            ]
            if picture is not None:
                await connection.execute(
                    "INSERT INTO memory_pictures (guild_id, memory_id, data) VALUES (?, ?, ?)"
                    " ON CONFLICT (guild_id, memory_id) DO NOTHING",
                    (guild_id, memory_id, picture),
                )
            return Stored(memory_id, tuple(added), removed)

        return await self._db.write(work)

    async def vectors(self, guild_id: int, kind: MemoryKind, model: str) -> list[tuple[int, bytes]]:
        """Every passage of one index as (passage id, vector). Raises StoreError."""
        rows = await self._db.read(
            "SELECT id, vector FROM passages WHERE guild_id = ? AND kind = ? AND model = ? ORDER BY id",
            (guild_id, kind.value, model),
        )
        return [(int(row["id"]), bytes(row["vector"])) for row in rows]

    async def passages(
        self, guild_id: int, passage_ids: Iterable[int], *, allowed_by_default: bool
    ) -> list[StoredPassage]:
        """The passages that still exist in this server and whose authors agree, in no order. Raises StoreError."""
        ids = json.dumps(list(passage_ids))
        return [passage_of(row) for row in await self._db.read(_BY_ID, (guild_id, int(allowed_by_default), ids))]

    async def matching(
        self,
        guild_id: int,
        words: Sequence[str],
        kinds: Sequence[MemoryKind],
        *,
        limit: int,
        allowed_by_default: bool,
    ) -> list[StoredPassage]:
        """Passages with any of the words, best first by BM25. Raises StoreError."""
        if not words:
            return []
        quoted = " OR ".join('"' + word.replace('"', "") + '"' for word in words)
        query = f'guild : "g{guild_id}" AND {{title text}} : ({quoted})'
        names = json.dumps([kind.value for kind in kinds])
        rows = await self._db.read(_BY_WORDS, (guild_id, int(allowed_by_default), query, names, limit))
        return [passage_of(row) for row in rows]

    async def recent(
        self, guild_id: int, *, limit: int, offset: int = 0, author_id: int | None, allowed_by_default: bool
    ) -> list[StoredPassage]:
        """The first passage of each memory, newest memory first. Raises StoreError."""
        args = (guild_id, int(allowed_by_default), author_id, limit, offset)
        return [passage_of(row) for row in await self._db.read(_RECENT, args)]

    async def authors(self, guild_id: int, by: By, value: int | str) -> set[int]:
        """Whose memories a deletion would take away. Raises StoreError."""
        return {int(row["author_id"]) for row in await self._db.read(_CHOOSE[by], (guild_id, value))}

    async def job_of(self, guild_id: int, memory_id: int) -> str | None:
        """The job whose result a memory is. Raises StoreError."""
        rows = await self._db.read("SELECT job_id FROM memories WHERE guild_id = ? AND id = ?", (guild_id, memory_id))
        return str(rows[0]["job_id"]) if rows else None

    async def forget(self, guild_id: int, by: By, value: int | str) -> Forgotten:
        """Delete memories with all that hangs on them, down to the bytes in the database's files.

        Results that were woven from them keep nothing of them.

        Raises StoreError, also when the rows are gone but traces are left.
        """

        async def work(connection: aiosqlite.Connection) -> Forgotten:
            chosen = [int(row["id"]) for row in await _all(connection, _CHOOSE[by], (guild_id, value))]
            passages: list[int] = []
            for memory_id in chosen:
                passages += [
                    int(row["id"])
                    for row in await _all(
                        connection,
                        "SELECT id FROM passages WHERE guild_id = ? AND memory_id = ?",
                        (guild_id, memory_id),
                    )
                ]
                # passages, words and pictures follow by foreign key and trigger
                await connection.execute("DELETE FROM memories WHERE guild_id = ? AND id = ?", (guild_id, memory_id))
            await unweave(connection, guild_id, chosen)
            if passages:
                # a deleted word stays in FTS5's older segments until they are merged, and secure_delete does not
                # reach it there; its own option for that needs SQLite 3.42, and Python 3.11 may bring 3.40
                await connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
            return Forgotten(len(chosen), tuple(passages))

        forgotten = await self._db.erase(work)
        if forgotten.memories:
            await self._db.leave_no_trace()
        return forgotten

    async def picture(self, guild_id: int, memory_id: int) -> bytes | None:
        """The small picture of a memory, or of another memory of the same job. Raises StoreError."""
        rows = await self._db.read(
            "SELECT i.data FROM memories AS m"
            " JOIN memories AS o ON o.guild_id = m.guild_id AND o.job_id = m.job_id"
            " JOIN memory_pictures AS i ON i.guild_id = o.guild_id AND i.memory_id = o.id"
            " WHERE m.guild_id = ? AND m.id = ? ORDER BY o.id <> m.id, o.id LIMIT 1",
            (guild_id, memory_id),
        )
        return bytes(rows[0]["data"]) if rows else None

    async def stats(self, guild_id: int) -> MemoryStats:
        """Counts of one server. Raises StoreError."""
        (memories,) = await self._db.read(
            "SELECT count(*) FILTER (WHERE kind = 'story') AS stories,"
            " count(*) FILTER (WHERE kind = 'picture') AS pictures,"
            " count(DISTINCT author_id) AS authors, min(created_ms) AS oldest FROM memories WHERE guild_id = ?",
            (guild_id,),
        )
        (passages,) = await self._db.read(
            "SELECT count(*) AS passages, coalesce(sum(length(vector)), 0) AS bytes FROM passages WHERE guild_id = ?",
            (guild_id,),
        )
        return MemoryStats(
            stories=memories["stories"],
            pictures=memories["pictures"],
            passages=passages["passages"],
            authors=memories["authors"],
            oldest=None if memories["oldest"] is None else time_of(memories["oldest"]),
            vector_bytes=passages["bytes"],
        )


def content_hash(item: Memorable) -> bytes:
    """SHA-256 of what a memory holds: kind, title, text and picture."""
    parts = (item.kind.value, item.title, item.text, item.picture_sha or "")
    return hashlib.sha256("\0".join(parts).encode()).digest()


async def _add_passage(
    connection: aiosqlite.Connection,
    guild_id: int,
    item: Memorable,
    row: tuple[int, int, str, str, bytes],
) -> int:
    inserted = await connection.execute(
        "INSERT INTO passages (guild_id, kind, memory_id, part, text, model, vector) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (guild_id, item.kind.value, *row),
    )
    passage_id = inserted.lastrowid
    await connection.execute(
        "INSERT INTO passage_words (rowid, guild, title, text) VALUES (?, ?, ?, ?)",
        (passage_id, f"g{guild_id}", item.title, row[2]),
    )
    assert passage_id is not None
    return passage_id


async def _all(connection: aiosqlite.Connection, sql: str, args: Sequence[Any]) -> list[sqlite3.Row]:
    return list(await connection.execute_fetchall(sql, args))
