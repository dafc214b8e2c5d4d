"""What somebody writes stays a text everywhere in the page, and no address in it leads anywhere but to the web."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import discord
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.sandbox.messages import Draft
from bot.sandbox.model import COMPONENTS_V2
from bot.sandbox.server import Sandbox
from tests.browser.chromium import window
from tests.sandbox.bots import Probe, connected
from tests.sandbox.checked import checked

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

EVIL: Final = "<img src=x onerror=alert(1)><script>alert(1)</script>"
SCRIPT: Final = "JavaScript:alert(1)"
PAGE: Final = "data:text/html,<script>alert(1)</script>"
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
    async with checked() as running:
        with running.redirect_discord():
            yield running


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
