"""The one way in which tests start a sandbox: what is not as Discord describes it fails the test that caused it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.sandbox.server import Sandbox


@asynccontextmanager
async def checked(**options: Any) -> AsyncIterator[Sandbox]:
    """A running sandbox; raises AssertionError at the end where a request, an answer or an event was wrong."""
    async with Sandbox(**options) as sandbox:
        yield sandbox
    assert not sandbox.violations, "\n".join(str(one) for one in sandbox.violations)
