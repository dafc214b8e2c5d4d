"""One line of telling of a story thread: its book, its branch and its thread, found for whoever acts in it.

Here stands who may do what, and whether a line can still be written on; nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot import texts_weave
from bot.actions import is_moderator
from bot.markup import quote
from ravsg.errors import BadInput, Refused
from ravsg.store.book_rows import BookRow, Branch, Piece
from ravsg.store.books import BookStore

TITLE: Final = 80


@dataclass(frozen=True, slots=True)
class Line:
    """A branch of a book that is told in a thread."""

    book: BookRow
    branch: Branch
    thread_id: int

    @property
    def guild_id(self) -> int:
        """The server."""
        return self.book.guild_id

    @property
    def sibling(self) -> bool:
        """Whether a What if? opened it."""
        return self.branch.parent_id is not None

    @property
    def title(self) -> str:
        """The book's title as it may be shown."""
        return quote(self.book.title, TITLE) or texts_weave.UNTITLED

    @property
    def open(self) -> bool:
        """Whether it can be written on."""
        return self.book.state == "writing" and self.branch.fate != "aside"


class Lines:
    """Finds lines of telling."""

    def __init__(self, store: BookStore) -> None:
        self._store = store

    async def of_thread(self, guild_id: int, thread_id: int) -> Line | None:
        """What a thread tells; None where it is no story thread. Raises StoreError."""
        found = await self._store.by_thread(guild_id, thread_id)
        if found is None or found[0].kind != "thread":
            return None
        return Line(*found, thread_id)

    async def of_branch(self, guild_id: int | None, branch_id: int) -> Line:
        """The line that a button names. Raises BadInput for one of another server or of none."""
        branch = await self._store.branch(guild_id or 0, branch_id)
        book = None if branch is None else await self._store.book(branch.guild_id, branch.book_id)
        if branch is None or book is None or branch.thread_id is None:
            raise BadInput(texts_weave.UNKNOWN, texts_weave.UNKNOWN_REMEDY)
        return Line(book, branch, branch.thread_id)

    async def of_book(self, book: BookRow) -> list[Line]:
        """All lines of a book that have a thread, in the order in which they were opened. Raises StoreError."""
        branches = await self._store.branches(book.guild_id, book.id)
        return [Line(book, one, one.thread_id) for one in branches if one.thread_id is not None]

    async def piece(self, line: Line, piece_id: int) -> Piece:
        """A piece of the line's path, 0 for its last one. Raises BadInput where it is not there any more."""
        path = await self._store.path(line.guild_id, line.branch.id)
        found = path[-1:] if piece_id == 0 else [one for one in path if one.id == piece_id]
        if not found:
            cause = (texts_weave.NOTHING_YET, texts_weave.NOTHING_YET_REMEDY)
            raise BadInput(*(cause if piece_id == 0 else (texts_weave.NO_SUCH_TURN, texts_weave.NO_SUCH_TURN_REMEDY)))
        return found[0]

    async def check_teller(self, interaction: discord.Interaction[Any], line: Line) -> None:
        """Raise Refused unless whoever acts began the story, wrote in it, or is a moderator."""
        if interaction.user.id == line.book.author_id or is_moderator(interaction):
            return
        pieces = await self._store.pieces(line.guild_id, line.book.id)
        if interaction.user.id not in {one.author_id for one in pieces}:
            raise Refused(texts_weave.NOT_AMONG_TELLERS, texts_weave.NOT_AMONG_TELLERS_REMEDY)


def check_open(line: Line) -> None:
    """Raise Refused where a line cannot be written on, with the reason."""
    if line.book.state != "writing":
        raise Refused(*texts_weave.NOT_OPEN[line.book.state])
    if line.branch.fate == "aside":
        raise Refused(texts_weave.ASIDE, texts_weave.ASIDE_REMEDY)


def canon(lines: Sequence[Line]) -> Line:
    """The line that counts. There is always one: the trunk, until a poll chose another."""
    return next((one for one in reversed(lines) if one.branch.fate == "canon"), lines[0])
