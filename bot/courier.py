"""How one request to Discord is carried: tried again where that is safe, given up where it is hopeless.

discord.py tries 429, 500, 502, 504 and 524 again by itself; 503, 520, resets and disconnects it does not (measured),
so they are tried again here, with growing pauses. A breaker stops what Discord forbids: after a 401 everything, after
a 403 that channel for a while, because 10,000 invalid requests in 10 minutes ban the address; and after a 429 that
discord.py did not wait out (the edge's ban, error 1015, or a long limit) everything for as long as it says.
What is sent is not this module's business; how many requests a second there are, and how long one may take, is
`bot.wire`'s.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import discord

from bot import texts
from bot.wire import PASSING, leaving_within
from ravsg.errors import DeliveryError
from ravsg.telemetry.measures import Telemetry

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
CLOSED_SECONDS: Final = 120.0
"""How long a channel that answered 403 is left alone."""
BANNED_SECONDS: Final = 10.0
"""How long everything rests after a ban of the edge that does not say for how long."""
EXPIRED_INTERACTION: Final = 50027
"""A 401 that means one interaction's token, not the bot's."""


class DiscordDown(DeliveryError):
    """Discord did not answer for as long as was allowed; later it may."""

    default_message = texts.DISCORD_DOWN
    default_remedy = texts.TRY_LATER


class Courier:
    """Carries requests; one for the whole bot."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._closed: dict[int, float] = {}
        self._unauthorised = False
        self._banned_until = 0.0

    async def carry(
        self,
        channel_id: int | None,
        request: Callable[[], Awaitable[_T]],
        *,
        patience: float = 20.0,
    ) -> _T:
        """The request's answer. It must be harmless to repeat: an edit, a deletion, a message with its own nonce.

        `channel_id`: whose breaker counts; None for answers to interactions. `patience`: seconds after which trying
        again ends, and waiting for a limit; a request that is on its way by then may still arrive. Raises
        DeliveryError, and discord.NotFound for a thing that is gone and discord.HTTPException for what Discord finds
        wrong with the request itself: both are the caller's to judge.
        """
        give_up = time.monotonic() + patience
        pause = FIRST_PAUSE
        while True:
            self._refuse_hopeless(channel_id)
            await self._rested(give_up)
            try:
                async with leaving_within(give_up - time.monotonic()):
                    return await request()
            except PASSING as error:
                self._telemetry.count("delivery.retries")
                # one route's limit is no ban: other routes go on
                wait = max(pause, error.retry_after) if isinstance(error, discord.RateLimited) else pause
                if time.monotonic() + wait > give_up:
                    raise DiscordDown(detail=repr(error)) from error
                _log.info("Discord did not take a request (%r); again in %.1f s", error, wait)
            except discord.Forbidden as error:
                if channel_id is not None:
                    self._closed[channel_id] = time.monotonic() + CLOSED_SECONDS
                raise DeliveryError(texts.MAY_NOT_POST, detail=f"403 {error.code}: {error.text}") from error
            except discord.HTTPException as error:
                if error.status == 401 and error.code != EXPIRED_INTERACTION:
                    self._unauthorised = True
                    raise DeliveryError(texts.DISCORD_DOWN, texts.TELL_OPERATOR, detail="401: the token") from error
                if error.status != 429:
                    raise
                wait = max(pause, self._told_to_wait(error))
                if time.monotonic() + wait > give_up:
                    raise DiscordDown(detail=f"429, for {wait:.0f} s") from error
            await asyncio.sleep(wait * random.uniform(1.0, 1.2))  # noqa: S311 - spreads retries, guards nothing
            pause = min(pause * 2, LONGEST_PAUSE)

    def _told_to_wait(self, error: discord.HTTPException) -> float:
        """Seconds to wait after a 429. One without `Via` is the edge's: then everything rests so long."""
        seconds = _seconds(error.response.headers.get("Retry-After"))
        if "Via" not in error.response.headers:
            self._telemetry.count("delivery.banned")
            _log.error("Discord's edge takes nothing from this address for %.0f s (429)", seconds)
            self._banned_until = max(self._banned_until, time.monotonic() + seconds)
        return seconds

    async def _rested(self, give_up: float) -> None:
        """Wait for the end of a ban. Raises DiscordDown where it outlasts the patience."""
        while (left := self._banned_until - time.monotonic()) > 0:
            if self._banned_until > give_up:
                raise DiscordDown(detail=f"429, for another {left:.0f} s")
            await asyncio.sleep(left)

    def _refuse_hopeless(self, channel_id: int | None) -> None:
        if self._unauthorised:
            raise DeliveryError(texts.DISCORD_DOWN, texts.TELL_OPERATOR, detail="the token was refused before")
        if channel_id is None or (until := self._closed.get(channel_id)) is None:
            return
        if time.monotonic() < until:
            raise DeliveryError(texts.MAY_NOT_POST, detail="this channel answered 403 a moment ago")
        del self._closed[channel_id]

    def reopen(self, channel_id: int) -> None:
        """Permissions may have changed, or a command just showed that they are there: try the channel again."""
        self._closed.pop(channel_id, None)


def _seconds(header: str | None) -> float:
    """A `Retry-After`; it may be missing, or a date, which the edge does not send."""
    try:
        return max(0.0, float(header or ""))
    except ValueError:
        return BANNED_SECONDS
