"""Rate limits: headers, buckets, refusals and how discord.py waits; all measured by the sandbox's clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox import ratelimits
from bot.sandbox.server import Sandbox
from tests.sandbox.bots import Probe, connected
from tests.sandbox.checked import checked

from .conftest import Place, Still

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def strict() -> AsyncIterator[Sandbox]:
    """A sandbox that plays Discord's numbers."""
    async with checked(strict_rate_limits=True, clock=Still()) as sandbox:
        yield sandbox


class Caller:
    """A bare client of the REST API."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.base = sandbox.rest_base
        self.general = sandbox.channel("#general").id
        self.stories = sandbox.channel("#stories").id
        self.session = session

    async def send(self, channel: int | None = None) -> aiohttp.ClientResponse:
        """One short message."""
        path = f"{self.base}/channels/{channel or self.general}/messages"
        return await self.session.post(path, json={"content": "x"})

    async def get(self, path: str) -> aiohttp.ClientResponse:
        """One answer."""
        return await self.session.get(self.base + path)


@pytest_asyncio.fixture(loop_scope="module")
async def caller(strict: Sandbox) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {strict.token}"}) as session:
        yield Caller(strict, session)


async def test_every_answer_tells_its_bucket(caller: Caller) -> None:
    answer = await caller.send()
    headers = answer.headers
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("5", "4")
    assert 0 < float(headers["X-RateLimit-Reset-After"]) <= 5
    assert headers["X-RateLimit-Bucket"]


async def test_what_remains_counts_down(caller: Caller) -> None:
    left = [(await caller.send()).headers["X-RateLimit-Remaining"] for _ in range(5)]
    assert left == ["4", "3", "2", "1", "0"]


async def test_the_sixth_message_is_429_with_what_discord_tells(caller: Caller) -> None:
    for _ in range(5):
        assert (await caller.send()).status == 200
    answer = await caller.send()
    body: dict[str, Any] = await answer.json()
    assert (answer.status, body["global"], answer.headers["X-RateLimit-Scope"]) == (429, False, "user")
    assert 0 < body["retry_after"] <= 5
    assert int(answer.headers["Retry-After"]) >= body["retry_after"]


async def test_another_channel_has_a_bucket_of_its_own(caller: Caller) -> None:
    for _ in range(5):
        await caller.send()
    answer = await caller.send(caller.stories)
    assert (answer.status, answer.headers["X-RateLimit-Remaining"]) == (200, "4")


async def test_after_its_time_a_bucket_is_full_again(strict: Sandbox, caller: Caller) -> None:
    for _ in range(6):
        await caller.send()
    strict.clock.advance(5.0)
    assert (await caller.send()).headers["X-RateLimit-Remaining"] == "4"


async def test_fifty_a_second_is_the_most_in_all(caller: Caller) -> None:
    paths = ["/users/@me", "/gateway/bot", "/applications/@me"]
    answers = await asyncio.gather(*(caller.get(paths[at % 3]) for at in range(60)))
    refused = [one for one in answers if one.status == 429]
    assert len(refused) == 10
    assert {one.headers["X-RateLimit-Scope"] for one in refused} == {"global"}
    assert {one.headers["X-RateLimit-Global"] for one in refused} == {"true"}
    assert (await refused[0].json())["global"] is True


async def test_interactions_are_outside_of_the_global_limit(strict: Sandbox, caller: Caller) -> None:
    await asyncio.gather(*(caller.get("/users/@me") for _ in range(50)))
    sam = strict.person("Sam")
    told = strict.interactions.start(2, sam.user, strict.channel("#general"), {"name": "x", "type": 1})
    answer = await caller.session.post(
        f"{caller.base}/interactions/{told.id}/{told.token}/callback", json={"type": 4, "data": {"content": "x"}}
    )
    assert answer.status == 204


async def test_reactions_are_slow(caller: Caller) -> None:
    message = (await (await caller.send()).json())["id"]
    path = f"{caller.base}/channels/{caller.general}/messages/{message}/reactions/%F0%9F%90%99/@me"
    answers = [await caller.session.put(path) for _ in range(2)]
    assert answers[0].headers["X-RateLimit-Limit"] == "1"
    assert [one.status for one in answers] == [204, 429]


async def test_the_date_of_every_answer_is_the_sandboxs(strict: Sandbox, caller: Caller) -> None:
    strict.clock.advance(3600)
    answer = await caller.get("/users/@me")
    assert abs(parsedate_to_datetime(answer.headers["Date"]).timestamp() - strict.clock.now()) < 3


async def test_discord_py_waits_by_the_headers_and_is_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ratelimits.STRICT, ("POST", "/channels/{channel_id}/messages"), (3, 0.5))
    async with checked(strict_rate_limits=True) as sandbox:
        with sandbox.redirect_discord():
            async with connected(sandbox, Probe()) as probe:
                channel = probe.guilds[0].text_channels[0]
                begun = asyncio.get_running_loop().time()
                for _ in range(7):
                    await channel.send("x")
                assert asyncio.get_running_loop().time() - begun >= 1.0
                assert len(sandbox.messages("#general")) == 7
                assert sandbox.rate_limits.refused == 0


async def test_without_strict_limits_nobody_is_refused(place: Place) -> None:
    await asyncio.gather(*(place.general.send("x") for _ in range(60)))
    assert place.sandbox.rate_limits.refused == 0
