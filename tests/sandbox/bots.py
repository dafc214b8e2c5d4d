"""A small discord.py client for the conformance tests, started against a sandbox."""

# ruff: noqa: ASYNC109 - a timeout is part of what a test says
from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands

from bot.sandbox.server import Sandbox


class Probe(discord.Client):
    """A client that keeps what it was told, by event name."""

    def __init__(self, intents: discord.Intents | None = None, *, heartbeat_timeout: float = 60.0) -> None:
        super().__init__(
            intents=intents or discord.Intents.default(),
            guild_ready_timeout=0.05,
            max_messages=100,
            heartbeat_timeout=heartbeat_timeout,
        )
        self.tree = app_commands.CommandTree(self)
        self.seen: list[tuple[str, tuple[object, ...]]] = []
        self.changed = asyncio.Condition()

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        """Note the event, then do what discord.py does."""
        super().dispatch(event, *args, **kwargs)
        self.seen.append((event, args))
        asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def events(self, name: str) -> list[tuple[object, ...]]:
        """The arguments of each event of that name."""
        return [args for event, args in self.seen if event == name]

    async def until(self, predicate: Callable[[], bool], timeout: float = 30.0) -> None:
        """Wait, by event, until the predicate holds."""
        async with asyncio.timeout(timeout), self.changed:
            await self.changed.wait_for(predicate)

    async def until_event(self, name: str, count: int = 1) -> tuple[object, ...]:
        """Wait until an event has come `count` times; the arguments of the last."""
        await self.until(lambda: len(self.events(name)) >= count)
        return self.events(name)[count - 1]


async def heard(probe: Probe, event: str, count: int = 1) -> Any:
    """The first argument of the `count`-th event of that name."""
    return (await probe.until_event(event, count))[0]


@asynccontextmanager
async def connected(sandbox: Sandbox, probe: Probe) -> AsyncIterator[Probe]:
    """Run the client until the block ends; its commands are synchronised first."""
    task = asyncio.create_task(probe.start(sandbox.token))
    try:
        await probe.until_event("ready")
        if probe.tree.get_commands() or probe.tree.get_commands(type=discord.AppCommandType.message):
            await probe.tree.sync()
        yield probe
    finally:
        await probe.close()
        await asyncio.gather(task, return_exceptions=True)
