"""`/book edit`: a form with a chapter's title and words, and what follows when it is sent.

The words are judged like every request's; then the piece changes, what is told after it counts as possibly stale,
memory is given the new words, and the chapter's message is written anew. A form knows which words it opened with:
where the piece says something else by now, nothing changes, and whoever sent the form gets their words back.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Final

import discord

from bot import texts, texts_books
from bot.book_posts import ChapterPosts
from bot.book_shelf import Shelf, check_owner
from bot.bookkeeping import Bookkeeping
from bot.convert import Reader, origin_of
from bot.delivery import Delivery
from bot.embeds import PAGE
from bot.markup import TITLE_LIMIT, quote
from bot.outgoing import OutFile, Outgoing
from bot.rating import age_restricted
from bot.views import form_id, form_values
from bot.views_books import EditOf, edit_form
from ravsg import safety
from ravsg.errors import BadInput, BadText, Outdated
from ravsg.store.book_rows import BookRow, Piece
from ravsg.store.books import BookStore

MOST_TITLE: Final = 100
MOST_TEXT: Final = PAGE
"""Characters of a chapter that a form holds, so that it stays one message."""


class Edits:
    """Opens the form and takes what it brings."""

    def __init__(
        self,
        *,
        store: BookStore,
        books: Bookkeeping,
        shelf: Shelf,
        posts: ChapterPosts,
        delivery: Delivery,
        reader: Reader,
    ) -> None:
        self._store = store
        self._books = books
        self._shelf = shelf
        self.posts = posts
        self._delivery = delivery
        self._reader = reader

    async def open(self, interaction: discord.Interaction[Any], book: BookRow, number: int | None) -> None:
        """The form for a chapter, the last one without a number. Raises BadInput, Refused, StoreError."""
        path = (await self._shelf.open(book)).path
        if number is not None and number > len(path):
            raise BadInput(texts_books.NO_SUCH_CHAPTER, texts_books.chapters_there(len(path)))
        piece = path[-1 if number is None else number - 1]
        self._check(interaction, book, piece)
        if len(piece.text) > MOST_TEXT or len(piece.title) > MOST_TITLE:
            raise BadInput(texts_books.TOO_LONG_FOR_FORM, texts_books.TOO_LONG_FOR_FORM_REMEDY)
        form = edit_form(piece, most_title=MOST_TITLE, most_text=MOST_TEXT)
        await self._delivery.open_modal(interaction, form)

    async def sent(self, interaction: discord.Interaction[Any]) -> None:
        """The form was sent. Raises BadInput, BadText, Refused, Unfit, StoreError."""
        origin = origin_of(interaction)
        of = EditOf.read(form_id(interaction))
        piece = None if of is None else await self._store.piece(origin.guild_id, of.piece_id)
        if of is None or piece is None or piece.state != "told":
            raise BadInput(texts_books.CHAPTER_GONE, texts_books.CHAPTER_GONE_REMEDY)
        book = await self._shelf.book(interaction, piece.book_id)
        self._check(interaction, book, piece)
        if not await self._delivery.defer(interaction):
            return
        fields = form_values(interaction)
        title = self._reader.text(fields.get("title", ""), "Your title")
        text = self._reader.text(fields.get("text", ""), "Your chapter")
        if not any(char.isalnum() for char in text):
            raise BadText(texts_books.NO_WORDS, texts_books.NO_WORDS_REMEDY)
        adult = book.adult and age_restricted(interaction.channel)
        await asyncio.to_thread(partial(safety.check, title, text, adult=adult))
        if (title, text) == (piece.title, piece.text):
            await self._delivery.update(interaction, Outgoing(texts_books.UNCHANGED))
            return
        try:
            edited = await self._store.edit_piece(
                origin.guild_id, piece.id, text=text, title=title, by=origin.author_id, version=of.version
            )
        except Outdated:
            await self._delivery.hand_over(interaction, _given_back(title, text))
            return
        await self._show(interaction, book, edited)

    async def _show(self, interaction: discord.Interaction[Any], book: BookRow, edited: Piece) -> None:
        """What follows once the new words are kept."""
        await self._store.drop_summaries(book.guild_id, book.id)  # they may tell of the old words
        await self._books.reindexed(book, edited)
        await self.posts.write_anew(edited, picture=False)
        path = await self._store.path(book.guild_id, edited.branch_id)
        later = sum(one.position > edited.position for one in path)
        name = quote(edited.title, TITLE_LIMIT) or texts.UNTITLED
        await self._delivery.update(interaction, Outgoing(texts_books.edited(name, later)))

    @staticmethod
    def _check(interaction: discord.Interaction[Any], book: BookRow, piece: Piece) -> None:
        """What somebody wrote is theirs to change, in their own message where it stands in one, which is followed;
        what the bot wrote, whose book it is or who asked for it."""
        if piece.kind == "turn" and not piece.ours:
            raise BadInput(texts_books.TURN_IS_A_MESSAGE, texts_books.TURN_IS_A_MESSAGE_REMEDY)
        owners = (piece.author_id,) if piece.author_id else (book.author_id, piece.asked_by)
        check_owner(interaction, *owners)


def _given_back(title: str, text: str) -> Outgoing:
    """That a chapter was changed while a form was open, with what was typed into it."""
    data = f"{title}\n\n{text}".strip().encode()
    return Outgoing(
        texts_books.CHANGED_MEANWHILE, files=(OutFile(texts_books.YOURS_NAME, data, texts_books.YOURS_ALT),)
    )
