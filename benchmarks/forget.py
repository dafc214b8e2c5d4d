"""Members who want to be forgotten, some of it killed midway: what is left of them in the data folder, and how long.

Every round is a new member of one server, who gives a picture and words, has a story told and a picture painted, and
whom another member's results take up. Then they press the button; in every other round the process dies at a named
moment of the erasure, one after the other, and a new one takes it up. The bot is the whole one in a process of its
own; only the models are replaced by ones that answer at once.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.planted import planted
from benchmarks.report import Figure
from bot import texts_privacy
from bot.app import DATABASE
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox
from tests.faults.quick_bot import PATIENCE, Fate, life
from tests.sandbox.quick import picture

GOAL_SECONDS: Final = 60.0
CHANNEL: Final = "#stories"
END: Final = "after ErasureStore.finish"
"""What a process says when an erasure is over."""
MOMENTS: Final = (
    ("ErasureStore.advance", 4),
    ("MemoryStore.forget", 2),
    ("JobStore.erase_jobs", 1),
    ("Delivery.delete", 2),
    ("StaleStore.settled", 2),
    ("ErasureStore.finish", 1),
)
"""What an erasure does, and how often it may die there."""
DEATHS: Final = (
    ("after ErasureStore.begin", 1),
    *((f"{when} {what}", nth) for what, n in MOMENTS for nth in range(1, n + 1) for when in ("before", "after")),
)
"""The moments of an erasure at which a process dies, one a round; before the first, nothing was promised."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one member's wish came to."""

    death: str
    """Where the process died; empty where it lived."""
    there: int
    """Planted traces that were found before: the look sees them."""
    left: tuple[str, ...]
    """Planted traces that were found after."""
    seconds: float
    """From the press, or from the start of the next process, to the end of the erasure."""
    receipts: int
    """How often the member was told."""


def run(*, rounds: int) -> list[Figure]:
    """All figures over `rounds` members."""
    return asyncio.run(figures(rounds))


async def figures(rounds: int) -> list[Figure]:
    """Play the rounds in one server and one data folder."""
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox() as sandbox:
            played = [await play(Path(folder), sandbox, number) for number in range(rounds)]
    killed = [one for one in played if one.death]
    return [
        Figure("rounds", "members who were forgotten", len(played), ""),
        Figure("killed", "erasures whose process was killed midway", len(killed), ""),
        Figure(
            "there", "rounds in which the look found what was planted", sum(bool(one.there) for one in played), ""
        ),
        Figure("R9", "planted words, pictures and vectors left", sum(len(one.left) for one in played), "", 0.0),
        Figure("R9_seconds", "until they were gone, at worst", max(one.seconds for one in played), "s", GOAL_SECONDS),
        Figure("untold", "members who did not hear of it", sum(not one.receipts for one in played), "", 0.0),
    ]


async def play(folder: Path, sandbox: Sandbox, number: int) -> Round:
    """One member comes, is forgotten and, with every other number, in two processes."""
    death, nth = DEATHS[number // 2 % len(DEATHS)] if number % 2 else ("", 1)
    word = f"{chr(ord('b') + number % 24)}oquaxil{number:03}"
    member = sandbox.add_person(f"Wyxander {word}", list(sandbox.world.guilds.values()))
    other = sandbox.person("Robin")
    async with life(folder, sandbox, Fate(death=death, nth=nth)) as first:
        await _live(sandbox, member, other, word)
        traces = planted(folder / DATABASE, member.user.id, word)
        there = len(traces.found(folder))
        asked = await (await member.command("privacy forget", in_=CHANNEL)).response()
        begun = time.monotonic()
        handle = await member.press(asked, texts_privacy.FORGET_LABEL)
        if not death:
            await first.hears(END)
            left = tuple(traces.found(folder))
            return Round("", there, left, time.monotonic() - begun, _told(member, handle))
        assert await first.ended() == -9, f"the process did not die {death}"
    begun = time.monotonic()
    async with life(folder, sandbox) as second:
        if death != END:
            await second.hears(END)
        left = tuple(traces.found(folder))
        return Round(f"{death} {nth}", there, left, time.monotonic() - begun, _told(member, handle))


async def _live(sandbox: Sandbox, member: Person, other: Person, word: str) -> None:
    """Results of the member, and of another who takes them up."""
    for person in (member, other):
        await (await person.command("privacy optin", in_=CHANNEL)).response()
    wish = f"the strange word {word}"
    told = await _result(
        sandbox, await member.command("story", in_=CHANNEL, image=("a.png", picture(word)), direction=wish)
    )
    await _result(sandbox, await member.command("paint", in_=CHANNEL, text=f"A fox and {word} at dusk."))
    await _result(sandbox, await other.press(told, "Paint it"))
    await _result(sandbox, await other.press(told, "Continue"))
    await _result(sandbox, await other.command("story", in_=CHANNEL, image=("a.png", picture(f"not {word}"))))


async def _result(sandbox: Sandbox, handle: Handle) -> Message:
    def ready() -> str | None:
        shown = handle.original
        return shown.text if shown is not None and "is ready: " in shown.text else None

    text = await sandbox.world.watch.until(ready, PATIENCE)
    message_id = int(text.split("channels/")[1].split("/")[2].split()[0])
    message = sandbox.world.find_message(handle.interaction.channel.id, message_id)
    assert message is not None
    return message


def _told(member: Person, handle: Handle) -> int:
    """How many receipts the member can read."""
    here = [handle.original] if handle.original is not None else []
    messages = [*here, *member.dm().messages.values()]
    return sum("you are unwoven" in one.text for one in messages)
