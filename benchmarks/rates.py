"""A plain discord.py client that works steadily against a sandbox with Discord's own rate limits.

Requests start evenly and go to all channels in turn: sending, editing, reading, reacting, typing, deleting.
The library's own handling of the limits is all there is; every 429 is counted as it arrives.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord

from bot.sandbox.redirect import redirect_discord

Json = dict[str, Any]
AHEAD = 2  # how many requests may be caught up after a pause; more would be a burst


@dataclass
class Tally:
    """Statuses of all answers, and when each came, in seconds from the start."""

    statuses: Counter[int] = field(default_factory=Counter)
    answered: list[float] = field(default_factory=list)


async def sustain(place: Json, *, rate: float, seconds: float) -> Tally:
    """Start `rate` requests a second for so many seconds; what became of them."""
    tally, trace = Tally(), aiohttp.TraceConfig()
    started = 0.0

    async def ended(_session: aiohttp.ClientSession, _context: SimpleNamespace, told: Any) -> None:
        tally.statuses[told.response.status] += 1
        tally.answered.append(time.perf_counter() - started)

    trace.on_request_end.append(ended)
    with redirect_discord(place["rest"]):
        client = discord.Client(intents=discord.Intents(guilds=True), http_trace=trace)
        ready = asyncio.Event()
        client.event(_named("on_ready", ready))
        running = asyncio.create_task(client.start(place["token"]))
        try:
            await asyncio.wait_for(ready.wait(), 60)
            channels = [client.get_partial_messageable(int(one)) for one in place["channels"]]
            await asyncio.sleep(1.0)  # so that what the login asked is not counted by the global limit
            tally.statuses.clear()
            tally.answered.clear()
            started = time.perf_counter()
            await _work(channels, rate, seconds)
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)
    return tally


def _named(name: str, event: asyncio.Event) -> Any:
    async def tell() -> None:
        event.set()

    tell.__name__ = name
    return tell


async def _work(channels: list[discord.PartialMessageable], rate: float, seconds: float) -> None:
    start = due = time.perf_counter()
    last: dict[int, discord.Message] = {}
    async with asyncio.TaskGroup() as tasks:
        for at in range(int(rate * seconds)):
            due = max(due + 1 / rate, time.perf_counter() - AHEAD / rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if time.perf_counter() - start > seconds:
                return
            channel = channels[at % len(channels)]
            tasks.create_task(_one(channel, at // len(channels) % 6, last))


async def _one(channel: discord.PartialMessageable, kind: int, last: dict[int, discord.Message]) -> None:
    """One request of a kind; those about a message are about the last one sent in the channel."""
    message = last.get(channel.id)
    if kind == 0 or message is None:
        last[channel.id] = await channel.send("the story so far", nonce=str(time.time_ns()))
    elif kind == 1:
        await message.edit(content="the story goes on")
    elif kind == 2:
        await channel.fetch_message(message.id)
    elif kind == 3:
        await message.add_reaction("🏮")
    elif kind == 4:
        await channel.typing()
    else:
        await last.pop(channel.id).delete()
