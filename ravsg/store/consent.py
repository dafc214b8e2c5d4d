"""Whether a member of a server agreed that their results are remembered: one row per member who has decided.

What holds for those who have not decided is their server's default (`ravsg.store.memory_settings`), else the
caller's. The modules of memory read the same table inside their own statements, so that storing and recalling cannot
race with a change of mind.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ravsg.store.connection import Database
from ravsg.store.memory_rows import time_of

if TYPE_CHECKING:
    from datetime import datetime

    import aiosqlite


@dataclass(frozen=True, slots=True)
class Decision:
    """What a member said, and when they said it last."""

    allowed: bool
    decided_at: datetime


class ConsentStore:
    """The table memory_consent."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, guild_id: int, member_id: int) -> Decision | None:
        """What the member decided; None where they have not. Raises StoreError."""
        rows = await self._db.read(
            "SELECT allowed, decided_ms FROM memory_consent WHERE guild_id = ? AND member_id = ?",
            (guild_id, member_id),
        )
        return Decision(bool(rows[0]["allowed"]), time_of(rows[0]["decided_ms"])) if rows else None

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
