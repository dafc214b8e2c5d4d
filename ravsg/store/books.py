"""Books as they are kept: the books themselves, and with the modules that it is made of their branches, pieces,
plates and readers.

Every statement asks for the server. What a change of a piece means for those after it is `book_pieces`; what goes
with a member is `member_books`. Nothing here decides what is told next.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from ravsg.errors import Refused
from ravsg.store.book_awaited import Awaited
from ravsg.store.book_branches import Branches
from ravsg.store.book_pieces import Pieces
from ravsg.store.book_plates import Plates
from ravsg.store.book_posts import Posts
from ravsg.store.book_readers import Readers
from ravsg.store.book_rows import BookKind, BookRow, BookState, Branch, NewBook, book_of, branch_of, new_book_id
from ravsg.store.book_summaries import Summaries
from ravsg.store.book_unremembered import Unremembered

if TYPE_CHECKING:
    import aiosqlite

_COLUMNS: Final = """
SELECT b.id, b.guild_id, b.channel_id, b.author_id, b.author_name, b.kind, b.title, b.title_given, b.language,
    b.adult, b.style, b.direction, b.wanted, b.every, b.seed, b.state, b.premise, t.id AS trunk_id, t.thread_id,
    b.created_ms, b.updated_ms
FROM books AS b JOIN branches AS t ON t.guild_id = b.guild_id AND t.book_id = b.id AND t.parent_id IS NULL
"""
_LISTED: Final = """
WHERE b.guild_id = :guild AND (:state IS NULL OR b.state = :state) AND b.state <> 'gone'
AND (:kind IS NULL OR b.kind = :kind)
AND (:channels IS NULL OR b.channel_id IN (SELECT value FROM json_each(:channels)))
ORDER BY b.updated_ms DESC, b.id LIMIT :most
"""
_BEGIN: Final = """
INSERT INTO books (id, guild_id, channel_id, author_id, author_name, kind, title, title_given, language, adult,
    style, direction, wanted, every, seed, state, premise, created_ms, updated_ms, picture)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'writing', ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_CHANGEABLE: Final = frozenset(
    {"channel_id", "title", "title_given", "language", "adult", "style", "direction", "wanted", "every", "state"}
)


class BookStore(Branches, Pieces, Awaited, Plates, Readers, Summaries, Unremembered, Posts):
    """All SQL about books. Every call raises StoreError or DiskFull when the database does not answer."""

    async def start(self, guild_id: int, new: NewBook, picture: bytes | None = None) -> BookRow:
        """Keep a new book with its trunk. One whose id is known already is given as it stands.

        Raises Refused where that id is another server's.
        """
        now = time.time_ns() // 1_000_000

        async def work(db: aiosqlite.Connection) -> str:
            while True:  # until an id is free: of 2**40, nearly always the first
                book_id = new.id or new_book_id()
                cursor = await db.execute(
                    _BEGIN,
                    (book_id, guild_id, new.channel_id, new.author_id, new.author_name, new.kind, new.title,
                     new.title_given, new.language, new.adult, new.style, new.direction, new.wanted, new.every,
                     new.seed, new.premise, now, now, picture),
                )  # fmt: skip
                if cursor.rowcount == 1:
                    await db.execute(
                        "INSERT INTO branches (guild_id, book_id, title, fate, thread_id, opened_by, story,"
                        " created_ms) VALUES (?, ?, '', 'canon', ?, ?, '', ?)",
                        (guild_id, book_id, new.thread_id, new.author_id, now),
                    )
                if cursor.rowcount == 1 or new.id:
                    return book_id

        book = await self.book(guild_id, await self._db.write(work))
        if book is None:
            raise Refused("This book cannot be begun.", "Please start another one.", detail=f"book {new.id} is taken")
        return book

    async def book(self, guild_id: int, book_id: str) -> BookRow | None:
        """One book."""
        rows = await self._db.read(f"{_COLUMNS} WHERE b.guild_id = ? AND b.id = ?", (guild_id, book_id))
        return book_of(rows[0]) if rows else None

    async def picture(self, guild_id: int, book_id: str) -> bytes | None:
        """The picture that a book was begun from; None for a premise, and where it was forgotten."""
        rows = await self._db.read("SELECT picture FROM books WHERE guild_id = ? AND id = ?", (guild_id, book_id))
        return rows[0]["picture"] if rows else None

    async def by_thread(self, guild_id: int, thread_id: int) -> tuple[BookRow, Branch] | None:
        """The branch that a thread tells, and its book."""
        rows = await self._db.read(
            "SELECT * FROM branches WHERE guild_id = ? AND thread_id = ? ORDER BY id DESC LIMIT 1",
            (guild_id, thread_id),
        )
        if not rows:
            return None
        branch = branch_of(rows[0])
        book = await self.book(guild_id, branch.book_id)
        return None if book is None else (book, branch)

    async def books(
        self,
        guild_id: int,
        *,
        channels: Collection[int] | None = None,
        state: BookState | None = None,
        kind: BookKind | None = None,
        most: int = 25,
        matching: str = "",
    ) -> list[BookRow]:
        """A server's books, newest first; those that are gone are none.

        `channels`: only books begun in these. `matching`: part of the title in any case, or the id.
        """
        wanted = matching.strip().casefold()
        args = {
            "guild": guild_id,
            "state": state,
            "kind": kind,
            "channels": None if channels is None else json.dumps(sorted(channels)),
            "most": -1 if wanted else most,  # titles are compared here: SQLite's lower() knows ASCII alone
        }
        found = [book_of(row) for row in await self._db.read(_COLUMNS + _LISTED, args)]
        return [one for one in found if wanted in one.title.casefold() or one.id == wanted][:most]

    async def unfinished(self) -> list[BookRow]:
        """The books of all servers whose chapters are being written, oldest first: what a restart goes on with."""
        rows = await self._db.read(
            f"{_COLUMNS} WHERE b.state = 'writing' AND b.kind = 'book' ORDER BY b.updated_ms, b.id"
        )
        return [book_of(row) for row in rows]

    async def set_book(self, guild_id: int, book_id: str, **changes: Any) -> BookRow | None:
        """Change columns of a book: title, state, thread_id (of its trunk) and so on; None where it is not there.

        Raises ValueError for a column that never changes.
        """
        thread_id = changes.pop("thread_id", None)
        if unknown := changes.keys() - _CHANGEABLE:
            raise ValueError(f"{sorted(unknown)} of a book never change")
        values = {**changes, "updated_ms": time.time_ns() // 1_000_000}
        columns = ", ".join(f"{name} = :{name}" for name in values)

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute(
                f"UPDATE books SET {columns} WHERE guild_id = :guild AND id = :book",  # noqa: S608 - our own names
                {**values, "guild": guild_id, "book": book_id},
            )
            if thread_id is not None:
                await db.execute(
                    "UPDATE branches SET thread_id = ? WHERE guild_id = ? AND book_id = ? AND parent_id IS NULL",
                    (thread_id, guild_id, book_id),
                )

        await self._db.write(work)
        return await self.book(guild_id, book_id)
