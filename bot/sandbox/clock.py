"""The sandbox's time: the system's time plus a shift that tests may enlarge.

Every limit (3 s to answer, 15 min of an interaction token, expiring links, nonces, rate limits) is measured
here. It does not touch the clock of the bot or of the machine.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class Timer:
    """A callback due at `due` (Unix seconds of the sandbox's clock)."""

    due: float
    order: int
    callback: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Make sure that the callback will not be called."""
        self.cancelled = True


class Clock:
    """Unix seconds that run with the system's clock and can be pushed forward by `advance`."""

    def __init__(self, shift: float = 0.0) -> None:
        self._shift = shift
        self._timers: list[Timer] = []
        self._order = itertools.count()
        self._wake: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self._shift

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once; what became due is called before this returns."""
        self._shift += seconds
        self._fire()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` when `seconds` have passed by this clock. Needs a running event loop."""
        timer = Timer(self.now() + seconds, next(self._order), callback)
        heapq.heappush(self._timers, timer)
        self._arm()
        return timer

    def close(self) -> None:
        """Forget all timers."""
        self._timers.clear()
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    def _fire(self) -> None:
        while self._timers and self._timers[0].due <= self.now():
            timer = heapq.heappop(self._timers)
            if not timer.cancelled:
                timer.callback()
        self._arm()

    def _arm(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)
        if self._timers:
            delay = max(0.0, self._timers[0].due - self.now())
            self._wake = asyncio.get_running_loop().call_later(delay, self._fire)
