"""Members' verdicts on memories that were recalled: "not relevant", and for what they were recalled.

A verdict goes with its memory, with its job and with its member. What it does to later searches is
`ravsg.memory.feedback`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ravsg.store.memory_rows import time_of

if TYPE_CHECKING:
    from datetime import datetime

    import aiosqlite

    from ravsg.store.connection import Database


@dataclass(frozen=True, slots=True)
class Verdict:
    """One member's "not relevant"."""

    memory_id: int
    member_id: int
    words: str
    """What was looked for, as words; may be empty."""
    vectors: bytes
    """What was looked for, as vectors of length 1: float32, little-endian, [n, dimensions]; may be empty."""
    dimensions: int
    model: str
    """name@revision of the embedder of `vectors`."""
    job_id: str = ""
    """The job that was shaped by the memory; empty for a search."""
    given_at: datetime | None = None


class FeedbackStore:
    """The table memory_feedback."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, guild_id: int, verdict: Verdict) -> bool:
        """Keep a verdict, once per member, memory and question; False where the server has no such memory.

        Raises StoreError, DiskFull.
        """

        async def work(connection: aiosqlite.Connection) -> bool:
            rows = await connection.execute_fetchall(
                "INSERT INTO memory_feedback (guild_id, memory_id, member_id, verdict, job_id, words, model,"
                " dimensions, vectors, given_ms)"
                " SELECT guild_id, id, ?3, 'not relevant', ?4, ?5, ?6, ?7, ?8, ?9 FROM memories"
                " WHERE guild_id = ?1 AND id = ?2"
                " ON CONFLICT (guild_id, memory_id, member_id, job_id, words)"
                " DO UPDATE SET given_ms = excluded.given_ms RETURNING id",
                (
                    guild_id,
                    verdict.memory_id,
                    verdict.member_id,
                    verdict.job_id,
                    verdict.words,
                    verdict.model,
                    verdict.dimensions,
                    verdict.vectors,
                    time.time_ns() // 1_000_000,
                ),
            )
            return bool(list(rows))

        return await self._db.write(work)

    async def of_memories(self, guild_id: int, memory_ids: Collection[int]) -> list[Verdict]:
        """The verdicts on these memories of a server. Raises StoreError."""
        return await self._read(
            "SELECT * FROM memory_feedback WHERE guild_id = ? AND memory_id IN (SELECT value FROM json_each(?))",
            guild_id,
            json.dumps(list(memory_ids)),
        )

    async def of_member(self, guild_id: int, member_id: int) -> list[Verdict]:
        """What one member said in a server. Raises StoreError."""
        return await self._read(
            "SELECT * FROM memory_feedback WHERE guild_id = ? AND member_id = ? ORDER BY id", guild_id, member_id
        )

    async def _read(self, sql: str, guild_id: int, value: str | int) -> list[Verdict]:
        return [
            Verdict(
                memory_id=row["memory_id"],
                member_id=row["member_id"],
                words=row["words"],
                vectors=bytes(row["vectors"]),
                dimensions=row["dimensions"],
                model=row["model"],
                job_id=row["job_id"],
                given_at=time_of(row["given_ms"]),
            )
            for row in await self._db.read(sql, (guild_id, value))
        ]
