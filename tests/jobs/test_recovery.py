"""What a start makes of jobs that were open: suspicion, not guilt; and an end to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ravsg.jobs.recovery import settle
from ravsg.store.job_rows import JobRow, Settled
from ravsg.types import Origin

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def row(state: str, **changes: Any) -> JobRow:
    values: dict[str, Any] = {
        "number": 1,
        "id": "aaaaaaaa",
        "kind": "story",
        "origin": Origin(1, 1, 1, "x"),
        "request": {},
        "state": state,
        "created_at": NOW - timedelta(minutes=5),
        "started_at": None,
        "finished_at": None,
        "attempts": 1,
        "alone": False,
        "suspect": False,
        "deaths_alone": 0,
        "progress_message_id": None,
        "result": None,
        "error": "",
        "parent_id": None,
    }
    return JobRow(**{**values, **changes})


def decide(row: JobRow, *, on_device: bool = False) -> Settled:
    return settle(row, on_device=on_device, now=NOW, expire=timedelta(hours=12))


@pytest.mark.parametrize(
    ("found", "on_device", "state", "suspect"),
    [
        (row("queued", attempts=0), False, "queued", False),
        (row("running"), False, "interrupted", False),
        (row("running"), True, "interrupted", True),
        (row("interrupted", attempts=0), False, "interrupted", False),
        (row("interrupted"), True, "interrupted", True),  # the device was lost under it
        (row("interrupted", suspect=True), False, "interrupted", True),
        (row("running", attempts=3), False, "interrupted", True),
        (row("delivering", result={}), False, "interrupted", False),
    ],
)
def test_every_open_job_goes_on(found: JobRow, on_device: bool, state: str, suspect: bool) -> None:
    settled = decide(found, on_device=on_device)
    assert (settled.state, settled.suspect, settled.error) == (state, suspect, "")


def test_a_job_is_given_up_only_after_dying_alone_twice() -> None:
    first = decide(row("running"), on_device=True)
    assert (first.state, first.deaths_alone) == ("interrupted", 0)
    second = decide(row("running", attempts=2, suspect=True, alone=True), on_device=True)
    assert (second.state, second.deaths_alone) == ("interrupted", 1)
    third = decide(row("running", attempts=3, suspect=True, alone=True, deaths_alone=1), on_device=True)
    assert (third.state, third.deaths_alone) == ("quarantined", 2)
    assert third.error
    assert third.finished_at == NOW


def test_being_killed_off_the_device_is_not_held_against_a_suspect() -> None:
    assert decide(row("running", attempts=2, suspect=True, alone=True, deaths_alone=1)).state == "interrupted"


def test_a_job_that_was_away_too_long_expires_but_a_kept_result_is_delivered() -> None:
    old = NOW - timedelta(hours=13)
    assert decide(row("queued", created_at=old)).state == "expired"
    assert decide(row("interrupted", created_at=old)).state == "expired"
    assert decide(row("delivering", created_at=old, result={})).state == "interrupted"
