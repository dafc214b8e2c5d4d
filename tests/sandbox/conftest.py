"""Fixtures for tests against the sandbox: a started one that fails the test whose requests Discord would refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.server import Sandbox


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A running sandbox; this process's discord.py is pointed at it."""
    async with Sandbox() as running:
        with running.redirect_discord():
            yield running
    assert not running.violations, "\n".join(str(one) for one in running.violations)
