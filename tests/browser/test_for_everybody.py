"""The page for everybody: keyboard, names for screen readers, contrast, dark and light, a phone, styles."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.sandbox.server import Sandbox
from tests.browser.chromium import PHONE, window
from tests.browser.looks import at_rest, nameless, poor_contrast, sideways
from tests.sandbox.checked import checked
from tests.sandbox.house import House
from tests.sandbox.quick import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

UNDERSTOOD: Final = r"""async () => {
    const sheets = [...document.querySelectorAll('link[rel=stylesheet]')];
    const texts = await Promise.all(sheets.map(async (one) => (await fetch(one.href)).text()));
    const blocks = texts.flatMap((one) => [...one.replaceAll(/\/\*[^]*?\*\//g, '').matchAll(/{([^{}]*)}/g)]);
    const lines = blocks.flatMap((one) => one[1].split(';')).map((one) => one.trim()).filter(Boolean);
    const known = (line) => {
        const [, name, value] = /^([\w-]+)\s*:\s*([^]+?)(?:\s*!important)?$/.exec(line) ?? [];
        return name && CSS.supports(name, value);
    };
    return [lines.length, lines.filter((one) => !known(one))];
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox; this process's discord.py is pointed at it."""
    async with checked() as running:
        with running.redirect_discord():
            yield running


async def inhabit(house: House) -> None:
    """A story with a thread, a painting, a private answer, a poll."""
    photo = await house.robin.upload(house.stories, ("photo.png", picture("a photo", 900, 500), "A plain colour"))
    await house.story(house.robin)
    await house.painting(house.robin, text="A fox with a lantern, and averylongwordwithoutanyspaceinit" * 3, count=2)
    thread = await house.robin.start_thread(photo, "What became of the picture that nobody wanted to look at")
    await house.robin.say(thread, "Somebody did.")
    await house.robin.say(
        house.stories, "```\n" + "a line of code that goes on and on " * 6 + "\n```\nhttps://" + "x" * 120
    )
    await house.sam.poll(house.stories, "Where to? " + "w" * 90, ["Home", "a" * 55])


async def test_the_main_states_have_names_contrast_and_no_sideways_scrolling_on_a_phone(
    house: House, browser: Browser
) -> None:
    await inhabit(house)
    address = f"{house.sandbox.page_url}#at={house.stories.id}"
    async with window(browser, address, size=PHONE, touch=True) as shown:
        page = shown.page
        await expect(page.locator(".poll")).to_be_visible()

        async def check() -> None:
            await at_rest(page)
            assert await sideways(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
            assert await nameless(page) == []
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                await at_rest(page)
                assert await poor_contrast(page) == []

        await check()
        await page.locator(".message", has=page.locator(".thread")).get_by_role("button", name="More").click()
        await expect(page.get_by_role("menuitem", name="Tell its story")).to_be_visible()
        await check()
        await page.keyboard.press("Escape")
        await page.fill("#text", "/p")
        await expect(page.get_by_role("option", name="/paint")).to_be_visible()
        await check()
        await page.get_by_role("option", name="/paint").click()
        await page.get_by_role("button", name="Add style").click()
        await check()
        await page.get_by_role("button", name="Leave the command").click()
        await page.get_by_role("button", name="Servers and channels").click()
        await expect(page.locator(".channel[aria-current]")).to_be_focused()
        await check()
        await page.locator(".channel", has_text="general").click()
        await expect(page.locator(".welcome")).to_be_visible()
        await check()
        await page.get_by_role("button", name="Ideas and keys").click()
        await check()
        assert shown.problems == []


async def test_everything_by_keyboard(house: House, browser: Browser) -> None:
    async with window(browser, house.sandbox.page_url) as shown:
        page = shown.page
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="To the message field")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#text")).to_be_focused()
        await page.keyboard.type("A fox carries a lantern through the snow")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message")).to_have_count(1)
        for _ in range(20):
            await page.keyboard.press("Shift+Tab")
            if await page.locator("#log").evaluate("one => one.contains(document.activeElement)"):
                break
        await page.locator("#log").press("End")
        await expect(page.locator(".message")).to_be_focused()
        outline = await page.locator(".message").evaluate("one => getComputedStyle(one).outlineStyle")
        assert outline == "solid"
        await page.keyboard.press("Enter")
        await expect(page.locator("#menu .entry").first).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator(".message")).to_be_focused()
        await page.keyboard.press("Shift+F10")
        paint = page.get_by_role("menuitem", name="Paint this")
        for _ in range(await page.get_by_role("menuitem").count()):
            if await paint.evaluate("one => one === document.activeElement"):
                break
            await page.keyboard.press("ArrowDown")
        await expect(paint).to_be_focused()
        await page.keyboard.press("Enter")
        vary = page.get_by_role("button", name="Vary")
        await expect(vary).to_be_visible()
        await page.locator("#text").focus()
        await page.keyboard.type("/mem")
        await page.keyboard.press("ArrowDown")
        chosen = page.locator("#suggestions [aria-selected=true]")
        await expect(chosen).to_have_count(1)
        described = await page.locator("#text").get_attribute("aria-activedescendant")
        assert described == await chosen.get_attribute("id")
        await page.keyboard.press("Escape")
        await expect(page.locator("#suggestions")).to_be_hidden()
        await page.locator(".channel", has_text="stories").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("stories")
        await expect(page.locator(".channel", has_text="stories")).to_be_focused()
        assert shown.problems == []


async def test_dark_and_light_by_system_and_by_choice(sandbox: Sandbox, browser: Browser) -> None:
    async with window(browser, sandbox.page_url, scheme="dark") as shown:
        page = shown.page

        async def paper() -> int:
            colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            return sum(int(one) for one in re.findall(r"\d+", colour)[:3])

        assert await paper() < 200
        await page.emulate_media(color_scheme="light")
        assert await paper() > 600
        switch = page.locator("#theme")
        await switch.click()
        await switch.click()
        await expect(switch).to_have_accessible_name("Colours: dark. Change")
        assert await paper() < 200
        await page.reload()
        await expect(switch).to_have_accessible_name("Colours: dark. Change")
        assert await paper() < 200


async def test_it_is_plain_that_this_is_a_stand_in_and_nothing_leaves(house: House, browser: Browser) -> None:
    asked: list[str] = []
    async with window(browser, house.sandbox.page_url) as shown:
        shown.page.on("request", lambda request: asked.append(request.url))
        await shown.page.reload()
        await expect(shown.page.get_by_role("note")).to_contain_text("A local stand-in for Discord")
        await expect(shown.page.locator(".suggest").first).to_be_enabled()
    assert len(asked) >= 20
    assert [one for one in asked if not one.startswith(house.sandbox.page_url)] == []


async def test_the_browser_understands_every_line_of_the_styles(sandbox: Sandbox, browser: Browser) -> None:
    async with window(browser, sandbox.page_url) as shown:
        count, foreign = await shown.page.evaluate(UNDERSTOOD)
        assert count >= 300
        assert foreign == []
