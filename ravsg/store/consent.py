"""Whether a member of a server agreed that their results are remembered: one row per member who has decided.

What holds for those who have not decided is the caller's default. `ravsg.store.memories` reads the same table inside
its own statements, so that storing and recalling cannot race with a change of mind.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ravsg.store.connection import Database

if TYPE_CHECKING:
    import aiosqlite


class ConsentStore:
    """The table memory_consent."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, guild_id: int, member_id: int) -> bool | None:
        """What the member decided; None where they have not. Raises StoreError."""
        rows = await self._db.read(
            "SELECT allowed FROM memory_consent WHERE guild_id = ? AND member_id = ?", (guild_id, member_id)
        )
        return bool(rows[0]["allowed"]) if rows else None

    async def set(self, guild_id: int, member_id: int, allowed: bool) -> None:
        """Keep a decision; the latest one counts. Raises StoreError, DiskFull."""

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "INSERT INTO memory_consent (guild_id, member_id, allowed, decided_ms) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (guild_id, member_id)"
                " DO UPDATE SET allowed = excluded.allowed, decided_ms = excluded.decided_ms",
                (guild_id, member_id, int(allowed), time.time_ns() // 1_000_000),
            )

        await self._db.write(work)
