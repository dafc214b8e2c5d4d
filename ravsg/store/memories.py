"""Writing memory: memories with their passages, vectors, words and small pictures; pins; and deletion.

Every method takes the server first and every statement asks for it. Consent is part of the insertion: a refused
member's result is not stored. Reading is `ravsg.store.memory_search`; vectors and indices are `ravsg.memory`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from ravsg.store.connection import Database
from ravsg.store.memory_rows import Forgotten, Stored
from ravsg.store.memory_search import guild_word
from ravsg.store.traces import unweave
from ravsg.types import Memorable

if TYPE_CHECKING:
    import sqlite3

    import aiosqlite

By = Literal["memory_id", "job_id", "message_id", "author_id", "channel_id", "job_ids", "guild_id", "older_than_ms"]
"""What names the memories that are to go; "channel_id" names those of a channel and its threads, "job_ids" those of
several jobs (a JSON list), "guild_id" all of a server (its value is that server again), and "older_than_ms" those
from before a moment that nobody pinned."""

_INSERT: Final = """
INSERT INTO memories (guild_id, kind, title, author_id, author_name, channel_id, message_id, job_id, picture_sha,
    content_hash, created_ms, parent_channel_id, private, book_id, chapter, branch, keywords, consent)
SELECT :guild_id, :kind, :title, :author_id, :author_name, :channel_id, :message_id, :job_id, :picture_sha,
    :content_hash, :created_ms, :parent_channel_id, :private, :book_id, :chapter, :branch, :keywords,
    CASE WHEN said.allowed THEN 'agreed' ELSE 'by default' END
FROM (SELECT
    (SELECT allowed FROM memory_consent WHERE guild_id = :guild_id AND member_id = :author_id) AS allowed,
    (SELECT consent = 'opt-out' FROM memory_settings WHERE guild_id = :guild_id) AS by_server) AS said
WHERE coalesce(said.allowed, said.by_server, :by_default)
ON CONFLICT (guild_id, kind, channel_id, author_id, content_hash)
    DO UPDATE SET message_id = coalesce(excluded.message_id, message_id)
RETURNING id, EXISTS (
    SELECT 1 FROM passages AS p WHERE p.guild_id = memories.guild_id AND p.memory_id = memories.id) AS known
"""
_CHOOSE: Final[dict[By, str]] = {
    "memory_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND id = ?",
    "job_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND job_id = ?",
    "message_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND message_id = ?",
    "author_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND author_id = ?",
    "channel_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND ? IN (channel_id, parent_channel_id)",
    "job_ids": "SELECT id, author_id FROM memories WHERE guild_id = ? AND job_id IN (SELECT value FROM json_each(?))",
    "guild_id": "SELECT id, author_id FROM memories WHERE guild_id = ? AND ? IS NOT NULL",
    "older_than_ms": "SELECT id, author_id FROM memories WHERE guild_id = ? AND created_ms < ? AND pinned_ms IS NULL",
}
_TO_GO: Final = """
WITH chosen (id, author_id) AS ({}) SELECT chosen.id AS memory_id, author_id, p.id AS passage_id FROM chosen
LEFT JOIN passages AS p ON p.guild_id = ?1 AND p.memory_id = chosen.id
"""


class MemoryStore:
    """Writes the tables memories, passages, passage_words and memory_pictures."""

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
        created_ms: int | None = None,
    ) -> Stored | None:
        """Keep a memory in one transaction; None where its author has not agreed.

        The same content by the same author in the same channel is kept once; when another model embedded it, its
        passages are replaced. Other authors and channels keep their own copy, because consent, deletion and
        visibility are theirs. `created_ms` is now unless it is given. Raises StoreError, DiskFull.
        """
        now = time.time_ns() // 1_000_000 if created_ms is None else created_ms
        values = _values(guild_id, item) | {"created_ms": now, "by_default": int(allowed_by_default)}

        async def work(connection: aiosqlite.Connection) -> Stored | None:
            inserted = await _all(connection, _INSERT, values)
            if not inserted:
                return None
            memory_id = int(inserted[0]["id"])
            old: list[sqlite3.Row] = []
            if inserted[0]["known"]:
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
            texts = [(part, text, vector) for part, (text, vector) in enumerate(passages)]
            added = await _add_passages(connection, guild_id, memory_id, model, texts)
            if picture is not None:
                await connection.execute(
                    "INSERT INTO memory_pictures (guild_id, memory_id, data) VALUES (?, ?, ?)"
                    " ON CONFLICT (guild_id, memory_id) DO NOTHING",
                    (guild_id, memory_id, picture),
                )
            return Stored(memory_id, added, removed)

        return await self._db.write(work)

    async def embed_anew(
        self, guild_id: int, memory_id: int, model: str, vectors: Mapping[int, bytes]
    ) -> Stored | None:
        """Give a memory's passages the vectors of another model, by part; the passages get new ids.

        None where the memory is gone, changed meanwhile, or has that model already. Raises StoreError, DiskFull.
        """

        async def work(connection: aiosqlite.Connection) -> Stored | None:
            old = await _all(
                connection,
                "SELECT id, part, text, model FROM passages WHERE guild_id = ? AND memory_id = ? ORDER BY part",
                (guild_id, memory_id),
            )
            if {row["part"] for row in old} != set(vectors) or all(row["model"] == model for row in old):
                return None
            await connection.execute(
                "DELETE FROM passages WHERE guild_id = ? AND memory_id = ?", (guild_id, memory_id)
            )
            texts = [(row["part"], row["text"], vectors[row["part"]]) for row in old]
            added = await _add_passages(connection, guild_id, memory_id, model, texts)
            return Stored(memory_id, added, tuple(int(row["id"]) for row in old))

        return await self._db.write(work)

    async def pin(self, guild_id: int, memory_id: int, by: int | None) -> bool:
        """Pin a memory for a member, or take its pin away (None); False where there is no such memory.

        Who pinned first stays named. Raises StoreError, DiskFull.
        """

        async def work(connection: aiosqlite.Connection) -> bool:
            cursor = await connection.execute(
                "UPDATE memories SET pinned_ms = CASE WHEN ?3 IS NULL THEN NULL ELSE coalesce(pinned_ms, ?4) END,"
                " pinned_by = CASE WHEN ?3 IS NULL THEN NULL ELSE coalesce(pinned_by, ?3) END"
                " WHERE guild_id = ?1 AND id = ?2",
                (guild_id, memory_id, by, time.time_ns() // 1_000_000),
            )
            return cursor.rowcount > 0

        return await self._db.write(work)

    async def authors(self, guild_id: int, by: By, value: int | str) -> set[int]:
        """Whose memories a deletion would take away. Raises StoreError."""
        rows = await self._db.read(_TO_GO.format(_CHOOSE[by]), (guild_id, value))
        return {int(row["author_id"]) for row in rows}

    async def job_of(self, guild_id: int, memory_id: int) -> str | None:
        """The job whose result a memory is. Raises StoreError."""
        rows = await self._db.read("SELECT job_id FROM memories WHERE guild_id = ? AND id = ?", (guild_id, memory_id))
        return str(rows[0]["job_id"]) if rows else None

    async def forget(self, guild_id: int, by: By, value: int | str) -> Forgotten:
        """Delete memories with all that hangs on them; their bytes leave the database's files soon after.

        Results that were woven from them keep nothing of them. With a member go their verdicts and their name on
        pins. Raises StoreError, DiskFull.
        """

        async def work(connection: aiosqlite.Connection) -> Forgotten:
            rows = await _all(connection, _TO_GO.format(_CHOOSE[by]), (guild_id, value))
            chosen = sorted({int(row["memory_id"]) for row in rows})
            if chosen:
                # passages, words, pictures and verdicts follow by foreign key and trigger
                await connection.execute(
                    "DELETE FROM memories WHERE guild_id = ? AND id IN (SELECT value FROM json_each(?))",
                    (guild_id, json.dumps(chosen)),
                )
                await unweave(connection, guild_id, chosen)
            if by == "author_id":
                await _forget_deeds(connection, guild_id, int(value))
            passages = (row["passage_id"] for row in rows)
            return Forgotten(len(chosen), tuple(int(one) for one in passages if one is not None))

        return await self._db.erase(work)


def content_hash(item: Memorable) -> bytes:
    """SHA-256 of what a memory holds: kind, title, text, picture, and its place in a book."""
    parts = [item.kind.value, item.title, item.text, item.picture_sha or ""]
    if item.book_id is not None:
        parts += [item.book_id, item.branch or "", str(item.chapter)]
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _values(guild_id: int, item: Memorable) -> dict[str, Any]:
    return {
        "guild_id": guild_id,
        "kind": item.kind.value,
        "title": item.title,
        "author_id": item.author_id,
        "author_name": item.author_name,
        "channel_id": item.channel_id,
        "message_id": item.message_id,
        "job_id": item.job_id,
        "picture_sha": item.picture_sha,
        "content_hash": content_hash(item),
        "parent_channel_id": item.parent_channel_id,
        "private": int(item.private),
        "book_id": item.book_id,
        "chapter": item.chapter,
        "branch": item.branch,
        "keywords": json.dumps(list(item.keywords), ensure_ascii=False),
    }


async def _add_passages(
    connection: aiosqlite.Connection,
    guild_id: int,
    memory_id: int,
    model: str,
    passages: Sequence[tuple[int, str, bytes]],
) -> tuple[int, ...]:
    """Insert (part, text, vector) with their words; what both share with their memory is read from its row."""
    added: list[int] = []
    for part, text, vector in passages:
        inserted = await connection.execute(
            "INSERT INTO passages (guild_id, kind, memory_id, part, text, model, vector)"
            " SELECT guild_id, kind, id, ?3, ?4, ?5, ?6 FROM memories WHERE guild_id = ?1 AND id = ?2",
            (guild_id, memory_id, part, text, model, vector),
        )
        assert inserted.lastrowid is not None
        added.append(inserted.lastrowid)
        await connection.execute(
            "INSERT INTO passage_words (rowid, guild, title, keywords, text) SELECT ?3, ?4, title,"
            " (SELECT coalesce(group_concat(value, ' '), '') FROM json_each(keywords)), ?5"
            " FROM memories WHERE guild_id = ?1 AND id = ?2",
            (guild_id, memory_id, added[-1], guild_word(guild_id), text),
        )
    return tuple(added)


async def _forget_deeds(connection: aiosqlite.Connection, guild_id: int, member_id: int) -> None:
    """What a member did to others' memories: verdicts go, pins stay without their name."""
    await connection.execute(
        "DELETE FROM memory_feedback WHERE guild_id = ? AND member_id = ?", (guild_id, member_id)
    )
    await connection.execute(
        "UPDATE memories SET pinned_by = NULL WHERE guild_id = ? AND pinned_by = ?", (guild_id, member_id)
    )


async def _all(connection: aiosqlite.Connection, sql: str, args: Sequence[Any] | dict[str, Any]) -> list[sqlite3.Row]:
    return list(await connection.execute_fetchall(sql, args))
