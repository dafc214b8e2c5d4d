"""Reading in a real browser: what was said long ago, threads that sleep, posts, and right-to-left texts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.sandbox.expressions import add_emoji
from bot.sandbox.model import Message
from bot.sandbox.server import Sandbox
from bot.sandbox.views import PAGE
from tests.browser.chromium import window
from tests.sandbox.checked import checked
from tests.sandbox.quick import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox without a bot."""
    async with checked() as running:
        yield running


async def a_long_talk(sandbox: Sandbox, count: int) -> list[Message]:
    """Robin and Sam in turns; every line names its number."""
    people = [sandbox.person("Robin"), sandbox.person("Sam")]
    return [await people[at % 2].say("#general", f"line {at}") for at in range(count)]


async def top_of(page: Page, message: Message) -> float:
    """Where a message begins, in pixels from the window's top."""
    top: float = await page.locator(f'[data-id="{message.id}"]').evaluate("one => one.getBoundingClientRect().top")
    return top


async def test_earlier_messages_come_when_one_scrolls_up_and_the_place_is_kept(
    sandbox: Sandbox, browser: Browser
) -> None:
    said = await a_long_talk(sandbox, 2 * PAGE + 30)
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        messages = page.locator(".message")
        await expect(messages).to_have_count(PAGE)
        await expect(messages.last).to_be_in_viewport()
        first = said[-PAGE]
        # the place is noted in the very moment before the answer is shown
        await page.evaluate(
            """id => {
                const place = () => document.querySelector(`[data-id="${id}"]`).getBoundingClientRect().top;
                window.places = new Promise((done) => {
                    const log = document.getElementById('log');
                    log.scrollTop = 40;
                    const before = place();
                    new MutationObserver(() => done([before, place()])).observe(log, {childList: true});
                });
            }""",
            str(first.id),
        )
        before, after = await page.evaluate("window.places")
        assert after == pytest.approx(before, abs=1)
        await expect(messages).to_have_count(2 * PAGE)
        await expect(page.get_by_role("button", name="Earlier messages")).to_be_visible()
        await page.locator("#log").evaluate("one => { one.scrollTop = 0; }")
        await expect(messages).to_have_count(len(said))
        assert await messages.locator(".markdown").all_inner_texts() == [one.content for one in said]
        await expect(page.get_by_role("button", name="Earlier messages")).to_be_hidden()
        assert shown.problems == []


async def test_earlier_messages_by_the_button_alone(sandbox: Sandbox, browser: Browser) -> None:
    said = await a_long_talk(sandbox, PAGE + 5)
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await page.get_by_role("button", name="Earlier messages").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".message")).to_have_count(len(said))
        await expect(page.locator(f'[data-id="{said[4].id}"]')).to_be_focused()
        await expect(page.locator("#announcer")).to_contain_text("5 earlier messages")
        assert shown.problems == []


async def test_what_changes_far_above_is_no_news_and_what_it_answers_is_found(
    sandbox: Sandbox, browser: Browser
) -> None:
    said = await a_long_talk(sandbox, PAGE + 20)
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await expect(page.locator(".message")).to_have_count(PAGE)
        await sandbox.person("Sam").react(said[3], "❤️")
        answer = await sandbox.person("Sam").reply(said[2], "I remember that")
        await expect(page.locator(".message").last).to_contain_text("I remember that")
        await expect(page.locator(".message")).to_have_count(PAGE + 1)
        await page.locator(f'[data-id="{answer.id}"]').get_by_role("button", name="Answers").click()
        await expect(page.locator(f'[data-id="{said[2].id}"]')).to_be_focused()
        await expect(page.locator(f'[data-id="{said[2].id}"]')).to_be_in_viewport()
        await expect(page.locator(f'[data-id="{said[3].id}"] .reactions')).to_be_visible()
        await expect(page.locator("#toast")).to_be_hidden()
        assert shown.problems == []


async def test_a_thread_that_sleeps_is_found_marked_and_woken(sandbox: Sandbox, browser: Browser) -> None:
    robin = sandbox.person("Robin")
    thread = await robin.start_thread(await robin.say("#general", "A fox came by"), "The fox")
    await robin.say(thread, "It had a lantern.")
    await robin.archive(thread)
    async with window(browser, f"{sandbox.page_url}#as=Sam") as shown:
        page = shown.page
        await expect(page.locator(".channel")).to_have_text(["general", "stories"])
        await page.get_by_role("button", name="Threads").click()
        await page.get_by_role("group", name="Archived threads").get_by_role("menuitem", name="The fox").click()
        for _ in range(2):
            await expect(page.get_by_role("heading", level=1)).to_have_text("The fox")
            await expect(page.locator("#mark")).to_have_text("Archived")
            await expect(page.get_by_text("It had a lantern.")).to_be_visible()
            await expect(page.locator(".channel[aria-current]")).to_contain_text("The fox")
            await page.reload()
        await page.get_by_role("textbox", name="Message").fill("Where is it now?")
        await page.keyboard.press("Enter")
        await expect(page.locator("#mark")).to_be_hidden()
        await robin.archive(thread, lock=True)
        await expect(page.locator("#mark")).to_have_text("Locked")
        await expect(page.locator("#text")).to_be_disabled()
        await page.get_by_role("button", name="Back to #general").click()
        await expect(page.locator(".message .thread")).to_contain_text("archived")
        await page.locator(".message .thread").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("The fox")
        sandbox.world.remove_channel(thread)
        await expect(page.get_by_role("heading", level=1)).to_have_text("general")
        assert shown.problems == []


async def test_old_posts_stay_in_their_forum_and_a_new_one_is_not_lost_meanwhile(
    sandbox: Sandbox, browser: Browser
) -> None:
    robin = sandbox.person("Robin")
    forum = sandbox.world.add_forum(sandbox.guild("Storybook Corner"), "ideas")
    old = await robin.post(forum, "A lighthouse", "It blinks.")
    await robin.archive(old)
    async with window(browser, f"{sandbox.page_url}#as=Sam&at={forum.id}") as shown:
        page = shown.page
        await expect(page.locator(".post")).to_have_text("A lighthouseArchived")
        await page.get_by_text("New post").click()
        await page.get_by_role("textbox", name="Title").fill("A bell")
        await robin.post(forum, "A harbour", "With boats.")
        await expect(page.locator(".post")).to_have_text(["A harbour", "A lighthouseArchived"])
        await expect(page.get_by_role("textbox", name="Title")).to_have_value("A bell")
        await page.locator(".post", has_text="A lighthouse").click()
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("A lighthouse")
        await expect(page.locator(".message")).to_contain_text("It blinks.")
        assert shown.problems == []


async def test_texts_run_in_their_own_direction(sandbox: Sandbox, browser: Browser) -> None:
    await sandbox.person("Sam").say("#general", "שועל עם פנס\n\nA fox with a lantern")
    async with window(browser, sandbox.page_url) as shown:
        lines = shown.page.locator(".message p")
        directions = await lines.evaluate_all("all => all.map((one) => getComputedStyle(one).direction)")
        assert directions == ["rtl", "ltr"]
        await shown.page.fill("#text", "שלום")
        assert await shown.page.locator("#text").evaluate("one => getComputedStyle(one).direction") == "rtl"


async def test_forwards_and_servers_own_emoji(sandbox: Sandbox, browser: Browser) -> None:
    robin, sam = sandbox.person("Robin"), sandbox.person("Sam")
    fox = add_emoji(sandbox.world, sandbox.guild("Storybook Corner"), "red_fox")
    said = await robin.upload(
        "#general", ("a.png", picture("a fox"), "A fox"), text=f"Look, {sam.mention} <:red_fox:{fox.id}>"
    )
    await sam.react(said, f"red_fox:{fox.id}")
    await sam.forward(said, "#stories")
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await expect(page.locator(".message")).to_contain_text("Look, @Sam :red_fox:")
        await page.get_by_role("button", name=":red_fox:, 1. React too").click()
        await page.get_by_role("button", name=":red_fox:, 2. Take yours back").click()
        await expect(page.get_by_role("button", name=":red_fox:, 1. React too")).to_be_visible()
        await page.locator(".channel", has_text="stories").click()
        await expect(page.locator(".message blockquote")).to_contain_text("ForwardedLook, @Sam :red_fox:")
        await expect(page.get_by_role("button", name="A fox. Open large")).to_be_visible()
        assert shown.problems == []
