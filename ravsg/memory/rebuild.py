"""Fills an index from its snapshot and the rows, or from the rows alone, while changes to it go on.

Rows are read in pages and taken in page by page on threads, so that neither searches nor other servers' rebuilds wait
for one; what takes seconds (training, measuring, writing) has two threads of its own. Rows whose vectors are damaged
are named in the log and left out: words still find them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from ravsg.memory.index import GuildIndex, Sizes
from ravsg.memory.kinds import Kind, Segment, SegmentBuilder, choose, training_size
from ravsg.memory.snapshots import Place, Snapshots, Ticket
from ravsg.memory.tail import places
from ravsg.memory.tuning import PROBES, Truth
from ravsg.store.vectors import PAGE, VectorStore

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.config import MemorySection

_T = TypeVar("_T")
log = logging.getLogger(__name__)

_LOOKED_AT: Final = 64
"""Vectors of a snapshot that are compared with the rows: the newest, and others here and there."""
_ALIKE: Final = 0.6
"""Least cosine of a vector and what an index knows of it; RaBitQ's two bits give 0.9, a stranger's vector about 0."""
_OF_ALL: Final = 8
"""At most every eighth vector is a probe, because the others are what is learnt from."""
_THREADS: Final = 2


class Rebuilder:
    """Makes segments. One object for the whole bot."""

    def __init__(self, rows: VectorStore, snapshots: Snapshots, config: MemorySection, sizes: Sizes) -> None:
        self._rows = rows
        self._snapshots = snapshots
        self._config = config
        self._sizes = sizes
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="memory index")

    async def close(self) -> None:
        """Give up snapshots that are being written and wait for the threads."""
        self._snapshots.stop()
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def fill(self, place: Place, index: GuildIndex) -> bool:
        """Fill an index whose rebuild has begun, from its snapshot if there is a good one.

        Whether its segment was made anew. Raises StoreError.
        """
        ids = await self._ids(place)
        made = None
        if len(ids) > self._sizes.tail:
            segment = await self._from_snapshot(place, ids) or (made := await self._from_rows(place, ids))
            if segment is not None:
                await asyncio.to_thread(index.install, segment, ids)
        missing = await asyncio.to_thread(index.missing, ids)
        read = sound = 0
        for first in range(0, len(missing), PAGE):
            rows = await self._rows.of(place.guild_id, missing[first : first + PAGE].tolist())
            page = await asyncio.to_thread(_sound, rows, place.dimensions)
            await asyncio.to_thread(index.add, *page)
            read, sound = read + len(rows), sound + len(page[0])
        if sound < read:
            log.warning("%d of %d vectors are damaged and left out of an index", read - sound, len(ids))
        return made is not None

    async def renew(self, place: Place, index: GuildIndex) -> None:
        """Give an index whose rebuild has begun a new segment of all rows. Raises StoreError."""
        ids = await self._ids(place)
        segment = await self._from_rows(place, ids)
        if segment is not None:
            await asyncio.to_thread(index.install, segment, ids)

    def ticket(self, place: Place, index: GuildIndex) -> tuple[Ticket, Segment] | None:
        """What `save` takes, where the index deserves a snapshot. The caller holds the server's lock."""
        segment = index.segment
        if segment is None or not index.whole or len(segment) < self._sizes.snapshot:
            return None
        return self._snapshots.ticket(place), segment

    async def save(self, ticket: Ticket, segment: Segment) -> None:
        """Write a snapshot."""
        await self._long(self._snapshots.save, ticket, segment)

    async def discard(self, guild_id: int) -> None:
        """Remove a server's snapshots from the disk. Raises OSError."""
        if self._snapshots.may_have(guild_id):
            await asyncio.to_thread(self._snapshots.discard, guild_id)

    # ----------------------------------------------------------------- inside

    async def _from_snapshot(self, place: Place, ids: npt.NDArray[np.int64]) -> Segment | None:
        segment = await asyncio.to_thread(self._snapshots.load, place)
        if segment is None:
            return None
        there = await asyncio.to_thread(places, segment.ids, ids) >= 0
        wanted = choose(self._config.index, len(segment))
        if segment.kind is not wanted:
            log.info("an index of %d vectors is now kept as %s, not %s", len(segment), wanted, segment.kind)
        elif not there.any() or not await self._agrees(place, segment, np.flatnonzero(there)):
            log.warning("the snapshot %s does not fit the rows and is deleted", place.name)
        else:
            return segment
        await asyncio.to_thread(self._snapshots.delete, place)
        return None

    async def _agrees(self, place: Place, segment: Segment, positions: npt.NDArray[np.int64]) -> bool:
        """Whether some vectors of a snapshot are the rows': a database that was put back may use ids again."""
        some = np.unique(np.concatenate([positions[-_LOOKED_AT // 2 :], _spread(positions, _LOOKED_AT // 2)]))
        rows = sorted(await self._rows.of(place.guild_id, segment.ids[some].tolist()))
        ids, vectors = await asyncio.to_thread(_sound, rows, place.dimensions)
        if len(ids) < len(some):
            return False
        known = await asyncio.to_thread(segment.vectors, some)
        lengths = np.maximum(np.linalg.norm(known, axis=1), 1e-6)
        return bool(((known * vectors).sum(axis=1) / lengths > _ALIKE).all())

    async def _from_rows(self, place: Place, ids: npt.NDArray[np.int64]) -> Segment | None:
        """A segment of these rows; None where none of them is sound."""
        kind = choose(self._config.index, len(ids))
        wanted = training_size(kind, len(ids))
        probes = _spread(ids, min(PROBES, len(ids) // _OF_ALL) if wanted else 0)
        held_out = ids[~np.isin(ids, probes)]
        _, sample = await self._some(place, _spread(held_out, wanted))
        if len(sample) * 2 < wanted:  # most are damaged: nothing can be learnt from the rest
            kind, probes = Kind.FLAT, probes[:0]
        truth = Truth(*await self._some(place, probes))
        builder = await self._long(SegmentBuilder, kind, place.dimensions, len(ids), sample)
        async for page in self._pages(place, last=int(ids[-1])):
            await asyncio.to_thread(_take, builder, truth, page)
        return await self._long(builder.finish, truth) if builder.filled else None

    async def _ids(self, place: Place) -> npt.NDArray[np.int64]:
        pages = [np.empty(0, dtype=np.int64)]
        after = 0
        while page := await self._rows.ids(place.guild_id, place.kind, place.model, after=after):
            pages.append(np.asarray(page, dtype=np.int64))
            after = page[-1]
        return np.concatenate(pages)

    async def _some(
        self, place: Place, ids: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        pages = [_sound([], place.dimensions)]
        for first in range(0, len(ids), PAGE):
            rows = await self._rows.of(place.guild_id, ids[first : first + PAGE].tolist())
            pages.append(await asyncio.to_thread(_sound, rows, place.dimensions))
        return np.concatenate([page[0] for page in pages]), np.concatenate([page[1] for page in pages])

    async def _pages(
        self, place: Place, *, last: int
    ) -> AsyncIterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]]:
        """Every sound row up to an id, ascending."""
        after = 0
        while after < last:
            rows = await self._rows.page(place.guild_id, place.kind, place.model, after=after)
            if not rows:
                break
            after = rows[-1][0]
            yield await asyncio.to_thread(_sound, [row for row in rows if row[0] <= last], place.dimensions)

    async def _long(self, work: Callable[..., _T], *args: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)


def _take(builder: SegmentBuilder, truth: Truth, page: tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]) -> None:
    builder.add(*page)
    truth.see(*page)


def _sound(
    rows: Sequence[tuple[int, bytes]], dimensions: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Ids [n] and vectors [n, d] of those rows that hold a finite vector of so many dimensions."""
    size = dimensions * np.dtype("<f4").itemsize
    sound = [row for row in rows if len(row[1]) == size]
    vectors = np.frombuffer(b"".join(vector for _, vector in sound), dtype="<f4").reshape(-1, dimensions)
    finite = np.isfinite(vectors).all(axis=1)
    ids = np.asarray([row[0] for row in sound], dtype=np.int64)
    return ids[finite], np.ascontiguousarray(vectors[finite], dtype=np.float32)


def _spread(items: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """So many of them at most, evenly spread."""
    if count >= len(items):
        return items
    return items[np.linspace(0, len(items) - 1, count).astype(np.int64)] if count else items[:0]
