"""Fixtures for tests against the sandbox: a started one that fails the test whose requests Discord would refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest

from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox
from tests.sandbox.checked import checked

from .bots import Probe, connected


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A running sandbox; this process's discord.py is pointed at it."""
    async with checked() as running:
        with running.redirect_discord():
            yield running


@pytest.fixture
def robin(sandbox: Sandbox) -> Person:
    """The owner of the sandbox's server."""
    return sandbox.person("Robin")


@pytest.fixture
def sam(sandbox: Sandbox) -> Person:
    """A plain member of it."""
    return sandbox.person("Sam")


@pytest.fixture
async def probe(sandbox: Sandbox) -> AsyncIterator[Probe]:
    """A client that may see everything."""
    async with connected(sandbox, Probe(discord.Intents.all())) as client:
        yield client
