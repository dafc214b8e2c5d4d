"""Which servers' indices are in memory: built from the rows when first searched, dropped least recently used first.

Per server there is one lock. Who changes rows holds it over the transaction *and* the change of the index, so that an
index never misses a row, nor keeps one that is gone. FAISS itself runs on threads. This module ranks nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import numpy as np

from ravsg.memory.index import GuildIndex, Hit

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.config import MemorySection
    from ravsg.store.memories import MemoryStore
    from ravsg.types import MemoryKind

log = logging.getLogger(__name__)


class IndexCache:
    """The indices that are in memory, by server, then by kind and model."""

    def __init__(self, store: MemoryStore, config: MemorySection) -> None:
        self._store = store
        self._config = config
        self._guilds: OrderedDict[int, dict[tuple[MemoryKind, str], GuildIndex]] = OrderedDict()
        # locks are apart from the indices: dropping an index must not let two tasks hold "the" lock of a server
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def lock(self, guild_id: int) -> asyncio.Lock:
        """The one lock of a server; keep the reference while you need it."""
        lock = self._locks.get(guild_id)
        if lock is None:
            lock = self._locks[guild_id] = asyncio.Lock()
        return lock

    @property
    def guilds(self) -> tuple[int, ...]:
        """The servers whose indices are in memory, least recently used first."""
        return tuple(self._guilds)

    def drop(self, guild_id: int) -> None:
        """Forget a server's indices; the next search builds them anew."""
        self._guilds.pop(guild_id, None)

    async def search(
        self, guild_id: int, kind: MemoryKind, model: str, queries: npt.NDArray[np.float32], k: int
    ) -> tuple[list[list[Hit]], int]:
        """Each query's `k` nearest passages, and how many passages there are. Raises StoreError."""
        async with self.lock(guild_id):
            index = await self._index(guild_id, kind, model, queries.shape[1])
            if index is None:
                return [[] for _ in queries], 0
            return await asyncio.to_thread(index.search, queries, k), len(index)

    async def add(
        self,
        guild_id: int,
        kind: MemoryKind,
        model: str,
        passage_ids: Sequence[int],
        vectors: npt.NDArray[np.float32],
    ) -> None:
        """Put new passages into an index that is in memory. The caller holds the server's lock."""
        index = self._guilds.get(guild_id, {}).get((kind, model))
        if index is not None:
            await asyncio.to_thread(index.add, passage_ids, vectors)

    async def remove(self, guild_id: int, passage_ids: Sequence[int]) -> None:
        """Take passages out of every index of a server. The caller holds the server's lock."""
        for index in self._guilds.get(guild_id, {}).values():
            await asyncio.to_thread(index.remove, passage_ids)

    async def _index(self, guild_id: int, kind: MemoryKind, model: str, dimensions: int) -> GuildIndex | None:
        indices = self._guilds.get(guild_id, {})
        index = indices.get((kind, model))
        if index is None:
            rows = await self._store.vectors(guild_id, kind, model)
            if not rows:
                return None
            index = await asyncio.to_thread(_build, rows, dimensions, self._config)
            indices[kind, model] = index
        self._guilds[guild_id] = indices
        self._guilds.move_to_end(guild_id)
        while len(self._guilds) > self._config.indices_in_memory:
            self._guilds.popitem(last=False)
        return index


def _build(rows: Sequence[tuple[int, bytes]], dimensions: int, config: MemorySection) -> GuildIndex:
    """An index of the rows whose vectors are sound; the others are named in the log and found by words only."""
    size = dimensions * np.dtype("<f4").itemsize
    sound = [(passage_id, vector) for passage_id, vector in rows if len(vector) == size]
    vectors = np.frombuffer(b"".join(vector for _, vector in sound), dtype="<f4").reshape(-1, dimensions)
    finite = np.isfinite(vectors).all(axis=1)
    ids = [passage_id for (passage_id, _), good in zip(sound, finite, strict=True) if good]
    if len(ids) < len(rows):
        log.warning("%d of %d vectors are damaged and left out of an index", len(rows) - len(ids), len(rows))
    index = GuildIndex(dimensions, config)
    index.add(ids, vectors[finite].astype(np.float32))
    return index
