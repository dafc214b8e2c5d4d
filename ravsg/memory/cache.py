"""Which servers' indices are in memory: built when first searched, dropped least recently used first.

Per server there is one lock. Who changes rows holds it over the transaction *and* the change of the index, so that
an index never misses a row, nor keeps one that is gone. Building does not hold it: an index is registered under the
lock, hears of every change from then on, and is filled in the background. A search waits for its own index only.
This module ranks nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import numpy as np

from ravsg.memory.index import SIZES, GuildIndex, Hit, Sizes
from ravsg.memory.rebuild import Rebuilder
from ravsg.memory.snapshots import Place, Snapshots
from ravsg.store.connection import translated

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.config import MemorySection
    from ravsg.store.vectors import VectorStore
    from ravsg.types import MemoryKind

log = logging.getLogger(__name__)

FOLDER: Final = "indices"
"""Of the data folder, for snapshots."""
_MOST_COMPARED: Final = 2048
"""Candidates a search whose rows are read for exact cosines: 4 MB; beyond them, nearly exact ones do."""


@dataclass(slots=True)
class _Entry:
    index: GuildIndex
    filling: asyncio.Task[None]


@dataclass(slots=True)
class _Server:
    entries: dict[Place, _Entry] = field(default_factory=dict)
    bytes: int = 0


class IndexCache:
    """The indices that are in memory, by server, then by kind, model and dimensions."""

    def __init__(self, rows: VectorStore, config: MemorySection, sizes: Sizes = SIZES) -> None:
        self._rows = rows
        self._config = config
        self._sizes = sizes
        self._rebuilder = Rebuilder(rows, Snapshots(rows.folder / FOLDER), config, sizes)
        self._servers: OrderedDict[int, _Server] = OrderedDict()
        self._bytes = 0
        self._tasks: set[asyncio.Task[None]] = set()
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
        return tuple(self._servers)

    @property
    def bytes(self) -> int:
        """What the indices' arrays take in memory."""
        return self._bytes

    def drop(self, guild_id: int) -> None:
        """Forget a server's indices; the next search builds them anew."""
        server = self._servers.pop(guild_id, None)
        self._bytes -= 0 if server is None else server.bytes

    async def settle(self) -> None:
        """Wait until no index is being made and no snapshot written."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Stop rebuilding and writing. Nothing is lost: the rows are the truth."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._rebuilder.close()

    async def search(
        self,
        guild_id: int,
        kind: MemoryKind,
        model: str,
        queries: npt.NDArray[np.float32],
        k: int,
        *,
        only: Collection[int] | None = None,
    ) -> tuple[list[list[Hit]], int]:
        """Each query's [m, d] `k` nearest passages, and how many passages there are.

        `only` are the passages' ids to search among; None: all. Raises StoreError.
        """
        place = Place(guild_id, kind, model, queries.shape[1])
        entry = self._known(place)
        if entry is None:
            async with self.lock(guild_id):
                entry = self._known(place) or self._register(place)
        await asyncio.shield(entry.filling)
        index = entry.index
        hits = await asyncio.to_thread(index.search, queries, k, only)
        if not index.exact:
            hits = await self._compared(guild_id, queries, hits, k)
        return hits, len(index)

    async def add(
        self,
        guild_id: int,
        kind: MemoryKind,
        model: str,
        passage_ids: Sequence[int],
        vectors: npt.NDArray[np.float32],
    ) -> None:
        """Put new passages into an index that is in memory. The caller holds the server's lock."""
        place = Place(guild_id, kind, model, vectors.shape[1])
        server = self._servers.get(guild_id)
        if server is not None and (entry := server.entries.get(place)) is not None:
            await asyncio.to_thread(entry.index.add, passage_ids, vectors)
            self._weigh(guild_id)
            self._renew_if_wanted(place, entry)

    async def forgetting(self, guild_id: int) -> None:
        """Call this before rows of a server are deleted: its snapshots, which hold their vectors, leave the disk.

        The caller holds the server's lock until the rows are deleted and `remove` was called, so that no snapshot
        comes back meanwhile. Raises StoreError.
        """
        with translated():
            await self._rebuilder.discard(guild_id)

    async def remove(self, guild_id: int, passage_ids: Sequence[int]) -> None:
        """Take passages out of every index of a server, at once. The caller holds the server's lock, and called
        `forgetting` under it."""
        server = self._servers.get(guild_id)
        if not passage_ids or server is None:
            return
        for place, entry in list(server.entries.items()):
            await asyncio.to_thread(entry.index.remove, passage_ids)
            self._renew_if_wanted(place, entry)
        self._weigh(guild_id)

    # ----------------------------------------------------------------- inside

    def _known(self, place: Place) -> _Entry | None:
        server = self._servers.get(place.guild_id)
        entry = None if server is None else server.entries.get(place)
        if entry is not None:
            self._servers.move_to_end(place.guild_id)
        return entry

    def _register(self, place: Place) -> _Entry:
        """An index that hears of changes from now on. The caller holds the server's lock."""
        index = GuildIndex(place.dimensions, self._sizes)
        index.begin()
        entry = _Entry(index, self._start(self._fill(place, index)))
        self._servers.setdefault(place.guild_id, _Server()).entries[place] = entry
        self._servers.move_to_end(place.guild_id)
        return entry

    async def _fill(self, place: Place, index: GuildIndex) -> None:
        try:
            made = await self._rebuilder.fill(place, index)
        except BaseException:
            self._take_out(place, index)
            raise
        await self._settled(place, index, made=made)

    async def _renew(self, place: Place, index: GuildIndex) -> None:
        try:
            await self._rebuilder.renew(place, index)
        except BaseException:
            self._take_out(place, index)
            raise
        await self._settled(place, index, made=True)

    async def _settled(self, place: Place, index: GuildIndex, *, made: bool) -> None:
        """A rebuild is over: count its bytes, keep a snapshot of what was made; an index of nothing costs nothing."""
        async with self.lock(place.guild_id):
            index.end()
            entry = self._known(place)
            if entry is None or entry.index is not index:
                return  # dropped meanwhile: it did not hear of what was forgotten since
            if not len(index):
                self._take_out(place, index)
                return
            writing = self._rebuilder.ticket(place, index) if made else None
        self._weigh(place.guild_id)
        if writing is not None:
            self._start(self._rebuilder.save(*writing))
        self._renew_if_wanted(place, entry)

    def _renew_if_wanted(self, place: Place, entry: _Entry) -> None:
        if entry.index.wants_rebuild:
            entry.index.begin()
            self._start(self._renew(place, entry.index))

    def _take_out(self, place: Place, index: GuildIndex) -> None:
        server = self._servers.get(place.guild_id)
        entry = None if server is None else server.entries.get(place)
        if server is not None and entry is not None and entry.index is index:
            del server.entries[place]
            self._weigh(place.guild_id)
            if not server.entries:
                self.drop(place.guild_id)

    def _weigh(self, guild_id: int) -> None:
        """Count a server's bytes anew, and drop others while there are too many servers or bytes."""
        server = self._servers.get(guild_id)
        if server is not None:
            now = sum(entry.index.bytes for entry in server.entries.values())
            self._bytes += now - server.bytes
            server.bytes = now
        most = self._config.index_megabytes * 2**20
        while len(self._servers) > self._config.indices_in_memory or (self._bytes > most and len(self._servers) > 1):
            self.drop(next(iter(self._servers)))

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an index could not be made ready: %r", error)  # whoever waits for it hears of it too

    async def _compared(
        self, guild_id: int, queries: npt.NDArray[np.float32], hits: Sequence[Sequence[Hit]], k: int
    ) -> list[list[Hit]]:
        """The candidates in the order of their own vectors, read from the rows; what has no row is no candidate."""
        share = _MOST_COMPARED // len(hits)
        wanted = {hit.passage_id for found in hits for hit in found[:share]}
        rows = dict(await self._rows.of(guild_id, wanted))
        # not on a thread: for some dozens of vectors the way there and back takes longer
        return _reordered(queries, hits, share, rows, k)


def _reordered(
    queries: npt.NDArray[np.float32], hits: Sequence[Sequence[Hit]], share: int, rows: dict[int, bytes], k: int
) -> list[list[Hit]]:
    answers = []
    size = 4 * queries.shape[1]
    for query, found in zip(queries, hits, strict=True):
        there = [hit.passage_id for hit in found[:share] if len(rows.get(hit.passage_id, b"")) == size]
        vectors = np.frombuffer(b"".join(rows[i] for i in there), dtype="<f4").reshape(-1, queries.shape[1])
        products = np.clip(np.einsum("nd,d->n", vectors, query), -1, 1)  # as in `cosines`: no BLAS, no waiting
        order = np.argsort(-products, kind="stable")
        answers.append([*(Hit(there[i], float(products[i])) for i in order), *found[share:]][:k])
    return answers
