"""Notices that messages and channels were deleted while the bot was not connected: Discord tells nobody afterwards.

Two looks, both bounded. After each new session, the newest messages of the channels that the newest memories stand in
are listed, one request a channel. And before a memory or a character from before that session is shown with its link,
its message is asked for, once in a session. What neither finds stays until it is shown, or until somebody has it
forgotten. What is gone is forgotten by `bot.forgetting`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import discord

from bot.delivery import Delivery, Posted
from bot.forgetting import Forgetting
from ravsg.errors import RavsgError
from ravsg.memory.service import Memory
from ravsg.store.cast import CastStore, Character, Source
from ravsg.types import Recalled

_log = logging.getLogger(__name__)

MEMORIES: Final = 200
"""The newest of a server that are looked after when a session begins."""
MESSAGES: Final = 100
"""The newest of a channel that are listed: as many as one request gives."""
CHANNELS: Final = 100
"""Requests in one look around, of all servers together."""
PATIENCE: Final = 1.5
"""Seconds for which a person waits for a look at one page's links."""


class Lookout:
    """Compares what is remembered with what is still there."""

    def __init__(
        self,
        *,
        client: discord.Client,
        delivery: Delivery,
        memory: Memory,
        cast: CastStore,
        forgetting: Forgetting,
        now: Callable[[], float],
    ) -> None:
        """`now`: Discord's time in Unix seconds."""
        self._client = client
        self._delivery = delivery
        self._memory = memory
        self._cast = cast
        self._forgetting = forgetting
        self._now = now
        self._since = 0
        self._seen: set[int] = set()

    async def look_around(self) -> None:
        """After a new session began: forget the newest memories, and pictures of the cast, whose messages or channels
        are gone."""
        self._since = discord.utils.time_snowflake(datetime.fromtimestamp(self._now(), UTC))
        self._seen.clear()
        left = CHANNELS
        for guild in list(self._client.guilds):
            if left <= 0:
                _log.info("the look around ended early, after %d channels", CHANNELS)
                return
            try:
                newest = await self._memory.recent(guild.id, MEMORIES)
                sources = [one.source for one in await self._cast.all(guild.id)]
                left -= await self._look_at(guild.id, [*_places(newest), *_places(sources)], left)
            except RavsgError as error:
                _log.warning("server %d could not be looked after: %s", guild.id, error)

    async def _look_at(self, guild_id: int, places: Iterable[Posted], most: int) -> int:
        """Look at so many channels at most; gives how many it were."""
        shown: dict[int, set[int]] = {}
        for place in places:
            shown.setdefault(place.channel_id, set()).add(place.message_id)
        looked = list(shown)[:most]
        for channel_id in looked:
            try:
                listed = await self._delivery.newest(channel_id, MESSAGES)
            except RavsgError as error:
                _log.info("channel %d could not be looked at: %s", channel_id, error)
                continue
            if listed is None:
                await self._forgetting.channel(guild_id, channel_id)
                continue
            for message_id in _missing(shown[channel_id], listed):
                await self._forgetting.message(guild_id, message_id)
            self._seen |= set(listed)
        return len(looked)

    async def still_there(self, guild_id: int, memories: Sequence[Recalled]) -> list[Recalled]:
        """The memories that may be shown: those whose messages are found to be gone are forgotten instead.

        Takes about 1.5 s at most; what Discord does not answer in time is shown. Raises StoreError.
        """
        gone = await self._forget_gone(guild_id, _places(memories))
        return [one for one in memories if one.message_id not in gone]

    async def pictures_still_there(self, cast: Sequence[Character]) -> bool:
        """The same for characters' pictures: whether none of them was forgotten now. Raises StoreError."""
        places = _places(one.source for one in cast)
        return not cast or not await self._forget_gone(cast[0].guild_id, places)

    async def _forget_gone(self, guild_id: int, places: Iterable[Posted]) -> set[int]:
        """Forget what the messages show that are found to be gone; gives their ids."""
        doubtful = {one for one in places if one.message_id < self._since and one.message_id not in self._seen}
        gone = {place.message_id for place in await self._gone(doubtful)}
        for message_id in sorted(gone):
            await self._forgetting.message(guild_id, message_id)
        return gone

    async def _gone(self, places: Iterable[Posted]) -> list[Posted]:
        looks = {asyncio.create_task(self._delivery.is_gone(place, patience=PATIENCE)): place for place in places}
        if not looks:
            return []
        done, late = await asyncio.wait(looks, timeout=PATIENCE)
        for task in late:
            task.cancel()
        self._seen |= {looks[task].message_id for task in done if not task.result()}
        return [looks[task] for task in done if task.result()]


def _places(shown: Iterable[Recalled | Source]) -> Iterator[Posted]:
    for one in shown:
        if one.channel_id is not None and one.message_id is not None:
            yield Posted(one.channel_id, one.message_id)


def _missing(message_ids: Iterable[int], listed: Sequence[int]) -> list[int]:
    """Those that would have been listed if they were there; older ones than the list reaches are not judged.

    An empty list says nothing: Discord gives one to whoever may not read the history.
    """
    if not listed:
        return []
    oldest = min(listed) if len(listed) == MESSAGES else 0
    return [one for one in sorted(message_ids) if one >= oldest and one not in listed]
