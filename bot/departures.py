"""Servers that the bot was removed from: their data waits for the time of grace, and then goes.

Discord says in two ways that a server is not there: an outage marks it unavailable, and that is nothing; its absence
means that the bot is not in it any more. What happened while the bot was not connected shows in the list of servers
that opens every session. Coming back in time cancels the deletion, also where that happened unseen. Deleting is
`bot.unweaving`'s; direct messages are no server and never left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.unweaving import Unweaver
from ravsg.errors import RavsgError
from ravsg.store.erasures import DepartureStore

_log = logging.getLogger(__name__)

SWEEP_SECONDS: Final = 3600.0


class Departures:
    """Remembers when servers were left, and has the data of those go that did not come back."""

    def __init__(
        self,
        *,
        store: DepartureStore,
        unweaver: Unweaver,
        present: Callable[[], Collection[int]],
        grace_days: int,
        now: Callable[[], float],
    ) -> None:
        """`present`: ids of the servers that the bot is in, unavailable ones included; `now`: Unix seconds."""
        self._store = store
        self._unweaver = unweaver
        self._present = present
        self._grace = timedelta(days=grace_days)
        self._now = now

    async def left(self, guild_id: int) -> None:
        """The bot was removed from a server. Raises StoreError, DiskFull."""
        await self._store.left(guild_id, self._time())
        _log.info("removed from server %d; its data goes after %d days", guild_id, self._grace.days)

    async def joined(self, guild_id: int) -> None:
        """The bot was added to a server, perhaps again. Raises StoreError, DiskFull."""
        if await self._store.returned(guild_id):
            _log.info("back in server %d; its data stays", guild_id)

    async def compare(self) -> None:
        """At the beginning of a session: notice servers that were left or joined meanwhile. Raises StoreError."""
        present = set(self._present())
        for guild_id in await self._store.known():
            if guild_id not in present and await self._store.left(guild_id, self._time()):
                _log.warning(
                    "server %d is not among the bot's, and not unavailable either: the bot was removed from it while"
                    " it was not connected; the server's data goes after %d days",
                    guild_id,
                    self._grace.days,
                )
        for guild_id in present:
            await self.joined(guild_id)

    async def run(self) -> None:
        """Sweep for as long as the bot lives."""
        while True:
            try:
                await self.sweep()
            except RavsgError as error:
                _log.error("a server's data could not be deleted; the next sweep tries again: %s", error)
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Delete everything of the servers whose time of grace is over. Raises StoreError, DiskFull."""
        for guild_id in await self._store.before(self._time() - self._grace):
            if guild_id in self._present():
                continue  # it came back a moment ago
            await self._unweaver.erase_server(guild_id)
            await self._store.returned(guild_id)
            _log.info("the time of grace of server %d is over; everything of it was deleted", guild_id)

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)
