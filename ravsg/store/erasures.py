"""Erasures that are under way, and servers that were left: what a restart must go on with.

A row is written before the first step of an erasure, changed after each, and deleted with the last, because even
"this member asked to be forgotten" is something that would be kept of them. What the steps are, and doing them, is
their owner's affair.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ravsg.store.memory_filter import milliseconds
from ravsg.store.memory_rows import time_of

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    import aiosqlite

    from ravsg.store.connection import Database

_ADVANCE: Final = """
UPDATE erasures SET step = ?1, counts = (
    SELECT json_group_object(name, count) FROM (
        SELECT name, sum(count) AS count FROM (
            SELECT key AS name, value AS count FROM json_each(erasures.counts)
            UNION ALL SELECT key, value FROM json_each(?2)) GROUP BY name))
WHERE guild_id = ?3 AND id = ?4 RETURNING *
"""
"""The row's counts as they are in that moment: messages are counted while steps go on."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure that has begun and is not over."""

    erasure_id: int
    guild_id: int
    member_id: int | None
    """None: the whole server."""
    asked_at: datetime
    step: str = ""
    """The last step that was finished; empty at the beginning."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """What was erased so far, for the receipt."""


class ErasureStore:
    """The table erasures."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def begin(self, guild_id: int, member_id: int | None) -> Erasure:
        """Write down that an erasure begins; one that is under way already is given as it stands.

        Raises StoreError, DiskFull.
        """

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "INSERT INTO erasures (guild_id, member_id, asked_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (guild_id, member_id, time.time_ns() // 1_000_000),
            )

        await self._db.write(work)
        return next(one for one in await self.open() if (one.guild_id, one.member_id) == (guild_id, member_id))

    async def advance(self, erasure: Erasure, step: str, counts: Mapping[str, int]) -> Erasure:
        """Write down that a step is finished; `counts` are added to those so far. Raises StoreError, DiskFull."""

        async def work(connection: aiosqlite.Connection) -> list[sqlite3.Row]:
            args = (step, json.dumps(dict(counts)), erasure.guild_id, erasure.erasure_id)
            return list(await connection.execute_fetchall(_ADVANCE, args))

        return next(map(_erasure, await self._db.write(work)), erasure)

    async def finish(self, erasure: Erasure) -> None:
        """Delete the row, because all steps are done, and leave no trace of it or of what the steps deleted.

        Raises StoreError, DiskFull.
        """

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "DELETE FROM erasures WHERE guild_id = ? AND id = ?", (erasure.guild_id, erasure.erasure_id)
            )

        await self._db.erase(work)
        await self._db.leave_no_trace()

    async def open(self) -> list[Erasure]:
        """Every erasure that is not over, oldest first. Raises StoreError."""
        rows = await self._db.read("SELECT * FROM erasures ORDER BY id")
        return [_erasure(row) for row in rows]


def _erasure(row: sqlite3.Row) -> Erasure:
    return Erasure(
        row["id"],
        row["guild_id"],
        row["member_id"],
        time_of(row["asked_ms"]),
        row["step"],
        json.loads(row["counts"]),
    )


class DepartureStore:
    """The table servers_left."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def left(self, guild_id: int, at: datetime) -> bool:
        """The bot was removed from a server; the first time counts, and False is given for a later one.

        Raises StoreError, DiskFull.
        """

        async def work(connection: aiosqlite.Connection) -> bool:
            cursor = await connection.execute(
                "INSERT INTO servers_left (guild_id, left_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (guild_id, milliseconds(at)),
            )
            return cursor.rowcount > 0

        return await self._db.write(work)

    async def returned(self, guild_id: int) -> bool:
        """The bot is there again, or the server's data is gone; whether it had left. Raises StoreError, DiskFull."""

        async def work(connection: aiosqlite.Connection) -> bool:
            cursor = await connection.execute("DELETE FROM servers_left WHERE guild_id = ?", (guild_id,))
            return cursor.rowcount > 0

        return await self._db.write(work)

    async def before(self, moment: datetime) -> list[int]:
        """Servers that were left before then and did not come back, longest gone first. Raises StoreError."""
        rows = await self._db.read(
            "SELECT guild_id FROM servers_left WHERE left_ms < ? ORDER BY left_ms, guild_id", (milliseconds(moment),)
        )
        return [int(row["guild_id"]) for row in rows]

    async def known(self) -> list[int]:
        """The servers of which anything is kept; direct messages (negative ids) are none. Raises StoreError."""
        rows = await self._db.read(
            "SELECT guild_id FROM jobs UNION SELECT guild_id FROM memories UNION SELECT guild_id FROM memory_consent"
            " UNION SELECT guild_id FROM memory_settings UNION SELECT guild_id FROM cast_members"
            " UNION SELECT guild_id FROM books ORDER BY guild_id"
        )
        return [int(row["guild_id"]) for row in rows if row["guild_id"] > 0]
