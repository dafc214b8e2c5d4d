"""When the files are freed of what was deleted: soon after a deletion, once for all that were made meanwhile.

A deletion is over when its transaction is: nothing finds its rows any more. Making the bytes go takes as long as the
database is large, and holds up every other write, so it is not done for each. How it is done is the database's affair
(`ravsg.store.connection`); this module only says when, and does not give up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from ravsg.errors import RavsgError

SECONDS: Final = 15.0
"""From a deletion until the files are written anew. They are promised to be clean after a minute; what is left of it
is for a large database."""
_log = logging.getLogger(__name__)


class Sweeper:
    """Counts deletions and has their traces removed. One for each database."""

    def __init__(self, remove_traces: Callable[[], Awaitable[None]], seconds: float) -> None:
        """`remove_traces` may raise RavsgError, and is tried again then."""
        self._remove_traces = remove_traces
        self._seconds = seconds
        self._deletions = self._swept = 0
        self._sweeping = asyncio.Lock()
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def deletions(self) -> int:
        """How many deletions there were: it tells whether another one came meanwhile."""
        return self._deletions

    def due(self) -> None:
        """Something is being deleted: call this while its transaction holds the writing connection."""
        self._deletions += 1
        if self._task is None and not self._closing.is_set():
            self._task = asyncio.create_task(self._in_a_while(), name="sweeping of the database")

    async def sweep(self) -> None:
        """Remove the traces of all deletions until now; those that wait at the same time share one rewriting.

        It goes to its end even when the caller is cancelled. Raises StoreError, DiskFull: it is tried again later.
        """
        await asyncio.shield(asyncio.ensure_future(self._sweep(self._deletions)))

    async def close(self) -> None:
        """Do at once what is due, and nothing after that: what cannot be done now is left to the next start."""
        self._closing.set()
        if self._task is not None:
            await self._task

    async def _sweep(self, deletions: int) -> None:
        async with self._sweeping:
            if self._swept < deletions:
                # what is counted by now was committed, or rolled back, before the rewriting gets its turn
                until = self._deletions
                await self._remove_traces()
                self._swept = until

    async def _in_a_while(self) -> None:
        while self._swept < self._deletions:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._closing.wait()
            try:
                await self.sweep()
            except RavsgError as error:
                _log.warning("what was deleted could not be removed from the files yet: %s", error)
            except Exception:
                _log.exception("removing what was deleted from the files broke")
            if self._closing.is_set():
                break
        self._task = None
