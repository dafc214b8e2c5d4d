"""Reading memory: by ids that an index named, by words, by time; every statement filters by itself.

Each method takes the server first, and its statement asks for it, for the authors' consent and for the caller's
`MemoryFilter`. This module ranks nothing and knows no index: that is `ravsg.memory`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from ravsg.store.memory_filter import EVERYTHING, WHERE, MemoryFilter
from ravsg.store.memory_rows import (
    COLUMNS,
    COLUMNS_BY_ID,
    COLUMNS_OF_BEST,
    TABLES,
    TABLES_BY_ID,
    KeptMemory,
    MemoryStats,
    StoredPassage,
    memory_of,
    passage_of,
    time_of,
)

if TYPE_CHECKING:
    from ravsg.store.connection import Database

_BY_ID: Final = " ".join((COLUMNS_BY_ID, WHERE, "AND p.id IN (SELECT value FROM json_each(:ids))"))
_IDS: Final = " ".join(("SELECT p.id", TABLES, WHERE, "AND p.model = :model"))
_BY_WORDS: Final = " ".join(
    (
        # chosen and sorted without their vectors, which are read of the best alone
        # bm25 weighs the columns guild, title, keywords, text; the server's says nothing
        "WITH best AS MATERIALIZED (SELECT p.id AS id, bm25(passage_words, 0.0, :title, :keywords, 1.0) AS rank",
        TABLES_BY_ID,
        # "+": the words choose and the rest is looked up by id, never the other way round
        "JOIN passage_words AS w ON p.id = +w.rowid",
        WHERE,
        "AND w.passage_words MATCH :query ORDER BY rank, p.id DESC LIMIT :limit)",
        COLUMNS_OF_BEST,
    )
)
_RECENT: Final = " ".join(
    (COLUMNS, WHERE, "AND p.part = 0 ORDER BY m.created_ms DESC, m.id DESC LIMIT :limit OFFSET :offset")
)
_ONE: Final = " ".join((COLUMNS, WHERE, "AND p.part = 0 AND m.id = :memory"))
_OF_AUTHOR: Final = """
SELECT *, (SELECT json_group_array(text) FROM (SELECT text FROM passages AS p WHERE p.guild_id = m.guild_id
    AND p.memory_id = m.id ORDER BY p.part)) AS texts,
(SELECT json_group_array(model) FROM passages AS p WHERE p.guild_id = m.guild_id AND p.memory_id = m.id) AS models
FROM memories AS m WHERE m.guild_id = ? AND author_id = ? AND id > ? ORDER BY id LIMIT ?
"""


class MemorySearch:
    """Reads memories, passages, passage_words and memory_pictures."""

    def __init__(self, db: Database, *, title: float = 2.0, keywords: float = 1.5) -> None:
        """What a word in a title or among the keywords counts for, where one in the text counts 1."""
        self._db = db
        self._weights = {"title": title, "keywords": keywords}

    async def passages(
        self, guild_id: int, passage_ids: Iterable[int], where: MemoryFilter = EVERYTHING, *, allowed_by_default: bool
    ) -> list[StoredPassage]:
        """Those of these passages that this server still has and that may be found, unordered. Raises StoreError."""
        return await self._rows(_BY_ID, guild_id, where, allowed_by_default, ids=json.dumps(list(passage_ids)))

    async def ids(self, guild_id: int, where: MemoryFilter, model: str, *, allowed_by_default: bool) -> list[int]:
        """Every passage that this model embedded and that may be found, to search among. Raises StoreError."""
        args = where.arguments(guild_id, by_default=allowed_by_default) | {"model": model}
        return [int(row["id"]) for row in await self._db.read(_IDS, args)]

    async def matching(
        self,
        guild_id: int,
        words: Sequence[str],
        where: MemoryFilter = EVERYTHING,
        *,
        limit: int,
        allowed_by_default: bool,
    ) -> list[StoredPassage]:
        """Passages with any of the words, best first by BM25. Raises StoreError."""
        if not words:
            return []
        quoted = " OR ".join('"' + word.replace('"', "") + '"' for word in words)
        query = f'guild : "{guild_word(guild_id)}" AND {{title keywords text}} : ({quoted})'
        found = {"query": query, "limit": limit, **self._weights}
        return await self._rows(_BY_WORDS, guild_id, where, allowed_by_default, **found)

    async def recent(
        self,
        guild_id: int,
        where: MemoryFilter = EVERYTHING,
        *,
        limit: int,
        offset: int = 0,
        allowed_by_default: bool,
    ) -> list[StoredPassage]:
        """The first passage of each memory, newest memory first. Raises StoreError."""
        return await self._rows(_RECENT, guild_id, where, allowed_by_default, limit=limit, offset=offset)

    async def one(
        self, guild_id: int, memory_id: int, where: MemoryFilter = EVERYTHING, *, allowed_by_default: bool
    ) -> StoredPassage | None:
        """The first passage of one memory, where it may be found. Raises StoreError."""
        rows = await self._rows(_ONE, guild_id, where, allowed_by_default, memory=memory_id)
        return rows[0] if rows else None

    async def of_author(self, guild_id: int, author_id: int, *, after: int = 0, limit: int = 100) -> list[KeptMemory]:
        """All that is kept of a member, whether they agree or not, by id; `after` is the last id of the page before.

        Raises StoreError.
        """
        rows = await self._db.read(_OF_AUTHOR, (guild_id, author_id, after, limit))
        return [memory_of(row) for row in rows]

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
            " count(*) FILTER (WHERE kind = 'picture') AS pictures, count(pinned_ms) AS pinned,"
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
            pinned=memories["pinned"],
        )

    async def _rows(
        self, sql: str, guild_id: int, where: MemoryFilter, by_default: bool, **more: Any
    ) -> list[StoredPassage]:
        args = where.arguments(guild_id, by_default=by_default) | more
        return [passage_of(row) for row in await self._db.read(sql, args)]


def guild_word(guild_id: int) -> str:
    """A server's one word in the full-text index; direct messages (negative ids) have words of their own."""
    return f"g{guild_id}" if guild_id >= 0 else f"d{-guild_id}"
