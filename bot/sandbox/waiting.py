"""Waiting for something to become true, by being told of changes; nothing sleeps and looks again."""

# ruff: noqa: ASYNC109 - a timeout is part of what a test says
from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Watch:
    """Wakes waiters when something may have changed."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Let every waiter look again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def until(self, look: Callable[[], Found | None], timeout: float) -> Found:
        """The first value of `look` that is neither None nor False; `timeout` in seconds.

        Raises:
            TimeoutError: nothing came in time.
        """
        async with asyncio.timeout(timeout):
            while True:
                found = look()
                if found is not None and found is not False:
                    return found
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
