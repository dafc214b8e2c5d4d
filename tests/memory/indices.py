"""Segments and indices over drawn vectors, brute force beside them, and caches with small limits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.many import MODEL, nearest
from ravsg.config import MemorySection
from ravsg.memory.cache import IndexCache
from ravsg.memory.index import GuildIndex, Hit, Sizes
from ravsg.memory.kinds import Kind, Segment, SegmentBuilder, training_size
from ravsg.memory.tuning import PROBES, Truth
from ravsg.store.connection import Database
from ravsg.store.vectors import VectorStore
from ravsg.types import MemoryKind
from tests.memory.helpers import Vectors

GUILD = 1
SMALL = Sizes(tail=50, snapshot=100)


def segment_of(kind: Kind, ids: npt.NDArray[np.int64], vectors: Vectors, *, page: int = 1000) -> Segment:
    """A segment as it is built from rows, page by page."""
    count = len(ids)
    probes = np.zeros(count, dtype=np.bool_)
    probes[:: max(8, count // PROBES)] = True
    builder = SegmentBuilder(kind, vectors.shape[1], count, vectors[~probes][: training_size(kind, count)])
    truth = Truth(ids[probes], vectors[probes])
    for first in range(0, count, page):
        builder.add(ids[first : first + page], vectors[first : first + page])
        truth.see(ids[first : first + page], vectors[first : first + page])
    return builder.finish(truth)


def installed(segment: Segment) -> GuildIndex:
    """An index of a segment and nothing else."""
    index = GuildIndex(segment.dimensions)
    index.begin()
    index.install(segment, segment.ids)
    index.end()
    return index


def ids_of(hits: Iterable[Hit]) -> list[int]:
    return [hit.passage_id for hit in hits]


def expected(there: dict[int, Vectors], query: Vectors, k: int) -> list[int]:
    """Brute force over vectors by id."""
    ids = list(there)
    if not ids:
        return []
    (best,) = nearest(np.stack([there[i] for i in ids]), query[None], min(k, len(ids)))
    return [ids[int(i)] for i in best]


def share_found(answers: list[list[Hit]], vectors: Vectors, queries: Vectors, ids: npt.NDArray[np.int64]) -> float:
    """Recall among the 10 nearest."""
    truth = nearest(vectors, queries, 10)
    pairs = zip(answers, truth, strict=True)
    return float(np.mean([len({*ids_of(hits[:10])} & {*ids[best].tolist()}) / 10 for hits, best in pairs]))


@asynccontextmanager
async def cache_of(db: Database, *, sizes: Sizes = SMALL, **config: Any) -> AsyncIterator[IndexCache]:
    """A cache that is closed at the end."""
    cache = IndexCache(VectorStore(db), MemorySection(**config), sizes)
    try:
        yield cache
    finally:
        await cache.close()


async def found(cache: IndexCache, queries: Vectors, k: int = 10, **changes: Any) -> list[list[int]]:
    """What a search of the planted stories finds, as ids."""
    guild_id, model = changes.pop("guild_id", GUILD), changes.pop("model", MODEL)
    answers, _ = await cache.search(guild_id, MemoryKind.STORY, model, queries, k, **changes)
    return [ids_of(hits) for hits in answers]
