"""One job's life from its start to its end: run the recipe, keep the result, deliver it, and end in a terminal state.

Whatever happens inside, `run` leaves the job ended, or interrupted so that the next process goes on with it.
Who starts when is `ravsg.jobs.line`; what the next process makes of it is `ravsg.jobs.recovery`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from ravsg.config import JobsSection
from ravsg.errors import DeviceLost, JobCancelled, JobTimedOut, RavsgError, Refused, StoreError
from ravsg.jobs.job import Job, JobKind, JobState, Recipe
from ravsg.jobs.line import Entry, Stop
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.runner import JobRunner
from ravsg.store.jobs import JobStore
from ravsg.telemetry.measures import Telemetry

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds between two tries to write to a database that refuses: doubled from the first to the longest."""


class Execution:
    """Runs jobs; one for the service."""

    def __init__(
        self,
        *,
        store: JobStore,
        queue: GpuQueue,
        recipes: Mapping[JobKind, Recipe],
        config: JobsSection,
        clock: Callable[[], datetime],
        telemetry: Telemetry,
        changed: Callable[[Entry, Job], None],
        finished: Callable[[Entry, float | None], None],
    ) -> None:
        """`changed` puts a new version of a job in place and tells it; `finished` hears that a job has ended, with
        its kind's new average of device-seconds where it was done."""
        self.deliver: Callable[[Job], Awaitable[None]] | None = None
        self.closing = asyncio.Event()
        self._store = store
        self._queue = queue
        self._recipes = recipes
        self._config = config
        self._clock = clock
        self._telemetry = telemetry
        self._changed = changed
        self._finished = finished

    async def run(self, entry: Entry) -> None:
        """Live one job's life. Raises StoreError only while closing, with the job left as the next start finds it."""
        error: Exception | asyncio.CancelledError | None = None
        try:
            if entry.phase == "running":
                await self._produce(entry)
            await self._deliver(entry)
        except (Exception, asyncio.CancelledError) as caught:
            error = caught
        finally:
            _quiet(entry)
        if error is None:
            await self.end(entry, JobState.DONE)
        elif entry.stop in ("cancel", "timeout"):
            stopped = JobCancelled() if entry.stop == "cancel" else JobTimedOut()
            await self.end(entry, _state(stopped), _sentence(stopped))
        elif isinstance(error, DeviceLost):
            await self._interrupt(entry, clean=False)
        elif isinstance(error, asyncio.CancelledError) or entry.stop == "shutdown":
            await self._interrupt(entry, clean=True)
        elif isinstance(error, RavsgError):
            _log.info("job %s ended badly: %s", entry.job.id, error)
            await self.end(entry, _state(error), _sentence(error))
        else:
            _log.error("job %s met a bug", entry.job.id, exc_info=error)
            await self.end(entry, JobState.FAILED, f"Something in me broke; the operator finds it as {entry.job.id}.")

    def stop(self, entry: Entry, why: Stop) -> None:
        """Tell a running job to end: its steps at once, and all else that it does after the grace."""
        entry.stop = entry.stop or why
        entry.cancelled.set()
        self._queue.cancel(entry.job.id)
        if entry.task is not None:
            loop = asyncio.get_running_loop()
            entry.timers.append(loop.call_later(self._config.grace_seconds, entry.task.cancel))

    async def end(self, entry: Entry, state: JobState, error: str = "") -> None:
        """Write a job's end, then tell it."""
        entry.phase = "ending"
        at = self._clock()
        job_id = entry.job.id
        untold = state not in (JobState.DONE, JobState.CANCELLED)  # those two their member has seen or asked for
        await self._persist(lambda: self._store.finish(job_id, state, error, at, untold=untold))
        seconds = self._queue.release(job_id)
        average = None
        if state is JobState.DONE and entry.begun:
            average = await self._persist(lambda: self._store.record_duration(entry.job.kind, seconds))
        share = 1.0 if state is JobState.DONE else entry.job.share
        self._telemetry.count("jobs.ended", kind=entry.job.kind, state=state)
        self._telemetry.observe("jobs.time", (at - entry.job.created_at).total_seconds(), kind=entry.job.kind)
        self._changed(entry, replace(entry.job, state=state, error=error, finished_at=at, share=share))
        self._finished(entry, average)

    async def _produce(self, entry: Entry) -> None:
        job_id = entry.job.id
        at = self._clock()
        self._telemetry.observe("jobs.wait", (at - entry.job.created_at).total_seconds(), kind=entry.job.kind)
        await self._persist(lambda: self._store.begin(job_id, at, alone=entry.suspect))
        entry.begun = True
        attempts = entry.job.attempts + 1
        self._changed(entry, replace(entry.job, state=JobState.RUNNING, started_at=at, attempts=attempts))
        if entry.stop:
            raise JobCancelled
        timeout = self._config.timeout_minutes * 60
        entry.timers.append(asyncio.get_running_loop().call_later(timeout, self.stop, entry, "timeout"))
        inputs = await self._store.blobs(job_id, "input")
        runner = JobRunner(entry, self._queue, lambda name, share: self._progress(entry, name, share))
        result = await self._recipes[entry.job.kind](entry.job, inputs, runner)
        if entry.stop:
            raise JobCancelled
        entry.phase = "delivering"  # from here on it cannot be stopped: the result exists
        _quiet(entry)
        kept = await self._persist(lambda: self._store.commit_result(job_id, result.data, result.blobs))
        self._changed(entry, replace(entry.job, state=JobState.DELIVERING, result=kept, stage="", share=1.0))

    async def _deliver(self, entry: Entry) -> None:
        if entry.job.state is not JobState.DELIVERING:
            await self._persist(lambda: self._store.redeliver(entry.job.id))
            self._changed(entry, replace(entry.job, state=JobState.DELIVERING, share=1.0))
        if self.deliver is not None:
            await self.deliver(entry.job)

    async def _interrupt(self, entry: Entry, *, clean: bool) -> None:
        await self._persist(lambda: self._store.interrupt(entry.job.id, clean=clean, begun=entry.begun))
        self._telemetry.count("jobs.interrupted", kind=entry.job.kind)
        self._changed(entry, replace(entry.job, state=JobState.INTERRUPTED))
        entry.ended.set()

    def _progress(self, entry: Entry, stage: str, share: float) -> None:
        if entry.phase == "running":
            self._changed(entry, replace(entry.job, stage=stage, share=share))

    async def _persist(self, write: Callable[[], Awaitable[_T]]) -> _T:
        """Write, and try again while the database refuses: a full disk is mended without a restart."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await write()
            except StoreError as error:
                if self.closing.is_set():
                    raise
                _log.error("a job's state could not be written, next try in %.0f s: %s", pause, error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.closing.wait()
            pause = min(2 * pause, LONGEST_PAUSE)


def _quiet(entry: Entry) -> None:
    for timer in entry.timers:
        timer.cancel()
    entry.timers.clear()


def _state(error: RavsgError) -> JobState:
    if isinstance(error, JobCancelled):
        return JobState.CANCELLED
    if isinstance(error, JobTimedOut):
        return JobState.TIMED_OUT
    return JobState.REFUSED if isinstance(error, Refused) else JobState.FAILED


def _sentence(error: RavsgError) -> str:
    return f"{error.user_message} {error.remedy}".strip()
