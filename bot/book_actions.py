"""What a press on a button under a chapter does, and going on with a book.

Next chapter and Read are for everybody; what changes a chapter (Retry, Repaint, Make it canon) belongs to the member
whose book it is, to whoever asked for the chapter, and to moderators. Every press ends in an answer (`bot.presses`);
what is asked for goes through `bot.intake`, and what a request holds is `bot.bookkeeping`.
"""

from __future__ import annotations

from typing import Any, Final

import discord

from bot import texts_books
from bot.book_reading import Reading
from bot.book_shelf import Shelf, check_owner
from bot.bookkeeping import Bookkeeping
from bot.drafts import Draft
from bot.intake import Intake
from bot.presses import Presses
from bot.views_books import ChapterAction, Place
from ravsg.errors import BadInput
from ravsg.store.book_rows import BookRow, Piece
from ravsg.store.books import BookStore

OWNERS_ONLY: Final[frozenset[ChapterAction]] = frozenset({"retry", "repaint", "canon"})


class BookActions:
    """Buttons of books, with what they need."""

    def __init__(
        self,
        *,
        store: BookStore,
        books: Bookkeeping,
        shelf: Shelf,
        reading: Reading,
        intake: Intake,
        presses: Presses,
    ) -> None:
        self._store = store
        self._books = books
        self._shelf = shelf
        self._reading = reading
        self._intake = intake
        self._presses = presses

    async def press(self, interaction: discord.Interaction[Any], action: ChapterAction, piece_id: int) -> None:
        """A button under a chapter."""
        await self._presses.answered(
            interaction, f"button {action} of a chapter", lambda: self._press(interaction, action, piece_id)
        )

    async def go_on(self, interaction: discord.Interaction[Any], book_id: str) -> None:
        """The button under the notice that a book stopped."""
        await self._presses.answered(interaction, "button go on", lambda: self._go_on(interaction, book_id))

    async def next_chapter(
        self, interaction: discord.Interaction[Any], book: BookRow, direction: str = "", branch_id: int | None = None
    ) -> None:
        """Ask for a book's next chapter. Raises BadInput, Refused and what `bot.intake` raises."""
        _check_chapters(book)

        async def prepare() -> Draft:
            return await self._books.next_chapter(book, direction=direction, branch_id=branch_id)

        await self._intake.interaction(interaction, prepare)

    async def retry(self, interaction: discord.Interaction[Any], book: BookRow, piece: Piece) -> None:
        """Ask for the last chapter anew, with another seed. Raises BadInput for an earlier one, Refused for a
        stranger, and what `bot.intake` raises."""
        _check_chapters(book)
        check_owner(interaction, book.author_id, piece.asked_by)
        path = await self._store.path(book.guild_id, piece.branch_id)
        if not path or path[-1].id != piece.id:
            raise BadInput(texts_books.NOT_THE_LAST, texts_books.NOT_THE_LAST_REMEDY)
        await self._intake.interaction(interaction, lambda: self._books.again(book, piece))

    async def _go_on(self, interaction: discord.Interaction[Any], book_id: str) -> None:
        await self.next_chapter(interaction, await self._shelf.book(interaction, book_id))

    async def _press(self, interaction: discord.Interaction[Any], action: ChapterAction, piece_id: int) -> None:
        piece = await self._store.piece(interaction.guild_id or 0, piece_id)
        if piece is None or piece.state != "told":
            raise BadInput(texts_books.CHAPTER_GONE, texts_books.CHAPTER_GONE_REMEDY)
        book = await self._shelf.book(interaction, piece.book_id)
        if action in OWNERS_ONLY:
            check_owner(interaction, book.author_id, piece.asked_by)
        match action:
            case "next":
                await self.next_chapter(interaction, book, branch_id=piece.branch_id)
            case "retry":
                await self.retry(interaction, book, piece)
            case "read":
                await self._reading.open(interaction, book, Place(book.id, piece.branch_id, piece.position))
            case "repaint":
                await self._intake.interaction(interaction, lambda: self._books.repaint(book, piece))
            case "canon":
                await self._canon(interaction, book, piece)

    async def _canon(self, interaction: discord.Interaction[Any], book: BookRow, piece: Piece) -> None:
        plate = await self._store.plate_of(book.guild_id, piece.id)
        if plate is None:
            raise BadInput(texts_books.NO_PLATE, texts_books.NO_PLATE_REMEDY)
        if plate.verdict != "differs":
            raise BadInput(texts_books.ALREADY_FITS, texts_books.ALREADY_FITS_REMEDY)
        await self._intake.interaction(interaction, lambda: self._books.canonise(book, piece))


def _check_chapters(book: BookRow) -> None:
    """Raise BadInput for a story thread: who tells it on, and when, is its thread's affair."""
    if book.kind != "book":
        raise BadInput(texts_books.TOLD_IN_TURNS, texts_books.TOLD_IN_TURNS_REMEDY)
