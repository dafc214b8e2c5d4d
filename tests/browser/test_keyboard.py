"""By keyboard alone in a real browser: polls, reactions, selects, forms and large pictures are reached and used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import discord
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.sandbox.server import Sandbox
from tests.browser.chromium import window
from tests.sandbox.bots import Probe, connected
from tests.sandbox.checked import checked
from tests.sandbox.quick import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

MOST_STEPS: Final = 40


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox; this process's discord.py is pointed at it."""
    async with checked() as running:
        with running.redirect_discord():
            yield running


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def tab_to(page: Page, wanted: Locator, *, key: str = "Tab") -> None:
    """Go from stop to stop until `wanted` has the focus, which has to be seen there."""
    await expect(wanted).to_be_attached()
    for _ in range(MOST_STEPS):
        await page.keyboard.press(key)
        if await wanted.evaluate("one => one === document.activeElement"):
            assert await wanted.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
            return
    raise AssertionError(f"{MOST_STEPS} times {key} do not lead to {wanted}")


async def last_message(page: Page) -> None:
    """To the last message by keys only: the conversation is a stop of its own."""
    await tab_to(page, page.locator("#log"))
    await press(page, "End")
    await expect(page.locator(".message").last).to_be_focused()


async def test_a_poll_while_others_react_to_it(sandbox: Sandbox, browser: Browser) -> None:
    sam = sandbox.person("Sam")
    asked = await sam.poll("#general", "Where to?", ["Home", "Away", "Up"])
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await last_message(page)
        await tab_to(page, page.get_by_role("radio", name="Home"))
        await press(page, "ArrowDown")
        away = page.get_by_role("radio", name="Away")
        await expect(away).to_be_checked()
        await sam.react(asked, "❤️")
        await expect(page.locator(".reactions")).to_be_visible()
        await expect(away).to_be_checked()
        await expect(away).to_be_focused()
        await tab_to(page, page.get_by_role("button", name="Vote"))
        await press(page, "Enter")
        await expect(page.locator(".poll .mine")).to_contain_text("Away")
        await tab_to(page, page.get_by_role("button", name="Take my vote back"))
        await press(page, "Enter")
        await expect(page.get_by_role("radio")).to_have_count(3)
        assert shown.problems == []


async def test_a_reaction_is_given_and_taken_back(sandbox: Sandbox, browser: Browser) -> None:
    await sandbox.person("Sam").say("#general", "A fox came by")
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await last_message(page)
        await tab_to(page, page.get_by_role("button", name="Add a reaction"))
        await press(page, "Enter", "ArrowRight", "Enter")
        given = page.locator(".reactions button")
        await expect(given).to_have_accessible_name("😍, 1. Take yours back")
        await expect(page.get_by_role("button", name="Add a reaction")).to_be_focused()
        await tab_to(page, given, key="Shift+Tab")
        await press(page, "Space")
        await expect(given).to_have_count(0)
        await expect(page.locator(".message")).to_be_focused()
        assert shown.problems == []


async def test_several_selects_in_one_message(sandbox: Sandbox, browser: Browser) -> None:
    probe, chosen = Probe(), asyncio.Queue[tuple[str, list[str]]]()

    def select(name: str, most: int = 1) -> discord.ui.Select[Any]:
        options = [discord.SelectOption(label=f"{name} {one}", value=one) for one in ("red", "green", "blue")]
        node: discord.ui.Select[Any] = discord.ui.Select(placeholder=name, options=options, max_values=most)

        async def called(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.defer()
            chosen.put_nowait((name, node.values))

        node.callback = called  # type: ignore[method-assign]
        return node

    async with connected(sandbox, probe), window(browser, sandbox.page_url) as shown:
        page, view = shown.page, discord.ui.View(timeout=None)
        for one in (select("Coat"), select("Scarf"), select("Lanterns", 2)):
            view.add_item(one)
        channel = probe.get_channel(sandbox.channel("#general").id)
        assert isinstance(channel, discord.TextChannel)
        await channel.send("Dress the fox", view=view)
        await expect(page.get_by_role("combobox", name="Coat")).to_be_visible()
        await last_message(page)
        await tab_to(page, page.get_by_role("combobox", name="Coat"))
        await press(page, "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Enter")
        assert await asyncio.wait_for(chosen.get(), 60) == ("Coat", ["blue"])
        await tab_to(page, page.get_by_role("combobox", name="Scarf"))
        await press(page, "Enter", "ArrowDown", "Enter")
        assert await asyncio.wait_for(chosen.get(), 60) == ("Scarf", ["red"])
        await tab_to(page, page.locator("summary"))
        await press(page, "Enter")
        await tab_to(page, page.get_by_role("checkbox", name="Lanterns red"))
        await press(page, "Space", "Tab", "Tab", "Space")
        await tab_to(page, page.get_by_role("button", name="Choose"))
        await press(page, "Enter")
        assert await asyncio.wait_for(chosen.get(), 60) == ("Lanterns", ["red", "blue"])
        assert chosen.empty()
        assert shown.problems == []


async def test_a_form_keeps_the_focus_and_gives_it_back(sandbox: Sandbox, browser: Browser) -> None:
    probe, answers = Probe(), asyncio.Queue[str]()

    class Form(discord.ui.Modal, title="What next?"):
        answer: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Your idea", style=discord.TextStyle.long)

        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            await interaction.response.defer()
            answers.put_nowait(self.answer.value)

    class Asking(discord.ui.View):
        @discord.ui.button(label="Tell me")
        async def tell(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Any]) -> None:
            await interaction.response.send_modal(Form())

    async with connected(sandbox, probe), window(browser, sandbox.page_url) as shown:
        page = shown.page
        channel = probe.get_channel(sandbox.channel("#general").id)
        assert isinstance(channel, discord.TextChannel)
        await channel.send("And then?", view=Asking(timeout=None))
        button, form = page.get_by_role("button", name="Tell me"), page.get_by_role("dialog")
        await expect(button).to_be_visible()
        await last_message(page)
        await tab_to(page, button)
        await press(page, "Enter")
        field = form.get_by_role("textbox", name="Your idea")
        await expect(field).to_be_focused()
        await press(page, "Escape")
        await expect(form).to_be_hidden()
        await expect(button).to_be_focused()
        await press(page, "Enter")
        await expect(field).to_be_focused()
        await page.keyboard.type("It goes home")
        await tab_to(page, form.get_by_role("button", name="Submit"))
        await press(page, "Enter")
        assert await asyncio.wait_for(answers.get(), 60) == "It goes home"
        await expect(form).to_be_hidden()
        await expect(button).to_be_focused()
        assert shown.problems == []


async def test_large_pictures_are_turned_and_closed(sandbox: Sandbox, browser: Browser) -> None:
    files = [(f"{name}.png", picture(name), f"The {name} one") for name in ("first", "second", "third")]
    await sandbox.person("Sam").upload("#general", *files)
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await last_message(page)
        small = page.get_by_role("button", name="The first one. Open large")
        await tab_to(page, small)
        await press(page, "Enter")
        large = page.get_by_role("dialog", name="Picture")
        await expect(large.get_by_role("button", name="Close")).to_be_focused()
        await press(page, "ArrowRight", "ArrowRight")
        await expect(large.locator(".caption")).to_have_text("The third one")
        await tab_to(page, large.get_by_role("button", name="Next picture"))
        await press(page, "Enter", "Enter")
        await expect(large.locator(".caption")).to_have_text("The second one")
        await expect(large.get_by_role("button", name="Next picture")).to_be_focused()
        await press(page, "Escape")
        await expect(large).to_be_hidden()
        await expect(small).to_be_focused()
        assert shown.problems == []
