"""The composition root: every long-lived object is made here, once, in the order in which they need each other.

    config > logs > store > memory > models > jobs > engine > client

Closing goes backwards: intake first, then running jobs get their grace while the client can still deliver, then the
client, the worker thread, the database. Nothing here decides what a request does. torch is not imported at the start:
the models' device is made on the worker thread, which is warmed once the bot answers.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import discord
import yarl

from bot import texts
from bot.app_border import Ground, Way, furnish
from bot.client import RavsgBot
from bot.steps import embedded_in_quiet, warm
from bot.watchdog import watch_loop
from ravsg.config import Config
from ravsg.engine import Engine
from ravsg.errors import ConfigError, DeviceLost, Unreachable
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.service import JobService
from ravsg.jobs.step import Device
from ravsg.memory.service import Memory
from ravsg.memory.upkeep import Upkeep
from ravsg.models.choosing import choose
from ravsg.models.probe import look
from ravsg.models.profiles import Profile
from ravsg.store.books import BookStore
from ravsg.store.cast import CastStore
from ravsg.store.connection import Database
from ravsg.store.embeddings import EmbeddingStore
from ravsg.store.jobs import JobStore
from ravsg.telemetry.measures import Telemetry

_log = logging.getLogger(__name__)

DATABASE: Final = "ravsg.sqlite"
QUEUE_GRACE: Final = 2.0
"""Seconds for a model step to notice that it is not wanted any more. With the jobs' own grace before it (6 s unless
config.toml says otherwise) the process is out within the 10 s that supervisors wait before they kill."""


@dataclass(slots=True)
class App:
    """A running bot, for those who started it (the command line, tests)."""

    config: Config
    profile: Profile
    telemetry: Telemetry
    queue: GpuQueue
    jobs: JobService
    memory: Memory
    engine: Engine
    bot: RavsgBot
    started: float
    connection: asyncio.Task[None]
    device_lost: asyncio.Event
    """Set when only a new process helps; intake is closed by then and jobs are kept."""


@asynccontextmanager
async def running_bot(
    config: Config,
    *,
    token: str,
    sandbox_base: str | None = None,
    profile: Profile | None = None,
    device: Callable[[], Device] | None = None,
    warm_up: bool = False,
) -> AsyncIterator[App]:
    """The whole bot, connected and ready; leaving the block closes it in good order.

    `sandbox_base`: address of a sandbox (http://127.0.0.1:PORT) that takes Discord's place. `profile` and `device`:
    other models than the configured ones, and what runs them, for tests. `warm_up`: load the models in the background
    at once. Raises ConfigError for a token or intents that Discord refuses, Unreachable, StoreError, DiskFull.
    """
    started = time.monotonic()
    async with AsyncExitStack() as stack:
        if sandbox_base is not None:
            from bot.sandbox.redirect import redirect_discord  # noqa: PLC0415 - a real Discord needs none of it

            stack.enter_context(redirect_discord(f"{sandbox_base.rstrip('/')}/api/v10"))
        telemetry = Telemetry()
        # the store: one database, one writer
        db = await stack.enter_async_context(Database(config.bot.data_dir / DATABASE))
        store = JobStore(db)
        # what servers remember
        memory = Memory(db, config.memory)
        stack.push_async_callback(memory.close)
        # the models: chosen now, loaded on the worker thread when the first step comes
        chosen = profile or choose(config.models, await asyncio.to_thread(look))
        queue = GpuQueue(
            device or (lambda: _device(chosen)),
            telemetry=telemetry,
            idle_seconds=config.models.idle_unload_minutes * 60,
        )
        stack.push_async_callback(queue.close, QUEUE_GRACE)
        upkeep = Upkeep(memory, EmbeddingStore(db), partial(embedded_in_quiet, queue))
        # the recipes, and the jobs that run them
        cast = CastStore(db)
        engine = Engine(config=config, profile=chosen, memory=memory, cast=cast)
        jobs = JobService(store=store, queue=queue, recipes=engine.recipes, config=config.jobs, telemetry=telemetry)
        # the way to Discord and back, and what the cogs use
        ground = Ground(
            config=config,
            profile=chosen,
            telemetry=telemetry,
            db=db,
            store=store,
            books=BookStore(db),
            cast=cast,
            memory=memory,
            queue=queue,
            upkeep=upkeep,
            engine=engine,
            jobs=jobs,
        )
        way = Way.build(ground)
        bot, parts = way.bot, furnish(ground, way, _hosts(sandbox_base))
        bot.parts = parts
        lost = asyncio.Event()
        jobs.on_device_lost = partial(_device_lost, lost)
        connection = asyncio.create_task(bot.start(token), name="connection to Discord")
        stack.push_async_callback(_disconnected, bot, connection)
        stack.push_async_callback(way.progress.close)
        stack.push_async_callback(parts.books.close)
        stack.push_async_callback(parts.weave.settled)
        stack.push_async_callback(jobs.close)
        await _until_ready(bot.up, connection)
        await parts.books.resume()
        _log.info("models: %s (%s)", chosen.name, chosen.why)
        work = [("loop watchdog", watch_loop(telemetry)), ("upkeep of memory", upkeep.run()), *parts.privacy.work()]
        work += [("warm-up", warm(queue))] if warm_up else []
        stack.push_async_callback(parts.privacy.unweaver.close)
        stack.push_async_callback(_cancelled, [asyncio.create_task(one, name=name) for name, one in work])
        yield App(config, chosen, telemetry, queue, jobs, memory, engine, bot, started, connection, lost)


async def run(
    config: Config, *, token: str, sandbox_base: str | None = None, device: Callable[[], Device] | None = None
) -> None:
    """The bot until SIGTERM, SIGINT or a lost device; the latter starts a new process in this one's place.

    Logging is set up before, by whoever starts the loop. `device` is for tests, as in `running_bot`. Raises
    ConfigError, Unreachable, StoreError: a start that cannot be ends in one sentence.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    stopped = asyncio.create_task(stop.wait())
    restart = False
    async with AsyncExitStack() as stack:
        bot = running_bot(config, token=token, sandbox_base=sandbox_base, device=device, warm_up=True)
        starting = asyncio.create_task(stack.enter_async_context(bot), name="start")
        # Discord may not let it in for hours: it can be stopped meanwhile too
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
        if not starting.cancelled():
            app = starting.result()
            lost = asyncio.create_task(app.device_lost.wait())
            await asyncio.wait({stopped, lost, app.connection}, return_when=asyncio.FIRST_COMPLETED)
            lost.cancel()
            restart = app.device_lost.is_set() and not stop.is_set()
            if app.connection.done() and not stop.is_set():
                _raise_translated(app.connection)
    stopped.cancel()
    _log.info("stopped in good order")
    if restart:
        os.execv(sys.executable, [sys.executable, "-m", "bot", *sys.argv[1:]])  # noqa: S606 - ourselves again


async def _until_ready(ready: asyncio.Event, connection: asyncio.Task[None]) -> None:
    """Wait for the first READY; raise what the connection ended with where it ends before."""
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({waiting, connection}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if not ready.is_set():
        _raise_translated(connection)


def _raise_translated(connection: asyncio.Task[None]) -> None:
    """Raise what ended the connection, as one sentence where it is a known mistake of the set-up."""
    error = None if connection.cancelled() else connection.exception()
    match error:
        case None:
            raise Unreachable(texts.CONNECTION_ENDED, texts.TRY_START_AGAIN)
        case discord.LoginFailure():
            raise ConfigError(texts.LOGIN_REFUSED, texts.LOGIN_REMEDY) from error
        case discord.PrivilegedIntentsRequired():
            raise ConfigError(texts.INTENT_REFUSED, texts.INTENT_REMEDY) from error
        case OSError() | discord.GatewayNotFound():
            raise Unreachable(texts.NO_DISCORD, texts.TRY_START_AGAIN, detail=repr(error)) from error
        case _:
            raise error


def _device(profile: Profile) -> Device:
    """Called on the worker thread, where importing the models' libraries belongs."""
    from ravsg.models.device import ModelDevice  # noqa: PLC0415

    return ModelDevice(profile)


def _hosts(sandbox_base: str | None) -> frozenset[str]:
    """Where else than from Discord files may come: from the sandbox, by host and port."""
    return frozenset({yarl.URL(sandbox_base).authority}) if sandbox_base is not None else frozenset()


def _device_lost(lost: asyncio.Event, error: DeviceLost) -> None:
    _log.critical("the device is lost, the process has to restart: %s", error)
    lost.set()


async def _disconnected(bot: RavsgBot, connection: asyncio.Task[None]) -> None:
    await bot.close()
    # how it ended was told already, by whoever waited for it
    await asyncio.gather(connection, return_exceptions=True)


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
