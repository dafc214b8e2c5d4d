"""Faults on demand as clients meet them, and that a script is the same in every run."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.checked import checked

from .bots import Probe, connected

SEND = r"/channels/\d+/messages$"


async def answers(sandbox: Sandbox, times: int) -> list[int]:
    """What a plain client is answered, request by request; 0 where the connection broke."""
    found = []
    headers = {"Authorization": f"Bot {sandbox.token}"}
    # a POST, because aiohttp repeats what only asks by itself
    url = f"{sandbox.rest_base}/channels/{sandbox.channel('#general').id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(times):
            try:
                async with session.post(url, json={"content": "x"}) as answer:
                    await answer.read()
                    found.append(answer.status)
            except (aiohttp.ClientError, OSError):
                found.append(0)
    return found


async def test_a_script_is_played_line_by_line(sandbox: Sandbox) -> None:
    sandbox.faults.next("POST", SEND, status=520)
    sandbox.faults.reset("POST", SEND)
    sandbox.faults.close("POST", SEND)
    sandbox.faults.cut_short("POST", SEND)
    sandbox.faults.html("POST", SEND, carried_out=True)
    sandbox.faults.next("POST", SEND, status=502, skip=1)
    assert await answers(sandbox, 8) == [520, 0, 0, 0, 200, 200, 502, 200]
    assert len(sandbox.messages("#general")) == 4, "half an answer and the page were carried out"


async def test_chance_follows_from_the_seed_alone() -> None:
    played = []
    for seed in (1, 1, 2):
        async with checked() as sandbox:
            sandbox.faults.seed = seed
            sandbox.faults.next("POST", SEND, status=500, times=None, chance=0.3)
            sandbox.faults.lose_answer("POST", SEND, times=None, chance=0.3)
            played.append(await answers(sandbox, 30))
    assert played[0] == played[1]
    assert played[1] != played[2]
    assert all(set(one) == {0, 200, 500} for one in played)


async def test_a_slow_answer_comes_whole_in_the_end(sandbox: Sandbox) -> None:
    sandbox.faults.slow("POST", SEND, seconds=0.5)
    loop = asyncio.get_running_loop()
    started = loop.time()
    assert await answers(sandbox, 1) == [200]
    assert loop.time() - started >= 0.5


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_limits_say_whose_they_are(sandbox: Sandbox, scope: str) -> None:
    sandbox.faults.rate_limit("GET", "/gateway$", scope=scope, retry_after=1.5)
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{sandbox.rest_base}/gateway")
        assert answer.status == 429
        assert answer.headers["X-RateLimit-Scope"] == scope
        assert ("X-RateLimit-Global" in answer.headers) is (scope == "global")
        body = await answer.json()
        assert body["global"] is (scope == "global")
        assert body["retry_after"] == 1.5


async def test_the_edge_speaks_html_and_knows_no_via(sandbox: Sandbox) -> None:
    sandbox.faults.edge_limit("GET", "/gateway$", retry_after=7)
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{sandbox.rest_base}/gateway")
        assert (answer.status, answer.content_type) == (429, "text/html")
        assert answer.headers["Retry-After"] == "7"
        assert "Via" not in answer.headers
        assert "1015" in await answer.text()


async def test_links_expire_and_dates_are_wrong_on_demand(sandbox: Sandbox) -> None:
    sandbox.faults.expire_links()
    file = (await sandbox.person("Sam").say("#general", files=[("a.txt", b"hello")])).attachments[0]
    async with aiohttp.ClientSession() as session:
        assert (await session.get(sandbox.world.files.link(file))).status == 404
        sandbox.faults.date_offset = 3600.0
        answer = await session.get(sandbox.world.files.link(file))
        assert answer.status == 200
        ahead = parsedate_to_datetime(answer.headers["Date"]).timestamp() - sandbox.clock.now()
        assert 3590 < ahead <= 3600


async def test_an_act_happens_when_its_request_comes_and_the_request_goes_on(sandbox: Sandbox) -> None:
    channel = sandbox.channel("#general")
    sandbox.faults.before("POST", SEND, lambda: sandbox.world.overwrite(channel, sandbox.bot, deny=1 << 11))
    assert await answers(sandbox, 1) == [403]


async def test_an_outage_ends_and_the_client_keeps_its_channels(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        guild = sandbox.guild("Storybook Corner")
        channel = probe.get_channel(sandbox.channel("#general").id)
        assert isinstance(channel, discord.TextChannel)
        sandbox.faults.outage(guild)
        await probe.until_event("guild_unavailable")
        with pytest.raises(discord.DiscordServerError):
            await channel.send("x")
        sandbox.faults.outage(guild, over=True)
        await probe.until_event("guild_available")
        await channel.send("x")
        assert not probe.events("guild_remove")


async def test_events_come_late_and_shuffled(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        sam = sandbox.person("Sam")
        sandbox.faults.late_events(60, names="MESSAGE_CREATE")
        first = [await sam.say("#general", text) for text in ("late", "in time")]
        await probe.until_event("message")
        sandbox.clock.advance(60)
        await probe.until_event("message", 2)
        sandbox.faults.shuffle_events(3, names="MESSAGE_CREATE")
        then = [await sam.say("#general", text) for text in "abc"]
        await probe.until_event("message", 5)
        events: list[Any] = probe.events("message")
        came = [event[0].id for event in events]
        assert came[:2] == [first[1].id, first[0].id]
        assert came[2] == then[2].id, "never in the order in which they happened"
        assert sorted(came[2:]) == [one.id for one in then]


@pytest.mark.parametrize(("code", "again"), [(4000, "resumed"), (1001, "resumed"), (4009, "identified")])
async def test_a_goodbye_of_the_gateway_says_whether_the_session_goes_on(
    sandbox: Sandbox, code: int, again: str
) -> None:
    async with connected(sandbox, Probe()):
        sandbox.faults.drop_gateway(code)
        await sandbox.world.watch.until(lambda: getattr(sandbox.gateway, again) > (again == "identified"), 20)
        ways = {"resumed": (1, 1), "identified": (0, 2)}
        assert (sandbox.gateway.resumed, sandbox.gateway.identified) == ways[again], "one way, not both"


async def test_the_page_for_people_is_never_disturbed(sandbox: Sandbox) -> None:
    sandbox.faults.next("*", ".*", status=500, times=None)
    async with aiohttp.ClientSession() as session:
        assert (await session.get(sandbox.page_url)).status == 200
        assert (await session.get(f"{sandbox.rest_base}/gateway")).status == 500
        sandbox.faults.clear()
        assert (await session.get(f"{sandbox.rest_base}/gateway")).status == 401, "undisturbed, it asks for the token"
