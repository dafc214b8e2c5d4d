"""Snapshots of indices that came to harm: every one must be noticed, rebuilt from the rows, and equal brute force.

Files are cut off and bits are flipped at random places; processes are killed while they save; disks are full. After
each harm a memory of its own is opened over the same database, searches, and leaves a sound snapshot again.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks import saving
from benchmarks.many import MODEL, nearest, plant, unit
from benchmarks.report import Figure
from ravsg.config import MemorySection
from ravsg.memory.cache import FOLDER, IndexCache
from ravsg.memory.index import Sizes
from ravsg.memory.snapshots import Place, Snapshots
from ravsg.store.connection import Database
from ravsg.store.vectors import VectorStore
from ravsg.types import MemoryKind

TRUNCATIONS: Final = 2000
FLIPS: Final = 2000
FULL_DISKS: Final = 100
KILLS: Final = 500
_COUNT: Final = 1500
_DIMENSIONS: Final = 32
_LONGEST: Final = 0.03
"""Seconds until a kill at most: a snapshot of this size takes a tenth of that, so kills fall anywhere in it."""


@dataclass
class Count:
    """What became of the harms of one kind."""

    trials: int = 0
    noticed: int = 0
    right: int = 0


class Harm:
    """A database with enough vectors for a snapshot, its sound snapshot, and what brute force finds."""

    def __init__(self, folder: Path, db: Database) -> None:
        self._db = db
        self._sound = folder / "sound"
        self._vectors = unit(_COUNT, _DIMENSIONS, 1)
        self._queries = unit(3, _DIMENSIONS, 2)
        self._expected: list[list[int]] = []
        self._place = Place(1, MemoryKind.STORY, MODEL, _DIMENSIONS)
        self._chance = np.random.default_rng(3)
        self.indices = folder / FOLDER
        self.path = self.indices / self._place.name

    async def prepare(self) -> None:
        """Write the rows, and let a first search write the snapshot."""
        ids = np.asarray(await asyncio.to_thread(plant, self._db.path, 1, self._vectors))
        self._expected = ids[nearest(self._vectors, self._queries, 10)].tolist()
        assert await self._search()
        await asyncio.to_thread(self._sound.mkdir)
        whole = await asyncio.to_thread(self.path.read_bytes)
        await asyncio.to_thread((self._sound / self._place.name).write_bytes, whole)

    async def truncate(self, count: Count) -> None:
        """Cut the snapshot off anywhere."""
        whole = await self._whole()
        await self._damaged(whole[: int(self._chance.integers(0, len(whole)))], count)

    async def flip(self, count: Count) -> None:
        """Turn one bit around, anywhere."""
        damaged = bytearray(await self._whole())
        damaged[int(self._chance.integers(0, len(damaged)))] ^= 1 << int(self._chance.integers(0, 8))
        await self._damaged(bytes(damaged), count)

    async def fill_disk(self, count: Count) -> None:
        """Run out of room while saving: nothing may stand there afterwards."""
        room = int(self._chance.integers(0, len(await self._whole())))
        await asyncio.to_thread(self.path.unlink, missing_ok=True)
        said = await asyncio.to_thread(saving.without_room, self._sound, self.indices, self._place, room)
        count.trials += 1
        count.noticed += not said and await asyncio.to_thread(self._files) == []
        count.right += await self._search()

    async def kill(self, count: Count) -> None:
        """Die while saving: what stands under the snapshot's name is whole; the rest goes with the next deletion."""
        await asyncio.to_thread(self.path.unlink, missing_ok=True)
        after = float(self._chance.uniform(0, _LONGEST))
        await asyncio.to_thread(saving.killed, self._sound, self.indices, self._place, after)
        there = await asyncio.to_thread(self.path.exists)
        whole = there and await asyncio.to_thread(self.path.read_bytes) == await self._whole()
        right = await self._search()
        snapshots = Snapshots(self.indices)
        await asyncio.to_thread(snapshots.discard, 1)
        count.trials += 1
        count.noticed += (whole or not there) and await asyncio.to_thread(self._files) == []
        count.right += right

    async def _damaged(self, content: bytes, count: Count) -> None:
        await asyncio.to_thread(self.indices.mkdir, exist_ok=True)
        await asyncio.to_thread(self.path.write_bytes, content)
        count.trials += 1
        count.right += await self._search()
        count.noticed += await asyncio.to_thread(self.path.read_bytes) == await self._whole()

    async def _whole(self) -> bytes:
        return await asyncio.to_thread((self._sound / self._place.name).read_bytes)

    def _files(self) -> list[Path]:
        return list(self.indices.iterdir())

    async def _search(self) -> bool:
        """Whether a memory that starts now finds what brute force finds; it leaves a snapshot where none was good."""
        cache = IndexCache(VectorStore(self._db), MemorySection(index="sq8"), Sizes(tail=50, snapshot=100))
        try:
            answers, _ = await cache.search(1, MemoryKind.STORY, MODEL, self._queries, 10)
            await cache.settle()
        finally:
            await cache.close()
        return [[hit.passage_id for hit in hits] for hits in answers] == self._expected


async def harms(truncations: int, flips: int, full_disks: int, kills: int) -> dict[str, Count]:
    """So many harms of each kind; gives what became of them."""
    counts = {name: Count() for name in ("truncations", "flips", "full_disks", "kills")}
    with tempfile.TemporaryDirectory() as folder:
        async with Database(Path(folder) / "ravsg.sqlite") as db:
            harm = Harm(Path(folder), db)
            await harm.prepare()
            for name, times, do in (
                ("truncations", truncations, harm.truncate),
                ("flips", flips, harm.flip),
                ("full_disks", full_disks, harm.fill_disk),
                ("kills", kills, harm.kill),
            ):
                for _ in range(times):
                    await do(counts[name])
    return counts


def run(*, quick: bool) -> list[Figure]:
    """R8 in full; `quick`: a fiftieth of it."""
    amounts = tuple(number // (50 if quick else 1) for number in (TRUNCATIONS, FLIPS, FULL_DISKS, KILLS))
    logging.getLogger("ravsg.memory").setLevel(logging.ERROR)  # thousands of warnings are what is wanted here
    counts = asyncio.run(harms(*amounts))
    figures = []
    for name, count in counts.items():
        what = name.replace("_", " ")
        figures += [
            Figure(
                f"R8_{name}_noticed", f"of {count.trials} {what}: noticed", count.noticed, "", count.trials, False
            ),
            Figure(
                f"R8_{name}_right",
                f"of {count.trials} {what}: equal to brute force",
                count.right,
                "",
                count.trials,
                False,
            ),
        ]
    missed = sum(2 * one.trials - one.noticed - one.right for one in counts.values())
    return [*figures, Figure("R8", "harms not noticed, or answers that differ", missed, "", 0)]
