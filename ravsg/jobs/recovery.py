"""What a start makes of the jobs that it finds open: pure decisions, written down by the store in one transaction.

A job that was on the device when the process died is under suspicion, not guilty: it runs again, alone. Only one that
dies alone twice is given up. A clean shutdown leaves no trace here: it took attempt and mark back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ravsg.jobs.job import JobState
from ravsg.store.job_rows import JobRow, Settled

SUSPICIOUS_ATTEMPTS = 3
"""So many starts that ended in deaths make a job suspect even if it never was on the device (a picture that takes the
decoder down, for instance)."""
DEATHS_ALONE = 2
"""So often a job may die alone."""

EXPIRED = "I was away for too long to go on with this. Please ask again."
QUARANTINED = "This request took me down twice, so I will not try it again. Please try another picture or text."


def settle(row: JobRow, *, on_device: bool, now: datetime, expire: timedelta) -> Settled:
    """Decide on one open job. Queued ones stay; a kept result is delivered whatever happened."""
    if row.result is not None:
        return Settled(row.id, JobState.INTERRUPTED, row.suspect, row.deaths_alone)
    died = row.state == JobState.RUNNING or on_device
    blamed = died and (on_device or row.attempts >= SUSPICIOUS_ATTEMPTS)
    suspect = row.suspect or blamed
    deaths = row.deaths_alone + (1 if blamed and row.alone else 0)
    if deaths >= DEATHS_ALONE:
        return Settled(row.id, JobState.QUARANTINED, suspect, deaths, QUARANTINED, now)
    if now - row.created_at > expire:
        return Settled(row.id, JobState.EXPIRED, suspect, deaths, EXPIRED, now)
    state = JobState.QUEUED if row.state == JobState.QUEUED else JobState.INTERRUPTED
    return Settled(row.id, state, suspect, deaths)
