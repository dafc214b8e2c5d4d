"""`/recap`: "Previously on …", for one reader, from where they stopped, with the picture of what they read last.

Only what stands before their bookmark is given to the writer. Its answer counts where it begins as a recap does, may
be shown here and names nobody whom the reader has not met; else sentences of the chapters themselves tell it. A
busy device is not waited for long: those sentences are there at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import discord
from discord import ui

from bot import texts, texts_books
from bot.book_leaves import Leaf, leaves_of
from bot.book_shelf import Opened, Shelf
from bot.delivery import Delivery
from bot.files import fitted
from bot.markup import quote, safe, shorten
from bot.outgoing import OutFile, Outgoing
from bot.rating import age_restricted
from ravsg import safety
from ravsg.errors import BadInput, RavsgError, Unfit
from ravsg.store.book_rows import BookRow, Piece
from ravsg.store.books import BookStore
from ravsg.story.answers import is_recap
from ravsg.story.condense import extract_summary
from ravsg.story.lengths import tail
from ravsg.story.people import names_of
from ravsg.story.tasks import recap_prompt

_log = logging.getLogger(__name__)

WRITER_SECONDS: Final = 45.0
"""How long the writer is waited for, its turn at the device included."""
LAST_CHARACTERS: Final = 400
"""Of what was read last, word for word."""
TITLE: Final = 60
"""Characters of a title in a prompt and in the heading."""
LONGEST: Final = 2500
PICTURE_BYTES: Final = 2 * 1024 * 1024


class Recaps:
    """Tells readers what happened so far."""

    def __init__(
        self,
        *,
        store: BookStore,
        shelf: Shelf,
        delivery: Delivery,
        write: Callable[[int, str], Awaitable[str]],
        told_in: Callable[[str], str],
        spoiler: bool,
    ) -> None:
        """`write`: a server's prompt to the writer's answer; raises RavsgError. `told_in`: the language that the
        writer is asked for in a book of this one."""
        self._store = store
        self._shelf = shelf
        self._delivery = delivery
        self._write = write
        self._told_in = told_in
        self._spoiler = spoiler

    async def tell(self, interaction: discord.Interaction[Any], book: BookRow) -> None:
        """Answer with a recap. Raises BadInput where nothing was read yet, Unfit, StoreError."""
        mark = await self._store.bookmark(book.guild_id, interaction.user.id, book.id)
        if mark is None:
            raise BadInput(texts_books.RECAP_NOTHING, texts_books.RECAP_NOTHING_REMEDY)
        if not await self._delivery.defer(interaction):
            return
        opened = await self._shelf.open(book, mark.branch_id)
        read = [one for one in opened.path if one.position <= mark.position]
        if not read:
            raise BadInput(texts_books.RECAP_NOTHING, texts_books.RECAP_NOTHING_REMEDY)
        adult = age_restricted(interaction.channel)
        words = await self._words(book, read, adult=adult)
        file = await self._picture(read)
        leaves = await asyncio.to_thread(leaves_of, read)
        await self._delivery.update(interaction, self._message(opened, leaves, words, file))

    async def _words(self, book: BookRow, read: Sequence[Piece], *, adult: bool) -> str:
        title = shorten(" ".join(book.title.split()), TITLE) or texts.UNTITLED
        own = await asyncio.to_thread(_own_words, read)
        if not await asyncio.to_thread(lambda: safety.fits(own, book.title, adult=adult)):
            raise Unfit(texts_books.NOT_FOR_HERE, texts_books.NOT_FOR_HERE_REMEDY)
        last = tail(read[-1].text, LAST_CHARACTERS)
        prompt = recap_prompt(title, own, last, language=self._told_in(book.language))
        try:
            async with asyncio.timeout(WRITER_SECONDS):
                answer = " ".join((await self._write(book.guild_id, prompt)).split())
        except (TimeoutError, RavsgError) as error:
            _log.info("a recap is told by the chapters' own sentences: %r", error)
            return own
        usable = is_recap(answer, title) and await asyncio.to_thread(_faithful, answer, title, read, adult)
        if not usable:
            _log.info("the writer's recap is unusable")
        return _without_heading(answer, title) if usable else own

    async def _picture(self, read: Sequence[Piece]) -> OutFile | None:
        for piece in reversed(read):
            plate = await self._store.plate_of(piece.guild_id, piece.id)
            if plate is not None:
                fit = await asyncio.to_thread(fitted, plate.picture, PICTURE_BYTES)
                return OutFile(f"chapter-{plate.id}.{fit.extension}", fit.data, plate.alt)
        return None

    def _message(self, opened: Opened, leaves: Sequence[Leaf], words: str, file: OutFile | None) -> Outgoing:
        title = quote(shorten(opened.book.title, TITLE), 2 * TITLE) or texts.UNTITLED
        chapters = len({leaf.position for leaf in leaves})
        where = texts_books.recap_place(chapters, quote(leaves[-1].title, 2 * TITLE) or texts.UNTITLED)
        parts: list[ui.Item[Any]] = [ui.TextDisplay(texts_books.recap_heading(title))]
        if file is not None:
            item = discord.MediaGalleryItem(f"attachment://{file.name}", description=file.alt, spoiler=self._spoiler)
            parts.append(ui.MediaGallery(item))
        parts += [ui.TextDisplay(shorten(safe(words), LONGEST)), ui.TextDisplay(where)]
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.Container(*parts))
        return Outgoing(files=() if file is None else (file,), view=view)


def _own_words(read: Sequence[Piece]) -> str:
    """What was read, in sentences of its own: the last summary, and three sentences of what came since."""
    kept = [at for at, one in enumerate(read) if one.summary]
    since = read[kept[-1] + 1 :] if kept else read
    recent = extract_summary([one.text for one in since]) if since else ""
    return " ".join(part for part in (read[kept[-1]].summary if kept else "", recent) if part)


def _without_heading(answer: str, title: str) -> str:
    """A recap without its first words, which stand over it."""
    words = answer.removeprefix(f"Previously on {title}").lstrip(" :,.;–—…-")
    return f"{words[:1].upper()}{words[1:]}" or answer


def _faithful(answer: str, title: str, read: Sequence[Piece], adult: bool) -> bool:
    """Whether an answer may be shown, and names nobody whom the reader has not met."""
    known = " ".join((title, *(part for one in read for part in (one.title, one.text, one.summary))))
    return safety.fits(answer, adult=adult) and all(name in known for name in names_of(answer))
