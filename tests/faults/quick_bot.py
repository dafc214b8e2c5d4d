"""The bot in a process of its own, with the quick device, that a test watches, steers and kills.

Every life is forked from a process that has imported everything already, so it begins within a second. What the child
did at its store, its door and its device is heard here as one line for each call: `before JobStore.finish`,
`after JobStore.finish`, `held`. A failpoint is such a line: the process kills itself the moment it would say it.
"""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

from bot.app import run
from bot.delivery import Delivery
from bot.sandbox.server import Sandbox
from bot.thread_door import ThreadDoor
from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.store.books import BookStore
from ravsg.store.erasures import ErasureStore
from ravsg.store.jobs import JobStore
from ravsg.store.memories import MemoryStore
from ravsg.store.stale import StaleStore
from ravsg.types import Output
from tests.sandbox.house import configured
from tests.sandbox.quick import QuickDevice, answer

PATIENCE: Final = 40.0
"""Real seconds after which a test gives up waiting for a child."""
WATCHED: Final[tuple[tuple[type, tuple[str, ...]], ...]] = (
    (
        JobStore,
        (
            *("add", "begin", "commit_result", "begin_delivery", "finish_delivery", "finish", "told", "settle"),
            *("set_progress_message", "interrupt", "mark_on_device", "drop_result", "drop_input"),
            "erase_jobs",
        ),
    ),
    (
        BookStore,
        (
            *("start", "add_piece", "edit_piece", "add_plate", "keep_story", "set_book", "posted", "followed"),
            *("ask_poll", "poll_posted", "clear_poll"),
        ),
    ),
    (MemoryStore, ("add", "forget")),
    (ErasureStore, ("begin", "advance", "finish")),
    (StaleStore, ("settled",)),
    (Delivery, ("send", "delete")),
    (ThreadDoor, ("ask",)),
)


@dataclass(frozen=True, slots=True)
class Fate:
    """How a life goes: which operation the device holds at, and at which line (the n-th time) the process dies."""

    hold: str = ""
    death: str = ""
    nth: int = 1
    deaf: bool = False
    """The held step does not notice that it is cancelled."""
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)


# ------------------------------------------------------------------ the child's side


class Wire:
    """Says each line to the parent, and dies where that was fated."""

    def __init__(self, pipe: Connection, fate: Fate) -> None:
        self._pipe = pipe
        self._fate = fate
        self._said: Counter[str] = Counter()
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        with self._lock:
            self._said[line] += 1
            if line == self._fate.death and self._said[line] == self._fate.nth:
                os.kill(os.getpid(), signal.SIGKILL)
            self._pipe.send(line)


class SteeredDevice(QuickDevice):
    """Says that it holds a step. The steps that only warm the models up are none that a test means."""

    def __init__(self, wire: Wire, *, deaf: bool) -> None:
        super().__init__()
        self._wire = wire
        self._deaf = deaf

    def _one(self, step: Step, watch: Watch) -> Output | RavsgError:
        if step.job_id == "warm-up":
            return answer(step)
        if step.operation == self._held:
            self._wire.say("held")
        return super()._one(step, Watch() if self._deaf else watch)


def _live(folder: Path, token: str, base: str, fate: Fate, pipe: Connection) -> None:
    wire = Wire(pipe, fate)
    for owner, names in WATCHED:
        for name in names:
            setattr(owner, name, _told(wire, f"{owner.__name__}.{name}", getattr(owner, name)))
    device = SteeredDevice(wire, deaf=fate.deaf)
    if fate.hold:
        device.hold(fate.hold)
    threading.Thread(target=_listen, args=(pipe, device), daemon=True).start()
    sections = {"models": {"profile": "pocket"}, **fate.sections}
    asyncio.run(run(configured(folder, **sections), token=token, sandbox_base=base, device=lambda: device))


def _listen(pipe: Connection, device: QuickDevice) -> None:
    while pipe.recv() == "go":
        device.let_go()


def _told(wire: Wire, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    async def wrapper(*args: Any, **keywords: Any) -> Any:
        wire.say(f"before {name}")
        given = await method(*args, **keywords)
        wire.say(f"after {name}")
        return given

    return wrapper


# ------------------------------------------------------------------ the parent's side


class Life:
    """One process of the bot, as its parent sees it."""

    def __init__(self, process: ForkServerProcess, pipe: Connection) -> None:
        self.process = process
        self._pipe = pipe
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        asyncio.get_running_loop().add_reader(pipe.fileno(), self._read)

    def _read(self) -> None:
        try:
            while self._pipe.poll():
                self._lines.put_nowait(self._pipe.recv())
        except (EOFError, ConnectionResetError):
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())

    async def hears(self, line: str) -> None:
        """Wait until the child says a line."""
        async with asyncio.timeout(PATIENCE):
            while await self._lines.get() != line:
                pass

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true; looked at anew whenever the child has done something."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await self._lines.get()

    def go(self) -> None:
        """Let held steps go on."""
        self._pipe.send("go")

    async def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        await self.ended()

    async def terminate(self) -> int:
        """SIGTERM, and the exit code once it is out."""
        self.process.terminate()
        return await self.ended()

    async def ended(self) -> int:
        """The exit code, once the process is gone; negative for a signal."""
        await asyncio.to_thread(self.process.join, PATIENCE)
        code = self.process.exitcode
        assert code is not None, "the process did not end"
        return code

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        self._pipe.close()
        self.process.close()


@asynccontextmanager
async def life(folder: Path, sandbox: Sandbox, fate: Fate | None = None, *, up: bool = True) -> AsyncIterator[Life]:
    """A process of the bot, which hears members already (unless not `up`); killed at the end if it still lives."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *(f"cogs.{name}" for name in ("story", "paint", "memory"))])
    ours, theirs = context.Pipe()
    base = sandbox.page_url.rstrip("/")
    process = context.Process(target=_live, args=(folder, sandbox.token, base, fate or Fate(), theirs), daemon=True)
    await asyncio.to_thread(process.start)
    theirs.close()
    born = Life(process, ours)
    try:
        if up:
            await sandbox.until_command("story", PATIENCE)
        yield born
    finally:
        if process.exitcode is None:
            await born.kill()
        born.close()
        # the sandbox has seen that nobody is there any more, so a later wait means the next one
        await sandbox.world.watch.until(lambda: not sandbox.gateway.connected, PATIENCE)
