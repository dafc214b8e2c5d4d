"""Changes of memory: rows and indices together, under their server's lock, each change to its end.

Whatever fails in between drops the server's indices; they are made anew from the rows. Who may ask for a change is
not asked here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ravsg.memory.cache import IndexCache
from ravsg.memory.policy import Policy
from ravsg.store.memories import By, MemoryStore

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ravsg.store.embeddings import Outdated
    from ravsg.store.memory_rows import Stored
    from ravsg.types import Memorable, MemoryKind

_T = TypeVar("_T")


class Keeper:
    """The one way in which memories come and go."""

    def __init__(self, store: MemoryStore, cache: IndexCache, policy: Policy) -> None:
        self.on_forgotten: list[Callable[[], None]] = []
        """Called whenever memories went."""
        self._store = store
        self._cache = cache
        self._policy = policy
        self._changes: set[asyncio.Task[Any]] = set()

    async def remember(
        self,
        guild_id: int,
        item: Memorable,
        chunks: Sequence[str],
        vectors: npt.NDArray[np.float32],
        *,
        model: str,
        picture: bytes | None,
    ) -> list[int]:
        """Keep one result with vectors of length 1; the memory's id in a list, empty where its author has not agreed.
        Raises StoreError, DiskFull."""
        work = self._remember(guild_id, item, chunks, vectors, model=model, picture=picture)
        return await self._unbroken(work)

    async def _remember(
        self,
        guild_id: int,
        item: Memorable,
        chunks: Sequence[str],
        vectors: npt.NDArray[np.float32],
        *,
        model: str,
        picture: bytes | None,
    ) -> list[int]:
        rows = [(chunk, vector.astype("<f4").tobytes()) for chunk, vector in zip(chunks, vectors, strict=True)]
        async with self._cache.lock(guild_id):
            stored = await self._store.add(
                guild_id, item, rows, model, picture=picture, allowed_by_default=self._policy.by_default
            )
            if stored is None:
                return []
            await self._reindex(guild_id, item.kind, model, stored, vectors)
            return [stored.memory_id]

    async def embed_anew(self, old: Outdated, rows: npt.NDArray[np.float32], model: str) -> bool:
        """Give a memory's passages, in order of their parts, other vectors of length 1; False where it changed
        meanwhile. Raises ValueError, StoreError, DiskFull."""
        blobs = {part: row.astype("<f4").tobytes() for part, row in zip(sorted(old.parts), rows, strict=True)}

        async def work() -> bool:
            async with self._cache.lock(old.guild_id):
                stored = await self._store.embed_anew(old.guild_id, old.memory_id, model, blobs)
                if stored is not None:
                    await self._reindex(old.guild_id, old.kind, model, stored, rows)
                return stored is not None

        return await self._unbroken(work())

    async def forget(self, guild_id: int, by: By, value: int | str) -> int:
        """Delete what is named, with vectors, words and pictures; gives how many memories went. Raises StoreError."""
        return await self._unbroken(self._forget(guild_id, by, value))

    async def _forget(self, guild_id: int, by: By, value: int | str) -> int:
        async with self._cache.lock(guild_id):
            if by != "author_id" and not await self._store.authors(guild_id, by, value):
                return 0  # most deleted messages are none of ours: no write for them
            await self._cache.forgetting(guild_id)  # snapshots leave the disk before the rows do
            try:
                forgotten = await self._store.forget(guild_id, by, value)
                await self._cache.remove(guild_id, forgotten.passages)
            except BaseException:
                self._cache.drop(guild_id)
                raise
        for hear in self.on_forgotten:
            hear()
        return forgotten.memories

    async def _reindex(
        self, guild_id: int, kind: MemoryKind, model: str, stored: Stored, vectors: npt.NDArray[np.float32]
    ) -> None:
        """Bring the indices in step with rows that changed. The caller holds the server's lock."""
        try:
            if stored.removed:
                await self._cache.forgetting(guild_id)
                await self._cache.remove(guild_id, stored.removed)
            if stored.added:
                await self._cache.add(guild_id, kind, model, stored.added, vectors)
        except BaseException:
            self._cache.drop(guild_id)
            raise

    async def _unbroken(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a change to its end: a row without its index entry would be missed until the next rebuild."""
        task = asyncio.ensure_future(work)
        self._changes.add(task)
        task.add_done_callback(self._changes.discard)
        return await asyncio.shield(task)
