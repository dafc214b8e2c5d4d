"""What a newcomer does, in a real browser with the real bot: a photo, its story, its painting; cancelling; a form."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from bot.sandbox.seed import SUGGESTIONS
from ravsg.types import PaintTask
from tests.browser.chromium import window
from tests.sandbox.house import House
from tests.sandbox.quick import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]


async def ask_for_a_story(page: Page) -> None:
    """By slash command, with a photo chosen from the disk."""
    await page.fill("#text", "/story")
    await page.keyboard.press("Enter")
    photo: FilePayload = {"name": "photo.png", "mimeType": "image/png", "buffer": picture("a photo", 96, 64)}
    await page.locator("#options input[type=file]").set_input_files(photo)
    await page.get_by_role("button", name="Run").click()


async def test_a_photo_a_story_a_picture_and_all_of_it_again_after_reloading(house: House, browser: Browser) -> None:
    async with window(browser, house.sandbox.page_url) as shown:
        page = shown.page
        await ask_for_a_story(page)
        told = page.locator(".message", has=page.get_by_role("button", name="Paint it"))
        await expect(told.locator(".embed h3")).to_contain_text("at the Harbour")
        title = await told.locator(".embed h3").inner_text()
        await told.get_by_role("button", name="Paint it").click()
        painted = page.locator(".message", has=page.get_by_role("button", name="Vary"))
        image = painted.locator(".picture img")
        await expect(image).to_have_js_property("complete", True)
        assert await image.evaluate("one => one.naturalWidth") == 64
        alt = await image.get_attribute("alt")
        assert alt
        assert "grey fox" in alt
        assert await image.get_attribute("title") == alt
        await expect(page.get_by_text("Only you can see this")).to_have_count(2)

        await painted.locator(".picture").click()
        large = page.get_by_role("dialog", name="Picture")
        await expect(large.locator("img")).to_have_attribute("alt", alt)
        await expect(large.locator(".caption")).to_have_text(alt)
        await page.keyboard.press("Escape")
        await expect(large).to_be_hidden()

        await page.reload()
        await expect(page.locator(".message", has_text=title).first).to_be_visible()
        await expect(painted.locator(".picture img")).to_have_attribute("alt", alt)
        await expect(page.get_by_text("Only you can see this")).to_have_count(2)
        assert shown.problems == []


async def test_progress_moves_and_a_running_job_is_cancelled(house: House, browser: Browser) -> None:
    house.device.hold("write")
    async with window(browser, house.sandbox.page_url) as shown:
        page = shown.page
        await ask_for_a_story(page)
        bar = page.get_by_role("progressbar")
        await expect(bar).to_be_visible()
        share = int(await bar.get_attribute("aria-valuenow") or "-1")
        drawn = await bar.evaluate("one => getComputedStyle(one, '::before').width")
        whole = await bar.evaluate("one => one.clientWidth")
        assert float(drawn.removesuffix("px")) == pytest.approx(whole * share / 100, abs=1.5)
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.locator("#log").get_by_text("Your story was cancelled.")).to_be_visible()
        await expect(bar).to_have_count(0)
        assert shown.problems == []
    assert not any(one.embeds for one in house.sandbox.messages("#general"))


async def test_a_form_is_filled_in(house: House, browser: Browser) -> None:
    async with window(browser, house.sandbox.page_url) as shown:
        page = shown.page
        await page.fill("#text", "/paint")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Run").click()
        form = page.get_by_role("dialog")
        await expect(form.get_by_role("heading")).to_have_text("What shall I paint?")
        field = form.get_by_role("textbox", name="Text or scene")
        await expect(field).to_be_focused()
        await field.fill("An astronaut plants a single red flower on the moon")
        await form.get_by_role("button", name="Submit").click()
        await expect(form).to_be_hidden()
        await expect(page.get_by_role("button", name="Vary")).to_be_visible()
        assert shown.problems == []
    painted = [step.task.prompt for step in house.device.steps if isinstance(step.task, PaintTask)]
    assert "astronaut plants a single red flower" in painted[0]


async def test_options_of_a_command_wait_until_they_are_wanted(house: House, browser: Browser) -> None:
    async with window(browser, house.sandbox.page_url) as shown:
        page = shown.page
        await page.fill("#text", "/paint a bear and its key")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("textbox", name="text")).to_have_value("a bear and its key")
        await page.get_by_role("button", name="Add style").click()
        style = page.get_by_role("combobox", name="style")
        await expect(style).to_be_focused()
        await style.press_sequentially("pl")
        await expect(page.locator(".choices").get_by_role("option")).to_have_text(["Just as I say it"])
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(style).to_have_value("Just as I say it")
        await page.get_by_role("button", name="Run").click()
        painted = page.locator(".message", has=page.get_by_role("button", name="Vary"))
        await expect(painted.locator(".embed")).to_contain_text("plain")
        assert shown.problems == []


async def test_one_of_several_pictures_is_picked_from_a_menu(house: House, browser: Browser) -> None:
    two = [(f"{name}.png", picture(name)) for name in ("one", "two")]
    said = await house.robin.say("#general", "two of them", files=two)
    async with window(browser, house.sandbox.page_url) as shown:
        page = shown.page
        await page.locator(f'[data-id="{said.id}"] .picture').first.click(button="right")
        await page.get_by_role("menuitem", name="Tell its story").click()
        menu = page.get_by_role("combobox", name="Choose a picture")
        await menu.select_option(index=2)
        await expect(page.get_by_role("button", name="Paint it")).to_be_visible()
        assert shown.problems == []


async def test_the_first_opening_offers_a_sample_and_three_things_to_try(house: House, browser: Browser) -> None:
    async with window(browser, house.sandbox.page_url) as shown:
        page = shown.page
        suggestions = page.locator(".suggest")
        await expect(suggestions).to_have_count(3)
        await expect(suggestions.first).to_be_enabled()
        await expect(page.get_by_alt_text("A red fox with a blue scarf")).to_be_visible()
        await page.get_by_role("button", name="Have a scene painted").click()
        await expect(page.get_by_role("textbox", name="text")).to_have_value(SUGGESTIONS[1].options["text"])
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Let it remember you").click()
        await expect(page.get_by_role("button", name="Run")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.ephemeral")).to_contain_text("remember")
        await page.locator(".channel", has_text="stories").click()
        await page.get_by_role("button", name="Hear this picture’s story").click()
        await expect(page.locator("#options .file-name")).to_contain_text("fox-with-lantern.webp")
        await page.get_by_role("button", name="Run").click()
        await expect(page.get_by_role("button", name="Paint it")).to_be_visible()
        assert shown.problems == []
