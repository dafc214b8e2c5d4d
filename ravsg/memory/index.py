"""The vectors of one server, kind and model in memory: a segment that does not change, and a tail of what is new.

What is forgotten is a tombstone in the segment at once, and out of the tail at once; when the tail or the tombstones
have grown, the segment is rebuilt from the rows in the background and put in place (`ravsg.memory.rebuild`), while
adding, removing and searching go on. So no change ever waits for training or for a copy of many vectors.
Methods are safe between threads and block, searches for milliseconds. This module reads no row and no file.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.memory.tail import Tail, places

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.memory.kinds import Segment

_TAIL_SHARE: Final = 16
"""A large segment is rebuilt when the tail is a 16th of it: rebuilding reads every row."""
_LONGEST_TAIL: Final = 16_384
"""32 MB of 512 dimensions, 1.5 ms a search."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """From how many vectors on things are done; others than these are for tests."""

    tail: int = 1024
    """So many are compared one by one before they are worth a segment: 0.06 ms."""
    snapshot: int = 20_000
    """Fewer are read from the rows in a fraction of a second."""


SIZES: Final = Sizes()


@dataclass(frozen=True, slots=True)
class Hit:
    """One vector that was found: its passage's id and the cosine of the angle to the query, in [-1, 1]."""

    passage_id: int
    cosine: float


class GuildIndex:
    """Vectors of length 1 under their passages' ids. An id that was removed never comes back."""

    def __init__(self, dimensions: int, sizes: Sizes = SIZES) -> None:
        self.dimensions = dimensions
        self._sizes = sizes
        self._lock = threading.Lock()
        self._tail = Tail(dimensions)
        self._segment: Segment | None = None
        self._alive = np.empty(0, dtype=np.bool_)
        self._dead = 0
        self._removed: set[int] | None = None
        """Ids that were removed since a rebuild began; None where none is under way."""

    def __len__(self) -> int:
        return len(self._tail) + len(self._alive) - self._dead

    @property
    def kind(self) -> str:
        """How most of it is kept at the moment; a tail alone is flat."""
        return "flat" if self._segment is None else str(self._segment.kind)

    @property
    def bytes(self) -> int:
        """What its arrays take in memory."""
        return self._tail.bytes + self._alive.nbytes + (0 if self._segment is None else self._segment.bytes)

    @property
    def exact(self) -> bool:
        """Whether `search` gives the vectors' own cosines; else it gives more candidates, to be compared exactly."""
        return self._segment is None or self._segment.exact

    @property
    def segment(self) -> Segment | None:
        """What does not change, where there is that much."""
        return self._segment

    @property
    def whole(self) -> bool:
        """Whether the segment has no tombstones, so that a snapshot of it holds nothing that was forgotten."""
        return self._dead == 0

    @property
    def wants_rebuild(self) -> bool:
        """Whether the tail or the tombstones have grown so much that a rebuild pays."""
        most = min(max(self._sizes.tail, len(self._alive) // _TAIL_SHARE), _LONGEST_TAIL)
        return self._removed is None and (len(self._tail) > most or self._dead > most)

    def add(self, ids: Sequence[int] | npt.NDArray[np.int64], vectors: npt.NDArray[np.float32]) -> None:
        """Put in vectors [n, d]; an id that is there, or twice among them, keeps its first vector.

        Raises ValueError for a wrong shape or for what is not finite.
        """
        if vectors.shape != (len(ids), self.dimensions):
            raise ValueError(f"{len(ids)} vectors of {self.dimensions} dimensions expected, not {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("a vector that is not finite has no neighbours")
        given = np.asarray(ids, dtype=np.int64)
        with self._lock:
            fresh = np.zeros(len(given), dtype=np.bool_)
            fresh[np.unique(given, return_index=True)[1]] = True
            fresh &= ~np.isin(given, self._tail.ids) & (self._positions(given) < 0)
            if self._removed:
                fresh &= ~np.isin(given, list(self._removed))
            if fresh.any():
                self._tail.add(given[fresh], vectors[fresh])

    def remove(self, ids: Iterable[int]) -> int:
        """Take vectors out at once; gives how many were there."""
        gone = np.unique(np.fromiter(ids, dtype=np.int64))
        with self._lock:
            if self._removed is not None:
                self._removed.update(gone.tolist())
            return self._tail.remove(gone) + self._bury(gone)

    def search(
        self, queries: npt.NDArray[np.float32], k: int, only: Collection[int] | None = None
    ) -> list[list[Hit]]:
        """For each query [m, d] its `k` nearest, best first, among all or `only` these ids; fewer if there are fewer.

        Where the index is not `exact`, cosines are near and there are more than `k`, so that the best are among them.
        Raises ValueError for queries of a wrong shape.
        """
        if queries.ndim != 2 or queries.shape[1] != self.dimensions:
            raise ValueError(f"queries of {self.dimensions} dimensions expected, not {queries.shape}")
        if k <= 0 or not len(queries):
            return [[] for _ in queries]
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        wanted = None if only is None else np.unique(np.fromiter(only, dtype=np.int64))
        with self._lock:
            cosines, ids = self._tail.search(queries, k, wanted)
            segment, alive, dead = self._segment, self._alive, self._dead
        if segment is not None:
            k += 0 if segment.exact else segment.effort.margin
            allowed = alive if dead else None
            if wanted is not None:
                allowed = alive & (places(segment.ids, wanted) >= 0)
            near, named = self._in_segment(segment, queries, k, allowed)
            cosines, ids = np.concatenate([cosines, near], axis=1), np.concatenate([ids, named], axis=1)
        return [_hits(*pair, k) for pair in zip(cosines, ids, strict=True)]

    def _in_segment(
        self, segment: Segment, queries: npt.NDArray[np.float32], k: int, allowed: npt.NDArray[np.bool_] | None
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Cosines and ids [m, at most k]; -1 for what was not found, or was forgotten meanwhile."""
        k = min(k, len(segment) if allowed is None else int(np.count_nonzero(allowed)))
        if not k:
            return np.empty((len(queries), 0), dtype=np.float32), np.empty((len(queries), 0), dtype=np.int64)
        cosines, positions = segment.search(queries, k, allowed)
        there = positions >= 0  # FAISS fills what it did not find with the position -1
        with self._lock:
            if self._segment is segment:
                there &= self._alive[positions]
        return cosines, np.where(there, segment.ids[positions], -1)

    # ----------------------------------------------------------------- rebuilding

    def begin(self) -> None:
        """A rebuild from the rows begins: what is removed from now on is remembered until `end`."""
        with self._lock:
            self._removed = set()

    def install(self, segment: Segment, existing: npt.NDArray[np.int64]) -> None:
        """Put a segment in place; of its ids the ascending `existing` count, less what was removed since `begin`.

        Under the lock there is only what grows with changes, so that no change waits long.
        """
        alive = places(segment.ids, existing) >= 0
        with self._lock:
            gone = places(np.fromiter(self._removed or (), dtype=np.int64), segment.ids)
            alive[gone[gone >= 0]] = False
            self._segment, self._alive = segment, alive
            self._dead = int(len(alive) - np.count_nonzero(alive))
            self._tail.keep(self._positions(self._tail.ids) < 0)

    def end(self) -> None:
        """The rebuild is over, with a new segment or without."""
        with self._lock:
            self._removed = None

    def missing(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Those of some ascending ids that are in neither segment nor tail."""
        with self._lock:
            tail, segment, alive = self._tail.ids.copy(), self._segment, self._alive
        known = tail if segment is None else np.concatenate([tail, segment.ids[alive]])
        return np.setdiff1d(ids, known)

    # ----------------------------------------------------------------- inside

    def _positions(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Where ids lie in the segment, alive; -1 where they do not."""
        if self._segment is None:
            return np.full(len(ids), -1)
        found = places(ids, self._segment.ids)
        return np.where((found >= 0) & self._alive[found], found, -1)

    def _bury(self, ids: npt.NDArray[np.int64]) -> int:
        found = self._positions(ids)
        found = found[found >= 0]
        if len(found):
            # another array: a search on another thread still reads the old one, and looks into it once more
            self._alive = self._alive.copy()
            self._alive[found] = False
            self._dead += len(found)
        return len(found)


def _hits(cosines: npt.NDArray[np.float32], ids: npt.NDArray[np.int64], k: int) -> list[Hit]:
    cosines = np.where(ids >= 0, cosines, -np.inf)
    order = np.argsort(-cosines, kind="stable")[:k]
    return [Hit(int(ids[i]), float(np.clip(cosines[i], -1, 1))) for i in order if ids[i] >= 0]
