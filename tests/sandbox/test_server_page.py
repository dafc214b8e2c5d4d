"""The page for people: what it is served with, and what it may ask for; tests/browser walks through it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.model import Tag
from bot.sandbox.page import STATIC
from bot.sandbox.seed import SAMPLE, SUGGESTIONS
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Event

from .bots import connected
from .test_server_round_trip import PNG, story_probe


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
    for name, kind in (("app.js", "text/javascript"), ("base.css", "text/css"), ("sample.webp", "image/webp")):
        async with browser_like.get(f"static/{name}") as answer:
            assert (answer.status, answer.content_type) == (200, kind)
    async with browser_like.get("static/..%2Fpage.py") as answer:
        assert answer.status == 404


def test_the_page_never_makes_markup_of_text() -> None:
    sources = {
        one.name: one.read_text(encoding="utf-8") for one in STATIC.iterdir() if one.suffix in (".js", ".html")
    }
    assert len(sources) >= 20
    dangerous = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser"
        r"|createContextualFragment|setHTML"
    )
    assert [name for name, text in sources.items() if dangerous.search(text)] == []
    foreign = re.compile(r"(?:src|href)=\"(?!/static/)|@import|url\(")
    assert [name for name, text in sources.items() if foreign.search(text)] == []
    styles = "".join(one.read_text(encoding="utf-8") for one in STATIC.glob("*.css"))
    assert not foreign.search(styles)


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


async def test_the_first_opening(sandbox: Sandbox, browser_like: aiohttp.ClientSession) -> None:
    async with browser_like.ws_connect("sandbox/live/Robin") as robin:
        welcome = (await until(robin, "overview"))["welcome"]
    assert welcome["sample"] == SAMPLE
    assert [one["command"] for one in welcome["suggestions"]] == [one.command for one in SUGGESTIONS]
    assert len(SUGGESTIONS) == 3
    async with browser_like.get(SAMPLE["url"]) as answer:
        assert len(await answer.read()) <= 60 * 1024


async def test_polls_posts_and_pins_from_the_page(sandbox: Sandbox, browser_like: aiohttp.ClientSession) -> None:
    forum = sandbox.world.add_forum(sandbox.guild("Storybook Corner"), "ideas", tags=[Tag(0, "sea")])
    general = str(sandbox.channel("#general").id)
    poll = {"channel": general, "question": "Where to?", "answers": ["Home", "Away"], "several": False, "hours": 4}
    status, made = await act(browser_like, "Robin", "poll", poll)
    assert status == 200
    asked = {"channel": general, "message": made["message"]}
    assert (await act(browser_like, "Sam", "vote", asked | {"answers": [2]}))[0] == 200
    async with browser_like.get(f"sandbox/Sam/channels/{general}/messages") as answer:
        counts = (await answer.json())["messages"][-1]["poll"]["results"]["answer_counts"]
    assert [(one["count"], one["me_voted"]) for one in counts] == [(0, False), (1, True)]
    assert (await act(browser_like, "Sam", "end-poll", asked))[0] == 400
    assert (await act(browser_like, "Robin", "end-poll", asked))[0] == 200
    assert (await act(browser_like, "Robin", "pin", asked | {"pinned": True}))[0] == 200
    assert (await act(browser_like, "Sam", "pin", asked | {"pinned": True}))[0] == 400
    post = {"channel": str(forum.id), "name": "A lighthouse", "text": "It blinks.", "tags": ["sea"]}
    status, made = await act(browser_like, "Sam", "post", post)
    assert status == 200
    async with browser_like.get(f"sandbox/Robin/channels/{made['channel']}/messages") as answer:
        assert [one["content"] for one in (await answer.json())["messages"]] == ["It blinks."]


async def test_who_may_build(sandbox: Sandbox, browser_like: aiohttp.ClientSession) -> None:
    guild = str(sandbox.guild("Storybook Corner").id)
    room = {"guild": guild, "name": "Night Watch"}
    assert (await act(browser_like, "Sam", "make-channel", room))[1] == {"error": "Sam may not make channels here"}
    status, made = await act(browser_like, "Robin", "make-channel", room)
    assert (status, made["channel"]) == (200, str(sandbox.channel("night-watch").id))
    assert (await act(browser_like, "Sam", "make-person", {"name": "Robin"}))[0] == 400
    assert (await act(browser_like, "Sam", "make-person", {"name": " "}))[0] == 400
    assert (await act(browser_like, "Sam", "make-person", {"name": "Ada"}))[0] == 200
    async with browser_like.get("sandbox/people") as answer:
        assert await answer.json() == ["Robin", "Sam", "Ada"]
    assert sandbox.person("Ada").guilds == [sandbox.guild("Storybook Corner")]


async def test_deleted_messages_leave_the_page_one_or_many(
    sandbox: Sandbox, browser_like: aiohttp.ClientSession
) -> None:
    first, second = [await sandbox.person("Robin").say("#general", text) for text in ("one", "two")]
    async with browser_like.ws_connect("sandbox/live/Sam") as sam:
        await until(sam, "overview")
        await sandbox.person("Robin").delete(first)
        assert (await until(sam, "gone"))["ids"] == [str(first.id)]
        general = sandbox.channel("#general")
        ids = [str(second.id)]
        bulk = Event("MESSAGE_DELETE_BULK", {"ids": ids, "channel_id": str(general.id)}, general.guild_id, general.id)
        sandbox.world.publish(bulk)
        assert (await until(sam, "gone"))["ids"] == ids
