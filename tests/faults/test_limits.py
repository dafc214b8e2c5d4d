"""Discord's limits: as much as is allowed goes through without a 429, and what is forbidden is not insisted on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import discord

from bot.courier import Courier
from bot.delivery import Delivery, Outgoing
from bot.sandbox.model import Channel
from bot.sandbox.ratelimits import RateLimits, Verdict
from bot.sandbox.server import Sandbox
from bot.wire import teach
from ravsg.telemetry.measures import Telemetry

RATE = 48
"""Requests a second, of which some 46 come true; Discord allows 50 in all."""


class Watched(RateLimits):
    """Discord's limits, and what they saw: when each request came, and how many were refused."""

    came: list[float]
    refused = 0

    def take(self, method: str, template: str, parts: Mapping[str, str]) -> Verdict:
        verdict = super().take(method, template, parts)
        self.came.append(time.monotonic())
        self.refused += verdict.refused is not None
        return verdict

    def rate(self) -> float:
        """Requests a second, from the first to the last."""
        return (len(self.came) - 1) / (self.came[-1] - self.came[0])


@asynccontextmanager
async def limited(channels: int) -> AsyncIterator[tuple[Delivery, list[Channel], Watched]]:
    """A client without a gateway, in a sandbox with Discord's limits."""
    async with Sandbox() as sandbox:
        guild = sandbox.guild("Storybook Corner")
        rooms = [sandbox.world.add_channel(guild, f"room-{number}") for number in range(channels)]
        with sandbox.redirect_discord():
            async with discord.Client(intents=discord.Intents.none()) as client:
                teach(client, RATE)
                await client.login(sandbox.token)
                watched = sandbox.rate_limits
                watched.__class__ = Watched
                assert isinstance(watched, Watched)
                watched.came, watched.strict = [], True
                yield Delivery(client, Courier(Telemetry())), rooms, watched
        assert not sandbox.violations


async def test_45_requests_a_second_over_many_channels_meet_no_429() -> None:
    async with limited(120) as (delivery, rooms, watched):
        await asyncio.gather(*(delivery.send(rooms[n % 120].id, Outgoing(f"{n}"), patience=300) for n in range(600)))
        assert [len(one.messages) for one in rooms] == [5] * 120
        assert watched.refused == 0
        # every request is spaced, so on a machine that has no time to spare it is a little less, and never more
        assert 40 < watched.rate() < 49


async def test_a_crowd_that_waits_for_the_channels_limits_does_not_break_the_common_one() -> None:
    """More for each channel than it takes at once: what waits wakes up everywhere at the same moment."""
    async with limited(20) as (delivery, rooms, watched):
        await asyncio.gather(*(delivery.send(rooms[n % 20].id, Outgoing(f"{n}"), patience=300) for n in range(240)))
        assert [len(one.messages) for one in rooms] == [12] * 20
        assert watched.refused == 0
