"""The page for everybody: keyboard, names for screen readers, contrast, dark and light, a phone, hostile texts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, Final

import discord
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.sandbox.messages import Draft
from bot.sandbox.model import COMPONENTS_V2
from bot.sandbox.server import Sandbox
from tests.browser.chromium import PHONE, window
from tests.browser.looks import at_rest, nameless, poor_contrast, sideways
from tests.sandbox.bots import Probe, connected
from tests.sandbox.house import House
from tests.sandbox.quick import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

EVIL: Final = "<img src=x onerror=alert(1)><script>alert(1)</script>"
SCRIPT: Final = "JavaScript:alert(1)"
EVIL_PARTS: Final[list[dict[str, Any]]] = [
    {
        "type": 17,
        "components": [
            {"type": 10, "content": f"{EVIL} [x]({SCRIPT})"},
            {
                "type": 9,
                "components": [{"type": 10, "content": EVIL}],
                "accessory": {"type": 11, "media": {"url": SCRIPT}, "description": EVIL},
            },
            {
                "type": 12,
                "items": [{"media": {"url": url}, "description": EVIL} for url in (SCRIPT, "data:text/html,x")],
            },
            {"type": 13, "file": {"url": SCRIPT}, "name": EVIL},
            {"type": 14},
            {"type": 1, "components": [{"type": 2, "style": 5, "url": SCRIPT, "label": EVIL[:80]}]},
        ],
    }
]
EVIL_EMBED: Final = {
    "title": EVIL,
    "url": SCRIPT,
    "author": {"name": EVIL, "url": SCRIPT},
    "image": {"url": SCRIPT},
    "thumbnail": {"url": SCRIPT},
}
LEADS_ELSEWHERE: Final = """all => all.map((one) => one.getAttribute('href') ?? one.getAttribute('src'))
    .filter((one) => !['http:', 'https:', 'blob:'].includes(new URL(one, location.href).protocol))"""


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox; this process's discord.py is pointed at it."""
    async with Sandbox() as running:
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


async def test_hostile_texts_stay_texts(sandbox: Sandbox, browser: Browser) -> None:
    """In every place where something that somebody wrote is shown."""
    probe = Probe()
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label=EVIL[:80], custom_id="one"))
    options = [discord.SelectOption(label=EVIL[:100], value="x", description=EVIL[:100])]
    view.add_item(discord.ui.Select(custom_id="two", placeholder=EVIL[:150], options=options))

    class Form(discord.ui.Modal, title=EVIL[:45]):
        answer: discord.ui.TextInput[Any] = discord.ui.TextInput(label=EVIL[:45], placeholder=EVIL, default=EVIL)

        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message(EVIL, ephemeral=True)

    @probe.tree.command(name="evil", description=EVIL[:100])
    @discord.app_commands.describe(word=EVIL[:100])
    async def evil(interaction: discord.Interaction[Any], word: str) -> None:
        await interaction.response.send_modal(Form())

    @evil.autocomplete("word")
    async def words(_: discord.Interaction[Any], __: str) -> list[discord.app_commands.Choice[str]]:
        return [discord.app_commands.Choice(name=EVIL[:100], value="x")]

    embed = discord.Embed(title=EVIL, description=EVIL + "\n# " + EVIL + "\n> " + EVIL + "\n- " + EVIL)
    embed.add_field(name=EVIL, value=f'[{EVIL}](https://example.org/"onclick=alert(1)) `{EVIL}` ||{EVIL}||')
    embed.set_footer(text=EVIL).set_author(name=EVIL)
    sandbox.guild("Storybook Corner").name = EVIL
    general, sam = sandbox.channel("general"), sandbox.add_person(EVIL, guilds=[sandbox.guild(EVIL)])
    general.topic = EVIL
    async with connected(sandbox, probe), window(browser, sandbox.page_url) as shown:
        page = shown.page
        channel = probe.get_channel(general.id)
        assert isinstance(channel, discord.TextChannel)
        file = discord.File(__file__, "x.png", description=EVIL)
        posted = await channel.send(EVIL, embed=embed, view=view, file=file)
        said = await sam.upload(general, (EVIL, b"x"), text="[x](javascript:alert(1)) <javascript:alert(1)> " + EVIL)
        await sam.reply(said, EVIL)
        await sam.poll(general, EVIL, [EVIL[:55]])
        await sam.start_thread(said, EVIL)
        await posted.add_reaction("❤️")
        sandbox.writing.create(sandbox.bot, general, Draft(components=EVIL_PARTS, flags=COMPONENTS_V2))
        sandbox.writing.create(sandbox.bot, general, Draft(embeds=[EVIL_EMBED]))
        await expect(page.locator(".message .poll")).to_be_visible()
        await page.fill("#text", "/evil")
        await page.keyboard.press("Enter")
        await page.get_by_role("combobox", name="word").press_sequentially("a")
        await expect(page.get_by_role("option").last).to_have_text(EVIL[:100])
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Run").click()
        await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(EVIL[:45])
        await page.get_by_role("button", name="Submit").click()
        await expect(page.locator(".message.ephemeral p").first).to_have_text(EVIL)
        await page.locator("#me").click()
        await expect(page.get_by_role("menuitemradio", name=EVIL)).to_be_visible()
        await page.keyboard.press("Escape")
        assert await page.locator("img[onerror], [onclick], [onload], iframe, object").count() == 0
        await expect(page.locator(".message section.section")).to_be_visible()
        await expect(page.locator(".button.link")).to_have_text(f"{EVIL[:80]} ↗")
        assert await page.locator("[href], [src]").evaluate_all(LEADS_ELSEWHERE) == []
        scripts = await page.locator("script").evaluate_all("all => all.map((one) => one.getAttribute('src'))")
        assert scripts == ["/static/app.js"]
        assert await page.locator(".embed h3").first.inner_text() == EVIL
        assert await page.locator("#topic").inner_text() == EVIL
        # the picture that is none cannot be decoded; nothing else may go wrong, least of all a blocked script
        assert [one for one in shown.problems if "x.png" not in one] == []


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
        await expect(page.get_by_role("menuitem", name="Paint this")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator(".message")).to_be_focused()
        await page.keyboard.press("Shift+F10")
        await expect(page.get_by_role("menuitem", name="Paint this")).to_be_focused()
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
