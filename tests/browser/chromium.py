"""The system's Chromium, driven by Playwright: where it is, a tab that shows the page, and what goes wrong there."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
PATH: Final = next((found for name in NAMES if (found := shutil.which(name))), None)
WHY_NOT: Final = "no Chromium on this machine (Debian, Ubuntu: apt-get install chromium)"
# Chromium's own sandbox needs rights that containers seldom have, and it sees the local page only; a graphics card
# that is played by the processor costs more than drawing without one.
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu"]
WIDE: Final[ViewportSize] = {"width": 1280, "height": 860}
PHONE: Final[ViewportSize] = {"width": 375, "height": 740}
PATIENCE_MS: Final = 60_000.0
"""For each step; long, because the computer may be busy with other things."""


@dataclass(slots=True)
class Window:
    """One tab, and the errors that its scripts and its security policy have reported."""

    page: Page
    problems: list[str] = field(default_factory=list)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser, closed at the end. Raises RuntimeError where there is no Chromium."""
    if PATH is None:
        raise RuntimeError(WHY_NOT)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(
    browser: Browser,
    address: str,
    *,
    size: ViewportSize = WIDE,
    scheme: Literal["light", "dark"] = "light",
    touch: bool = False,
    moving: bool = False,
) -> AsyncIterator[Window]:
    """A tab of its own (no shared storage) that shows the page at `address`, without movements unless told so."""
    context = await browser.new_context(
        viewport=size,
        color_scheme=scheme,
        has_touch=touch,
        is_mobile=touch,
        locale="en-GB",
        reduced_motion="no-preference" if moving else "reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    shown = Window(await context.new_page())
    shown.page.on("pageerror", lambda error: shown.problems.append(str(error)))
    shown.page.on("console", lambda line: shown.problems.append(line.text) if line.type == "error" else None)
    try:
        await shown.page.goto(address)
        await shown.page.locator("#me b").wait_for(state="attached")
        yield shown
    finally:
        await context.close()
