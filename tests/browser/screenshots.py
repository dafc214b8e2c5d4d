"""`scripts/screenshots [--out DIR]`: pictures of the page's main states, of the bot with its pocket models.

With `--instant` a device without models answers at once: good for looking at the page, not at what models make.
With `--readme` the two pictures of the README are made anew from them, in docs/.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page
from playwright.async_api import TimeoutError as NotShown

from bot.app import running_bot
from bot.sandbox.server import Sandbox
from ravsg.config import Config, load_config
from ravsg.models.profiles import pocket
from tests.browser.chromium import PHONE, WIDE, chromium, window
from tests.browser.looks import at_rest
from tests.sandbox.quick import QuickDevice

SETTLED_MS: Final = 300
MODELS_MS: Final = 900_000
README: Final = {"welcome": "page.png", "story": "story.png"}
"""The states that the README shows, and under which names."""
README_COLOURS: Final = 255
README_WIDTH: Final = 1180
AROUND: Final = 200
"""Pixels above and below the conversation."""
HIGHEST: Final = 1600
QUESTION: Final = "Where shall the fox carry its lantern?"
ANSWERS: Final = ("Up the hill, to the old bell", "Home, before the snow comes", "Into the crystal cave")


class Camera:
    """Takes pictures of a page into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def take(self, page: Page, name: str) -> None:
        """Write name.png, once pictures are there and movements are over."""
        await page.mouse.move(0, 0)
        await page.wait_for_timeout(SETTLED_MS)
        await at_rest(page)
        path = self.folder / f"{name}.png"
        await page.screenshot(path=path)
        print(path, flush=True)


@asynccontextmanager
async def inhabited(instant: bool) -> AsyncIterator[Sandbox]:
    """A sandbox with the bot in it, as `scripts/try` makes it."""
    with tempfile.TemporaryDirectory(prefix="ravsg-") as folder:
        config = _config(Path(folder))
        async with Sandbox() as sandbox:
            base = sandbox.page_url.rstrip("/")
            models = {"profile": pocket(Path("unused")), "device": QuickDevice} if instant else {}
            async with running_bot(config, token=sandbox.token, sandbox_base=base, **models):  # type: ignore[arg-type]
                await sandbox.until_command("story")
                yield sandbox


def _config(folder: Path) -> Config:
    config = load_config(Path("config.toml"))
    changes = {"bot": config.bot.model_copy(update={"data_dir": folder})}
    return config.model_copy(
        update=changes | {"delivery": config.delivery.model_copy(update={"progress_seconds": 1.0})}
    )


async def story(sandbox: Sandbox, browser: Browser, camera: Camera) -> None:
    """The first opening, a story of the sample, its painting, menus and a form, in light and dark."""
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await page.get_by_role("button", name="Let it remember you").wait_for()
        await camera.take(page, "welcome")
        await page.get_by_role("button", name="Let it remember you").click()
        await page.get_by_role("button", name="Run").click()
        await page.get_by_text("Only you can see this").wait_for()
        await page.locator(".channel", has_text="stories").click()
        await page.get_by_role("button", name="Hear this picture’s story").click()
        await page.locator("#options .drop.filled").wait_for()
        await camera.take(page, "command")
        await page.get_by_role("button", name="Run").click()
        try:
            await page.locator(".progress").wait_for(timeout=8000)
            await camera.take(page, "progress")
        except NotShown:
            print("(too quick for a picture of its progress)")
        paint = page.get_by_role("button", name="Paint it")
        await paint.wait_for(timeout=MODELS_MS)
        height = await page.locator(".message:has(.embed)").last.evaluate("node => node.offsetHeight")
        await page.set_viewport_size({"width": README_WIDTH, "height": min(int(height) + AROUND, HIGHEST)})
        await page.wait_for_timeout(SETTLED_MS)
        await _to(page, ".message:has(.embed)")
        await camera.take(page, "story")
        await page.set_viewport_size(WIDE)
        await paint.click()
        await page.get_by_role("button", name="Vary").wait_for(timeout=MODELS_MS)
        await camera.take(page, "painting")
        await page.emulate_media(color_scheme="dark")
        await camera.take(page, "painting-dark")
        await page.locator(".picture").last.click()
        await camera.take(page, "large-dark")
        await page.keyboard.press("Escape")
        await page.locator(".message").last.locator(".embed").click(button="right")
        await camera.take(page, "apps-menu-dark")
        await page.keyboard.press("Escape")
        await page.fill("#text", "/paint")
        await camera.take(page, "completion-dark")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Run").click()
        await page.locator("dialog#form[open]").wait_for()
        await camera.take(page, "form-dark")
        await page.keyboard.press("Escape")


async def together(sandbox: Sandbox, browser: Browser, camera: Camera) -> None:
    """Two people: a thread, a poll, reactions, a reply, the switch of people, the ideas."""
    robin, sam = sandbox.person("Robin"), sandbox.person("Sam")
    stories = sandbox.channel("#stories")
    asked = await robin.poll(stories, QUESTION, ANSWERS)
    told = next(one for one in sandbox.messages(stories) if one.embeds and not one.ephemeral)
    await sam.react(told, "❤️")
    idea = await robin.say(stories, "What if the fox had not gone home that night?")
    thread = await robin.start_thread(idea, "The fox and the bell")
    await sam.say(thread, "It stopped before the gate. **Somebody** had rung the bell.")
    await robin.say(thread, "And nobody was there?")
    async with window(browser, f"{sandbox.page_url}#as=Sam&at={stories.id}", scheme="dark") as shown:
        page = shown.page
        await page.locator(".poll input").first.check()
        await page.get_by_role("button", name="Vote").click()
        await page.locator(f'[data-id="{asked.id}"] .mine').wait_for()
        await camera.take(page, "poll-dark")
        await page.locator("#me").click()
        await camera.take(page, "people-dark")
        await page.keyboard.press("Escape")
        await page.emulate_media(color_scheme="light")
        await page.locator(".channel", has_text="The fox and the bell").click()
        await page.get_by_text("And nobody was there?").wait_for()
        await page.locator(".message").last.hover()
        await page.get_by_role("button", name="Reply").last.click()
        await page.fill("#text", "@R")
        await camera.take(page, "thread")
        await page.locator("#idea").click()
        await camera.take(page, "ideas")


async def phone(sandbox: Sandbox, browser: Browser, camera: Camera) -> None:
    """The same on 375 pixels."""
    general, stories = sandbox.channel("#general"), sandbox.channel("#stories")
    async with window(browser, f"{sandbox.page_url}#as=Sam&at={general.id}", size=PHONE, touch=True) as shown:
        page = shown.page
        await page.get_by_role("button", name="Let it remember you").wait_for()
        await camera.take(page, "phone-welcome")
        await page.locator("#drawer").click()
        await camera.take(page, "phone-places")
        await page.locator(".channel", has_text="stories").first.click()
        await page.goto(f"{sandbox.page_url}#as=Sam&at={stories.id}")
        await page.locator(".picture").first.wait_for()
        await _to(page, ".message:has(.embed)")
        await camera.take(page, "phone-story")
        await page.emulate_media(color_scheme="dark")
        await _to(page, ".message:has(.picture)")
        await page.locator(".message:has(.embed)").first.get_by_role("button", name="More").click()
        await camera.take(page, "phone-menu-dark")
        await page.keyboard.press("Escape")
        await page.fill("#text", "/story")
        await page.keyboard.press("Enter")
        await camera.take(page, "phone-command-dark")


async def _to(page: Page, selector: str) -> None:
    """Scroll so that the first such node begins at the top."""
    await page.locator(selector).first.evaluate("node => node.scrollIntoView({block: 'start'})")


async def take(out: Path, *, instant: bool) -> None:
    """Write all pictures."""
    camera = Camera(out)
    async with inhabited(instant) as sandbox, chromium() as browser:
        for states in (story, together, phone):
            await states(sandbox, browser, camera)


def illustrate(out: Path, docs: Path) -> None:
    """Put the README's pictures into `docs`, in few colours, which keeps them small."""
    for state, name in README.items():
        with Image.open(out / f"{state}.png") as picture:
            few = picture.convert("RGB").quantize(README_COLOURS, dither=Image.Dither.FLOYDSTEINBERG)
        few.save(docs / name, optimize=True)
        print(docs / name, flush=True)


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/screenshots"), metavar="DIR", help="where to write")
    parser.add_argument("--instant", action="store_true", help="without models: only the page is of interest")
    parser.add_argument("--readme", action="store_true", help="make docs/page.png and docs/story.png of them")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)  # a busy computer is no news here
    asked.out.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(asked.out, instant=asked.instant))
    if asked.readme:
        illustrate(asked.out, Path("docs"))


if __name__ == "__main__":
    main()
