"""Saving a snapshot on a full disk, or dying in it; the benchmark index-damage does the same many times more."""

from __future__ import annotations

from benchmarks.index_damage import Count, harms


async def test_harm_is_noticed_rebuilt_and_equal_to_brute_force() -> None:
    counts = await harms(truncations=10, flips=10, full_disks=10, kills=10)
    assert counts == dict.fromkeys(counts, Count(trials=10, noticed=10, right=10))
    assert len(counts) == 4
