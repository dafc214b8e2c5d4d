"""Which messages of the bot's show members' words or names without any job, so that they go with their members."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database


class Posts:
    """The table story_posts. Every call raises StoreError or DiskFull when the database does not answer."""

    _db: Database

    async def shows(
        self, guild_id: int, book_id: str, channel_id: int, message_id: int, members: Collection[int]
    ) -> None:
        """Keep that a message of a book shows something of these members. Of a book that is gone nothing is kept."""

        async def work(db: aiosqlite.Connection) -> None:
            await db.executemany(
                "INSERT INTO story_posts (guild_id, book_id, channel_id, message_id, member_id)"
                " SELECT guild_id, id, ?, ?, ? FROM books WHERE guild_id = ? AND id = ? ON CONFLICT DO NOTHING",
                [(channel_id, message_id, member, guild_id, book_id) for member in sorted(set(members) - {0})],
            )

        await self._db.write(work)
