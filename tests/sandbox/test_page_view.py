"""What a tab of the page is shown: messages a page at a time, threads that sleep, and no more news than there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox.server import Sandbox
from bot.sandbox.views import PAGE, View
from tests.sandbox.bots import Probe, connected


@pytest.fixture
async def tab(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """What Sam's tab hears after its first overview."""
    async with (
        aiohttp.ClientSession(base_url=sandbox.page_url) as session,
        session.ws_connect("sandbox/live/Sam") as socket,
    ):
        first = await socket.receive_json(timeout=10)
        assert {"me", "bot", "people", "guilds", "direct", "limit", "welcome"} <= set(first)
        yield socket


async def up_to(socket: aiohttp.ClientWebSocketResponse, text: str) -> list[dict[str, Any]]:
    """All frames before the message that says `text`."""
    heard: list[dict[str, Any]] = []
    while (frame := await socket.receive_json(timeout=10)).get("message", {}).get("content") != text:
        heard.append(frame)
    return heard


async def test_messages_come_a_page_at_a_time_and_tell_whether_there_are_earlier_ones(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    said = [await robin.say("#general", str(number)) for number in range(2 * PAGE + 1)]
    general, view = sandbox.channel("#general"), View(sandbox.world, robin)
    before: int | None = None
    pages: list[list[str]] = []
    for earlier in (True, True, False):
        page = view.messages(general, before)
        assert page["earlier"] is earlier
        pages.insert(0, [one["content"] for one in page["messages"]])
        before = int(page["messages"][0]["id"])
    assert [len(one) for one in pages] == [1, PAGE, PAGE]
    assert [text for page in pages for text in page] == [one.content for one in said]


async def test_the_page_asks_for_what_was_before_a_message(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    said = [await robin.say("#general", text) for text in ("one", "two", "three")]
    address = f"sandbox/Sam/channels/{said[0].channel_id}/messages"
    async with aiohttp.ClientSession(base_url=sandbox.page_url) as session:
        for before, wanted in ((str(said[2].id), ["one", "two"]), ("", ["one", "two", "three"])):
            async with session.get(address, params={"before": before}) as answer:
                assert [one["content"] for one in (await answer.json())["messages"]] == wanted


async def test_an_archived_thread_stays_in_the_overview_and_says_so(sandbox: Sandbox) -> None:
    robin, sam = sandbox.person("Robin"), sandbox.person("Sam")
    thread = await robin.start_thread(await robin.say("#general", "a fox"), "The fox")
    view = View(sandbox.world, sam)

    def listed(part: str) -> dict[str, dict[str, Any]]:
        overview = view.overview([], connected=True)
        return {one["name"]: one for one in overview["guilds"][0][part]}

    assert not listed("channels")["The fox"]["archived"]
    await robin.archive(thread)
    assert "The fox" not in listed("channels")
    assert listed("archived")["The fox"]["archived"]
    assert listed("archived")["The fox"]["may_write"]
    await robin.archive(thread, lock=True)
    assert not listed("archived")["The fox"]["may_write"]
    await robin.say(thread, "It wakes up.")
    assert not listed("archived")


async def test_a_tab_hears_only_of_what_has_changed_for_its_person(
    sandbox: Sandbox, tab: aiohttp.ClientWebSocketResponse
) -> None:
    robin = sandbox.person("Robin")
    general = sandbox.channel("#general")
    quiet = await robin.open_thread(general, "Between us", private=True)
    await robin.say(quiet, "You are not meant to hear this")
    pinned = await robin.say(general, "pinned soon")
    await robin.pin(pinned)
    await robin.say(general, "first")
    assert not [one for one in await up_to(tab, "first") if one["kind"] == "overview"]

    await robin.open_thread(general, "For everybody")
    await robin.say(general, "second")
    [told] = [one for one in await up_to(tab, "second") if one["kind"] == "overview"]
    assert set(told) == {"kind", "guilds"}
    assert "For everybody" in [one["name"] for one in told["guilds"][0]["channels"]]

    sandbox.world.overwrite(general, sandbox.person("Sam").user, deny=rights.USE_APPLICATION_COMMANDS)
    await robin.say(general, "third")
    assert [set(one) for one in await up_to(tab, "third")] == [{"kind", "guilds"}]


async def test_new_commands_and_the_coming_of_the_bot_are_told_by_themselves(
    sandbox: Sandbox, tab: aiohttp.ClientWebSocketResponse
) -> None:
    probe = Probe()

    @probe.tree.command(name="hello", description="Says hello")
    async def hello(_: Any) -> None:
        """Never used."""

    async with connected(sandbox, probe):
        await sandbox.person("Robin").say("#general", "is it here?")
        heard = await up_to(tab, "is it here?")
    assert {"kind": "commands"} in heard
    assert [set(one) for one in heard if one["kind"] == "overview"] == [{"kind", "bot"}]


async def test_what_changed_is_no_new_message(sandbox: Sandbox, tab: aiohttp.ClientWebSocketResponse) -> None:
    robin = sandbox.person("Robin")
    said = await robin.say("#general", "a fox")
    await robin.react(said, "❤️")
    await robin.edit(said, "a fox with a lantern")
    await robin.say("#general", "the end")
    frames = [one for one in await up_to(tab, "the end") if one["kind"] == "message"]
    assert [one["new"] for one in frames] == [True, False, False]
