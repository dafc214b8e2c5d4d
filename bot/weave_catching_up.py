"""After a time away: what happened meanwhile in story threads, to their polls and to what the bot was telling.

It runs when a session with Discord begins. Each look is bounded: the newest stories of each server, the messages of
their threads since the oldest turn, 1,000 at most; one that fails is a line in the log, and the others are looked at
all the same.
"""

from __future__ import annotations

import logging
from typing import Final

import discord

from bot.weave_continuing import Continuing
from bot.weave_lines import Lines
from bot.weave_polls import Polls
from bot.weave_turns import Turns
from bot.weave_watch import Watch
from ravsg.errors import RavsgError
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)
STORIES: Final = 50
"""The newest of a server that are looked at; a request or two for each line of theirs."""


class CatchingUp:
    """Compares story threads with what is kept of them."""

    def __init__(
        self,
        *,
        client: discord.Client,
        store: BookStore,
        lines: Lines,
        turns: Turns,
        continuing: Continuing,
        polls: Polls,
        watch: Watch,
    ) -> None:
        self._client = client
        self._store = store
        self._lines = lines
        self._turns = turns
        self._continuing = continuing
        self._polls = polls
        self._watch = watch

    async def look_around(self) -> None:
        """All of it. Raises StoreError."""
        await self._continuing.clear_up()
        for guild in list(self._client.guilds):
            await self._continuing.keep_places(guild.id)
            for book in await self._store.books(guild.id, kind="thread", most=STORIES):
                if book.state in {"writing", "paused"}:
                    for line in await self._lines.of_book(book):
                        await self._look_at(guild.id, line.thread_id)
        await self._polls.catch_up()

    async def _look_at(self, guild_id: int, thread_id: int) -> None:
        line = await self._lines.of_thread(guild_id, thread_id)
        if line is None or line.branch.fate == "aside":
            return
        try:
            await self._watch.looked(line)
            if not await self._turns.catch_up(line):
                await self._watch.deleted(guild_id, thread_id)
        except RavsgError as error:
            _log.warning("thread %d could not be looked at: %s", thread_id, error)
