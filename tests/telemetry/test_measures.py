"""Counters and timings: what is told is read, whatever the thread."""

from __future__ import annotations

import threading

import pytest

from ravsg.telemetry.measures import Telemetry, Timing


def test_counts_add_up_by_label_and_over_labels() -> None:
    telemetry = Telemetry()
    telemetry.count("jobs", kind="story", state="done")
    telemetry.count("jobs", 2, state="failed", kind="story")
    telemetry.count("jobs", 4, kind="paint", state="done")
    snapshot = telemetry.snapshot()
    assert snapshot.count("jobs") == 7
    assert snapshot.count("jobs", kind="story") == 3
    assert snapshot.count("jobs", kind="story", state="failed") == 2
    assert snapshot.count("other") == 0


def test_timings_keep_count_mean_longest_and_last() -> None:
    telemetry = Telemetry()
    for seconds in (1.0, 4.0, 1.0):
        telemetry.observe("step", seconds, operation="write")
    timing = telemetry.snapshot().timing("step", operation="write")
    assert timing == Timing(count=3, total=6.0, longest=4.0, last=1.0)
    assert timing.mean == 2.0
    assert telemetry.snapshot().timing("step", operation="paint").mean == 0.0


def test_what_fails_is_timed_too() -> None:
    telemetry = Telemetry()
    with pytest.raises(ValueError, match="inside"), telemetry.timed("work"):
        raise ValueError("inside")
    assert telemetry.snapshot().timing("work").count == 1


def test_a_snapshot_does_not_change_any_more() -> None:
    telemetry = Telemetry()
    before = telemetry.snapshot()
    telemetry.count("jobs")
    assert before.count("jobs") == 0


def test_threads_lose_no_count() -> None:
    telemetry = Telemetry()

    def work() -> None:
        for _ in range(2_000):
            telemetry.count("jobs")
            telemetry.observe("step", 1.0)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert telemetry.snapshot().count("jobs") == 8_000
    assert telemetry.snapshot().timing("step").count == 8_000
