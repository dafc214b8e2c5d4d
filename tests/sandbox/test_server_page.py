"""The page for people: what it is served with, what it may do, and one walk through it in a real browser."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import Sandbox

from .bots import connected
from .test_server_round_trip import PNG, story_probe

CHROMIUM = next((one for one in (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser")) if one.exists()), None)


@pytest.fixture
async def browser_like(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=sandbox.page_url) as session:
        yield session


async def act(
    session: aiohttp.ClientSession, person: str, name: str, payload: dict[str, Any], **files: bytes
) -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("payload", json.dumps(payload))
    for field, data in files.items():
        form.add_field(field, data, filename=f"{field}.png")
    async with session.post(f"sandbox/{person}/{name}", data=form) as answer:
        return answer.status, await answer.json()


async def until(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next frame of that kind."""
    while True:
        frame: dict[str, Any] = await socket.receive_json(timeout=10)
        if frame["kind"] == kind:
            return frame


async def test_the_page_runs_nothing_but_its_own_files(browser_like: aiohttp.ClientSession) -> None:
    async with browser_like.get("") as answer:
        text = await answer.text()
        assert "Nothing leaves this computer" in text
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for name in ("app.js", "style.css", "icon.svg"):
        async with browser_like.get(f"static/{name}") as answer:
            assert answer.status == 200
            assert "innerHTML" not in await answer.text()
    async with browser_like.get("static/..%2Fpage.py") as answer:
        assert answer.status == 404


async def test_other_sites_cannot_act(sandbox: Sandbox, browser_like: aiohttp.ClientSession) -> None:
    channel = str(sandbox.channel("#general").id)
    browser_like.headers["Origin"] = "https://evil.example"
    form = aiohttp.FormData({"payload": json.dumps({"channel": channel, "text": "x"})})
    async with browser_like.post("sandbox/Robin/say", data=form) as answer:
        assert answer.status == 403
    assert sandbox.messages("#general") == []


async def test_a_command_from_the_page_and_who_hears_of_it(
    sandbox: Sandbox, browser_like: aiohttp.ClientSession
) -> None:
    channel = str(sandbox.channel("#general").id)
    async with (
        connected(sandbox, story_probe()),
        browser_like.ws_connect("sandbox/live/Robin") as robin,
        browser_like.ws_connect("sandbox/live/Sam") as sam,
    ):
        overview = await until(robin, "overview")
        assert overview["bot"]["connected"]
        assert [one["name"] for one in overview["guilds"][0]["channels"]] == ["general", "stories"]
        status, answer = await act(
            browser_like,
            "Robin",
            "command",
            {"channel": channel, "name": "story", "options": {"direction": [3, "calm"]}},
            image=PNG,
        )
        assert (status, answer["failed"]) == (200, False)
        assert (await until(robin, "interaction"))["ack"] == "deferred"
        result = await sandbox.person("Robin").wait_for("#general", lambda one: one.attachments)
        await act(
            browser_like,
            "Robin",
            "press",
            {"channel": channel, "message": str(result.id), "custom_id": "job:1:again"},
        )
        while not (frame := await until(robin, "message"))["message"]["ephemeral"]:
            pass
        assert frame["message"]["content"] == "only you see this"
        await act(browser_like, "Robin", "say", {"channel": channel, "text": "the last"})
        heard = []
        while (frame := await until(sam, "message"))["message"]["content"] != "the last":
            heard.append(frame["message"])
        assert heard
        assert not any(one["ephemeral"] for one in heard)


async def test_what_the_page_may_not_do(sandbox: Sandbox, browser_like: aiohttp.ClientSession) -> None:
    channel = str(sandbox.channel("#general").id)
    written = await sandbox.person("Robin").say("#general", "mine")
    status, answer = await act(browser_like, "Sam", "delete", {"channel": channel, "message": str(written.id)})
    assert (status, answer["error"]) == (400, "Sam may not delete others' messages")
    status, answer = await act(browser_like, "Sam", "command", {"channel": channel, "name": "nothing", "options": {}})
    assert status == 400
    status, answer = await act(browser_like, "Sam", "say", {"channel": "1", "text": "x"})
    assert status == 400
    async with browser_like.get("sandbox/Nobody/channels/1/messages") as unknown:
        assert unknown.status == 404


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")
async def test_a_picture_becomes_a_message_in_a_real_browser(sandbox: Sandbox) -> None:
    from playwright.async_api import async_playwright

    problems: list[str] = []
    async with connected(sandbox, story_probe()), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = await browser.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        await page.goto(sandbox.page_url)
        await page.fill("#text", "/story")
        await page.keyboard.press("Enter")
        await page.set_input_files(
            "#options input[type=file]", {"name": "cat.png", "mimeType": "image/png", "buffer": PNG}
        )
        await page.fill("#options textarea", "calm <img src=x onerror=alert(1)>")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Again").click()
        await page.get_by_text("only you see this").wait_for()
        assert await page.locator(".embed .markdown").inner_text() == "calm <img src=x onerror=alert(1)>"
        assert await page.locator(".picture img").get_attribute("alt") == "a small picture"
        await page.reload()
        await page.get_by_text("only you see this").wait_for()
        await page.select_option("#who", "Sam")
        await page.get_by_text("You are").wait_for()
        await page.locator(".embed").wait_for()
        assert await page.get_by_text("only you see this").count() == 0
        await browser.close()
    assert not [one for one in problems if "cat.png" not in one]
