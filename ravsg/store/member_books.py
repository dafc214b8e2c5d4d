"""What books hold of a member, or of a server: counted, copied for their export, and how it goes.

Books that a member told alone go with all that hangs on them; of others their passages, pictures, names and bookmarks
go, and what was derived of those (`ravsg.store.book_traces`). Jobs and memories are not touched here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ravsg.store.book_pieces import empty_piece
from ravsg.store.book_rows import Bookmark, Piece, Verdict, piece_of
from ravsg.store.book_traces import forget_derived

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_PIECES: Final = """
SELECT * FROM pieces WHERE guild_id = ?1 AND ?2 IN (author_id, asked_by, edited_by) AND state <> 'deleted' ORDER BY id
"""
_PLATES: Final = """
SELECT id, piece_id, alt, seed, style, figures, verdict, length(picture) AS picture_size FROM plates
WHERE guild_id = ?1 AND piece_id IN (
    SELECT id FROM pieces WHERE guild_id = ?1 AND ?2 IN (author_id, asked_by, edited_by) AND state <> 'deleted')
ORDER BY id
"""
_OF_MEMBER: Final = {
    "books": "SELECT count(*) FROM books WHERE guild_id = ?1 AND author_id = ?2",
    "passages_of_books": "SELECT count(*) FROM pieces"
    " WHERE guild_id = ?1 AND ?2 IN (author_id, asked_by, edited_by) AND state <> 'deleted'",
    "branches": "SELECT count(*) FROM branches WHERE guild_id = ?1 AND opened_by = ?2 AND parent_id IS NOT NULL",
    "bookmarks": "SELECT count(*) FROM bookmarks WHERE guild_id = ?1 AND member_id = ?2",
    "story_posts": "SELECT count(*) FROM story_posts WHERE guild_id = ?1 AND member_id = ?2",
}
_OF_SERVER: Final = {
    "books": "SELECT count(*) FROM books WHERE guild_id = ?1",
    "bookmarks": "SELECT count(*) FROM bookmarks WHERE guild_id = ?1",
}
_ALONE: Final = """
SELECT id FROM books AS b WHERE guild_id = ?1 AND author_id IN (0, ?2)
AND (author_id = ?2 OR EXISTS (SELECT 1 FROM pieces WHERE book_id = b.id AND guild_id = ?1
    AND ?2 IN (author_id, asked_by, edited_by)))
AND NOT EXISTS (SELECT 1 FROM pieces WHERE guild_id = ?1 AND book_id = b.id AND state <> 'deleted'
    AND (author_id NOT IN (0, ?2) OR asked_by NOT IN (0, ?2) OR edited_by NOT IN (0, ?2)))
AND NOT EXISTS (SELECT 1 FROM branches WHERE guild_id = ?1 AND book_id = b.id AND opened_by NOT IN (0, ?2))
"""
"""Books in which nobody else has a word."""
_UNNAME: Final = """
UPDATE books SET author_id = 0, author_name = '', picture = NULL, premise = '', direction = '',
    title = '', title_given = 0
WHERE guild_id = ?1 AND author_id = ?2 RETURNING id
"""
_STALE: Final = """
INSERT INTO stale_messages (guild_id, erasure_id, channel_id, message_id)
SELECT p.guild_id, e.id, p.channel_id, p.message_id FROM pieces AS p
    JOIN erasures AS e ON e.guild_id = p.guild_id AND e.member_id = ?2
    WHERE p.guild_id = ?1 AND p.ours AND p.channel_id IS NOT NULL AND p.message_id IS NOT NULL
    AND ?2 IN (p.author_id, p.edited_by)
UNION SELECT s.guild_id, e.id, s.channel_id, s.message_id FROM story_posts AS s
    JOIN erasures AS e ON e.guild_id = s.guild_id AND e.member_id = ?2
    WHERE s.guild_id = ?1 AND s.member_id = ?2
ON CONFLICT DO NOTHING
"""
"""Messages of the bot's that show a member's words or name without a job."""
_STALE_THREADS: Final = """
INSERT INTO stale_threads (guild_id, erasure_id, thread_id)
SELECT b.guild_id, e.id, b.thread_id FROM branches AS b
    JOIN erasures AS e ON e.guild_id = b.guild_id AND e.member_id = ?2
    WHERE b.guild_id = ?1 AND b.opened_by = ?2 AND EXISTS (
        SELECT 1 FROM story_posts AS s WHERE s.guild_id = b.guild_id AND s.message_id = b.thread_id)
ON CONFLICT DO NOTHING
"""
"""Threads that the bot named with a member's words: it opened them on a message of its own, whose id they have. A
story that began in a thread that was there has left it its name."""
_TITLES: Final = """
UPDATE books SET title = '' WHERE guild_id = ?1 AND NOT title_given AND title <> '' AND EXISTS (
    SELECT 1 FROM pieces AS p WHERE p.guild_id = ?1 AND p.book_id = books.id AND p.title = books.title
    AND ?2 IN (p.author_id, p.asked_by, p.edited_by))
"""
"""Titles that a book has from a passage that goes: the next one gives another."""


@dataclass(frozen=True, slots=True)
class BookOfMember:
    """A book as its author's export has it."""

    id: str
    kind: str
    title: str
    state: str
    direction: str
    premise: str
    channel_id: int
    created_ms: int
    picture_size: int
    """Bytes of the picture that it was begun from; 0 for none."""


@dataclass(frozen=True, slots=True)
class PlateOfMember:
    """An illustration as an export has it; its picture is read by itself (`MemberBooks.plate_picture`)."""

    id: int
    piece_id: int
    alt: str
    seed: int
    style: str
    figures: Mapping[str, float]
    verdict: Verdict
    picture_size: int
    """Bytes."""


class MemberBooks:
    """Members' parts of books. Every call raises StoreError or DiskFull."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def held(self, guild_id: int, member_id: int | None) -> dict[str, int]:
        """How much there is of a member, or of a server (None)."""
        counts = {}
        for name, sql in (_OF_SERVER if member_id is None else _OF_MEMBER).items():
            ((count,),) = await self._db.read(sql, (guild_id,) if member_id is None else (guild_id, member_id))
            counts[name] = int(count)
        return counts

    async def erase(self, guild_id: int, member_id: int | None) -> None:
        """Delete all of a server's books (None), or a member's part of them.

        Traces on the disk are left to the end of the erasure.
        """

        async def work(db: aiosqlite.Connection) -> None:
            if member_id is None:
                await db.execute("DELETE FROM books WHERE guild_id = ?", (guild_id,))
            else:
                await _erase_member(db, guild_id, member_id)

        await self._db.erase(work)

    async def books_of(self, guild_id: int, member_id: int) -> list[BookOfMember]:
        """The books that a member began, oldest first."""
        rows = await self._db.read(
            "SELECT id, kind, title, state, direction, premise, channel_id, created_ms,"
            " coalesce(length(picture), 0) AS picture_size FROM books"
            " WHERE guild_id = ? AND author_id = ? ORDER BY created_ms, id",
            (guild_id, member_id),
        )
        return [BookOfMember(**dict(row)) for row in rows]

    async def pieces_of(self, guild_id: int, member_id: int) -> list[Piece]:
        """A member's passages of whatever books: their turns, what they edited, and what the bot told for them."""
        rows = await self._db.read(_PIECES, (guild_id, member_id))
        return [piece_of(row) for row in rows]

    async def plates_of(self, guild_id: int, member_id: int) -> list[PlateOfMember]:
        """The illustrations of those, without their pictures: all of them together may be more than memory holds."""
        rows = await self._db.read(_PLATES, (guild_id, member_id))
        return [PlateOfMember(**{**dict(row), "figures": json.loads(row["figures"])}) for row in rows]

    async def plate_picture(self, guild_id: int, plate_id: int) -> bytes | None:
        """An illustration's picture, PNG; None where it went meanwhile."""
        rows = await self._db.read("SELECT picture FROM plates WHERE guild_id = ? AND id = ?", (guild_id, plate_id))
        return rows[0]["picture"] if rows else None

    async def bookmarks_of(self, guild_id: int, member_id: int) -> list[Bookmark]:
        """How far a member has read in which books."""
        rows = await self._db.read(
            "SELECT * FROM bookmarks WHERE guild_id = ? AND member_id = ? ORDER BY book_id", (guild_id, member_id)
        )
        return [Bookmark(**dict(row)) for row in rows]

    async def branches_of(self, guild_id: int, member_id: int) -> list[tuple[str, str]]:
        """Book and title of the branches that a member opened."""
        rows = await self._db.read(
            "SELECT book_id, title FROM branches WHERE guild_id = ? AND opened_by = ? AND parent_id IS NOT NULL"
            " ORDER BY id",
            (guild_id, member_id),
        )
        return [(row["book_id"], row["title"]) for row in rows]


async def _erase_member(db: aiosqlite.Connection, guild_id: int, member_id: int) -> None:
    whose = (guild_id, member_id)
    await db.execute(_STALE, whose)
    await db.execute(_STALE_THREADS, whose)
    await db.execute(_TITLES, whose)
    alone = [row["id"] for row in await db.execute_fetchall(_ALONE, whose)]
    await db.execute(
        "DELETE FROM books WHERE guild_id = ? AND id IN (SELECT value FROM json_each(?))",
        (guild_id, json.dumps(alone)),
    )
    pieces = list(await db.execute_fetchall(_PIECES, whose))
    for row in pieces:
        await empty_piece(db, guild_id, row["id"])
    await forget_derived(db, guild_id, {row["book_id"] for row in pieces})
    for row in await db.execute_fetchall(_UNNAME, whose):
        # what was seen at the beginning was seen in their picture or premise
        await db.execute("UPDATE branches SET story = '' WHERE guild_id = ? AND book_id = ?", (guild_id, row["id"]))
    await db.execute(
        "UPDATE branches SET title = CASE WHEN parent_id IS NULL THEN title ELSE '' END, opened_by = 0"
        " WHERE guild_id = ? AND opened_by = ?",
        whose,
    )
    await db.execute("DELETE FROM bookmarks WHERE guild_id = ? AND member_id = ?", whose)
    await db.execute("DELETE FROM story_posts WHERE guild_id = ? AND member_id = ?", whose)
