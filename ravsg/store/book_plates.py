"""The illustrations of pieces: every one that was painted, of which the newest counts."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

from ravsg.errors import Refused
from ravsg.store.book_branches import GONE
from ravsg.store.book_rows import NewPlate, Plate, Verdict, plate_of

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_NEWEST: Final = """
SELECT * FROM plates AS p WHERE guild_id = :guild AND piece_id IN (
    SELECT id FROM pieces WHERE guild_id = :guild AND book_id = :book AND state <> 'deleted')
AND id = (SELECT max(id) FROM plates AS n WHERE n.guild_id = :guild AND n.piece_id = p.piece_id)
ORDER BY piece_id
"""


class Plates:
    """The table plates. Every call raises StoreError or DiskFull when the database does not answer."""

    _db: Database

    async def add_plate(self, guild_id: int, new: NewPlate) -> Plate:
        """Keep an illustration; the same job's for the same piece is kept once. Raises Refused without its piece."""

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute(
                "INSERT INTO plates (guild_id, piece_id, alt, seed, style, figures, verdict, job_id, created_ms,"
                " picture) SELECT guild_id, id, ?, ?, ?, ?, ?, ?, ?, ? FROM pieces"
                " WHERE guild_id = ? AND id = ? AND state <> 'deleted' ON CONFLICT DO NOTHING",
                (new.alt, new.seed, new.style, json.dumps(dict(new.figures)), new.verdict, new.job_id,
                 time.time_ns() // 1_000_000, new.picture, guild_id, new.piece_id),
            )  # fmt: skip

        await self._db.write(work)
        rows = await self._db.read(
            "SELECT * FROM plates WHERE guild_id = ? AND piece_id = ? AND job_id = ?",
            (guild_id, new.piece_id, new.job_id),
        )
        if not rows:
            raise Refused(*GONE)
        return plate_of(rows[0])

    async def plate_of(self, guild_id: int, piece_id: int) -> Plate | None:
        """A piece's illustration, the newest."""
        rows = await self._db.read(
            "SELECT * FROM plates WHERE guild_id = ? AND piece_id = ? ORDER BY id DESC LIMIT 1", (guild_id, piece_id)
        )
        return plate_of(rows[0]) if rows else None

    async def plates(self, guild_id: int, book_id: str) -> dict[int, Plate]:
        """The newest illustration of every piece of a book, by the piece's id."""
        rows = await self._db.read(_NEWEST, {"guild": guild_id, "book": book_id})
        return {row["piece_id"]: plate_of(row) for row in rows}

    async def set_verdict(self, guild_id: int, plate_id: int, verdict: Verdict) -> None:
        """Change what is said of an illustration: "canon" once its text was made to fit it."""

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute(
                "UPDATE plates SET verdict = ? WHERE guild_id = ? AND id = ?", (verdict, guild_id, plate_id)
            )

        await self._db.write(work)
