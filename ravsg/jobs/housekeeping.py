"""What goes by itself with time: the input pictures of jobs that ended long ago."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from ravsg.errors import StoreError
from ravsg.store.jobs import JobStore

_log = logging.getLogger(__name__)
PAUSE_SECONDS: Final = 3600.0


class Housekeeping:
    """Tidies at the start and every hour, until it is ended."""

    def __init__(self, store: JobStore, clock: Callable[[], datetime], keep: timedelta) -> None:
        """`keep`: how long an ended job's input pictures are kept, for Retry."""
        self._store = store
        self._clock = clock
        self._keep = keep
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Tidy now, and go on with it. Raises StoreError."""
        await self._tidy()
        self._task = asyncio.create_task(self._go_on(), name="housekeeping of jobs")

    async def end(self) -> None:
        """Stop; what is being removed is removed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                await self._tidy()
            except StoreError as error:
                _log.error("old input pictures could not be removed: %s", error)

    async def _tidy(self) -> None:
        await self._store.purge_inputs(self._clock() - self._keep)
