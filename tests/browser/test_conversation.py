"""Writing together in a real browser: threads, replies, edits, reactions, polls, posts, several people and tabs."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, WebSocketRoute, expect

from bot.sandbox.messages import Draft
from bot.sandbox.server import Sandbox
from tests.browser.chromium import window
from tests.sandbox.checked import checked
from tests.sandbox.quick import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

HAND_OVER = """([kind, name, data]) => {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
    const carrier = new DataTransfer();
    carrier.items.add(new File([bytes], name, {type: 'image/png'}));
    const ways = {bubbles: true, cancelable: true};
    const event = kind === 'paste' ? new ClipboardEvent('paste', {clipboardData: carrier, ...ways})
        : new DragEvent('drop', {dataTransfer: carrier, ...ways});
    document.body.dispatchEvent(event);
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox without a bot."""
    async with checked() as running:
        yield running


async def say(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message", has_text=text).last).to_be_visible()


async def test_a_thread_is_opened_and_found_again(sandbox: Sandbox, browser: Browser) -> None:
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await say(page, "What if the fox had stayed?")
        await page.locator(".message").click(button="right")
        await page.get_by_role("menuitem", name="Start a thread").click()
        await page.get_by_role("textbox", name="Name of the thread").fill("The fox stays")
        await page.get_by_role("button", name="Start it").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("The fox stays")
        await say(page, "It lit its lantern.")
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("The fox stays")
        await expect(page.locator(".message")).to_contain_text(["What if the fox had stayed?", "It lit its lantern."])
        await page.get_by_role("button", name="Back to #general").click()
        await page.locator("button.thread", has_text="The fox stays").click()
        await expect(page.get_by_text("It lit its lantern.")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_role("heading", level=1)).to_have_text("general")
        assert shown.problems == []


async def test_tabs_are_different_people(sandbox: Sandbox, browser: Browser) -> None:
    address = sandbox.page_url
    async with window(browser, address) as robin, window(browser, f"{address}#as=Sam") as sam:
        await expect(sam.page.locator("#me")).to_have_accessible_name("You are Sam. Be somebody else")
        await say(robin.page, "Good evening @Sam, look at #stories")
        heard = sam.page.locator(".message", has_text="Good evening")
        await expect(heard.locator(".mention").first).to_have_text("@Sam")
        await heard.locator("a.mention").click()
        await expect(sam.page.get_by_role("heading", level=1)).to_have_text("stories")
        await say(robin.page, "And come back")
        await expect(sam.page.get_by_role("button", name="general something new")).to_be_visible()

        await sam.page.locator("#me").click()
        await sam.page.get_by_role("menuitem", name="Somebody new").click()
        await sam.page.get_by_role("textbox", name="Their name").fill("Ada")
        await sam.page.get_by_role("button", name="Let them in").click()
        await expect(sam.page.locator("#me b")).to_have_text("Ada")
        await say(sam.page, "I am new")
        await robin.page.locator(".channel", has_text="stories").click()
        await expect(robin.page.locator(".message", has_text="I am new").locator(".name")).to_have_text("Ada")
        await robin.page.locator("#me").click()
        await robin.page.get_by_role("menuitemradio", name="Sam").click()
        await expect(robin.page.locator("#me b")).to_have_text("Sam")
        assert robin.problems + sam.problems == []


async def test_replying_editing_reacting_deleting(sandbox: Sandbox, browser: Browser) -> None:
    asked = await sandbox.person("Sam").say("#general", "Who has the key?")
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        first = page.locator(f'[data-id="{asked.id}"]')
        await first.hover()
        await first.get_by_role("button", name="Reply").click()
        await page.get_by_role("button", name="@ on").click()
        await say(page, "I do")
        answer = sandbox.messages("#general")[-1]
        assert answer.reference is not None
        assert (answer.reference.message_id, answer.mentions) == (asked.id, [])
        await expect(page.get_by_role("button", name="Answers Sam. Go there")).to_contain_text("Who has the key?")

        await page.locator("#text").press("ArrowUp")
        await expect(page.locator("#text")).to_have_value("I do")
        await page.fill("#text", "I do, here")
        await page.keyboard.press("Enter")
        await expect(page.locator(f'[data-id="{answer.id}"]')).to_contain_text("I do, here(edited)")

        await first.click(button="right")
        await page.get_by_role("menuitem", name="React with ❤️").click()
        heart = first.get_by_role("button", name="❤️, 1. Take yours back")
        await heart.click()
        await expect(heart).to_have_count(0)

        await page.locator(f'[data-id="{answer.id}"]').click(button="right")
        await page.get_by_role("menuitem", name="Delete").click()
        await expect(page.locator(".message")).to_have_count(1)
        assert shown.problems == []


async def test_files_by_button_paste_and_drop_with_a_description(sandbox: Sandbox, browser: Browser) -> None:
    data = picture("a photo")
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await page.locator("#picker").set_input_files({"name": "button.png", "mimeType": "image/png", "buffer": data})
        for kind in ("paste", "drop"):
            await page.evaluate(HAND_OVER, [kind, f"{kind}.png", base64.b64encode(data).decode()])
        await expect(page.locator("#tray li")).to_have_count(3)
        await page.get_by_role("button", name="Remove drop.png").click()
        await page.get_by_role("textbox", name="Description of paste.png").fill("A plain colour")
        await page.locator("#text").press("Enter")
        await expect(page.locator(".message .picture")).to_have_count(2)
        await expect(page.get_by_role("button", name="A plain colour. Open large")).to_be_visible()
        await expect(page.locator("#tray li")).to_have_count(0)
        await page.get_by_role("button", name="Show the description").click()
        await expect(page.locator(".alt-text")).to_be_visible()
        assert shown.problems == []
    said = sandbox.messages("#general")[-1]
    assert [(one.filename, one.data == data, one.description) for one in said.attachments] == [
        ("button.png", True, None),
        ("paste.png", True, "A plain colour"),
    ]


async def test_what_does_not_fit_is_told(sandbox: Sandbox, browser: Browser) -> None:
    sandbox.world.attachment_limit = 100
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        large: FilePayload = {"name": "large.png", "mimeType": "image/png", "buffer": picture("a photo")}
        await page.locator("#picker").set_input_files(large)
        await expect(page.get_by_role("alert")).to_contain_text("large.png has")
        await expect(page.locator("#tray li")).to_have_count(0)
        await page.fill("#text", "x" * 2001)
        await expect(page.locator("#left")).to_have_text("-1")
        await page.locator("#text").press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("2,000")
        assert await page.locator("#text").input_value() == "x" * 2001
        await page.reload()
        await expect(page.locator("#text")).to_have_value("x" * 2001)


async def test_a_poll_is_asked_voted_on_and_ended(sandbox: Sandbox, browser: Browser) -> None:
    address = sandbox.page_url
    async with window(browser, address) as robin, window(browser, f"{address}#as=Sam") as sam:
        await robin.page.get_by_role("button", name="Ask a poll").click()
        await robin.page.get_by_role("textbox", name="Question").fill("Where to?")
        await robin.page.get_by_role("textbox", name="Answers").fill("Home\nAway")
        await robin.page.get_by_role("button", name="Ask", exact=True).click()
        await sam.page.get_by_role("radio", name="Away").check()
        await sam.page.get_by_role("button", name="Vote").click()
        await expect(sam.page.locator(".poll .mine")).to_contain_text("Away")
        await expect(robin.page.locator(".poll")).to_contain_text("1 vote ·")
        await expect(robin.page.get_by_role("radio", name="Away")).to_be_visible()
        await robin.page.get_by_role("button", name="End the poll now").click()
        await expect(sam.page.locator(".poll").first).to_contain_text("Closed")
        await expect(sam.page.locator(".message.system")).to_contain_text("Where to? → Away")
        assert robin.problems + sam.problems == []


async def test_a_post_in_a_forum(sandbox: Sandbox, browser: Browser) -> None:
    forum = sandbox.world.add_forum(sandbox.guild("Storybook Corner"), "ideas")
    async with window(browser, f"{sandbox.page_url}#at={forum.id}") as shown:
        page = shown.page
        await page.get_by_text("New post").click()
        await page.get_by_role("textbox", name="Title").fill("A lighthouse")
        await page.get_by_role("textbox", name="Text").fill("It blinks twice.")
        await page.get_by_role("button", name="Post", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("A lighthouse")
        await expect(page.locator(".message")).to_contain_text("It blinks twice.")
        await page.get_by_role("button", name="Back to #ideas").click()
        await expect(page.locator(".post")).to_have_text("A lighthouse")
        assert shown.problems == []


async def test_another_server_and_another_channel(sandbox: Sandbox, browser: Browser) -> None:
    async with window(browser, sandbox.page_url) as shown:
        page = shown.page
        await page.get_by_role("button", name="Make another server").click()
        await page.get_by_role("textbox", name="Its name").fill("Harbour House")
        await page.get_by_role("button", name="Make it").click()
        await expect(page.locator("#server-name")).to_have_text("Harbour House")
        await page.get_by_role("button", name="Make a channel").click()
        await page.get_by_role("textbox", name="Its name").fill("Night Watch")
        await page.get_by_role("button", name="Make it").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("night-watch")
        await page.get_by_role("button", name="Storybook Corner").click()
        await expect(page.locator(".channel")).to_have_text(["general", "stories"])
        assert shown.problems == []
    assert sandbox.bot.id in sandbox.guild("Harbour House").members


async def test_after_being_cut_off_nothing_is_missing(sandbox: Sandbox, browser: Browser) -> None:
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    async with window(browser, f"{sandbox.page_url}#as=Sam") as shown:
        page = shown.page
        await page.route_web_socket("**/sandbox/live/*", through)
        await page.reload()
        await page.locator("#me b").wait_for(state="attached")
        await say(page, "before")
        await lines[-1].close()
        await expect(page.locator("#presence")).to_have_text("The sandbox is away…")
        await sandbox.person("Robin").say("#general", "meanwhile")
        await expect(page.locator(".message", has_text="meanwhile")).to_be_visible()
        await sandbox.person("Robin").say("#general", "afterwards")
        await expect(page.locator(".message .markdown")).to_have_text(["before", "meanwhile", "afterwards"])
        assert len(lines) == 2
        assert shown.problems == []


async def test_who_is_not_here_is_somebody_else(sandbox: Sandbox, browser: Browser) -> None:
    async with window(browser, f"{sandbox.page_url}#as=Nobody&at=12345") as shown:
        await expect(shown.page.locator("#me b")).to_have_text("Robin")
        await expect(shown.page.get_by_role("heading", level=1)).to_have_text("general")
        assert shown.problems == []


async def test_progress_moves_from_where_it_was(sandbox: Sandbox, browser: Browser) -> None:
    general = sandbox.channel("#general")
    told = sandbox.writing.create(sandbox.bot, general, Draft("▰▰▱▱▱▱▱▱▱▱ 20%"))
    async with window(browser, sandbox.page_url, moving=True) as shown:
        bar = shown.page.get_by_role("progressbar")
        await expect(bar).to_have_attribute("aria-valuenow", "20")
        await shown.page.evaluate(
            """() => { window.moved = new Promise((done) => addEventListener('transitionrun', ({target}) => {
                const [move] = target.getAnimations({subtree: true});
                const widths = move.effect.getKeyframes().map((one) => one.width);
                move.finished.then(() => done([...widths, getComputedStyle(target, '::before').width]));
            })); }"""
        )
        sandbox.writing.edit(told, {"content": "▰▰▰▰▰▰▰▰▱▱ 80%"}, [])
        await expect(bar).to_have_attribute("aria-valuenow", "80")
        begun, ended, drawn = await shown.page.evaluate("window.moved")
        assert (begun, ended) == ("20%", "80%")
        whole = await bar.evaluate("one => one.clientWidth")
        assert float(drawn.removesuffix("px")) == pytest.approx(0.8 * whole, abs=1)
        assert shown.problems == []
