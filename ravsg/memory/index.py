"""The vectors of one server, kind and model in FAISS: the only file that knows the library.

An index lives in memory and can always be rebuilt from the rows. It is exact (Flat) unless IVFFlat is asked for and
there are enough vectors to train its cells. Every method blocks and takes the index's own lock, so a search that its
caller gave up cannot meet a change. This module knows no database, no server and no author.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.config import MemorySection

TRAINING_PER_CELL: Final = 39
"""FAISS warns, and k-means is poor, with fewer training vectors per cell (faiss `ClusteringParameters`)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One vector that was found: its passage's id and the cosine of the angle to the query, in [-1, 1]."""

    passage_id: int
    cosine: float


class GuildIndex:
    """Vectors of length 1 under their passages' ids."""

    def __init__(self, dimensions: int, config: MemorySection) -> None:
        self._lock = threading.Lock()
        self._config = config
        self._dimensions = dimensions
        self._ids: set[int] = set()
        self._faiss: Any = _flat(dimensions)
        self._cells = False

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def kind(self) -> str:
        """What it is at the moment: "flat" or "ivfflat"."""
        return "ivfflat" if self._cells else "flat"

    def add(self, ids: Sequence[int], vectors: npt.NDArray[np.float32]) -> None:
        """Put in vectors [n, d]; an id that is there keeps its vector. Raises ValueError for a wrong shape."""
        if vectors.shape != (len(ids), self._dimensions):
            raise ValueError(f"{len(ids)} vectors of {self._dimensions} dimensions expected, not {vectors.shape}")
        with self._lock:
            fresh = [i for i, passage_id in enumerate(ids) if passage_id not in self._ids]
            if not fresh:
                return
            new_ids = np.asarray([ids[i] for i in fresh], dtype=np.int64)
            self._faiss.add_with_ids(np.ascontiguousarray(vectors[fresh], dtype=np.float32), new_ids)
            self._ids.update(new_ids.tolist())
            if self._config.index == "ivfflat" and not self._cells:
                self._divide()

    def remove(self, ids: Sequence[int]) -> int:
        """Take vectors out at once; gives how many were there."""
        with self._lock:
            known = [passage_id for passage_id in ids if passage_id in self._ids]
            if known:
                self._faiss.remove_ids(np.asarray(known, dtype=np.int64))
                self._ids.difference_update(known)
            return len(known)

    def search(self, queries: npt.NDArray[np.float32], k: int) -> list[list[Hit]]:
        """For each query [m, d] its `k` nearest, best first; fewer where there are fewer. Raises ValueError."""
        if queries.ndim != 2 or queries.shape[1] != self._dimensions:
            raise ValueError(f"queries of {self._dimensions} dimensions expected, not {queries.shape}")
        with self._lock:
            k = min(k, len(self._ids))
            if k <= 0 or not len(queries):
                return [[] for _ in queries]
            cosines, ids = self._faiss.search(np.ascontiguousarray(queries, dtype=np.float32), k)
        return [
            # FAISS fills what it did not find with the id -1
            [Hit(int(i), float(min(1.0, max(-1.0, c)))) for i, c in zip(found, near, strict=True) if i >= 0]
            for found, near in zip(ids, cosines, strict=True)
        ]

    def _divide(self) -> None:
        """Move what is there into IVFFlat's cells, once there is enough to train them."""
        if len(self._ids) < self._config.nlist * TRAINING_PER_CELL:
            return
        import faiss  # noqa: PLC0415 - late, see _flat

        flat = self._faiss
        vectors = flat.index.reconstruct_n(0, flat.ntotal)
        ids = faiss.vector_to_array(flat.id_map)
        divided = faiss.IndexIVFFlat(
            faiss.IndexFlatIP(self._dimensions), self._dimensions, self._config.nlist, faiss.METRIC_INNER_PRODUCT
        )
        divided.train(vectors)
        divided.add_with_ids(vectors, ids)
        divided.nprobe = min(self._config.nprobe, self._config.nlist)
        self._faiss = divided
        self._cells = True


def _flat(dimensions: int) -> Any:
    import faiss  # noqa: PLC0415 - its import takes 0.2 s, which belongs on the thread that searches

    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions))
