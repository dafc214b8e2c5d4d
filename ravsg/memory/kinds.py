"""The kinds of index in FAISS: with `cosines` the only file that knows the library.

A segment is made once, from all vectors of one server, kind and model, and does not change. What was added or
forgotten since is `ravsg.memory.index`'s affair. Positions count a segment's vectors from 0.

- flat: every vector as it is, compared with all. Exact.
- sq8: a byte per dimension, a quarter of the bytes read; the best candidates are then compared exactly (by the cache,
  with the rows' vectors).
- rabitq: two bits per dimension (Gao et al., "Practical and asymptotically optimal quantization of high-dimensional
  vectors", SIGMOD 2025): the least memory, but it is slow to build and needs many more candidates.
- ivfflat: exact vectors in cells, of which only the nearest are looked into. Pays only where vectors lie in clusters.
"""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ravsg.memory import tuning
from ravsg.memory.tuning import NEIGHBOURS, TRAINING_PER_CELL, Effort, Truth

if TYPE_CHECKING:
    import numpy.typing as npt

log = logging.getLogger(__name__)

FLAT_MOST: Final = 16_000
"""Up to here "auto" is exact. Of 512 dimensions, SQ8 with its second look at the rows is slower at 5,000 vectors, as
fast at 10,000, a tenth faster at 20,000, a third faster at 40,000; and it is slower to build."""
RABITQ_BITS: Final = 2
"""For recall 0.99 among 100,000, 1 bit needs over 1,024 candidates, 2 bits 256; 4 bits are slower than SQ8."""
CARD_FROM: Final = 500_000
"""Below, a search takes few milliseconds on the processor, and the card's memory is the models'."""
_CARD_MOST: Final = 2048
"""Results a query that FAISS can give on a card."""


class Kind(StrEnum):
    """How vectors are kept."""

    FLAT = "flat"
    SQ8 = "sq8"
    RABITQ = "rabitq"
    IVFFLAT = "ivfflat"


def choose(wanted: Literal["auto", "flat", "sq8", "rabitq", "ivfflat"], count: int) -> Kind:
    """The kind for so many vectors; too few to train cells are kept flat."""
    if wanted == "auto":
        return Kind.FLAT if count <= FLAT_MOST else Kind.SQ8
    if wanted == "ivfflat" and count < tuning.cells(count) * TRAINING_PER_CELL:
        return Kind.FLAT
    return Kind(wanted)


def library() -> str:
    """FAISS' version: what another one wrote is not read."""
    return str(_faiss().__version__)


def training_size(kind: Kind, count: int) -> int:
    """How many of so many vectors an index of this kind learns from."""
    if kind is Kind.FLAT:
        return 0
    wanted = tuning.cells(count) * TRAINING_PER_CELL if kind is Kind.IVFFLAT else 10_000
    return min(count, wanted)


class Segment:
    """Vectors of length 1 that do not change, under ascending ids."""

    def __init__(self, kind: Kind, ids: npt.NDArray[np.int64], index: Any, effort: Effort) -> None:
        self.kind = kind
        self.ids = ids
        """[n]"""
        self.effort = effort
        self.dimensions = int(index.d)
        self._index = index
        self._card = _on_card(index)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def exact(self) -> bool:
        """Whether the cosines it gives are those of the vectors; else they say only who the candidates are."""
        return self.kind in (Kind.FLAT, Kind.IVFFLAT)

    @property
    def bytes(self) -> int:
        """What it takes in memory: codes, ids and, of IVFFlat, the cells' middles."""
        code = int(self._index.sa_code_size()) if self.kind is not Kind.IVFFLAT else 4 * self.dimensions + 8
        cells = self._index.nlist * 4 * self.dimensions if self.kind is Kind.IVFFLAT else 0
        return len(self.ids) * (code + 8) + cells

    def search(
        self, queries: npt.NDArray[np.float32], k: int, allowed: npt.NDArray[np.bool_] | None = None
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """The nearest of each query [m, d]: cosines and positions [m, k], best first; position -1: there is none.

        `allowed` [n] says which positions may be found; None: all.
        """
        k = min(k, len(self.ids))
        if self._card is not None and (found := self._card.search(queries, k, allowed)) is not None:
            return found
        # FAISS would start a thread per core even for one query, and on busy cores wait for all of them
        _faiss().omp_set_num_threads(1)
        cosines, positions = self._index.search(queries, k, params=self._parameters(allowed, self.effort.cells))
        return cosines, positions

    def vectors(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """The vectors at some positions, as near as the index knows them."""
        if self.kind is Kind.IVFFLAT:
            self._index.make_direct_map()
        found: npt.NDArray[np.float32] = np.stack([self._index.reconstruct(int(i)) for i in positions])
        return found

    def serialised(self) -> npt.NDArray[np.uint8]:
        """The index without its ids, for `restored`."""
        data: npt.NDArray[np.uint8] = _faiss().serialize_index(self._index)
        return data

    def measure(self, truth: Truth) -> None:
        """Find out how hard it has to look."""
        if self.kind is Kind.FLAT:
            return
        if self.kind is Kind.IVFFLAT:
            self.effort = tuning.least_cells(
                lambda cells: self._named(truth.vectors, NEIGHBOURS + 1, cells), truth, self._index.nlist
            )
        else:
            self.effort = tuning.least_margin(self._named(truth.vectors, NEIGHBOURS + tuning.MOST_MARGIN, 1), truth)
        log.info("an index of %d vectors (%s) looks with %s", len(self.ids), self.kind, self.effort)

    def _named(self, queries: npt.NDArray[np.float32], k: int, cells: int) -> npt.NDArray[np.int64]:
        _, positions = self._index.search(queries, min(k, len(self.ids)), params=self._parameters(None, cells))
        return np.where(positions >= 0, self.ids[positions], -1)

    def _parameters(self, allowed: npt.NDArray[np.bool_] | None, cells: int) -> Any:
        faiss = _faiss()
        given: dict[str, Any] = {}
        if allowed is not None:
            given["sel"] = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self.kind is Kind.IVFFLAT:
            return faiss.SearchParametersIVF(nprobe=cells, **given)
        if self.kind is Kind.RABITQ:
            return faiss.RaBitQSearchParameters(qb=self._index.qb, **given)
        return faiss.SearchParameters(**given) if given else None


def restored(kind: Kind, ids: npt.NDArray[np.int64], data: npt.NDArray[np.uint8], effort: Effort) -> Segment:
    """What `serialised` gave, whole again. The bytes must have been checked: FAISS does not check them.

    Raises ValueError where count or kind are not what they should be.
    """
    index = _faiss().deserialize_index(data)
    if index.ntotal != len(ids) or type(index) is not type(_empty(kind, index.d, max(1, len(ids)))):
        raise ValueError(f"{type(index).__name__} of {index.ntotal} vectors, not {kind} of {len(ids)}")
    return Segment(kind, ids, index, effort)


class SegmentBuilder:
    """Makes a segment page by page, so that no more than it and one page lie in memory. Every method blocks."""

    def __init__(self, kind: Kind, dimensions: int, count: int, sample: npt.NDArray[np.float32]) -> None:
        """`count` is how many vectors come at most; `sample` [s, d] is what it learns from."""
        self._kind = kind
        self._index = _empty(kind, dimensions, count)
        self._ids = np.empty(count, dtype=np.int64)
        self.filled = 0
        """Vectors that came so far."""
        if kind is not Kind.FLAT:
            self._index.train(sample)
        if kind is not Kind.IVFFLAT:
            # room for all at once: growing by doubling would take up to twice the memory
            size = int(self._index.sa_code_size())
            self._index.codes.resize(count * size)
            self._codes = _faiss().rev_swig_ptr(self._index.codes.data(), count * size).reshape(count, size)

    def add(self, ids: npt.NDArray[np.int64], vectors: npt.NDArray[np.float32]) -> None:
        """The next vectors [n, d] of length 1; ids ascend from page to page."""
        end = self.filled + len(ids)
        self._ids[self.filled : end] = ids
        if self._kind is Kind.IVFFLAT:
            self._index.add(vectors)
        elif len(ids):
            self._codes[self.filled : end] = self._index.sa_encode(vectors)
        self.filled = end

    def finish(self, truth: Truth) -> Segment:
        """The segment, with its effort measured."""
        if self._kind is not Kind.IVFFLAT:
            del self._codes
            self._index.codes.resize(self.filled * int(self._index.sa_code_size()))
            self._index.ntotal = self.filled
        segment = Segment(self._kind, self._ids[: self.filled].copy(), self._index, Effort())
        segment.measure(truth)
        return segment


class _Card:
    """A copy of the vectors in half precision on a graphics card, all compared: it names the candidates.

    Selectors are not for cards, so what is not allowed is asked for too and left out afterwards.
    """

    def __init__(self, index: Any) -> None:
        faiss = _faiss()
        self._lock = threading.Lock()  # one search at a time: the card's scratch memory is not shared
        self._resources = faiss.StandardGpuResources()
        options = faiss.GpuIndexFlatConfig()
        options.useFloat16 = True
        self._index = faiss.GpuIndexFlatIP(self._resources, index.d, options)
        for first in range(0, index.ntotal, 65_536):
            self._index.add(index.reconstruct_n(first, min(65_536, index.ntotal - first)))

    def search(
        self, queries: npt.NDArray[np.float32], k: int, allowed: npt.NDArray[np.bool_] | None
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]] | None:
        """As `Segment.search`; None where too much would have to be left out."""
        left_out = 0 if allowed is None else int(len(allowed) - np.count_nonzero(allowed))
        if k + left_out > _CARD_MOST:
            return None
        with self._lock:
            cosines, positions = self._index.search(queries, k + left_out)
        if allowed is not None:
            refused = ~allowed[positions]
            order = np.argsort(refused, axis=1, kind="stable")[:, :k]
            positions = np.take_along_axis(np.where(refused, -1, positions), order, axis=1)
            cosines = np.take_along_axis(cosines, order, axis=1)
        return cosines, positions


def _on_card(index: Any) -> _Card | None:
    """Only for SQ8, the kind that "auto" takes for many vectors, and only with faiss-gpu and a card."""
    faiss = _faiss()
    if type(index) is not faiss.IndexScalarQuantizer or index.ntotal < CARD_FROM or not faiss.get_num_gpus():
        return None
    try:
        return _Card(index)
    except RuntimeError as error:  # FAISS' word for a card without room: the models come first
        log.warning("an index of %d vectors stays off the graphics card: %s", index.ntotal, error)
        return None


def _empty(kind: Kind, dimensions: int, count: int) -> Any:
    faiss = _faiss()
    metric = faiss.METRIC_INNER_PRODUCT
    if kind is Kind.SQ8:
        return faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_8bit, metric)
    if kind is Kind.RABITQ:
        return faiss.IndexRaBitQ(dimensions, metric, RABITQ_BITS)
    if kind is Kind.IVFFLAT:
        return faiss.IndexIVFFlat(faiss.IndexFlatIP(dimensions), dimensions, tuning.cells(count), metric)
    return faiss.IndexFlatIP(dimensions)


def _faiss() -> Any:
    import faiss  # noqa: PLC0415 - its import takes 0.2 s, which belongs on the thread that searches

    return faiss
