"""What happens to story threads from outside: locked, unlocked, deleted, or their channel with them.

An archived thread needs nothing: writing in it opens it again. A locked one pauses its story, which goes on when it
is unlocked; of a deleted one the words are kept as a book, while what was remembered of its messages is forgotten
(`cogs.deletions`). Whoever began the story is told directly, because the thread can tell nobody any more. Only the
thread of the canon decides for the whole book.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import discord

from bot import texts_weave
from bot.delivery import Delivery
from bot.outgoing import Outgoing
from bot.weave_continuing import Continuing
from bot.weave_lines import Line, Lines, canon
from ravsg.errors import RavsgError
from ravsg.store.book_rows import BookRow
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)


class Watch:
    """Follows what becomes of story threads."""

    def __init__(
        self, *, client: discord.Client, store: BookStore, lines: Lines, continuing: Continuing, delivery: Delivery
    ) -> None:
        self._client = client
        self._store = store
        self._lines = lines
        self._continuing = continuing
        self._delivery = delivery

    async def changed(self, guild_id: int, thread_id: int, data: Mapping[str, Any]) -> None:
        """A thread was changed; `data` is Discord's own description of it. Raises StoreError."""
        await self._locked(guild_id, thread_id, locked=bool((data.get("thread_metadata") or {}).get("locked")))

    async def looked(self, line: Line) -> None:
        """After a time away: as far as the thread is known, see whether it was locked or unlocked."""
        thread = self._client.get_channel(line.thread_id)
        if isinstance(thread, discord.Thread):
            await self._locked(line.guild_id, line.thread_id, locked=thread.locked)

    async def _locked(self, guild_id: int, thread_id: int, *, locked: bool) -> None:
        line = await self._lines.of_thread(guild_id, thread_id)
        if line is None or not await self._counts(line):
            return
        if locked and line.book.state == "writing":
            await self._store.set_book(guild_id, line.book.id, state="paused")
            await self._continuing.stop(line)
            await self._delivery.direct(line.book.author_id, Outgoing(texts_weave.paused(line.title)))
        elif not locked and line.book.state == "paused":
            await self._store.set_book(guild_id, line.book.id, state="writing")
            await self._say(thread_id, texts_weave.RESUMED)

    async def deleted(self, guild_id: int, thread_id: int) -> None:
        """A thread was deleted. Raises StoreError."""
        line = await self._lines.of_thread(guild_id, thread_id)
        if line is None or line.book.state == "gone":
            return
        await self._continuing.stop(line)
        if await self._counts(line):
            await self._gone(line.book)
        elif line.branch.fate == "open":
            await self._store.set_fate(guild_id, line.branch.id, "aside")

    async def channel_deleted(self, guild_id: int, channel_id: int) -> None:
        """A channel was deleted, with all threads in it. Raises StoreError."""
        for book in await self._store.books(guild_id, channels=[channel_id], kind="thread", most=1000):
            for line in await self._lines.of_book(book):
                await self._continuing.stop(line)
            await self._gone(book)

    async def _gone(self, book: BookRow) -> None:
        if book.state != "finished":
            await self._store.set_book(book.guild_id, book.id, state="gone")
            (trunk, *_) = await self._lines.of_book(book)
            await self._delivery.direct(book.author_id, Outgoing(texts_weave.gone(trunk.title, book.id)))

    async def _counts(self, line: Line) -> bool:
        """Whether it is the canon's thread."""
        return canon(await self._lines.of_book(line.book)).branch.id == line.branch.id

    async def _say(self, channel_id: int, text: str) -> None:
        try:
            await self._delivery.send(channel_id, Outgoing(text))
        except RavsgError as error:
            _log.info("a thread could not be told that its story goes on: %s", error)
