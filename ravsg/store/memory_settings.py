"""What a server decided about its memory: one row per server that has decided anything.

What holds for the rest is the operator's configuration. `ravsg.store.memory_search` and `ravsg.store.memories` read
`consent` of the same table inside their own statements, so that storing and recalling cannot race with a change.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

ConsentDefault = Literal["opt-in", "opt-out"]
"""What holds for members who have not decided: nothing is remembered, or everything until they refuse."""


@dataclass(frozen=True, slots=True)
class ServerMemory:
    """A server's decisions; None leaves one to the operator."""

    consent: ConsentDefault | None = None
    retention_days: int | None = None
    """Days after which memories that nobody pinned are forgotten; at least 1."""


class MemorySettingsStore:
    """The table memory_settings."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, guild_id: int) -> ServerMemory:
        """What the server decided; nothing where it has not. Raises StoreError."""
        rows = await self._db.read(
            "SELECT consent, retention_days FROM memory_settings WHERE guild_id = ?", (guild_id,)
        )
        return ServerMemory(rows[0]["consent"], rows[0]["retention_days"]) if rows else ServerMemory()

    async def set(self, guild_id: int, settings: ServerMemory, *, by: int) -> None:
        """Keep a server's decisions, as a whole; the latest count. Raises StoreError, DiskFull."""

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "INSERT INTO memory_settings (guild_id, consent, retention_days, changed_ms, changed_by)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (guild_id) DO UPDATE SET consent = excluded.consent,"
                " retention_days = excluded.retention_days, changed_ms = excluded.changed_ms,"
                " changed_by = excluded.changed_by",
                (guild_id, settings.consent, settings.retention_days, time.time_ns() // 1_000_000, by),
            )

        await self._db.write(work)

    async def forget(self, guild_id: int) -> None:
        """Delete a server's decisions and those of its members, because the server's data goes.

        Traces on the disk are left to the end of the erasure (`Database.leave_no_trace`). Raises StoreError.
        """

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM memory_settings WHERE guild_id = ?", (guild_id,))
            await connection.execute("DELETE FROM memory_consent WHERE guild_id = ?", (guild_id,))

        await self._db.erase(work)

    async def retention(self) -> dict[int, int | None]:
        """Every server that remembers something, and its own number of days. For the sweep. Raises StoreError."""
        rows = await self._db.read(
            "SELECT g.guild_id, s.retention_days FROM (SELECT DISTINCT guild_id FROM memories) AS g"
            " LEFT JOIN memory_settings AS s ON s.guild_id = g.guild_id"
        )
        return {int(row["guild_id"]): row["retention_days"] for row in rows}
