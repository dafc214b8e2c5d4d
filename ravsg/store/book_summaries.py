"""What is summed up of books: it goes when a passage goes that it may tell of, and the next passage sums up anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database


class Summaries:
    """The summaries in the tables branches and pieces. Raises StoreError or DiskFull when the database does not
    answer."""

    _db: Database

    async def drop_summaries(self, guild_id: int, book_id: str) -> None:
        """Empty what a book's branches and pieces hold of summaries; the bytes leave the files soon after."""

        async def work(db: aiosqlite.Connection) -> None:
            await drop_summaries(db, guild_id, book_id)

        await self._db.erase(work)


async def drop_summaries(db: aiosqlite.Connection, guild_id: int, book_id: str) -> None:
    """The same, inside a transaction."""
    await db.execute(
        "UPDATE branches SET story = json_set(story, '$.summary', '', '$.summed_up', 0)"
        " WHERE guild_id = ? AND book_id = ? AND story <> ''",
        (guild_id, book_id),
    )
    await db.execute(
        "UPDATE pieces SET summary = '' WHERE guild_id = ? AND book_id = ? AND summary <> ''", (guild_id, book_id)
    )
