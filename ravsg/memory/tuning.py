"""How hard an approximate index looks, measured on the server's own vectors instead of guessed.

Some vectors of the index are asked for their neighbours, themselves left out; what brute force finds is the truth.
Measured on 5,000 vectors without clusters: one of 141 cells finds 4 of 100 neighbours. So no number of cells is taken
on trust. This module knows no index: it compares lists of ids.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.memory.cosines import cosines

if TYPE_CHECKING:
    import numpy.typing as npt

NEIGHBOURS: Final = 10
"""Recall is measured among so many."""
PROBES: Final = 100
"""Vectors that are asked: 1,000 neighbours. Training leaves them out, or their own cells would lie too well."""
RECALL: Final = 0.997
"""What is aimed at, so that 0.99 is kept outside the sample too: others found up to 0.005 less than the probes."""
TRAINING_PER_CELL: Final = 39
"""FAISS warns, and k-means is poor, with fewer training vectors per cell (faiss `ClusteringParameters`)."""
MOST_MARGIN: Final = 1014
"""Candidates beyond those asked for that are compared exactly at most: about 2 MB of rows a query."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard a search looks; a field that an index has no use for stays as it is here."""

    cells: int = 1
    """Cells of IVFFlat that are looked into."""
    margin: int = 0
    """Candidates beyond those asked for that are compared exactly."""
    recall: float = 1.0
    """What was measured with it."""


class Truth:
    """What brute force finds for the probes, gathered page by page while the index is built."""

    def __init__(self, ids: npt.NDArray[np.int64], vectors: npt.NDArray[np.float32]) -> None:
        self.ids = ids
        self.vectors = vectors
        """[p, d], of length 1."""
        self._cosines = np.full((len(ids), NEIGHBOURS), -np.inf, dtype=np.float32)
        self._nearest = np.full((len(ids), NEIGHBOURS), -1, dtype=np.int64)

    def see(self, ids: npt.NDArray[np.int64], vectors: npt.NDArray[np.float32]) -> None:
        """Take a page of the index's vectors [n, d] into account."""
        products = cosines(self.vectors, vectors)
        products[self.ids[:, None] == ids[None, :]] = -np.inf
        both = np.concatenate([self._cosines, products], axis=1)
        names = np.concatenate([self._nearest, np.broadcast_to(ids, products.shape)], axis=1)
        best = np.argpartition(-both, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
        self._cosines = np.take_along_axis(both, best, axis=1)
        self._nearest = np.take_along_axis(names, best, axis=1)

    def recall(self, found: npt.NDArray[np.int64]) -> float:
        """The share of true neighbours in lists of ids [p, k]; asks nothing of the lists' order."""
        hits = (self._nearest[:, :, None] == found[:, None, :]).any(axis=2) & (self._nearest >= 0)
        return float(hits.sum() / max(1, (self._nearest >= 0).sum()))


def cells(count: int) -> int:
    """IVFFlat's cells for so many vectors: twice the root, a balance of finding cells and looking into them."""
    return 2 * math.isqrt(count)


def least_cells(search: Callable[[int], npt.NDArray[np.int64]], truth: Truth, most: int) -> Effort:
    """The fewest cells with enough recall, by doubling and halving; all of them find everything.

    `search(cells)` gives the ids [p, k] that the probes find.
    """
    low, high = 0, 1
    while high < most and truth.recall(search(high)) < RECALL:
        low, high = high, min(2 * high, most)
    while high - low > max(1, high // 16):
        middle = (low + high) // 2
        if truth.recall(search(middle)) < RECALL:
            low = middle
        else:
            high = middle
    return Effort(cells=high, recall=truth.recall(search(high)))


def least_margin(found: npt.NDArray[np.int64], truth: Truth) -> Effort:
    """The fewest candidates beyond those asked for with enough recall after exact comparison; `found` [p, k]."""
    margin = 6  # and the probe itself: 16 in all
    while True:
        recall = truth.recall(found[:, : NEIGHBOURS + margin])
        if recall >= RECALL or margin >= MOST_MARGIN:
            return Effort(margin=margin, recall=recall)
        margin = min(2 * margin + NEIGHBOURS, MOST_MARGIN)
