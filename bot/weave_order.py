"""One thing after the other in a thread: turns are taken, and continuations asked for, in the order of arrival.

Whoever waits for a thread's lock gets it in the order in which they asked, and events of the gateway begin in the
order in which they come; so a handler that takes the lock before anything else keeps that order.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Order:
    """A lock for each thread, kept for as long as somebody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, thread_id: int) -> asyncio.Lock:
        """The thread's lock."""
        lock = self._locks.get(thread_id)
        if lock is None:
            lock = self._locks[thread_id] = asyncio.Lock()
        return lock
