"""Books of chapters go with the channel that they began in; those of story threads are kept for who began them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_BEGUN_THERE: Final = """
SELECT id FROM books WHERE guild_id = ?1 AND kind = 'book' AND (channel_id = ?2 OR id IN (
    SELECT json_extract(request, '$.book_id') FROM jobs WHERE guild_id = ?1 AND kind = 'chapter'
        AND json_extract(request, '$.branch_id') IS NULL
        AND json_extract(request, '$.place.parent_channel_id') = ?2))
"""
"""A book's first chapter, the job without a branch, says in which channel its thread was; later ones may stand
elsewhere."""


async def forget_books_of_channel(db: Database, guild_id: int, channel_id: int) -> None:
    """Delete the books that began in a channel which was deleted, or in a thread of it, with all that hangs on them;
    call it before their jobs go. Raises StoreError, DiskFull."""
    where = (guild_id, channel_id)

    async def work(connection: aiosqlite.Connection) -> None:
        await connection.execute(f"DELETE FROM books WHERE id IN ({_BEGUN_THERE})", where)  # noqa: S608 - our own

    if await db.read(_BEGUN_THERE, where):
        await db.erase(work)
