"""Discord's clock, learned from the `Date` of its answers, so that a wrong clock here refuses nobody.

Whether an interaction can still be answered is a matter of a second or two, and operators' clocks may be off by more.
`Date` counts whole seconds, so only an offset of over a second is corrected. Time that passes is taken from the
monotonic clock: setting this machine's clock right does not disturb what was learned. Nothing else uses this clock.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from statistics import median
from types import SimpleNamespace
from typing import Final

import aiohttp

_log = logging.getLogger(__name__)
KEPT: Final = 5
"""Answers whose median counts: one that was long on its way, or wrong, changes nothing."""
RESOLUTION: Final = 1.0
"""Seconds below which an offset is not known to be one."""
NOTICEABLE: Final = 2.0
"""Seconds from which on the operator is told."""


class DiscordClock:
    """Unix seconds as Discord counts them. `wall` and `steady` are this machine's clocks."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._seen: deque[float] = deque(maxlen=KEPT)
        self._told = False

    def now(self) -> float:
        """Discord's time now; this machine's, as long as no clear difference is known."""
        return self._wall() - self.skew

    @property
    def skew(self) -> float:
        """Seconds by which this machine's clock is fast; 0 where it is not known to be off by more than a second."""
        if not self._seen:
            return 0.0
        ahead = self._wall() - (self._steady() + median(self._seen))
        return ahead if abs(ahead) > RESOLUTION else 0.0

    def learn(self, date: str | None) -> None:
        """Take in an answer's `Date` (RFC 9110); one that is missing or unreadable teaches nothing."""
        try:
            seconds = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return
        self._seen.append(seconds + RESOLUTION / 2 - self._steady())  # the second that is counted has begun
        if not self._told and len(self._seen) >= KEPT // 2 and abs(self.skew) > NOTICEABLE:
            self._told = True
            _log.warning("this machine's clock is %+.0f s off Discord's; please set it (NTP)", self.skew)

    def trace(self) -> aiohttp.TraceConfig:
        """For discord.Client: learns from every answer of the API, not from files, which caches may have dated."""
        config = aiohttp.TraceConfig()
        config.on_request_end.append(self._answered)
        return config

    async def _answered(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        if params.url.path.startswith("/api/"):
            self.learn(params.response.headers.get("Date"))
