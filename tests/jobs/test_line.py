"""Who starts next, where one stands, how long it takes, and when it is too much."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ravsg.config import JobsSection
from ravsg.errors import QueueFull
from ravsg.jobs.job import Job, JobKind, JobState
from ravsg.jobs.line import Entry, Line, Phase
from ravsg.types import Origin


def line(at_once: int = 2, charged: dict[int, float] | None = None, **limits: int) -> Line:
    return Line(JobsSection(**limits), at_once, lambda guild: (charged or {}).get(guild, 0.0))


def add(
    line: Line, name: str, guild: int = 1, author: int = 1, phase: Phase = "waiting", *, suspect: bool = False,
    kind: JobKind = "story", share: float = 0.0,
) -> Entry:  # fmt: skip
    job = Job(name, kind, Origin(guild, 1, author, "x"), {}, JobState.QUEUED, datetime.now(UTC), share=share)
    line.entries[name] = Entry(job, len(line.entries), suspect=suspect, phase=phase)
    return line.entries[name]


def names(entries: list[Entry]) -> list[str]:
    return [entry.job.id for entry in entries]


def test_servers_take_turns_however_much_one_asks() -> None:
    here = line()
    for name in ("a1", "a2", "a3"):
        add(here, name, guild=1)
    add(here, "b1", guild=2)
    add(here, "b2", guild=2)
    assert names(here.order()) == ["a1", "b1", "a2", "b2", "a3"]
    assert here.position("b1") == 2
    assert here.position("nobody") is None


def test_a_server_with_a_running_job_stands_behind_one_without() -> None:
    here = line()
    add(here, "a0", guild=1, phase="running")
    add(here, "a1", guild=1)
    add(here, "b1", guild=2)
    assert names(here.order()) == ["b1", "a1"]
    assert here.position("a0") is None


def test_of_equals_the_one_that_used_the_device_less_goes_first() -> None:
    here = line(charged={1: 30.0, 2: 3.0})
    add(here, "a1", guild=1)
    add(here, "b1", guild=2)
    assert names(here.order()) == ["b1", "a1"]


def test_a_server_with_nothing_under_way_is_not_shut_out_by_anothers_jobs() -> None:
    here = line(at_once=2)
    for name in ("a1", "a2"):
        add(here, name, guild=1, phase="running")
    add(here, "a3", guild=1)
    assert here.next() is None
    add(here, "b1", guild=2)
    found = here.next()
    assert found is not None
    assert found.job.id == "b1"


def test_there_is_an_end_to_jobs_at_once() -> None:
    here = line(at_once=2)
    for guild in range(4):
        add(here, f"r{guild}", guild=guild, phase="running")
    add(here, "late", guild=9)
    assert here.next() is None


def test_a_suspect_starts_alone_and_nothing_starts_beside_it() -> None:
    here = line()
    running = add(here, "a", phase="running")
    suspect = add(here, "s", suspect=True)
    assert here.next() is None
    running.phase = "delivering"
    assert here.next() is suspect
    suspect.phase = "running"
    add(here, "b", guild=2)
    assert here.next() is None


def test_estimates_add_up_along_the_line() -> None:
    here = line()
    here.seconds = {"story": 10.0, "paint": 4.0}
    add(here, "running", guild=1, phase="running", share=0.5)
    add(here, "next", guild=2, kind="paint")
    add(here, "last", guild=1)
    assert here.estimate("running") == 5.0
    assert here.estimate("next") == 9.0
    assert here.estimate("last") == 19.0
    assert here.estimate("nobody") is None


def test_jobs_that_share_the_device_wait_for_each_other() -> None:
    here = line()
    here.seconds = {"story": 10.0}
    add(here, "old", phase="running", share=0.8)
    add(here, "young", guild=2, phase="running", share=0.0)
    assert here.estimate("old") == pytest.approx(4.0)
    assert here.estimate("young") == pytest.approx(12.0)


def test_there_is_no_estimate_before_anything_was_measured() -> None:
    here = line()
    add(here, "a")
    assert here.estimate("a") is None


def test_a_kind_never_measured_is_taken_to_be_like_the_others() -> None:
    here = line()
    here.seconds = {"paint": 6.0}
    add(here, "a", kind="story")
    assert here.estimate("a") == 6.0


@pytest.mark.parametrize(
    ("origin", "sentence"),
    [
        (Origin(1, 1, 1, "x"), "You already have 2 requests waiting here, and 2 is the most that I take at once."),
        (Origin(1, 1, 9, "x"), "This server already has 4 requests waiting, and 4 is the most that I take at once."),
        (Origin(9, 1, 9, "x"), "I already have 5 requests waiting, and 5 is the most that I take at once."),
    ],
)
def test_each_limit_refuses_in_its_own_words_with_an_estimate(origin: Origin, sentence: str) -> None:
    here = line(waiting_per_member=2, waiting_per_server=4, waiting_in_all=5)
    here.seconds = {"story": 40.0}
    add(here, "a", author=1, phase="running")
    add(here, "b", author=1)
    add(here, "c", author=2)
    add(here, "d", author=3)
    add(here, "e", guild=2, author=1)
    with pytest.raises(QueueFull) as caught:
        here.check(origin)
    assert caught.value.user_message == sentence
    assert "about 40 seconds" in caught.value.remedy


def test_what_is_being_delivered_or_written_down_counts_rightly() -> None:
    here = line(waiting_per_member=1)
    me = Origin(1, 1, 1, "x")
    add(here, "a", phase="delivering")
    here.check(me)
    here.reserve(me)
    with pytest.raises(QueueFull, match="1 request waiting"):
        here.check(me)
    here.check(replace(me, guild_id=2))
    here.unreserve(me)
    here.check(me)


def test_long_waits_are_told_in_minutes() -> None:
    here = line(waiting_per_member=1)
    here.seconds = {"story": 300.0}
    add(here, "a")
    with pytest.raises(QueueFull) as caught:
        here.check(Origin(1, 1, 1, "x"))
    assert "about 5 minutes" in caught.value.remedy
