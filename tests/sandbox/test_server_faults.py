"""Faults on demand, seen from discord.py, and the guard against other machines; the clock."""

from __future__ import annotations

import aiohttp
import discord
import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.server import Sandbox

from .bots import Probe, connected

SEND = r"/channels/\d+/messages$"


async def test_a_503_is_answered_without_carrying_out(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        channel = probe.guilds[0].text_channels[0]
        rule = sandbox.faults.next("POST", SEND, status=503)
        with pytest.raises(discord.DiscordServerError):
            await channel.send("lost")
        await channel.send("kept")
        assert [one.content for one in sandbox.messages("#general")] == ["kept"]
        assert rule.hits == 1


async def test_a_lost_answer_was_carried_out(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        channel = probe.guilds[0].text_channels[0]
        sandbox.faults.lose_answer("POST", SEND)
        with pytest.raises((aiohttp.ClientError, OSError)):
            await channel.send("once", nonce="n1")
        assert [one.content for one in sandbox.messages("#general")] == ["once"]
        again = await channel.send("once", nonce="n1")
        assert [one.id for one in sandbox.messages("#general")] == [again.id]


async def test_a_reset_was_not_carried_out(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        sandbox.faults.reset("POST", SEND)
        with pytest.raises((aiohttp.ClientError, OSError)):
            await probe.guilds[0].text_channels[0].send("x")
        assert sandbox.messages("#general") == []


async def test_a_429_is_waited_out_by_the_library(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        rule = sandbox.faults.rate_limit("POST", SEND, retry_after=0.01)
        await probe.guilds[0].text_channels[0].send("x")
        assert rule.hits == 1
        assert len(sandbox.messages("#general")) == 1


async def test_html_from_the_edge(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        sandbox.faults.next("POST", SEND, status=429, body="<html>banned</html>")
        with pytest.raises(discord.HTTPException) as refused:
            await probe.guilds[0].text_channels[0].send("x")
        assert refused.value.status == 429


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_other_hosts_and_sites_are_refused(sandbox: Sandbox, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("api/v10/gateway", "gateway/"):
            answer = await session.get(sandbox.page_url + path, headers=headers)
            assert answer.status == 403


async def test_no_token_no_answer(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{sandbox.rest_base}/users/@me")
        assert answer.status == 401
        assert answer.headers["Content-Type"] == "application/json"


async def test_an_unknown_endpoint_is_a_violation(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{sandbox.rest_base}/guilds/1/voice-states")
        assert answer.status == 404
    assert [one.route for one in sandbox.violations] == ["/guilds/1/voice-states"]
    sandbox.violations.clear()


async def test_the_clock_fires_what_became_due_in_order() -> None:
    clock, fired = Clock(), list[str]()
    clock.call_later(20, lambda: fired.append("late"))
    clock.call_later(10, lambda: fired.append("early"))
    clock.call_later(15, lambda: fired.append("never")).cancel()
    clock.advance(9)
    assert fired == []
    clock.advance(11)
    assert fired == ["early", "late"]
    clock.close()
