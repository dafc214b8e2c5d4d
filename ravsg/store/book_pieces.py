"""The pieces of books: in which order they are read, what comes after what, and what a change leaves stale.

A branch's path is what is told of its ancestors up to where it leaves, and then its own pieces. The piece that it
leaves after belongs to its path even where the ancestor undid it since; what was deleted belongs to none.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from ravsg.errors import BadInput, Outdated, Refused
from ravsg.store.book_awaited import told_at_last
from ravsg.store.book_branches import GONE
from ravsg.store.book_rows import NewPiece, Piece, PieceState, piece_of

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_PATH: Final = """
WITH RECURSIVE line (id, parent_id, fork_id, until) AS (
    SELECT id, parent_id, fork_piece_id, NULL FROM branches WHERE guild_id = :guild AND id = :branch
    UNION ALL
    SELECT p.id, p.parent_id, p.fork_piece_id, f.id FROM line
        JOIN pieces AS f ON f.guild_id = :guild AND f.id = line.fork_id
        JOIN branches AS p ON p.guild_id = :guild AND p.id = line.parent_id)
SELECT pieces.* FROM line JOIN pieces ON pieces.guild_id = :guild AND pieces.branch_id = line.id
LEFT JOIN pieces AS fork ON fork.guild_id = :guild AND fork.id = line.until
WHERE CASE WHEN pieces.id = line.until THEN pieces.state <> 'deleted'
    ELSE pieces.state = 'told' AND (line.until IS NULL OR pieces.position < fork.position) END
ORDER BY pieces.position
"""
_LATER: Final = """
WITH RECURSIVE later (branch_id, after) AS (
    SELECT :branch, :position
    UNION
    SELECT b.id, 0 FROM later JOIN branches AS b ON b.guild_id = :guild AND b.parent_id = later.branch_id
        JOIN pieces AS f ON f.guild_id = :guild AND f.id = b.fork_piece_id WHERE f.position >= later.after)
UPDATE pieces SET stale = 1 WHERE guild_id = :guild AND state = 'told' AND EXISTS (
    SELECT 1 FROM later WHERE later.branch_id = pieces.branch_id AND pieces.position > later.after)
"""
_NEXT: Final = """
SELECT b.book_id, 1 + max(
    coalesce((SELECT max(position) FROM pieces
        WHERE guild_id = b.guild_id AND branch_id = b.id AND (state IN ('told', 'awaited')
            OR id IN (SELECT fork_piece_id FROM branches WHERE guild_id = b.guild_id AND book_id = b.book_id))), 0),
    coalesce((SELECT position FROM pieces WHERE guild_id = b.guild_id AND id = b.fork_piece_id), 0)) AS position
FROM branches AS b WHERE b.guild_id = ? AND b.id = ?
"""
_ADD: Final = """
INSERT INTO pieces (guild_id, book_id, branch_id, position, kind, author_id, author_name, asked_by, channel_id,
    message_id, ours, job_id, title, text, keywords, figures, notes, tries, summary, state, created_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'told', ?) RETURNING *
"""
_TOLD: Final = "SELECT * FROM pieces WHERE guild_id = ? AND id = ? AND state = 'told'"
_EDIT: Final = """
UPDATE pieces SET text = ?, title = coalesce(?, title), edited_by = ?, edited_ms = ?, stale = 0
WHERE guild_id = ? AND id = ? RETURNING *
"""
_EMPTIED: Final = """
UPDATE pieces SET state = 'deleted', title = '', text = '', keywords = '[]', figures = '{}', notes = '[]',
    summary = '', author_id = 0, author_name = '', asked_by = 0, edited_by = 0, stale = 0
WHERE guild_id = ? AND id = ? RETURNING branch_id, position
"""


class Pieces:
    """The table pieces. Every call raises StoreError or DiskFull when the database does not answer."""

    _db: Database

    async def path(self, guild_id: int, branch_id: int) -> list[Piece]:
        """What a branch tells from the beginning, ancestors first."""
        rows = await self._db.read(_PATH, {"guild": guild_id, "branch": branch_id})
        return [piece_of(row) for row in rows]

    async def pieces(self, guild_id: int, book_id: str) -> list[Piece]:
        """Every piece of a book that is told in some branch, in the order in which they were told."""
        rows = await self._db.read(
            "SELECT * FROM pieces WHERE guild_id = ? AND book_id = ? AND (state = 'told' OR state = 'undone'"
            " AND id IN (SELECT fork_piece_id FROM branches WHERE guild_id = ? AND book_id = ?)) ORDER BY id",
            (guild_id, book_id, guild_id, book_id),
        )
        return [piece_of(row) for row in rows]

    async def piece(self, guild_id: int, piece_id: int) -> Piece | None:
        """One piece, in whatever state."""
        return await self._one("SELECT * FROM pieces WHERE guild_id = ? AND id = ?", guild_id, piece_id)

    async def piece_of_message(self, guild_id: int, message_id: int) -> Piece | None:
        """The piece that a message holds, or shows first."""
        return await self._one("SELECT * FROM pieces WHERE guild_id = ? AND message_id = ?", guild_id, message_id)

    async def piece_of_job(self, guild_id: int, job_id: str) -> Piece | None:
        """The piece that a job told."""
        return await self._one("SELECT * FROM pieces WHERE guild_id = ? AND job_id = ?", guild_id, job_id)

    async def add_piece(self, guild_id: int, new: NewPiece) -> Piece:
        """Put a piece behind what its branch tells, in another's place, or where its job's was awaited; the same
        job's or message's is added once.

        Raises Refused where its branch, or the piece whose place it takes, is not there any more.
        """
        now = time.time_ns() // 1_000_000

        async def work(db: aiosqlite.Connection) -> Piece:
            known = list(
                await db.execute_fetchall(
                    "SELECT * FROM pieces WHERE guild_id = ? AND (job_id = ? OR message_id = ?)",
                    (guild_id, new.job_id, new.message_id),
                )
            )
            if known and known[0]["state"] == "awaited":
                return await told_at_last(db, known[0], new)
            if known:
                return piece_of(known[0])
            book_id, position = await _place(db, guild_id, new)
            (row,) = await db.execute_fetchall(
                _ADD,
                (guild_id, book_id, new.branch_id, position, new.kind, new.author_id, new.author_name, new.asked_by,
                 new.channel_id, new.message_id, new.ours, new.job_id, new.title, new.text, json.dumps(new.keywords),
                 json.dumps(dict(new.figures)), json.dumps(new.notes), new.tries, new.summary, now),
            )  # fmt: skip
            await db.execute(
                "UPDATE books SET updated_ms = ? WHERE guild_id = ? AND id = ?", (now, guild_id, book_id)
            )
            return piece_of(row)

        return await self._db.write(work)

    async def edit_piece(
        self,
        guild_id: int,
        piece_id: int,
        *,
        text: str,
        by: int,
        title: str | None = None,
        version: str | None = None,
    ) -> Piece:
        """Give a piece other words; what is told after it, in its branch and in those that leave later, becomes
        stale. `by` is the member whose words they are; 0: the bot's, so that nobody's name stands for them. `version`
        is the piece's for which the new words were made.

        Raises BadInput where it is not told any more, Outdated where it is of another version.
        """
        new = (text, title, by, time.time_ns() // 1_000_000)

        async def work(db: aiosqlite.Connection) -> Piece:
            told = list(await db.execute_fetchall(_TOLD, (guild_id, piece_id)))
            if not told:
                raise BadInput("This passage is not there any more.", "Please choose another one.")
            if version not in {None, piece_of(told[0]).version}:
                raise Outdated(detail=f"piece {piece_id}")
            (row,) = await db.execute_fetchall(_EDIT, (*new, guild_id, piece_id))
            await mark_later(db, guild_id, row["branch_id"], row["position"])
            return piece_of(row)

        return await self._db.write(work)

    async def set_state(self, guild_id: int, piece_id: int, state: PieceState) -> Piece | None:
        """Undo a piece, tell it again, or delete it; None where there is none, or it was deleted before.

        Deleted is for good: its words and its plates leave the disk. What is told after it becomes stale. Raises
        Refused for one that is to be told again where another took its place.
        """
        if state == "deleted":
            await self._delete(guild_id, piece_id)
        else:
            await self._turn(guild_id, piece_id, state)
        piece = await self.piece(guild_id, piece_id)
        return piece if piece is not None and piece.state == state else None

    async def posted(self, guild_id: int, piece_id: int, channel_id: int, message_id: int) -> None:
        """Keep where a piece stands."""
        await self._execute(
            "UPDATE pieces SET channel_id = ?, message_id = ? WHERE guild_id = ? AND id = ? AND state <> 'deleted'",
            (channel_id, message_id, guild_id, piece_id),
        )

    async def mark_stale(self, guild_id: int, piece_id: int) -> None:
        """Keep that something before a piece was changed since it was told, or while it was."""
        await self._execute(
            "UPDATE pieces SET stale = 1 WHERE guild_id = ? AND id = ? AND state = 'told'", (guild_id, piece_id)
        )

    async def _turn(self, guild_id: int, piece_id: int, state: PieceState) -> None:
        async def work(db: aiosqlite.Connection) -> None:
            taken = (
                "SELECT 1 FROM pieces AS p JOIN pieces AS o ON o.guild_id = p.guild_id AND o.branch_id = p.branch_id"
                " AND o.position = p.position AND o.id <> p.id AND o.state = 'told'"
                " WHERE p.guild_id = ? AND p.id = ? AND p.state = 'undone'"
            )
            if state == "told" and list(await db.execute_fetchall(taken, (guild_id, piece_id))):
                raise Refused("Something else is told in its place by now.", "Please undo that first.")
            for row in await db.execute_fetchall(
                "UPDATE pieces SET state = ? WHERE guild_id = ? AND id = ? AND state NOT IN ('deleted', ?)"
                " RETURNING branch_id, position",
                (state, guild_id, piece_id, state),
            ):
                await mark_later(db, guild_id, row["branch_id"], row["position"])

        await self._db.write(work)

    async def _delete(self, guild_id: int, piece_id: int) -> None:
        async def work(db: aiosqlite.Connection) -> None:
            await empty_piece(db, guild_id, piece_id)

        await self._db.erase(work)

    async def _one(self, sql: str, guild_id: int, value: int | str) -> Piece | None:
        rows = await self._db.read(sql, (guild_id, value))
        return piece_of(rows[0]) if rows else None

    async def _execute(self, sql: str, args: tuple[Any, ...]) -> None:
        async def work(db: aiosqlite.Connection) -> None:
            await db.execute(sql, args)

        await self._db.write(work)


async def mark_later(db: aiosqlite.Connection, guild_id: int, branch_id: int, position: int) -> None:
    """Mark as stale what is told after a position of a branch, there and in branches that leave there or later."""
    await db.execute(_LATER, {"guild": guild_id, "branch": branch_id, "position": position})


async def empty_piece(db: aiosqlite.Connection, guild_id: int, piece_id: int) -> None:
    """Take a piece's words, names and plates away; what is told after it becomes stale."""
    await db.execute("DELETE FROM plates WHERE guild_id = ? AND piece_id = ?", (guild_id, piece_id))
    for row in await db.execute_fetchall(_EMPTIED, (guild_id, piece_id)):
        await mark_later(db, guild_id, row["branch_id"], row["position"])


async def _place(db: aiosqlite.Connection, guild_id: int, new: NewPiece) -> tuple[str, int]:
    """Book and position of a new piece, whose place is free then."""
    if new.instead_of is None:
        rows = list(await db.execute_fetchall(_NEXT, (guild_id, new.branch_id)))
    else:
        rows = list(
            await db.execute_fetchall(
                "UPDATE pieces SET state = 'undone' WHERE guild_id = ? AND branch_id = ? AND id = ?"
                " AND state = 'told' RETURNING book_id, position",
                (guild_id, new.branch_id, new.instead_of),
            )
        )
        for row in rows:
            await mark_later(db, guild_id, new.branch_id, row["position"])
    if not rows:
        raise Refused(*GONE)
    return rows[0]["book_id"], rows[0]["position"]
