"""A sandbox with one discord.py client in it, shared by the checks of a module; each check answers for itself."""

# ruff: noqa: ASYNC109 - a timeout is part of what a test says
from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
import pytest_asyncio

from bot.sandbox import permissions as rights
from bot.sandbox import roles
from bot.sandbox.clock import Clock
from bot.sandbox.model import Channel, Guild, Message
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox
from tests.sandbox.bots import Probe, connected
from tests.sandbox.checked import checked

from .stage import set_stage


class Still(Clock):
    """A clock that stands until it is pushed, so that a slow machine changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = time.time()

    def now(self) -> float:
        """Unix seconds."""
        return self._begun + self._shift


@dataclass(slots=True)
class Place:
    """Both sides: the sandbox's world, and what discord.py makes of it."""

    sandbox: Sandbox
    client: Probe
    kept: asyncio.Queue[discord.Interaction[Any]] = field(default_factory=asyncio.Queue)

    @property
    def home(self) -> Guild:
        """The server, as the sandbox has it."""
        return self.sandbox.guild("Storybook Corner")

    @property
    def guild(self) -> discord.Guild:
        """The server, as discord.py has it."""
        found = self.client.get_guild(self.home.id)
        assert found is not None
        return found

    @property
    def general(self) -> discord.TextChannel:
        """The channel where checks write, as discord.py has it."""
        found = self.client.get_channel(self.here.id)
        assert isinstance(found, discord.TextChannel)
        return found

    @property
    def here(self) -> Channel:
        """The same channel, as the sandbox has it."""
        return self.sandbox.channel("#general")

    @property
    def robin(self) -> Person:
        """The server's owner."""
        return self.sandbox.person("Robin")

    @property
    def sam(self) -> Person:
        """A plain member."""
        return self.sandbox.person("Sam")

    def stored(self, message: discord.Message | discord.PartialMessage) -> Message:
        """A message as the sandbox has it."""
        found = self.sandbox.world.find_message(message.channel.id, message.id)
        assert found is not None
        return found

    def allow(self, *bits: int) -> None:
        """Let the bot's role have these rights beside its usual ones."""
        role = next(one for one in self.home.roles.values() if one.bot_id == self.sandbox.bot.id)
        granted = rights.BOT
        for bit in bits:
            granted |= bit
        roles.update(self.sandbox.world, self.home, role, granted)

    @contextmanager
    def denied(self, *bits: int, where: Channel | None = None) -> Iterator[None]:
        """Take rights from the bot in a channel until the block ends."""
        channel = where or self.here
        self.sandbox.world.overwrite(channel, self.sandbox.bot, deny=sum(bits))
        try:
            yield
        finally:
            del channel.overwrites[self.sandbox.bot.id]
            self.sandbox.world.channel_event("CHANNEL_UPDATE", channel)

    async def told(self, event: str, which: Callable[..., object], timeout: float = 30.0) -> tuple[Any, ...]:
        """What the client was told: the arguments of the first event of that name for which `which` holds."""
        found: list[tuple[Any, ...]] = []

        def look() -> bool:
            found[:] = [args for args in self.client.events(event) if which(*args)][:1]
            return bool(found)

        await self.client.until(look, timeout)
        return found[0]

    async def heard(self, written: Message) -> discord.Message:
        """What the client was told of a message."""
        (message,) = await self.told("message", lambda one: one.id == written.id)
        assert isinstance(message, discord.Message)
        return message


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place() -> AsyncIterator[Place]:
    """One running sandbox with a client that has every intent."""
    async with checked(clock=Still()) as sandbox:
        with sandbox.redirect_discord():
            async with connected(sandbox, Probe(discord.Intents.all())) as client:
                yield Place(sandbox, client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(place: Place) -> None:
    """Commands that leave the answer to the check."""
    await set_stage(place)


@pytest.fixture(autouse=True)
def nothing_against_the_description(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the check that caused it where a request, an answer or an event is not what Discord describes.

    What the client was told before is forgotten, so that a check waits for its own events.
    """
    if "place" not in request.fixturenames:
        yield
        return
    place: Place = request.getfixturevalue("place")
    place.sandbox.violations.clear()
    place.client.seen.clear()
    yield
    assert not place.sandbox.violations, "\n".join(str(one) for one in place.sandbox.violations)
