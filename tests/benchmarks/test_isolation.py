"""A small run of what the benchmark does at length, and proof that its counting sees a leak."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.isolation import PHASES, lives
from benchmarks.isolation_life import Tally
from ravsg.types import MemoryKind, Recalled

OURS = Recalled(
    *(4, MemoryKind.STORY, "a fact", "Planted", 7, "Ana", 10, None, "1/3", datetime.now(UTC), 0.5, "same words"),
    guild_id=1,
)


def test_under_load_after_a_kill_and_a_rebuild_nothing_is_foreign_and_nothing_missed(tmp_path: Path) -> None:
    outcomes = lives(tmp_path, servers=6, facts=10, retrievals=400)
    assert len(outcomes) == len(PHASES)
    assert sum(one.retrievals for one in outcomes.values()) >= 400
    assert {(one.foreign, one.missed) for one in outcomes.values()} == {(0, 0)}


def test_a_leak_and_a_miss_are_counted() -> None:
    tally = Tally()
    tally.count(1, [OURS], there=True)
    assert (tally.retrievals, tally.foreign, tally.missed) == (1, 0, 0)
    tally.count(2, [OURS], there=True)
    tally.count(1, [], there=True)
    tally.count(1, [], there=False)
    assert (tally.retrievals, tally.foreign, tally.missed) == (4, 1, 1)
