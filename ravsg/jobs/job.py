"""What a job is: its states, its row as data, its result. Moving it from state to state is `ravsg.jobs.service`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal, Self, cast

from ravsg.store.job_rows import JobRow
from ravsg.types import Origin, StepRunner

JobKind = Literal["story", "paint", "cast", "chapter", "turn", "plate", "rewrite"]
"""What is asked for: a story of a picture, pictures of a text, a look at whom a picture shows; and of books a
chapter, a turn of the bot's in a thread, another illustration of a chapter, or a chapter that fits its own."""


class JobState(StrEnum):
    """A job's way; the terminal states are in `TERMINAL`."""

    QUEUED = "queued"
    RUNNING = "running"
    DELIVERING = "delivering"
    INTERRUPTED = "interrupted"
    """Its process died; it will be resumed."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    EXPIRED = "expired"
    QUARANTINED = "quarantined"
    """It died alone twice and is not tried again."""


TERMINAL: Final = frozenset(
    {
        JobState.DONE,
        JobState.FAILED,
        JobState.CANCELLED,
        JobState.TIMED_OUT,
        JobState.REFUSED,
        JobState.EXPIRED,
        JobState.QUARANTINED,
    }
)


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the jobs table, as data. Blobs (input and result pictures) are read apart."""

    id: str
    """8 characters of a-z2-7, unique in the installation; it stands in messages and in buttons' custom_id."""
    kind: JobKind
    origin: Origin
    request: Mapping[str, Any]
    """The request dataclass as JSON-able data."""
    state: JobState
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    progress_message_id: int | None = None
    """The message that shows this job's progress, where one was sent."""
    result: Mapping[str, Any] | None = None
    """JSON-able data of the result, once committed."""
    error: str = ""
    """For people: cause and remedy, where the job ended badly."""
    parent_id: str | None = None
    """The job whose result this one goes on from (Retry, Continue, Paint it …)."""
    stage: str = ""
    share: float = 0.0
    """Progress in [0, 1]; kept in memory only, 0 after a restart."""

    @classmethod
    def from_row(cls, row: JobRow) -> Self:
        """The job that a row tells of."""
        return cls(
            id=row.id,
            kind=cast(JobKind, row.kind),
            origin=row.origin,
            request=row.request,
            state=JobState(row.state),
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            attempts=row.attempts,
            progress_message_id=row.progress_message_id,
            result=row.result,
            error=row.error,
            parent_id=row.parent_id,
        )


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a recipe gives back: JSON-able data, and named pictures ("picture-0") as PNG bytes."""

    data: Mapping[str, Any]
    blobs: Mapping[str, bytes] = field(default_factory=dict)


Recipe = Callable[[Job, Mapping[str, bytes], StepRunner], Awaitable[JobResult]]
"""How a kind of job is done: from the job, its input pictures by name, and the way to the models."""
