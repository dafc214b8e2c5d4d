"""How much can be asked steadily of a sandbox with Discord's own rate limits; every 429 is counted as it arrives.

`sustain`: a plain discord.py client. Requests start evenly and go to all channels in turn: sending, editing, reading,
reacting, typing, deleting. The library's own handling of the limits is all there is.
`deliver`: the bot's own road, `Delivery` over `Courier` with a client that `bot.wire` taught its pace. As many as
there are channels send, edit and delete one after the other, and more always waits than may leave.
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

from bot.courier import Courier
from bot.delivery import Delivery
from bot.outgoing import Outgoing
from bot.sandbox.redirect import redirect_discord
from bot.wire import teach
from ravsg.telemetry.measures import Telemetry

Json = dict[str, Any]
PATIENCE = 60.0
AHEAD = 2  # how many requests may be caught up after a pause; more would be a burst


@dataclass
class Tally:
    """Statuses of all answers, and when each came, in seconds from the start."""

    statuses: Counter[int] = field(default_factory=Counter)
    answered: list[float] = field(default_factory=list)
    started: float = 0.0

    def trace(self) -> aiohttp.TraceConfig:
        """What a client is given to have its answers counted."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._ended)
        return trace

    async def begin(self) -> None:
        """Count anew, once what the login asked is out of the limit of all requests."""
        await asyncio.sleep(1.0)
        self.statuses.clear()
        self.answered.clear()
        self.started = time.perf_counter()

    async def _ended(self, _session: aiohttp.ClientSession, _context: SimpleNamespace, told: Any) -> None:
        self.statuses[told.response.status] += 1
        self.answered.append(time.perf_counter() - self.started)


async def deliver(place: Json, *, rate: float, seconds: float) -> Tally:
    """Let the bot's own road take `rate` requests a second for so many seconds; what became of them."""
    tally = Tally()
    with redirect_discord(place["rest"]):
        async with discord.Client(intents=discord.Intents.none(), http_trace=tally.trace()) as client:
            teach(client, rate)
            await client.login(place["token"])
            delivery = Delivery(client, Courier(Telemetry()))
            await tally.begin()
            async with asyncio.TaskGroup() as tasks:
                for channel in place["channels"]:
                    tasks.create_task(_delivered(delivery, int(channel), tally.started + seconds))
    return tally


async def _delivered(delivery: Delivery, channel_id: int, until: float) -> None:
    """A status as the bot shows it: posted, edited, removed; again and again."""
    while time.perf_counter() < until:
        posted = await delivery.send(channel_id, Outgoing("the story so far"), patience=PATIENCE)
        await delivery.edit(posted, Outgoing("the story goes on"), patience=PATIENCE)
        await delivery.delete(posted)


async def sustain(place: Json, *, rate: float, seconds: float) -> Tally:
    """Start `rate` requests a second for so many seconds; what became of them."""
    tally = Tally()
    with redirect_discord(place["rest"]):
        client = discord.Client(intents=discord.Intents(guilds=True), http_trace=tally.trace())
        ready = asyncio.Event()
        client.event(_named("on_ready", ready))
        running = asyncio.create_task(client.start(place["token"]))
        try:
            await asyncio.wait_for(ready.wait(), 60)
            channels = [client.get_partial_messageable(int(one)) for one in place["channels"]]
            await tally.begin()
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
