"""Every kind of index against brute force, with clusters and without; how hard it looks is measured."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.many import nearest, unit
from ravsg.memory import tuning
from ravsg.memory.kinds import FLAT_MOST, Kind, choose, restored
from ravsg.memory.tuning import Effort, Truth
from tests.memory.indices import installed, segment_of, share_found

DIMENSIONS = 64
COUNT = 6_500


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("kind", list(Kind))
def test_ten_neighbours_are_found(kind: Kind, clustered: bool) -> None:
    ids, vectors = np.arange(COUNT) * 2 + 7, unit(COUNT, DIMENSIONS, 2, clustered=clustered)
    queries = unit(200, DIMENSIONS, 3, clustered=clustered)
    segment = segment_of(kind, ids, vectors)
    answers = installed(segment).search(queries, 10)
    if not segment.exact:  # candidates, which the cache compares with the rows
        answers = [
            sorted(hits, key=lambda hit: -float(query @ vectors[(hit.passage_id - 7) // 2]))
            for query, hits in zip(queries, answers, strict=True)
        ]
    assert share_found(answers, vectors, queries, ids) >= 0.985  # 0.99 and what chance takes of 2,000
    assert segment.effort.recall >= 0.99


@pytest.mark.parametrize("kind", list(Kind))
def test_of_few_that_are_allowed_the_best_are_found(kind: Kind) -> None:
    ids, vectors = np.arange(COUNT), unit(COUNT, DIMENSIONS, 2)
    allowed = np.arange(5, COUNT, 400)
    (hits,) = installed(segment_of(kind, ids, vectors)).search(vectors[5:6], 3, frozenset(allowed.tolist()))
    assert hits[0].passage_id == 5
    assert {hit.passage_id for hit in hits} <= set(allowed.tolist())


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_restored_answers_as_before(kind: Kind) -> None:
    ids, vectors = np.arange(COUNT), unit(COUNT, DIMENSIONS, 2)
    segment = segment_of(kind, ids, vectors)
    again = restored(kind, ids, segment.serialised(), segment.effort)
    assert np.array_equal(again.search(vectors[:5], 10)[1], segment.search(vectors[:5], 10)[1])
    assert again.bytes == segment.bytes
    assert (again.vectors(np.arange(9)) * vectors[:9]).sum(axis=1).min() > 0.6
    for wrong in {*Kind} - {kind}:
        with pytest.raises(ValueError, match="not"):
            restored(wrong, ids, segment.serialised(), segment.effort)
    with pytest.raises(ValueError, match="vectors, not"):
        restored(kind, ids[1:], segment.serialised(), segment.effort)


def test_one_cell_of_unclustered_vectors_finds_next_to_nothing_and_the_measuring_sees_it() -> None:
    ids, vectors = np.arange(COUNT), unit(COUNT, DIMENSIONS, 2)
    segment = segment_of(Kind.IVFFLAT, ids, vectors)
    queries = unit(50, DIMENSIONS, 3)
    assert segment.effort.cells > tuning.cells(COUNT) // 4
    segment.effort = Effort(cells=1)
    assert share_found(installed(segment).search(queries, 10), vectors, queries, ids) < 0.3


def test_truth_is_brute_force_without_the_probes_themselves() -> None:
    ids, vectors = np.arange(500) + 1000, unit(500, DIMENSIONS, 4)
    truth = Truth(ids[::50], vectors[::50])
    for first in range(0, 500, 77):
        truth.see(ids[first : first + 77], vectors[first : first + 77])
    best = ids[nearest(vectors, vectors[::50], 11)]
    assert (best[:, 0] == ids[::50]).all()
    assert truth.recall(best[:, 1:]) == 1
    assert truth.recall(best[:, 1:6]) == 0.5
    assert truth.recall(best[:, :1]) == 0


def test_with_fewer_vectors_than_neighbours_truth_is_what_there_is() -> None:
    ids, vectors = np.arange(4), unit(4, DIMENSIONS, 4)
    truth = Truth(ids, vectors)
    truth.see(ids, vectors)
    assert truth.recall(np.tile(ids, (4, 1))) == 1


@pytest.mark.parametrize("needed", [1, 2, 3, 40, 100, 126])
def test_the_fewest_cells_with_enough_recall_are_found(needed: int) -> None:
    ids, vectors = np.arange(200), unit(200, DIMENSIONS, 4)
    truth = Truth(ids[:20], vectors[:20])
    truth.see(ids, vectors)
    everything, nothing = np.tile(ids, (20, 1)), np.full((20, 1), -1)
    effort = tuning.least_cells(lambda cells: everything if cells >= needed else nothing, truth, 126)
    assert needed <= effort.cells <= needed + max(1, needed // 8)
    assert effort.recall == 1


def test_kinds_go_by_number_unless_one_is_asked_for() -> None:
    assert choose("auto", FLAT_MOST) is Kind.FLAT
    assert choose("auto", FLAT_MOST + 1) is Kind.SQ8
    assert choose("flat", 10**6) is Kind.FLAT
    assert choose("rabitq", 5_000) is Kind.RABITQ
    assert choose("ivfflat", 10_000) is Kind.IVFFLAT
    assert choose("ivfflat", 1_000) is Kind.FLAT, "too few to train cells"
