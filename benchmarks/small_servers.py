"""Very many small servers: what one costs while nobody asks it, and while its index is in memory."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import tracemalloc
from pathlib import Path
from typing import Final

from benchmarks.many import plant, unit
from benchmarks.report import Figure
from benchmarks.searched import DIMENSIONS, cache_of, search
from benchmarks.timing import timed
from ravsg.store.connection import Database

MEMORIES: Final = 100
HELD: Final = 200
"""Servers whose indices are counted while they are in memory."""


async def figures(servers: int) -> list[Figure]:
    """Figures of so many servers in one database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ravsg.sqlite"
        async with Database(path) as db:
            for guild_id in range(1, servers + 1):
                await asyncio.to_thread(plant, path, guild_id, unit(MEMORIES, DIMENSIONS, guild_id))
            query = unit(1, DIMENSIONS, 0)
            async with cache_of(db, indices_in_memory=HELD) as cache:
                cold = await timed(HELD, lambda i: search(cache, query, i + 1))
                warm = await timed(HELD, lambda i: search(cache, query, i + 1))
            async with cache_of(db, indices_in_memory=HELD) as cache:
                await search(cache, query, 1)
                before = _traced()
                await timed(HELD - 1, lambda i: search(cache, query, i + 2))
                held = (_traced() - before) / (HELD - 1)
                before = _traced()
                others = servers - HELD
                await timed(others, lambda i: search(cache, query, HELD + i + 1))
                idle = (_traced() - before) / others
                tracemalloc.stop()
    what = f"of {servers:,} servers with {MEMORIES} memories"
    return [
        Figure("P9_idle", f"one {what}, not in use", max(0.0, idle) / 1000, "KB", 1.0),
        Figure("P9_100", f"one {what}, index in memory", held / 1000, "KB", 250.0),
        Figure("small_cold", "first search of such a server, p50", cold.p50, "ms"),
        Figure("small_p50", "its next searches, p50", warm.p50, "ms"),
        Figure("small_p99", "its next searches, p99", warm.p99, "ms"),
    ]


def _traced() -> int:
    """Bytes that Python and NumPy hold since the first call."""
    if not tracemalloc.is_tracing():
        tracemalloc.start()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
