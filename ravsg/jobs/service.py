"""Durable jobs: accepted on disk, run fairly, delivered once, resumed after a death; every one comes to an end.

    async with Database(path) as db:
        service = JobService(store=JobStore(db), queue=GpuQueue(make_device), recipes=..., config=config.jobs)
        service.deliver = post_the_result
        await service.start()
        job = await service.accept("story", origin, request, {"picture": png})

The service knows no Discord: the bot listens (`on_change`) and delivers (`deliver`). It knows no models either: the
recipes reach them through the queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ravsg.config import JobsSection
from ravsg.errors import DeviceLost, JobCancelled
from ravsg.jobs.execution import Execution
from ravsg.jobs.housekeeping import Housekeeping
from ravsg.jobs.intake import Intake
from ravsg.jobs.job import TERMINAL, Job, JobKind, JobState, Recipe
from ravsg.jobs.line import Entry, Line
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.recovery import settle
from ravsg.jobs.view import JobView
from ravsg.store.jobs import JobStore
from ravsg.telemetry.measures import Telemetry
from ravsg.types import Origin

_log = logging.getLogger(__name__)

KEEP_INPUTS_DAYS = 30
"""How long an ended job's input pictures are kept, for Retry."""
DELIVERY_SECONDS = 20.0
"""How long a result that is to be forgotten may still take to be posted: Discord may be down for hours."""


class JobService(JobView):
    """The one owner of every job's state. Made and used on the event loop."""

    def __init__(
        self,
        *,
        store: JobStore,
        queue: GpuQueue,
        recipes: Mapping[JobKind, Recipe],
        config: JobsSection,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        telemetry: Telemetry | None = None,
        at_once: int = 8,
        keep_inputs_days: float = KEEP_INPUTS_DAYS,
    ) -> None:
        """`at_once`: recipes that run at the same time, so that their steps can share batches. `keep_inputs_days`:
        how long an ended job's input pictures are kept, for Retry."""
        super().__init__(store, Line(config, at_once, queue.charged))
        self.on_change: list[Callable[[Job], None]] = []
        """Called on the loop with each new version of a job: state and progress."""
        self.on_device_lost: Callable[[DeviceLost], None] | None = None
        """Called once when only a new process helps; intake is closed by then and jobs are kept."""
        self._queue = queue
        self._config = config
        self._clock = clock
        self._telemetry = telemetry or Telemetry()
        self._housekeeping = Housekeeping(store, clock, timedelta(days=keep_inputs_days))
        self._execution = Execution(
            store=store,
            queue=queue,
            recipes=recipes,
            config=config,
            clock=clock,
            telemetry=self._telemetry,
            changed=self._changed,
            finished=self._finished,
        )
        self._intake = Intake(
            kinds=frozenset(recipes),
            store=store,
            line=self._line,
            clock=clock,
            telemetry=self._telemetry,
            accepted=self._accepted,
        )
        queue.mark = store.mark_on_device
        queue.on_device_lost = self._device_lost

    @property
    def deliver(self) -> Callable[[Job], Awaitable[None]] | None:
        """Posts a kept result. Called in state DELIVERING, again after a restart; a RavsgError fails the job."""
        return self._execution.deliver

    @deliver.setter
    def deliver(self, deliver: Callable[[Job], Awaitable[None]] | None) -> None:
        self._execution.deliver = deliver

    # ------------------------------------------------------------------ intake

    async def accept(
        self,
        kind: JobKind,
        origin: Origin,
        request: Mapping[str, Any],
        inputs: Mapping[str, bytes],
        *,
        parent_id: str | None = None,
    ) -> Job:
        """Take a job: when this returns, its row and its input pictures are on disk and it will come to an end.

        Raises QueueFull at once when too much waits or intake is closed, StoreError or DiskFull when it cannot be
        kept. A caller that is cancelled meanwhile does not undo it.
        """
        return await self._intake.accept(kind, origin, request, inputs, parent_id)

    # ------------------------------------------------------------------ changing

    async def cancel(self, job_id: str) -> bool:
        """Stop a job: a waiting one never starts, a running one ends within one model step.

        False for one that has ended, that has its result already, or that does not exist.
        """
        entry = self._line.entries.get(job_id)
        if entry is None or entry.stop == "shutdown" or entry.phase in ("delivering", "ending"):
            return False
        if entry.phase == "running":
            self._execution.stop(entry, "cancel")
            return True
        entry.phase = "ending"  # out of the line before anything is awaited
        cancelled = JobCancelled()
        entry.task = asyncio.create_task(
            self._execution.end(entry, JobState.CANCELLED, cancelled.user_message), name=f"end of job {job_id}"
        )
        await asyncio.shield(entry.task)
        return True

    async def set_progress_message(self, job_id: str, message_id: int) -> None:
        """Keep which message shows the job's progress."""
        await self._store.set_progress_message(job_id, message_id)
        entry = self._line.entries.get(job_id)
        if entry is not None:
            entry.job = replace(entry.job, progress_message_id=message_id)

    async def told(self, job_id: str) -> None:
        """The member has heard how their job ended; until this is called, every start tells a bad end again."""
        await self._store.told(job_id)

    async def erase(self, guild_id: int, job_id: str) -> None:
        """Remove an ended job with its pictures and its result, also where other jobs took it over; one that is open
        stays. Raises StoreError."""
        if job_id not in self._line.entries:
            await self._store.erase(guild_id, job_id)

    @contextlib.asynccontextmanager
    async def frozen(self, guild_id: int, author_id: int | None) -> AsyncIterator[None]:
        """Nothing of a member's (None: of a server's) jobs, and of others' that come from them, moves inside.

        Open ones are stopped; a result that is being posted is waited for, for a while. Meanwhile nothing new is
        taken from that member, nor what others would make from theirs. Raises StoreError.
        """
        async with self._intake.closed_to(guild_id, author_id) as closing:
            if author_id is not None:
                while not (found := (await self._store.lineage(guild_id, author_id)).all) <= closing.job_ids:
                    closing.job_ids |= found
                    await self._intake.settled()
            for job in await self.list_open(guild_id):
                if author_id is None or job.id in closing.job_ids:
                    await self._stopped(job.id)
            yield

    async def _stopped(self, job_id: str) -> None:
        await self.cancel(job_id)
        entry = self._line.entries.get(job_id)
        if entry is None:
            return
        try:
            async with asyncio.timeout(DELIVERY_SECONDS):
                await entry.ended.wait()
        except TimeoutError:
            _log.warning("job %s is not waited for any longer: what it shows is to be forgotten", job_id)
            self._execution.stop(entry, "cancel")
            await entry.ended.wait()

    async def forget_channel(self, guild_id: int, channel_id: int) -> int:
        """Remove the ended jobs of a channel that is gone and of its threads; gives how many. Raises StoreError.

        An open one ends by itself, since its result cannot be posted, and its member is told why.
        """
        return await self._store.forget_channel(guild_id, channel_id)

    # ------------------------------------------------------------------ start and end

    async def start(self) -> list[Job]:
        """Go on where the last process stopped; gives the jobs that were found open, those that ended now among them.

        Bad ends that were not `told` are told again. Intake opens when this returns. Call it once, when `deliver` can
        deliver. Raises StoreError.
        """
        now = self._clock()
        expire = timedelta(hours=self._config.expire_hours)
        untold = await self._store.untold(now - expire)
        rows = await self._store.open_jobs()
        marked = await self._store.on_device()
        settled = [settle(row, on_device=row.id in marked, now=now, expire=expire) for row in rows]
        await self._store.settle(settled)
        self._line.seconds = await self._store.durations()
        found = []
        for row, outcome in zip(rows, settled, strict=True):
            state = JobState(outcome.state)
            job = replace(Job.from_row(row), state=state, error=outcome.error, finished_at=outcome.finished_at)
            entry = Entry(job, row.number, suspect=outcome.suspect)
            if state not in TERMINAL:
                self._line.entries[job.id] = entry
            if state is not JobState.QUEUED:
                _log.warning("job %s was %s when the last process ended; now %s", job.id, row.state, state)
                self._changed(entry, job)
            found.append(job)
            if job.result is not None and state not in TERMINAL:
                entry.phase = "delivering"
                self._launch(entry)
        for row in untold:
            job = Job.from_row(row)
            self._changed(Entry(job, row.number, phase="ending"), job)
        await self._housekeeping.begin()
        self._intake.open()
        self._admit()
        return found

    async def close(self) -> None:
        """Stop intake, let what runs go on for the grace, then interrupt it: it is resumed at the next start."""
        self._intake.shut("I am restarting and take nothing new just now.")
        await self._intake.settled()
        await self._housekeeping.end()
        if tasks := self._tasks():
            await asyncio.wait(tasks, timeout=self._config.grace_seconds)
        self._execution.closing.set()
        tasks = self._tasks()
        for entry in self._line.entries.values():
            # one that is ending is let end: otherwise its end would be written and never told
            if entry.task is not None and not entry.task.done() and entry.phase != "ending":
                entry.stop = entry.stop or "shutdown"
                entry.cancelled.set()
                self._queue.cancel(entry.job.id)
                entry.task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                _log.error("a job's interruption could not be written; the next start finds it", exc_info=outcome)
        for entry in self._line.entries.values():
            entry.ended.set()

    # ------------------------------------------------------------------ inside

    def _accepted(self, entry: Entry) -> None:
        self._line.entries[entry.job.id] = entry
        self._changed(entry, entry.job)
        self._admit()

    def _admit(self) -> None:
        while self._intake.is_open and (entry := self._line.next()) is not None:
            entry.phase = "running"
            self._launch(entry)

    def _launch(self, entry: Entry) -> None:
        entry.task = asyncio.create_task(self._execution.run(entry), name=f"job {entry.job.id}")

    def _changed(self, entry: Entry, job: Job) -> None:
        # a progress message that was named meanwhile stays
        entry.job = replace(job, progress_message_id=entry.job.progress_message_id)
        for listener in self.on_change:
            try:
                listener(entry.job)
            except Exception:
                _log.exception("a listener broke on job %s", job.id)
        if job.state is JobState.DELIVERING:
            self._admit()

    def _finished(self, entry: Entry, average: float | None) -> None:
        if average is not None:
            self._line.seconds[entry.job.kind] = average
        self._line.entries.pop(entry.job.id, None)
        entry.ended.set()
        self._admit()

    def _tasks(self) -> set[asyncio.Task[None]]:
        tasks = (entry.task for entry in self._line.entries.values())
        return {task for task in tasks if task is not None and not task.done()}

    def _device_lost(self, error: DeviceLost) -> None:
        self._intake.shut(error.user_message)
        if self.on_device_lost is not None:
            self.on_device_lost(error)
