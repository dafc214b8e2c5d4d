"""`/book export` and `/book map`: a book as a file, and its branches as a picture, for whoever asks alone.

Both are made off the event loop and one at a time, because setting pages takes a core and some hundred megabytes.
Where a file is larger than this server takes, it is bound again with smaller pictures.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Final

import discord

from bot import texts, texts_books
from bot.binding import Told, bound, seen_of, story_map
from bot.book_shelf import Opened, Shelf
from bot.delivery import Delivery
from bot.markup import quote
from bot.outgoing import OutFile, Outgoing
from bot.rating import age_restricted
from bot.results import Results
from ravsg import safety
from ravsg.book.binding import BookFile, Form, bind
from ravsg.book.map import draw
from ravsg.book.model import Illustration
from ravsg.book.plates import ROOM
from ravsg.book.press import Press
from ravsg.errors import Refused, Unfit
from ravsg.memory.service import Memory
from ravsg.models.profiles import Profile
from ravsg.store.book_rows import BookRow
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)
SMALLER: Final = 3
"""Divisor of the pictures' room after a file was too large."""
LEAST_ROOM: Final = 100_000
"""Bytes of all pictures together under which a book is not bound: they would show nothing."""
TITLE: Final = 200
MOST_ASKED: Final = 10
"""Members whose names are asked for: those who only asked or edited."""


class BookFiles:
    """Binds books and draws maps."""

    def __init__(
        self,
        *,
        store: BookStore,
        shelf: Shelf,
        memory: Memory,
        delivery: Delivery,
        results: Results,
        profile: Profile,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._memory = memory
        self._delivery = delivery
        self._results = results
        self._profile = profile
        self._press: Press | None = None
        self._at_work = asyncio.Lock()

    async def export(self, interaction: discord.Interaction[Any], book: BookRow, form: Form) -> None:
        """The line of telling that counts, as a file. Raises BadInput, Refused, Unfit, BadPicture, StoreError."""
        if not await self._delivery.defer(interaction):
            return
        told = await self._told(await self._shelf.open(book))
        await self._judge(interaction, told)
        file, smaller = await self._bound(told, form, self._results.file_limit(book.guild_id))
        title = quote(book.title, TITLE) or texts.UNTITLED
        lines = [texts_books.exported(title, form, len(file.data) / 1_000_000)]
        lines += [texts_books.EXPORT_SMALLER] * smaller + [file.note] * bool(file.note)
        lines += [texts_books.EXPORT_UNNAMED] * (None in {one.name for one in bound(told, self._profile).credits})
        attached = OutFile(file.name, file.data, texts_books.EXPORT_ALT)
        await self._delivery.hand_over(interaction, Outgoing("\n".join(lines), files=(attached,)))

    async def map(self, interaction: discord.Interaction[Any], book: BookRow) -> None:
        """All lines of telling as a picture. Raises BadInput, Unfit, StoreError."""
        if not await self._delivery.defer(interaction):
            return
        told = await self._told(await self._shelf.open(book))
        await self._judge(interaction, told)
        async with self._at_work:
            plate = (await asyncio.to_thread(lambda: draw(story_map(told, self._profile), self._the_press()))).plate
        title = quote(book.title, TITLE) or texts.UNTITLED
        chapters = sum(one.kind == "chapter" for one in told.pieces)
        words = texts_books.map_told(title, chapters, len(told.pieces) - chapters, len(told.branches))
        file = OutFile(texts_books.MAP_NAME, plate.data, plate.alt)
        await self._delivery.hand_over(interaction, Outgoing(words, files=(file,)))

    async def _bound(self, told: Told, form: Form, limit: int) -> tuple[BookFile, bool]:
        async def in_room(room: int) -> BookFile:
            async with self._at_work:
                return await asyncio.to_thread(self._bind, told, form, room)

        return await fitting(in_room, limit, form)

    def _bind(self, told: Told, form: Form, room: int) -> BookFile:
        return bind(bound(told, self._profile), form, self._the_press(), room=room)

    def _the_press(self) -> Press:
        """Made when it is first needed, in a thread: it reads the machine's fonts."""
        self._press = self._press or Press()
        return self._press

    async def _told(self, opened: Opened) -> Told:
        book = opened.book
        pieces = await self._store.pieces(book.guild_id, book.id)
        people = {book.author_id, *_people(opened, pieces)}
        named = {one for one in people if one and await self._memory.may_remember(book.guild_id, one)}
        known = {book.author_id, *(one.author_id for one in opened.path)}
        unknown = sorted(named - known)[:MOST_ASKED]
        names = {one: await self._delivery.name_of(book.guild_id, one) for one in unknown}
        picture = await self._store.picture(book.guild_id, book.id)
        return Told(
            book=book,
            branches=opened.branches,
            pieces=pieces,
            path=opened.path,
            plates=await self._store.plates(book.guild_id, book.id),
            picture=None if picture is None else Illustration(picture, seen_of(opened.branch.story)),
            named=named,
            names={one: name for one, name in names.items() if name},
        )

    async def _judge(self, interaction: discord.Interaction[Any], told: Told) -> None:
        words = [told.book.title, *(part for one in told.pieces for part in (one.title, one.text))]
        adult = age_restricted(interaction.channel)
        if not await asyncio.to_thread(partial(safety.fits, *words, adult=adult)):
            raise Unfit(texts_books.NOT_FOR_HERE, texts_books.NOT_FOR_HERE_REMEDY)


async def fitting(in_room: Callable[[int], Awaitable[BookFile]], limit: int, form: Form) -> tuple[BookFile, bool]:
    """A book bound in so much room for its pictures that the file has at most `limit` bytes, and whether they had to
    be smaller for it. Raises Refused where even that does not help."""
    room = ROOM
    while room >= LEAST_ROOM:
        file = await in_room(room)
        if len(file.data) <= limit:
            return file, room < ROOM
        _log.info("a book of %d bytes is bound again with smaller pictures", len(file.data))
        room //= SMALLER
    raise Refused(texts_books.EXPORT_TOO_LARGE, texts_books.EXPORT_TOO_LARGE_REMEDY[form])


def _people(opened: Opened, pieces: Iterable[Any]) -> set[int]:
    return {who for one in (*opened.path, *pieces) for who in (one.author_id, one.asked_by, one.edited_by)}
