"""The list of pieces whose memory is behind, which a restart works off.

A piece is put on it by the transaction that changes it (triggers of the migration), and by whoever is about to forget
what was remembered of it. It leaves once memory has followed its last change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ravsg.store.book_rows import Piece, piece_of

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_MARK: Final = """
INSERT INTO unremembered_pieces (guild_id, piece_id) SELECT guild_id, id FROM pieces WHERE guild_id = ? AND id = ?
ON CONFLICT DO UPDATE SET changes = changes + 1
"""
_BEHIND: Final = """
SELECT p.* FROM unremembered_pieces AS u JOIN pieces AS p ON p.guild_id = u.guild_id AND p.id = u.piece_id
ORDER BY p.id
"""


class Unremembered:
    """The table unremembered_pieces. Every call raises StoreError or DiskFull when the database does not answer."""

    _db: Database

    async def unremembered(self) -> list[Piece]:
        """The pieces of all servers whose memory is behind, oldest first, in whatever state."""
        return [piece_of(row) for row in await self._db.read(_BEHIND)]

    async def changed(self, guild_id: int, piece_id: int) -> None:
        """A piece's memory is behind from now on."""

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute(_MARK, (guild_id, piece_id))

        await self._db.write(work)

    async def changes(self, guild_id: int, piece_id: int) -> int:
        """How often a piece was changed since memory followed; 0 where memory is not behind."""
        rows = await self._db.read(
            "SELECT changes FROM unremembered_pieces WHERE guild_id = ? AND piece_id = ?", (guild_id, piece_id)
        )
        return int(rows[0]["changes"]) if rows else 0

    async def followed(self, guild_id: int, piece_id: int, changes: int) -> bool:
        """Memory has followed so many changes; False where there was another one meanwhile, so it is behind still."""

        async def work(db: aiosqlite.Connection) -> bool:
            whose = (guild_id, piece_id)
            await db.execute(
                "DELETE FROM unremembered_pieces WHERE guild_id = ? AND piece_id = ? AND changes = ?",
                (*whose, changes),
            )
            left = await db.execute_fetchall(
                "SELECT 1 FROM unremembered_pieces WHERE guild_id = ? AND piece_id = ?", whose
            )
            return not list(left)

        return await self._db.write(work)
