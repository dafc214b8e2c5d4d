"""Places that are kept in a branch for what a job is telling: what is written meanwhile stands behind them.

A branch awaits one piece at a time; the table sees to it. When the job has told it, `Pieces.add_piece` puts the words
there; when the job ends without, the place is given up.
"""

from __future__ import annotations

import json
import sqlite3
import time
from typing import TYPE_CHECKING, Final

from ravsg.errors import StoreError
from ravsg.store.book_rows import NewPiece, Piece, piece_of

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_AWAIT: Final = """
INSERT INTO pieces (guild_id, book_id, branch_id, position, kind, author_id, author_name, asked_by, job_id, title,
    text, keywords, figures, notes, tries, summary, state, created_ms)
SELECT b.guild_id, b.book_id, b.id, 1 + max(
    coalesce((SELECT max(position) FROM pieces WHERE guild_id = b.guild_id AND branch_id = b.id), 0),
    coalesce((SELECT position FROM pieces WHERE guild_id = b.guild_id AND id = b.fork_piece_id), 0)),
    'continuation', 0, '', ?, ?, '', '', '[]', '{}', '[]', 0, '', 'awaited', ?
FROM branches AS b WHERE b.guild_id = ? AND b.id = ?
    AND NOT EXISTS (SELECT 1 FROM pieces WHERE guild_id = b.guild_id AND job_id = ?)
RETURNING *
"""
_TOLD: Final = """
UPDATE pieces SET state = 'told', kind = ?, author_id = ?, author_name = ?, asked_by = ?, title = ?, text = ?,
    keywords = ?, figures = ?, notes = ?, tries = ?, summary = ?, created_ms = ?
WHERE guild_id = ? AND id = ? RETURNING *
"""


class Awaited:
    """Pieces in the state "awaited". Every call raises StoreError or DiskFull when the database does not answer."""

    _db: Database

    async def await_piece(self, guild_id: int, branch_id: int, job_id: str, asked_by: int) -> Piece | None:
        """Keep the place behind what a branch holds for what a job will tell; None where the branch is gone or awaits
        something already."""

        async def work(db: aiosqlite.Connection) -> Piece | None:
            now = time.time_ns() // 1_000_000
            rows = list(await db.execute_fetchall(_AWAIT, (asked_by, job_id, now, guild_id, branch_id, job_id)))
            return piece_of(rows[0]) if rows else None

        if await self.awaited(guild_id, branch_id) is not None:
            return None
        return await self._db.write(work)

    async def awaited(self, guild_id: int, branch_id: int) -> Piece | None:
        """What a branch awaits; None for nothing."""
        rows = await self._db.read(
            "SELECT * FROM pieces WHERE guild_id = ? AND branch_id = ? AND state = 'awaited'", (guild_id, branch_id)
        )
        return piece_of(rows[0]) if rows else None

    async def all_awaited(self) -> list[Piece]:
        """What is awaited in all servers: a restart gives those up whose jobs ended."""
        return [piece_of(row) for row in await self._db.read("SELECT * FROM pieces WHERE state = 'awaited'")]

    async def give_up(self, guild_id: int, job_id: str) -> bool:
        """A job told nothing: its place is free again; whether one was kept."""

        async def work(db: aiosqlite.Connection) -> bool:
            cursor = await db.execute(
                "DELETE FROM pieces WHERE guild_id = ? AND job_id = ? AND state = 'awaited'", (guild_id, job_id)
            )
            return cursor.rowcount > 0

        return await self._db.write(work)


async def told_at_last(db: aiosqlite.Connection, row: sqlite3.Row, new: NewPiece) -> Piece:
    """Put words where they were awaited; what was told meanwhile stands behind them and does not know them."""
    values = (
        *(new.kind, new.author_id, new.author_name, new.asked_by, new.title, new.text, json.dumps(new.keywords)),
        *(json.dumps(dict(new.figures)), json.dumps(new.notes), new.tries, new.summary),
    )
    now = time.time_ns() // 1_000_000
    told = list(await db.execute_fetchall(_TOLD, (*values, now, row["guild_id"], row["id"])))
    if not told:
        raise StoreError(detail=f"piece {row['id']} went while it was told")
    await db.execute(
        "UPDATE books SET updated_ms = ? WHERE guild_id = ? AND id = ?", (now, row["guild_id"], row["book_id"])
    )
    return piece_of(told[0])
