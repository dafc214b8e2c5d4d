"""The door for new jobs: refuse at once and kindly, or keep durably and only then say yes.

What a job then lives through is `ravsg.jobs.execution`; how much is too much is `ravsg.jobs.line`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ravsg.errors import QueueFull, Refused
from ravsg.jobs.ids import new_job_id
from ravsg.jobs.job import Job, JobKind, JobState
from ravsg.jobs.line import Entry, Line
from ravsg.store.jobs import JobStore
from ravsg.telemetry.measures import Telemetry
from ravsg.types import Origin


@dataclass(slots=True, eq=False)
class Closing:
    """Whose requests are not taken while their data goes."""

    guild_id: int
    author_id: int | None
    """None: the whole server."""
    job_ids: set[str] = field(default_factory=set)
    """Nor what anybody would make from these jobs."""

    def covers(self, origin: Origin, request: Mapping[str, Any], parent_id: str | None) -> bool:
        """Whether a request would bring back what is going."""
        if origin.guild_id != self.guild_id:
            return False
        mine = self.author_id is None or self.author_id in (origin.author_id, request.get("source_author"))
        return mine or not self.job_ids.isdisjoint({parent_id, *request.get("instead_of", ())})


class Intake:
    """One for the service. Closed until `open` is called."""

    def __init__(
        self,
        *,
        kinds: frozenset[JobKind],
        store: JobStore,
        line: Line,
        clock: Callable[[], datetime],
        telemetry: Telemetry,
        accepted: Callable[[Entry], None],
    ) -> None:
        """`accepted` is told each job once it is on disk."""
        self._kinds = kinds
        self._store = store
        self._line = line
        self._clock = clock
        self._telemetry = telemetry
        self._accepted = accepted
        self._shut: str | None = "I am just starting."
        self._closings: list[Closing] = []
        self._keeping: set[asyncio.Task[Job]] = set()

    @property
    def is_open(self) -> bool:
        """Whether anything is taken at all."""
        return self._shut is None

    def open(self) -> None:
        """Take jobs from now on."""
        self._shut = None

    def shut(self, why: str) -> None:
        """Take no more jobs; `why` is a sentence for those who come."""
        self._shut = why

    async def settled(self) -> None:
        """Return once every job that was let in is on disk, or could not be kept."""
        if self._keeping:
            await asyncio.wait(set(self._keeping))

    @contextlib.asynccontextmanager
    async def closed_to(self, guild_id: int, author_id: int | None) -> AsyncIterator[Closing]:
        """Take nothing from one member (None: from a whole server) meanwhile, nor what the given `Closing` is told
        inside; what they asked before is settled then."""
        closing = Closing(guild_id, author_id)
        self._closings.append(closing)
        try:
            await self.settled()
            yield closing
        finally:
            self._closings.remove(closing)

    async def accept(
        self,
        kind: JobKind,
        origin: Origin,
        request: Mapping[str, Any],
        inputs: Mapping[str, bytes],
        parent_id: str | None,
    ) -> Job:
        """See `JobService.accept`."""
        if kind not in self._kinds:
            raise ValueError(f"there is no recipe for {kind!r}")
        if self._shut is not None:
            raise QueueFull(self._shut, "Please try again in a minute.")
        if any(closing.covers(origin, request, parent_id) for closing in self._closings):
            raise Refused("I am just forgetting what this belongs to.", "Please try again in a moment.")
        try:
            self._line.check(origin)
        except QueueFull:
            self._telemetry.count("jobs.refused", kind=kind)
            raise
        self._line.reserve(origin)
        task = asyncio.create_task(self._keep(kind, origin, request, inputs, parent_id))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)
        return await asyncio.shield(task)

    async def _keep(
        self,
        kind: JobKind,
        origin: Origin,
        request: Mapping[str, Any],
        inputs: Mapping[str, bytes],
        parent_id: str | None,
    ) -> Job:
        at = self._clock()
        number = None
        try:
            while number is None:  # until an id is free: of 2**40, nearly always the first
                job_id = new_job_id()
                number = await self._store.add(
                    job_id, kind, origin, request, inputs, created_at=at, parent_id=parent_id
                )
        finally:
            self._line.unreserve(origin)
        job = Job(
            id=job_id,
            kind=kind,
            origin=origin,
            request=request,
            state=JobState.QUEUED,
            created_at=at,
            parent_id=parent_id,
        )
        self._telemetry.count("jobs.accepted", kind=kind)
        self._accepted(Entry(job, number))
        return job
