"""How far each member has read in each book."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ravsg.store.book_rows import Bookmark

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database


class Readers:
    """The table bookmarks. Every call raises StoreError or DiskFull when the database does not answer."""

    _db: Database

    async def mark_read(self, guild_id: int, member_id: int, book_id: str, branch_id: int, position: int) -> None:
        """Keep that a member has read a branch's path up to a position. Within a branch a bookmark moves only on."""

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute(
                "INSERT INTO bookmarks (guild_id, member_id, book_id, branch_id, position, read_ms)"
                " SELECT guild_id, ?, book_id, id, ?, ? FROM branches WHERE guild_id = ? AND book_id = ? AND id = ?"
                " ON CONFLICT (guild_id, member_id, book_id) DO UPDATE SET position = CASE branch_id"
                " WHEN excluded.branch_id THEN max(position, excluded.position) ELSE excluded.position END,"
                " branch_id = excluded.branch_id, read_ms = excluded.read_ms",
                (member_id, position, time.time_ns() // 1_000_000, guild_id, book_id, branch_id),
            )

        await self._db.write(work)

    async def bookmark(self, guild_id: int, member_id: int, book_id: str) -> Bookmark | None:
        """Where a member stopped reading; None where they have not begun."""
        rows = await self._db.read(
            "SELECT * FROM bookmarks WHERE guild_id = ? AND member_id = ? AND book_id = ?",
            (guild_id, member_id, book_id),
        )
        return Bookmark(**dict(rows[0])) if rows else None
