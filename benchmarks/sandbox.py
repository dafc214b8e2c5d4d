"""The sandbox under a crowd: how fast it answers, and how much a client may ask without being refused.

200 people, 50 servers, 5,000 messages. Clients run in this process, sandboxes in their own. Answers are told beside
those of an endpoint that does nothing, of the same server in the same run: on a busy machine the ratio tells more
than the milliseconds.
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

from benchmarks.answers import WARMING, measure, percentile
from benchmarks.crowd import Size
from benchmarks.rates import sustain
from benchmarks.report import Figure
from bot.sandbox.validate import VARIABLE

SAMPLES_A_ROUND: Final = 400
ANSWER_GOAL: Final = 20.0
RATE, SECONDS, RATE_GOAL = 46.0, 30.0, 45.0
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
    return asyncio.run(figures(Size(), samples=SAMPLES_A_ROUND * rounds, rate=RATE, seconds=SECONDS))


async def figures(size: Size, *, samples: int, rate: float, seconds: float) -> list[Figure]:
    """Latencies against a relaxed sandbox, then the sustained rate against a strict one."""
    async with crowd(size) as place:
        times, connected = await measure(place, samples)
    async with crowd(size, "--strict") as strict:
        tally = await sustain(strict, rate=rate, seconds=seconds)
    answers = sum(len(values) for values in times.values()) * (1 + 1 / WARMING)
    worst = max(percentile(values, 0.99) for values in times.values())
    found = [
        Figure(f"{kind}_p{share:.0%}"[:-1], f"{what}, p{share:.0%}"[:-1], percentile(times[kind], share), "ms")
        for kind, what in KINDS.items()
        for share in (0.5, 0.99)
    ]
    within = sum(1 for at in tally.answered if at <= seconds)
    return [
        *found,
        Figure("worst_p99", "p99 of the slowest kind of answer", worst, "ms", ANSWER_GOAL),
        Figure(
            "ratio_p99", "the same beside an answer about nothing", worst / percentile(times["nothing"], 0.99), ""
        ),
        Figure(
            "cpu", "processor time of the sandbox an answer, events included", place["cpu"] / answers * 1000, "ms"
        ),
        Figure("connect", "identifying until every server is there", connected, "s"),
        Figure("P11", f"answered requests over {seconds:g} s", within / seconds, "/s", RATE_GOAL, at_most=False),
        Figure("P11_refused", "answers 429 among them", tally.statuses[429], "", 0.0),
        Figure("P11_other", "other answers than 2xx", failed(tally.statuses), "", 0.0),
    ]


def failed(statuses: dict[int, int]) -> int:
    """How many answers were neither good nor 429."""
    return sum(count for status, count in statuses.items() if not 200 <= status < 300 and status != 429)


@contextlib.asynccontextmanager
async def crowd(size: Size, *options: str) -> AsyncIterator[dict[str, Any]]:
    """A filled sandbox in a process of its own; gives its addresses, and at the end `cpu`, its processor time in s.

    Requests are not held to Discord's description there.
    """
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "benchmarks.crowd",
            str(size.people),
            str(size.servers),
            str(size.messages),
            *options,
        ),
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
        place = json.loads(line)
        yield place
        process.stdin.close()
        place |= json.loads(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()
