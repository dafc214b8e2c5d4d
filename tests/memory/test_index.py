"""FAISS against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravsg.config import MemorySection
from ravsg.memory.index import TRAINING_PER_CELL, GuildIndex
from tests.memory.helpers import Vectors

DIMENSIONS = 16
FLAT = MemorySection()


def unit(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSIONS))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def brute_force(vectors: dict[int, Vectors], query: Vectors, k: int) -> list[tuple[int, float]]:
    cosines = [(passage_id, float(query @ vector)) for passage_id, vector in vectors.items()]
    return sorted(cosines, key=lambda pair: -pair[1])[:k]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=60), st.integers(1, 50), st.integers(0, 2**16))
def test_after_any_adding_and_removing_it_equals_brute_force(
    changes: list[tuple[bool, int]], k: int, seed: int
) -> None:
    pool = unit(41, seed)
    index, there = GuildIndex(DIMENSIONS, FLAT), {}
    for adding, passage_id in changes:
        if adding:
            index.add([passage_id], pool[passage_id : passage_id + 1])
            there[passage_id] = pool[passage_id]
        else:
            assert index.remove([passage_id]) == (passage_id in there)
            there.pop(passage_id, None)
    query = unit(1, seed + 1)
    (hits,) = index.search(query, k)
    expected = brute_force(there, query[0], k)
    assert len(index) == len(there)
    assert [hit.passage_id for hit in hits] == [passage_id for passage_id, _ in expected]
    assert [hit.cosine for hit in hits] == pytest.approx([cosine for _, cosine in expected], abs=1e-5)


def test_an_id_that_is_there_keeps_its_vector() -> None:
    index = GuildIndex(DIMENSIONS, FLAT)
    vectors = unit(2)
    index.add([5], vectors[:1])
    index.add([5], vectors[1:])
    ((hit,),) = index.search(vectors[:1], 10)
    assert (hit.passage_id, len(index)) == (5, 1)
    assert hit.cosine == pytest.approx(1)


def test_an_empty_index_finds_nothing() -> None:
    assert GuildIndex(DIMENSIONS, FLAT).search(unit(2), 5) == [[], []]


@pytest.mark.parametrize("shape", [(1, DIMENSIONS + 1), (2, DIMENSIONS)])
def test_vectors_of_another_shape_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="dimensions"):
        GuildIndex(DIMENSIONS, FLAT).add([1], np.ones(shape, dtype=np.float32))
    with pytest.raises(ValueError, match="dimensions"):
        GuildIndex(DIMENSIONS, FLAT).search(np.ones((1, DIMENSIONS + 1), dtype=np.float32), 1)


class TestCells:
    """IVFFlat."""

    CELLS = MemorySection(index="ivfflat", nlist=4, nprobe=4)
    ENOUGH = 4 * TRAINING_PER_CELL

    def test_it_stays_exact_until_there_is_enough_to_train(self) -> None:
        index = GuildIndex(DIMENSIONS, self.CELLS)
        vectors = unit(self.ENOUGH)
        index.add(range(self.ENOUGH - 1), vectors[:-1])
        assert index.kind == "flat"
        index.add([self.ENOUGH - 1], vectors[-1:])
        assert index.kind == "ivfflat"

    def test_with_every_cell_looked_into_it_equals_brute_force(self) -> None:
        index = GuildIndex(DIMENSIONS, self.CELLS)
        vectors = unit(300)
        index.add(range(200), vectors[:200])
        index.add(range(200, 300), vectors[200:])
        index.remove(range(0, 300, 3))
        there = {i: vector for i, vector in enumerate(vectors) if i % 3}
        for query in unit(20, 9):
            (hits,) = index.search(query[None], 10)
            assert [hit.passage_id for hit in hits] == [i for i, _ in brute_force(there, query, 10)]

    def test_what_the_cells_do_not_hold_is_no_result(self) -> None:
        index = GuildIndex(DIMENSIONS, MemorySection(index="ivfflat", nlist=4, nprobe=1))
        index.add(range(self.ENOUGH), unit(self.ENOUGH))
        for hits in index.search(unit(5, 3), self.ENOUGH):
            assert 0 < len(hits) < self.ENOUGH
            assert all(hit.passage_id >= 0 for hit in hits)
