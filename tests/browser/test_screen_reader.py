"""What a screen reader is told: each message in full, and every answer when it comes, private and late ones too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import discord
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.sandbox.server import Sandbox
from tests.browser.chromium import window
from tests.browser.looks import named
from tests.sandbox.bots import Probe, connected
from tests.sandbox.checked import checked
from tests.sandbox.quick import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

LISTEN: Final = """() => {
    window.told = [];
    new MutationObserver((changes) => {
        for (const change of changes) window.told.push(...[...change.addedNodes].map((one) => one.textContent));
    }).observe(document.querySelector('#announcer[aria-live=polite]'), {childList: true});
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox; this process's discord.py is pointed at it."""
    async with checked() as running:
        with running.redirect_discord():
            yield running


async def told(page: Page, text: str) -> list[str]:
    """All that was announced, once `text` was."""
    await page.wait_for_function("text => window.told.some((one) => one.includes(text))", arg=text)
    heard: list[str] = await page.evaluate("window.told.splice(0)")
    return heard


async def test_a_message_is_named_with_all_that_it_says(sandbox: Sandbox, browser: Browser) -> None:
    robin = sandbox.person("Robin")
    await robin.upload("#general", ("fox.png", picture("a fox"), "A fox in the snow"), text="Look, **there**")
    async with window(browser, sandbox.page_url) as shown:
        await expect(shown.page.locator(".message img")).to_be_visible()
        [(_, name)] = await named(shown.page, "article")
        assert name.startswith("Robin, ")
        assert name.endswith(": Look, there A fox in the snow")


async def test_private_answers_are_announced_when_they_come_and_progress_only_once(
    sandbox: Sandbox, browser: Browser
) -> None:
    probe, go = Probe(), asyncio.Queue[None]()

    @probe.tree.command(name="slow", description="Takes its time")
    async def slow(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        for text in ("Painting ▰▱▱▱▱▱▱▱▱▱ 10%", "Painting ▰▰▰▱▱▱▱▱▱▱ 30%", "Here it is."):
            await go.get()
            await interaction.edit_original_response(content=text)

    async with connected(sandbox, probe), window(browser, sandbox.page_url) as shown:
        page = shown.page
        await page.evaluate(LISTEN)
        await page.fill("#text", "/slow")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Run").click()
        assert await told(page, "RAVSG") == ["RAVSG, only to you: is thinking"]
        go.put_nowait(None)
        assert await told(page, "Painting") == ["RAVSG, only to you: Painting 10%"]
        go.put_nowait(None)
        await expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "30")
        go.put_nowait(None)
        assert await told(page, "Here it is") == ["RAVSG, only to you: Here it is."]
        assert shown.problems == []


async def test_what_others_say_in_quick_succession_is_all_announced(sandbox: Sandbox, browser: Browser) -> None:
    sam = sandbox.person("Sam")
    async with window(browser, sandbox.page_url) as shown:
        await expect(shown.page.locator(".welcome")).to_be_visible()
        await shown.page.evaluate(LISTEN)
        said = [await sam.say("#general", text) for text in ("one", "two", "two")]
        await sam.react(said[0], "❤️")
        await sam.say("#general", "three")
        assert await told(shown.page, "three") == [f"Sam: {one}" for one in ("one", "two", "two", "three")]
