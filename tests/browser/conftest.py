"""One Chromium for all tests of the page; each test has a tab, or several, of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.chromium import PATH, PATIENCE_MS, WHY_NOT, chromium
from tests.sandbox.house import House, moved_in


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium; tests that need it are skipped where there is none."""
    if PATH is None:
        pytest.skip(WHY_NOT)
    expect.set_options(timeout=PATIENCE_MS)
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The bot in a sandbox, with a device that answers at once."""
    async with moved_in(tmp_path) as inhabited:
        await inhabited.sandbox.until_command("story")
        yield inhabited
