"""The branches of books: where they leave, which thread tells them, which of them is the canon."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from ravsg.errors import Refused
from ravsg.store.book_rows import Branch, Fate, branch_of

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

GONE: Final = ("This book is not there any more.", "Please choose another one.")
_ANCESTORS: Final = """
WITH RECURSIVE line (id, parent_id, until) AS (
    SELECT id, parent_id, NULL FROM branches WHERE guild_id = :guild AND id = :branch
    UNION ALL
    SELECT p.id, p.parent_id, f.position FROM line
        JOIN branches AS c ON c.guild_id = :guild AND c.id = line.id
        JOIN pieces AS f ON f.guild_id = :guild AND f.id = c.fork_piece_id
        JOIN branches AS p ON p.guild_id = :guild AND p.id = line.parent_id)
SELECT id, until FROM line
"""


class Branches:
    """The table branches. Every call raises StoreError or DiskFull when the database does not answer."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def branches(self, guild_id: int, book_id: str) -> list[Branch]:
        """A book's branches, the trunk first, then in the order in which they were opened."""
        rows = await self._db.read(
            "SELECT * FROM branches WHERE guild_id = ? AND book_id = ? ORDER BY id", (guild_id, book_id)
        )
        return [branch_of(row) for row in rows]

    async def branch(self, guild_id: int, branch_id: int) -> Branch | None:
        """One branch."""
        rows = await self._db.read("SELECT * FROM branches WHERE guild_id = ? AND id = ?", (guild_id, branch_id))
        return branch_of(rows[0]) if rows else None

    async def ancestry(self, guild_id: int, branch_id: int) -> list[tuple[str, int | None]]:
        """A branch and its ancestors as memory is asked for them: their keys, and the last position of each that
        belongs to the branch's path (None: all)."""
        rows = await self._db.read(_ANCESTORS, {"guild": guild_id, "branch": branch_id})
        return [(str(row["id"]), row["until"]) for row in rows]

    async def fork(
        self,
        guild_id: int,
        book_id: str,
        after_piece_id: int,
        title: str,
        opened_by: int,
        *,
        thread_id: int | None = None,
    ) -> Branch:
        """Open a branch that leaves after a piece of the book, with the plan of the branch that it leaves; without
        its summary, which may tell what comes after that piece.

        Raises Refused where that piece is not there any more.
        """

        async def work(db: aiosqlite.Connection) -> int | None:
            cursor = await db.execute(
                "INSERT INTO branches (guild_id, book_id, parent_id, fork_piece_id, title, fate, thread_id,"
                " opened_by, story, created_ms)"
                " SELECT p.guild_id, p.book_id, p.branch_id, p.id, ?, 'open', ?, ?, CASE b.story WHEN '' THEN ''"
                " ELSE json_set(b.story, '$.summary', '', '$.summed_up', 0) END, ?"
                " FROM pieces AS p JOIN branches AS b ON b.guild_id = p.guild_id AND b.id = p.branch_id"
                " WHERE p.guild_id = ? AND p.book_id = ? AND p.id = ? AND p.state <> 'deleted'",
                (title, thread_id, opened_by, time.time_ns() // 1_000_000, guild_id, book_id, after_piece_id),
            )
            return cursor.lastrowid if cursor.rowcount == 1 else None

        branch_id = await self._db.write(work)
        branch = None if branch_id is None else await self.branch(guild_id, branch_id)
        if branch is None:
            raise Refused("The passage that this was to leave from is not there any more.", "Please choose another.")
        return branch

    async def keep_story(self, guild_id: int, branch_id: int, story: str) -> None:
        """Keep a branch's plan and summary as they have grown: `ravsg.story.book.Book` as JSON, without chapters."""
        await self._change(guild_id, [branch_id], {"story": story})

    async def set_fate(self, guild_id: int, branch_id: int, fate: Fate) -> None:
        """Make a branch the canon, leave it open, or put it aside. The others keep theirs."""
        await self._change(guild_id, [branch_id], {"fate": fate})

    async def ask_poll(self, guild_id: int, branch_ids: Sequence[int], channel_id: int, asked_id: int) -> None:
        """Keep that a poll among these branches is about to be posted in a channel. `asked_id`: the press that asked,
        a snowflake."""
        values = {"poll_channel_id": channel_id, "poll_asked_id": asked_id}
        await self._change(guild_id, branch_ids, {**values, "poll_message_id": None, "poll_ends_ms": None})

    async def poll_posted(self, guild_id: int, branch_ids: Sequence[int], message_id: int, ends_ms: int) -> None:
        """Keep which message asks among these branches, and until when: of all of them or of none."""
        await self._change(guild_id, branch_ids, {"poll_message_id": message_id, "poll_ends_ms": ends_ms})

    async def clear_poll(self, guild_id: int, branch_ids: Sequence[int]) -> None:
        """No poll asks about these branches any more."""
        columns = ("poll_channel_id", "poll_asked_id", "poll_message_id", "poll_ends_ms")
        await self._change(guild_id, branch_ids, dict.fromkeys(columns))

    async def asked_polls(self) -> list[Branch]:
        """The branches of all servers about which a poll was to be posted that is not known to be, oldest first."""
        rows = await self._db.read(
            "SELECT * FROM branches WHERE poll_asked_id IS NOT NULL AND poll_message_id IS NULL ORDER BY id"
        )
        return [branch_of(row) for row in rows]

    async def open_polls(self) -> list[Branch]:
        """The branches of all servers that a poll decides on, the one that ends first first."""
        rows = await self._db.read(
            "SELECT * FROM branches WHERE poll_message_id IS NOT NULL ORDER BY poll_ends_ms, id"
        )
        return [branch_of(row) for row in rows]

    async def _change(self, guild_id: int, branch_ids: Sequence[int], values: dict[str, Any]) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in values)
        changes = [{**values, "guild": guild_id, "branch": one} for one in branch_ids]

        async def work(db: aiosqlite.Connection) -> None:
            await db.executemany(
                f"UPDATE branches SET {columns} WHERE guild_id = :guild AND id = :branch",  # noqa: S608 - our own
                changes,
            )

        await self._db.write(work)
