"""One life of a memory of many servers that all hold the same words and vectors, as a program of its own.

It fills what is missing, then retrieves from many tasks at once while others remember, forget, leave and return, and
prints "retrievals foreign missed" now and then; a parent reads that, and kills it. A retrieval is foreign where
anything of another server comes back, and missed where nothing of its own does although it is there.
"""

from __future__ import annotations

import asyncio
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.config import MemorySection
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.types import Memorable, MemoryKind, Recalled

if TYPE_CHECKING:
    import numpy.typing as npt

MODEL: Final = "planted@1"
DIMENSIONS: Final = 64
TASKS: Final = 16
TELL_EVERY: Final = 25
CHANNEL, MEMBER = 10, 7


@dataclass(slots=True)
class Tally:
    """What came of the retrievals."""

    retrievals: int = 0
    foreign: int = 0
    missed: int = 0

    def count(self, guild_id: int, found: list[Recalled], *, there: bool) -> None:
        """One more retrieval, whose server holds something that fits where `there`."""
        self.retrievals += 1
        self.foreign += any(one.guild_id != guild_id or not one.job_id.startswith(f"{guild_id}/") for one in found)
        self.missed += there and not found
        if self.retrievals % TELL_EVERY == 0:
            print(self.retrievals, self.foreign, self.missed, flush=True)


@dataclass(frozen=True, slots=True)
class Life:
    """So many servers with so many facts, and what is done with them. Facts are the same in every server."""

    memory: Memory
    servers: int
    facts: int
    tally: Tally

    async def fill(self) -> None:
        """Remember every fact that is missing: all at the first time, after a crash what was on its way."""
        for guild_id in range(1, self.servers + 1):
            if (await self.memory.stats(guild_id)).passages < self.facts:
                await self.join(guild_id)

    async def join(self, guild_id: int) -> None:
        """All facts of one server; what is there is kept once."""
        for fact in range(self.facts):
            await self.plant(guild_id, fact)

    async def plant(self, guild_id: int, fact: int) -> None:
        """Remember one fact."""
        item = Memorable(
            kind=tuple(MemoryKind)[fact % 2],
            text=text_of(fact),
            title="A planted fact",
            author_id=MEMBER,
            author_name="Ana",
            channel_id=CHANNEL,
            message_id=None,
            job_id=f"{guild_id}/{fact}",
        )
        await self.memory.remember(guild_id, item, [item.text], vector_of(fact), MODEL)

    async def retrieve(self, rng: random.Random) -> None:
        """One retrieval, of one of the ways that there are. The last two facts may be missing for a moment, and the
        last server altogether."""
        guild_id, fact = rng.randint(1, self.servers), rng.randrange(self.facts)
        words = Query(text_of(fact)) if rng.random() < 0.3 else Query(text_of(fact), vector_of(fact), model=MODEL)
        if rng.random() < 0.2:
            found = await self.memory.recent(guild_id, 5)
        elif rng.random() < 0.5:
            found = await self.memory.search(guild_id, words, limit=5)
        else:
            found = await self.memory.recall(guild_id, words, top_k=5, floor=-1.0)
        self.tally.count(guild_id, found, there=guild_id < self.servers and fact < self.facts - 2)

    async def change(self, rng: random.Random) -> None:
        """A server forgets its last facts and learns them again; the last server leaves and returns."""
        while True:
            guild_id = rng.randint(1, self.servers)
            if guild_id == self.servers:
                await self.memory.forget_server(guild_id)
                await self.join(guild_id)
                continue
            for fact in (self.facts - 1, self.facts - 2):
                await self.memory.forget_job(guild_id, f"{guild_id}/{fact}")
                await self.plant(guild_id, fact)


def text_of(fact: int) -> str:
    """The same in all servers: a few common words, and a name of its own."""
    return f"Fact {fact}: the keeper of lantern lamp{fact} walks by the sea."


def vector_of(fact: int) -> npt.NDArray[np.float32]:
    """[1, d], the same in all servers."""
    return np.random.default_rng(fact).normal(size=(1, DIMENSIONS)).astype(np.float32)


async def live(folder: Path, servers: int, facts: int, count: int, seed: int, *, changing: bool) -> Tally:
    """Retrieve `count` times; few indices stay in memory, so that they are rebuilt all the time."""
    config = MemorySection(consent="opt-out", indices_in_memory=max(2, servers // 3))
    async with Database(folder / "ravsg.sqlite") as db:
        life = Life(Memory(db, config), servers, facts, Tally())
        await life.fill()
        changes = asyncio.create_task(life.change(random.Random(seed))) if changing else None

        async def many(rng: random.Random) -> None:
            while life.tally.retrievals < count:
                await life.retrieve(rng)

        await asyncio.gather(*(many(random.Random(seed * TASKS + number)) for number in range(TASKS)))
        if changes is not None:
            changes.cancel()
            await asyncio.wait({changes})
            if not changes.cancelled():
                changes.result()
    return life.tally


if __name__ == "__main__":
    place, *numbers, whether = sys.argv[1:]
    n_servers, n_facts, n_count, n_seed = map(int, numbers)
    asyncio.run(live(Path(place), n_servers, n_facts, n_count, n_seed, changing=whether == "changing"))
