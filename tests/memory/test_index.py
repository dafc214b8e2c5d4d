"""An index in memory against brute force: adding, removing, tombstones, and a rebuild in between."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.many import unit
from ravsg.memory.index import GuildIndex, Sizes
from ravsg.memory.kinds import Kind
from tests.memory.helpers import Vectors
from tests.memory.indices import expected, ids_of, installed, segment_of

DIMENSIONS = 16
Step = tuple[str, int]
IDS = 12
"""Few, so that what is added is often removed, in the middle of a rebuild too."""


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(["add", "remove", "begin", "end"]), st.integers(0, IDS - 1)), max_size=60),
    st.integers(1, 50),
    st.integers(0, 2**16),
)
@example([("add", 1), ("add", 2), ("begin", 0), ("remove", 1), ("add", 3), ("end", 0)], 5, 0)
def test_after_any_changes_and_rebuilds_it_equals_brute_force(steps: list[Step], k: int, seed: int) -> None:
    pool = unit(IDS, DIMENSIONS, seed)
    index = GuildIndex(DIMENSIONS)
    there: dict[int, Vectors] = {}
    gone: set[int] = set()
    rows: dict[int, Vectors] | None = None
    for what, passage_id in steps:
        if what == "add" and passage_id not in gone:
            index.add([passage_id], pool[passage_id : passage_id + 1])
            there[passage_id] = pool[passage_id]
        elif what == "remove":
            assert index.remove([passage_id]) == (passage_id in there)
            there.pop(passage_id, None)
            gone.add(passage_id)
        elif what == "begin" and rows is None:
            index.begin()
            rows = dict(there)
        elif what == "end" and rows is not None:
            if rows:
                ids = np.asarray(sorted(rows))
                index.install(segment_of(Kind.FLAT, ids, np.stack([rows[int(i)] for i in ids])), ids)
            index.end()
            rows = None
    query = unit(1, DIMENSIONS, seed + 1)
    (hits,) = index.search(query, k)
    assert len(index) == len(there)
    assert ids_of(hits) == expected(there, query[0], k)
    assert [hit.cosine for hit in hits] == pytest.approx([float(query[0] @ there[i]) for i in ids_of(hits)], abs=1e-5)
    only = set(range(0, IDS, 3))
    (hits,) = index.search(query, k, only)
    assert ids_of(hits) == expected({i: v for i, v in there.items() if i in only}, query[0], k)


def test_an_id_that_is_there_keeps_its_vector() -> None:
    index = GuildIndex(DIMENSIONS)
    vectors = unit(3, DIMENSIONS, 0)
    index.add([5, 5], vectors[:2])
    index.add([5], vectors[2:])
    ((hit,),) = index.search(vectors[:1], 10)
    assert (hit.passage_id, len(index)) == (5, 1)
    assert hit.cosine == pytest.approx(1)


def test_an_id_in_the_segment_keeps_its_vector_too() -> None:
    vectors = unit(20, DIMENSIONS, 0)
    index = installed(segment_of(Kind.FLAT, np.arange(20), vectors))
    index.add([3], -vectors[3:4])
    assert len(index) == 20
    assert index.search(vectors[3:4], 1)[0][0].cosine == pytest.approx(1)


def test_an_empty_index_finds_nothing() -> None:
    assert GuildIndex(DIMENSIONS).search(unit(2, DIMENSIONS, 0), 5) == [[], []]
    index = installed(segment_of(Kind.FLAT, np.arange(20), unit(20, DIMENSIONS, 0)))
    assert index.remove(range(20)) == 20
    assert index.search(unit(2, DIMENSIONS, 0), 5) == [[], []]


@pytest.mark.parametrize("shape", [(1, DIMENSIONS + 1), (2, DIMENSIONS)])
def test_vectors_of_another_shape_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="dimensions"):
        GuildIndex(DIMENSIONS).add([1], np.ones(shape, dtype=np.float32))
    with pytest.raises(ValueError, match="dimensions"):
        GuildIndex(DIMENSIONS).search(np.ones((1, DIMENSIONS + 1), dtype=np.float32), 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_vectors_that_are_not_finite_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        GuildIndex(DIMENSIONS).add([1], np.full((1, DIMENSIONS), value, dtype=np.float32))


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_removed_is_no_result_of_any_kind(kind: Kind) -> None:
    ids, vectors = np.arange(0, 9_000, 3), unit(3_000, DIMENSIONS, 1)
    index = installed(segment_of(kind, ids, vectors))
    for passage_id, vector in zip(ids[:20].tolist(), vectors, strict=False):
        assert index.search(vector[None], 1)[0][0].passage_id == passage_id
        assert index.remove([passage_id]) == 1
        assert passage_id not in ids_of(index.search(vector[None], 100)[0])
    assert not index.whole


def test_a_rebuild_is_wanted_when_the_tail_or_the_tombstones_have_grown() -> None:
    vectors = unit(300, DIMENSIONS, 0)
    index = GuildIndex(DIMENSIONS, Sizes(tail=50))
    index.add(range(50), vectors[:50])
    assert not index.wants_rebuild
    index.add([50], vectors[50:51])
    assert index.wants_rebuild
    index.begin()
    assert not index.wants_rebuild, "one is under way"
    index.install(segment_of(Kind.FLAT, np.arange(300), vectors), np.arange(300))
    index.end()
    assert not index.wants_rebuild
    index.remove(range(51))
    assert index.wants_rebuild


def test_a_small_index_takes_no_more_than_it_must() -> None:
    index = GuildIndex(512)
    index.add(range(99), unit(99, 512, 0))
    index.add([99], unit(1, 512, 1))
    assert 100 * 512 * 4 <= index.bytes <= 250_000
    index.remove(range(80))
    assert index.bytes <= 100_000
