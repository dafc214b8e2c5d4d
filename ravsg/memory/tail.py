"""The newest vectors of an index, compared one by one: adding and removing here costs microseconds.

Small servers have nothing else. The arrays are as large as they must be, because most servers are small and idle.
Not safe between threads: `ravsg.memory.index` holds its lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.memory.cosines import cosines

if TYPE_CHECKING:
    import numpy.typing as npt

_LEAST_GROWTH: Final = 16
"""Vectors; beyond 128 the arrays grow by an eighth, so that 100 vectors of 512 dimensions stay under 250 KB."""


def places(ids: npt.NDArray[np.int64], ascending: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where each id [n] lies among ascending ones, -1 where it does not; for few among many quicker than isin."""
    if not len(ascending):
        return np.full(len(ids), -1)
    found = np.minimum(np.searchsorted(ascending, ids), len(ascending) - 1)
    return np.where(ascending[found] == ids, found, -1)


class Tail:
    """Exact vectors of length 1 under their ids."""

    def __init__(self, dimensions: int) -> None:
        self._ids = np.empty(0, dtype=np.int64)
        self._vectors = np.empty((0, dimensions), dtype=np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """[n], in no order."""
        return self._ids[: self._count]

    @property
    def bytes(self) -> int:
        """What the arrays take in memory."""
        return self._ids.nbytes + self._vectors.nbytes

    def add(self, ids: npt.NDArray[np.int64], vectors: npt.NDArray[np.float32]) -> None:
        """Put in vectors [n, d] whose ids are not there yet."""
        end = self._count + len(ids)
        if end > len(self._ids):
            # the first filling takes what it needs, later ones a little more, so that copying stays rare
            room = end if not self._count else max(end, self._count + max(_LEAST_GROWTH, self._count // 8))
            self._resize(room)
        self._ids[self._count : end] = ids
        self._vectors[self._count : end] = vectors
        self._count = end

    def remove(self, ids: npt.NDArray[np.int64]) -> int:
        """Take vectors out, their bytes too; gives how many were there."""
        return self.keep(~np.isin(self.ids, ids))

    def keep(self, keep: npt.NDArray[np.bool_]) -> int:
        """Take out all but those marked [n], in the order of `ids`; gives how many went."""
        kept = int(np.count_nonzero(keep))
        gone = self._count - kept
        if gone == 0:
            return 0
        holes = np.flatnonzero(~keep[:kept])
        movers = kept + np.flatnonzero(keep[kept:])
        self._ids[holes] = self._ids[movers]
        self._vectors[holes] = self._vectors[movers]
        old, self._count = self._count, kept
        if kept < len(self._ids) // 2:
            self._resize(kept)
        else:
            self._vectors[kept:old] = 0
        return gone

    def search(
        self, queries: npt.NDArray[np.float32], k: int, only: npt.NDArray[np.int64] | None
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """The nearest of each query [m, d] among all or `only` these ascending ids: cosines, ids [m, at most k]."""
        ids, vectors = self.ids, self._vectors[: self._count]
        if only is not None:
            among = places(ids, only) >= 0
            ids, vectors = ids[among], vectors[among]
        products = cosines(queries, vectors)
        if k >= len(ids):
            return products, np.broadcast_to(ids, products.shape)
        best = np.argpartition(-products, k - 1, axis=1)[:, :k]
        return np.take_along_axis(products, best, axis=1), ids[best]

    def _resize(self, room: int) -> None:
        ids = np.empty(room, dtype=np.int64)
        vectors = np.empty((room, self._vectors.shape[1]), dtype=np.float32)
        ids[: self._count] = self.ids
        vectors[: self._count] = self._vectors[: self._count]
        self._ids, self._vectors = ids, vectors
