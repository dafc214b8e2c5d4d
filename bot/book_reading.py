"""`/book read`: a book in pages, for the reader alone, opened where they stopped.

A page is a layout: a picture above its words, a menu of chapters, ◀ and ▶. Whoever reads a page has their bookmark
there; that is all that is kept of reading. Which books may be read where is `bot.book_shelf`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import discord
from discord import ui

from bot import texts, texts_books
from bot.book_leaves import Leaf, leaf_at, leaves_of
from bot.book_shelf import Opened, Shelf
from bot.delivery import Delivery
from bot.files import fitted
from bot.markup import quote
from bot.outgoing import OutFile, Outgoing
from bot.presses import Presses
from bot.rating import age_restricted
from bot.results import Results
from bot.views_books import LeafButton, LeafMenu, MenuEntry, Place
from ravsg import safety
from ravsg.store.book_rows import BookRow, Plate
from ravsg.store.books import BookStore

COLOUR: Final = discord.Colour(0x6A8E7F)
PICTURE_BYTES: Final = 2 * 1024 * 1024
"""Of a page's picture: it is uploaded anew with every turn of a page."""
TITLE: Final = 200
_LAST_POSITION: Final = 999_999


class Reading:
    """Opens books and turns their pages."""

    def __init__(
        self,
        *,
        store: BookStore,
        shelf: Shelf,
        delivery: Delivery,
        results: Results,
        presses: Presses,
        spoiler: bool,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._delivery = delivery
        self._results = results
        self._presses = presses
        self._spoiler = spoiler

    async def open(self, interaction: discord.Interaction[Any], book: BookRow, place: Place | None = None) -> None:
        """A book as the answer to an interaction: at a place, else where the reader stopped. Raises BadInput,
        StoreError."""
        if not await self._delivery.defer(interaction):
            return
        if place is None:
            mark = await self._store.bookmark(book.guild_id, interaction.user.id, book.id)
            place = None if mark is None else Place(book.id, mark.branch_id, mark.position)
        await self._show(interaction, book, place)

    async def turn(self, interaction: discord.Interaction[Any], place: Place) -> None:
        """Another page, in the message whose button or menu was used."""
        await self._presses.answered(interaction, "a book's page", lambda: self._turn(interaction, place))

    async def _turn(self, interaction: discord.Interaction[Any], place: Place) -> None:
        book = await self._shelf.book(interaction, place.book_id)
        if await self._delivery.defer_change(interaction):
            await self._show(interaction, book, place)

    async def _show(self, interaction: discord.Interaction[Any], book: BookRow, place: Place | None) -> None:
        opened = await self._shelf.open(book, None if place is None else place.branch_id)
        leaves = await asyncio.to_thread(leaves_of, opened.path)
        at = 0 if place is None else leaf_at(leaves, place.position, place.part)
        leaf = leaves[at]
        fit = await asyncio.to_thread(
            partial(safety.fits, leaf.title, leaf.text, adult=age_restricted(interaction.channel))
        )
        file = await self._picture(leaf) if fit and leaf.part == 0 else None
        view = _layout(opened, leaves, at, file, fit=fit, spoiler=self._spoiler)
        # before it is shown: whoever asks for a recap at once has read this page
        await self._store.mark_read(book.guild_id, interaction.user.id, book.id, opened.branch.id, leaf.last)
        await self._delivery.update(interaction, Outgoing(files=() if file is None else (file,), view=view))

    async def _picture(self, leaf: Leaf) -> OutFile | None:
        for piece in leaf.pieces:
            plate: Plate | None = await self._store.plate_of(piece.guild_id, piece.id)
            if plate is not None:
                limit = min(PICTURE_BYTES, self._results.file_limit(piece.guild_id))
                fit = await asyncio.to_thread(fitted, plate.picture, limit)
                return OutFile(f"chapter-{plate.id}.{fit.extension}", fit.data, plate.alt)
        return None


def _layout(
    opened: Opened, leaves: Sequence[Leaf], at: int, file: OutFile | None, *, fit: bool, spoiler: bool
) -> ui.LayoutView:
    leaf = leaves[at]
    parts: list[ui.Item[Any]] = []
    title = quote(leaf.title, TITLE) if fit and leaf.title else texts.UNTITLED
    parts.append(ui.TextDisplay(texts_books.leaf_heading(_number(leaves, at), title)))
    if file is not None:
        item = discord.MediaGalleryItem(f"attachment://{file.name}", description=file.alt, spoiler=spoiler)
        parts.append(ui.MediaGallery(item))
    parts.append(ui.TextDisplay(leaf.text if fit else texts_books.LEAF_NOT_FOR_HERE))
    if leaf.stale:
        parts.append(ui.TextDisplay(f"-# {texts_books.STALE}"))
    book = quote(opened.book.title, TITLE) or texts.UNTITLED
    parts.append(ui.TextDisplay(texts_books.leaf_place(book, at + 1, len(leaves))))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*parts, accent_colour=COLOUR))
    if len(leaves) > 1:
        view.add_item(ui.ActionRow(LeafMenu(opened.book.id, opened.branch.id, _entries(opened, leaves, at))))
        view.add_item(ui.ActionRow(*_turns(opened, leaves, at)))
    return view


def _number(leaves: Sequence[Leaf], at: int) -> int:
    """Of the chapter that a page belongs to, counted from 1."""
    return len({leaf.position for leaf in leaves[: at + 1]})


def _entries(opened: Opened, leaves: Sequence[Leaf], at: int) -> list[MenuEntry]:
    chapters = [leaf for leaf in leaves if leaf.part == 0]
    return [
        MenuEntry(
            number,
            leaf.title or texts.UNTITLED,
            Place(opened.book.id, opened.branch.id, leaf.position),
            leaf.position == leaves[at].position,
        )
        for number, leaf in enumerate(chapters, 1)
    ]


def _turns(opened: Opened, leaves: Sequence[Leaf], at: int) -> list[LeafButton]:
    """Both ends are greyed out; no two buttons of a message may have one id."""

    def place(index: int) -> Place:
        if not 0 <= index < len(leaves):
            return Place(opened.book.id, opened.branch.id, 0 if index < 0 else _LAST_POSITION)
        return Place(opened.book.id, opened.branch.id, leaves[index].position, leaves[index].part)

    return [
        LeafButton(place(at - 1), label=texts_books.PREVIOUS, disabled=at == 0),
        LeafButton(place(at + 1), label=texts_books.NEXT, disabled=at == len(leaves) - 1),
    ]
