"""Searching the indices of one database with vectors, as `Memory` does, without what comes before and after it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from benchmarks.many import MODEL
from ravsg.config import MemorySection
from ravsg.memory.cache import IndexCache
from ravsg.store.connection import Database
from ravsg.store.vectors import VectorStore
from ravsg.types import MemoryKind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DIMENSIONS: Final = 512
K: Final = 10
GUILD: Final = 1
CONFIG: Final = MemorySection(consent="opt-out", index_megabytes=4096)


@contextlib.asynccontextmanager
async def cache_of(db: Database, **changes: int) -> AsyncIterator[IndexCache]:
    """Indices over a database; `changes` to the settings of `[memory]`."""
    cache = IndexCache(VectorStore(db), CONFIG.model_copy(update=changes))
    try:
        yield cache
    finally:
        await cache.close()


async def search(cache: IndexCache, query: npt.NDArray[np.float32], guild_id: int = GUILD) -> list[int]:
    """The ids of the passages nearest to a query [1, d]."""
    (hits,), _ = await cache.search(guild_id, MemoryKind.STORY, MODEL, query, K)
    return [hit.passage_id for hit in hits]
