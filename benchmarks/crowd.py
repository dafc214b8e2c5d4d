"""A sandbox full of people, in a process of its own: `python -m benchmarks.crowd PEOPLE SERVERS MESSAGES [--strict]`.

Everybody is in the first server and in every tenth of the others. Each server has two channels and a thread, and its
share of the messages: plain ones, replies, pictures, the bot's embeds with buttons, and reactions. One line of JSON
tells the addresses, and at the end a second one what was against Discord's description, where that was checked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import struct
import sys
from dataclasses import dataclass

from bot.sandbox.messages import Draft, Upload
from bot.sandbox.model import Guild
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 512, 512) + b"\x08\x02\x00\x00\x00" + b"\x00" * 20_000
)
WORDS = "A lantern hums above the harbour while the tide brings back what the storm has borrowed. "


@dataclass(frozen=True, slots=True)
class Size:
    """How large the crowd is."""

    people: int = 200
    servers: int = 50
    messages: int = 5_000


async def fill(sandbox: Sandbox, size: Size) -> None:
    """Bring people, servers, channels and messages into an empty sandbox."""
    people = [sandbox.add_person(f"Person {at + 1}") for at in range(size.people)]
    for at in range(size.servers):
        owner = people[at % len(people)]
        guild = sandbox.add_guild(f"Server {at + 1}", owner, channels=("general", "stories"))
        members = [one for number, one in enumerate(people) if at == 0 or number % 10 == at % 10 or one is owner]
        for person in members:
            if person is not owner:
                await person.join(guild)
        count = size.messages // size.servers + (at < size.messages % size.servers)
        await _talk(sandbox, guild, members, count)


async def _talk(sandbox: Sandbox, guild: Guild, people: list[Person], count: int) -> None:
    """Nine of ten messages in the first channel, the others in a thread on the first."""
    channel = sandbox.channel("general", guild)
    first = last = await people[0].say(channel, WORDS)
    thread = await people[0].start_thread(first, "The tale goes on") if count > 1 else channel
    for at in range(2, count):  # with the first one and the thread's own notice it makes `count`
        person, where = people[at % len(people)], thread if at % 10 == 9 else channel
        if at % 10 == 3:
            embed = {"title": "A story", "description": WORDS * 10, "image": {"url": "attachment://a.png"}}
            button = {"type": 2, "style": 1, "label": "Go on", "custom_id": f"go:{at}"}
            uploads = [Upload("0", "a.png", PICTURE, "a harbour at night")]
            draft = Draft(embeds=[embed], components=[{"type": 1, "components": [button]}], uploads=uploads)
            last = sandbox.writing.create(sandbox.bot, where, draft)
        elif at % 10 == 5:
            last = await person.upload(where, ("photo.png", PICTURE), text="mine")
        elif at % 10 == 7 and last.channel_id == where.id:
            last = await person.reply(last, f"{people[0].mention} {WORDS}")
        else:
            last = await person.say(where, f"{WORDS}{at}")
        if at % 6 == 0:
            await person.react(last, "🏮")


def addresses(sandbox: Sandbox) -> dict[str, object]:
    """What a client in another process needs."""
    guilds = list(sandbox.world.guilds.values())
    return {
        "page": sandbox.page_url,
        "rest": sandbox.rest_base,
        "gateway": sandbox.gateway_url,
        "token": sandbox.token,
        "bot": str(sandbox.bot.id),
        "channels": [str(sandbox.channel("general", guild).id) for guild in guilds],
        "owners": [str(guild.owner_id) for guild in guilds],
    }


async def run(size: Size, *, strict: bool) -> None:
    """Serve until the standard input ends, with whoever started this process."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    async with Sandbox(seed=False, strict_rate_limits=strict) as sandbox:
        await fill(sandbox, size)
        print(json.dumps(addresses(sandbox)), flush=True)
        await stop.wait()
        told = [str(one) for one in sandbox.violations]
        print(json.dumps({"checked": sandbox.validator.active, "violations": told}), flush=True)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    for name in ("people", "servers", "messages"):
        parser.add_argument(name, type=int)
    parser.add_argument("--strict", action="store_true", help="Discord's rate limits")
    asked = parser.parse_args()
    asyncio.run(run(Size(asked.people, asked.servers, asked.messages), strict=asked.strict))


if __name__ == "__main__":
    main()
