"""One thread that alone touches a device, and the way to it and back from the event loop.

It runs one call after the other. It cannot stop a call that hangs: nothing can, short of ending the process;
therefore the thread is a daemon, and `close` gives up after a while and says so.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Worker:
    """A thread that starts with its first call."""

    def __init__(self, name: str = "device") -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def started(self) -> bool:
        """Whether anything was ever called."""
        return self._thread.ident is not None

    async def call(self, work: Callable[[], _T]) -> _T:
        """Run `work` on the thread and give what it gives or raises. Cancelling frees only the waiter."""
        if not self.started:
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_T] = loop.create_future()

        def job() -> None:
            try:
                result = work()
            except BaseException as error:  # it is raised again, where somebody waits for it
                _answer(loop, future.set_exception, future, error)
            else:
                _answer(loop, future.set_result, future, result)

        self._calls.put(job)
        return await future

    async def close(self, seconds: float) -> bool:
        """End the thread after the calls that it has. False when it did not end within so many seconds."""
        if not self.started:
            return True
        self._calls.put(None)
        await asyncio.to_thread(self._thread.join, seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
            del call  # it holds the last batch's pictures and answers


def _answer(
    loop: asyncio.AbstractEventLoop, setter: Callable[[Any], None], future: asyncio.Future[Any], value: object
) -> None:
    def deliver() -> None:
        if not future.done():
            setter(value)

    try:
        loop.call_soon_threadsafe(deliver)
    except RuntimeError:  # the loop was closed while the device was busy: nobody waits any more
        _log.warning("a call on the device ended after the event loop was closed")
