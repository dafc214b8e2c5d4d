"""Finding, adding and deleting memories by vectors: per size, beside a plain NumPy scan and sqlite-vec.

Vectors have 512 dimensions, as CLIP's. Every size is measured through `Memory` and its index over a real database, on
vectors without clusters (the harder ones) and in clusters. "durable" is until the commit is on the disk and no search
finds what was deleted; "without a trace" is until no byte of it is left in the files, which are written anew for it,
once for all deletions of some seconds. Then 5,000 servers of 100 memories: what each costs while nobody asks it, and
while it is in memory.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks import small_servers
from benchmarks.many import MODEL, nearest, plant, unit
from benchmarks.report import Figure
from benchmarks.rivals import SqliteVec, numpy_scan
from benchmarks.searched import CONFIG, DIMENSIONS, GUILD, K, cache_of, search
from benchmarks.timing import timed, timed_here
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.types import Memorable, MemoryKind

if TYPE_CHECKING:
    import numpy.typing as npt

SIZES: Final = (1_000, 10_000, 100_000)
SERVERS: Final = 5_000
LATER: Final = 3600.0
"""Seconds until the files are written anew, so that a deletion alone can be timed."""
_P99_GOALS: Final = {10_000: 1.0, 100_000: 10.0}


@dataclass(frozen=True, slots=True)
class Amount:
    """How often things are measured."""

    searches: int
    changes: int
    sweeps: int
    servers: int


FULL: Final = Amount(searches=1000, changes=300, sweeps=3, servers=SERVERS)
QUICK: Final = Amount(searches=100, changes=30, sweeps=1, servers=300)


def run(*, sizes: Sequence[int] | None, quick: bool) -> list[Figure]:
    """All figures of the sizes, and of small servers where no sizes are named."""
    amount = QUICK if quick else FULL
    figures = []
    for size in sizes or SIZES:
        for clustered in (False, True):
            figures += asyncio.run(_one_size(size, amount, clustered=clustered))
    return figures if sizes else [*figures, *asyncio.run(small_servers.figures(amount.servers))]


async def _one_size(size: int, amount: Amount, *, clustered: bool) -> list[Figure]:
    vectors = unit(size, DIMENSIONS, 2, clustered=clustered)
    queries = unit(min(amount.searches, 200), DIMENSIONS, 3, clustered=clustered)
    name = f"{size}{'c' if clustered else ''}"
    what = f"{size:,} vectors{' in clusters' if clustered else ''}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ravsg.sqlite"
        async with Database(path, sweep_seconds=LATER) as db:
            ids = np.asarray(await asyncio.to_thread(plant, path, GUILD, vectors))
            truth = ids[await asyncio.to_thread(nearest, vectors, queries, K)]
            figures = await _searching(db, amount, (queries, truth), (name, what), size)
            if not clustered:
                figures += await _changing(db, amount, (name, what), size)
        if not clustered:
            async with Database(path, sweep_seconds=LATER) as db:
                figures += await _sweeping(db, amount, (name, what))
            figures += await asyncio.to_thread(_rivals, Path(folder), vectors, queries, amount, (name, what))
    return figures


async def _searching(
    db: Database,
    amount: Amount,
    asked: tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]],
    called: tuple[str, str],
    size: int,
) -> list[Figure]:
    (queries, truth), (name, what) = asked, called
    async with cache_of(db) as cache:
        first = await timed(1, lambda _: search(cache, queries[:1]))
        await cache.settle()
        found = [await search(cache, query[None]) for query in queries]
        times = await timed(amount.searches, lambda i: search(cache, queries[i % len(queries)][None]))
        held = cache.bytes
    async with cache_of(db) as cache:
        again = await timed(1, lambda _: search(cache, queries[:1]))
    recall = np.mean([len({*one} & {*best.tolist()}) / K for one, best in zip(found, truth, strict=True)])
    figures = [
        Figure(f"P7_{name}_recall", f"{what}: recall@10", float(recall), "", 0.99, at_most=False),
        Figure(f"P7_{name}_p50", f"{what}: search, p50", times.p50, "ms"),
        Figure(f"P7_{name}_p99", f"{what}: search, p99", times.p99, "ms", _P99_GOALS.get(size)),
        Figure(f"P7_{name}_cpu", f"{what}: search, processor time", times.cpu, "ms"),
        Figure(f"bytes_{name}", f"{what}: index in memory, per vector", held / size, "B"),
        Figure(f"first_{name}", f"{what}: first search, index made from the rows", first.worst / 1000, "s"),
    ]
    if again.worst < first.worst:
        figures.append(Figure(f"again_{name}", f"{what}: first search after a restart", again.worst / 1000, "s"))
    return figures


async def _changing(db: Database, amount: Amount, called: tuple[str, str], size: int) -> list[Figure]:
    """Through `Memory`, with rows, words and index, beside a rebuild too."""
    name, what = called
    memory = Memory(db, CONFIG)
    fresh = unit(3 * amount.changes, DIMENSIONS, 7)
    await memory.remember(GUILD, _item("first"), ["a first passage"], fresh[:1], MODEL)
    await _warm(memory)
    adding = await timed(amount.changes, lambda i: _remember(memory, f"quiet {i}", fresh[i]))
    deleting = await timed(amount.changes, lambda i: memory.forget_job(GUILD, f"job quiet {i}"))
    many = unit(size // 16 + 1100, DIMENSIONS, 8)
    await memory.remember(GUILD, _item("long"), [f"part {i}" for i in range(len(many))], many, MODEL)
    beside = await timed(amount.changes, lambda i: _remember(memory, f"busy {i}", fresh[amount.changes + i]))
    await memory.close()
    goal = size <= 100_000
    return [
        Figure(f"P8_{name}_add", f"{what}: add one memory, durable, p50", adding.p50, "ms", 1.0 if goal else None),
        Figure(f"P8_{name}_addp99", f"{what}: the same, p99", adding.p99, "ms"),
        Figure(f"P8_{name}_worst", f"{what}: the same, worst", adding.worst, "ms", 20.0 if goal else None),
        Figure(f"P8_{name}_addc", f"{what}: the same, processor time", adding.cpu, "ms"),
        Figure(f"P8_{name}_busy", f"{what}: the same beside a rebuild, worst", beside.worst, "ms"),
        Figure(
            f"P8_{name}_del", f"{what}: delete one memory, durable, p50", deleting.p50, "ms", 1.0 if goal else None
        ),
        Figure(f"P8_{name}_delp99", f"{what}: the same, p99", deleting.p99, "ms"),
        Figure(f"P8_{name}_delw", f"{what}: the same, worst", deleting.worst, "ms"),
        Figure(f"P8_{name}_delc", f"{what}: the same, processor time", deleting.cpu, "ms"),
    ]


async def _sweeping(db: Database, amount: Amount, called: tuple[str, str]) -> list[Figure]:
    name, what = called
    memory = Memory(db, CONFIG)

    async def forget(number: int) -> None:
        await memory.forget_job(GUILD, f"job busy {number}")
        await db.leave_no_trace()

    times = await timed(amount.sweeps, forget)
    await memory.close()
    return [Figure(f"sweep_{name}", f"{what}: delete one without a trace, p50", times.p50 / 1000, "s")]


def _rivals(
    folder: Path,
    vectors: npt.NDArray[np.float32],
    queries: npt.NDArray[np.float32],
    amount: Amount,
    called: tuple[str, str],
) -> list[Figure]:
    name, what = called
    repeats = max(5, min(amount.searches, 20_000_000 // len(vectors)))
    scan = numpy_scan(vectors, K)
    scanning = timed_here(repeats, lambda i: scan(queries[i % len(queries)]))
    other = SqliteVec(folder / "vec.sqlite", vectors)
    searching = timed_here(max(5, repeats // 10), lambda i: other.search(queries[i % len(queries)]))
    fresh = unit(amount.changes, DIMENSIONS, 7)
    adding = timed_here(len(fresh), lambda i: other.add(len(vectors) + i, fresh[i]))
    deleting = timed_here(len(fresh), lambda i: other.remove(len(vectors) + i))
    other.close()
    return [
        Figure(f"numpy_{name}_p50", f"{what}: NumPy scan, p50", scanning.p50, "ms"),
        Figure(f"numpy_{name}_p99", f"{what}: NumPy scan, p99", scanning.p99, "ms"),
        Figure(f"numpy_{name}_cpu", f"{what}: NumPy scan, processor time", scanning.cpu, "ms"),
        Figure(f"vec_{name}_p50", f"{what}: sqlite-vec search, p50", searching.p50, "ms"),
        Figure(f"vec_{name}_p99", f"{what}: sqlite-vec search, p99", searching.p99, "ms"),
        Figure(f"vec_{name}_cpu", f"{what}: sqlite-vec search, processor time", searching.cpu, "ms"),
        Figure(f"vec_{name}_add", f"{what}: sqlite-vec add, p50", adding.p50, "ms"),
        Figure(f"vec_{name}_del", f"{what}: sqlite-vec delete, p50", deleting.p50, "ms"),
    ]


async def _warm(memory: Memory) -> None:
    """Have the index in memory."""
    await memory.search(GUILD, Query(texts=unit(1, DIMENSIONS, 5), model=MODEL), limit=1)


async def _remember(memory: Memory, name: str, vector: npt.NDArray[np.float32]) -> None:
    await memory.remember(GUILD, _item(name), [f"{name}: a lamp by the sea"], vector[None], MODEL)


def _item(name: str) -> Memorable:
    return Memorable(
        kind=MemoryKind.STORY,
        text=name,
        title="The lantern",
        author_id=7,
        author_name="Ana",
        channel_id=10,
        message_id=None,
        job_id=f"job {name}",
    )
