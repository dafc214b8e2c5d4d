"""The sandbox under a crowd: how fast it answers, and how much a client may ask without being refused.

200 people, 50 servers, 5,000 messages. Clients run in this process, sandboxes in their own. Answers are told beside
those of an endpoint that does nothing, of the same server in the same run, and beside the processor time that they
took: on a busy machine these tell more than the milliseconds on the wall.

What may be asked is shown for a plain client, and for the bot's own road at a pace taught for this. The bot itself is
shipped with 20 requests a second: it needs no more (an edit every 3 s for each of sixty jobs), and Discord's 50 count
for all that uses the same token. On that road each request, answer and event is held to Discord's description too,
where DISCORD_OPENAPI names it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from benchmarks.answers import Times, measure, percentile
from benchmarks.crowd import Size
from benchmarks.rates import Tally, deliver, sustain
from benchmarks.report import Figure
from bot.sandbox.validate import VARIABLE

SAMPLES_A_ROUND: Final = 400
ANSWER_GOAL: Final = 20.0
RATE, SECONDS, RATE_GOAL = 46.0, 30.0, 45.0
TAUGHT: Final = 48.0
"""The pace that the bot's road is taught, of which some 46 come true on a machine that has a core to spare."""
KINDS: Final = {
    "nothing": "an answer about nothing",
    "read": "reading 100 messages",
    "post": "posting a message",
    "edit": "editing it",
    "thread": "starting a thread on it",
    "page": "the page's view of a channel",
    "command": "starting a command from the page",
    "answer": "answering its interaction",
}


def run(*, rounds: int, weights: Path | None) -> list[Figure]:
    """All figures; `weights` is for other benchmarks."""
    return asyncio.run(figures(Size(), samples=SAMPLES_A_ROUND * rounds, rate=RATE, taught=TAUGHT, seconds=SECONDS))


async def figures(size: Size, *, samples: int, rate: float, taught: float, seconds: float) -> list[Figure]:
    """Latencies against a relaxed sandbox, then the sustained rates against strict ones."""
    async with crowd(size) as place:
        times, connected = await measure(place, samples)
    async with crowd(size, "--strict") as strict:
        plain = await sustain(strict, rate=rate, seconds=seconds)
    async with crowd(size, "--strict", checked=True) as strict:
        own = await deliver(strict, rate=taught, seconds=seconds)
    worst = max(percentile(one.wall, 0.99) for one in times.values())
    busiest = max(percentile(one.processor, 0.99) for one in times.values())
    ratio = worst / percentile(times["nothing"].wall, 0.99)
    return [
        *(figure for kind, what in KINDS.items() for figure in latencies(kind, what, times[kind])),
        Figure("worst_p99", "the slowest kind of answer, p99", worst, "ms", ANSWER_GOAL),
        Figure("ratio_p99", "the same beside an answer about nothing", ratio, ""),
        Figure("worst_cpu", "the slowest kind of answer, processor time p99", busiest, "ms"),
        Figure("connect", "identifying until every server is there", connected, "s"),
        *sustained("P11", "a plain client", plain, seconds),
        *sustained("P11_own", "the bot's own road", own, seconds),
        against_description(strict),
    ]


def latencies(kind: str, what: str, times: Times) -> list[Figure]:
    """Median and 99th percentile on the wall, and the latter of processor time."""
    return [
        Figure(f"{kind}_p50", f"{what}, median", percentile(times.wall, 0.5), "ms"),
        Figure(f"{kind}_p99", f"{what}, p99", percentile(times.wall, 0.99), "ms"),
        Figure(f"{kind}_cpu", f"{what}, processor time p99", percentile(times.processor, 0.99), "ms"),
    ]


def sustained(name: str, who: str, tally: Tally, seconds: float) -> list[Figure]:
    """How many requests of somebody's were answered, and how many refused."""
    within = sum(1 for at in tally.answered if at <= seconds)
    return [
        Figure(name, f"{who}: answers over {seconds:g} s", within / seconds, "/s", RATE_GOAL, at_most=False),
        Figure(f"{name}_refused", f"{who}: answers 429", tally.statuses[429], "", 0.0),
        Figure(f"{name}_other", f"{who}: other answers than 2xx", failed(tally.statuses), "", 0.0),
    ]


def against_description(place: dict[str, Any]) -> Figure:
    """What the bot's road met that Discord's description does not allow."""
    what, told = "the bot's own road: against the description", place["violations"]
    if not place["checked"]:
        return Figure("violations", what, len(told), "", note=f"{VARIABLE} names no description to check against")
    return Figure("violations", what, len(told), "", 0.0, note="; ".join(told[:3]))


def failed(statuses: dict[int, int]) -> int:
    """How many answers were neither good nor 429."""
    return sum(count for status, count in statuses.items() if not 200 <= status < 300 and status != 429)


@contextlib.asynccontextmanager
async def crowd(size: Size, *options: str, checked: bool = False) -> AsyncIterator[dict[str, Any]]:
    """A filled sandbox in a process of its own; gives its addresses and its `pid`.

    Once it has ended, also whether it was `checked` against Discord's description, and the `violations`.
    """
    environment = {name: value for name, value in os.environ.items() if checked or name != VARIABLE}
    counts = map(str, (size.people, size.servers, size.messages))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.crowd", *counts, *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
        env=environment,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("The sandbox has no pipes")
    try:
        if not (line := await process.stdout.readline()):
            raise RuntimeError("The sandbox did not start")
        place = json.loads(line) | {"pid": process.pid}
        yield place
        process.stdin.close()
        place |= json.loads(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()
