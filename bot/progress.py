"""A job's state as edits of one message: no more often than allowed, with the newest state, always with an end.

Each followed job has one line (`bot.progress_lines`). Edits are coalesced: while one waits for its turn, newer states
replace what it will say. When a job ends badly and its line cannot be reached any more (an interaction lives 15
minutes, a restart forgets it), the member is told by an ordinary message. Results are posted by `bot.results`; this
module only points to them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from bot import texts
from bot.courier import DiscordDown
from bot.delivery import Delivery, Posted
from bot.embeds import message_link
from bot.markup import safe
from bot.outgoing import Outgoing
from bot.progress_lines import Line, OpenLine
from bot.views import cancel_buttons
from ravsg.errors import RavsgError
from ravsg.jobs.job import TERMINAL, Job, JobState
from ravsg.jobs.service import JobService

_log = logging.getLogger(__name__)
USUAL_PATIENCE: Final = 8.0
LAST_PATIENCE: Final = 120.0
"""Seconds for which a Discord that does not answer is offered a state, and the last state."""
NOTICE_PAUSE: Final = 300.0
"""Seconds after which a bad end that nobody could be told is told again."""
FAREWELL_SECONDS: Final = 2.0
"""At shutdown: for how long interrupted jobs' members are told."""


class Progress:
    """Shows how far jobs are. `posted` tells where a job's result stands, `notice` posts an ordinary message once."""

    def __init__(
        self,
        jobs: JobService,
        delivery: Delivery,
        *,
        seconds: float,
        posted: Callable[[str], Awaitable[Posted | None]],
        notice: Callable[[Job, str], Awaitable[None]],
    ) -> None:
        self._jobs = jobs
        self._delivery = delivery
        self._seconds = seconds
        self._posted = posted
        self._notice = notice
        self._followed: dict[str, _Followed] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, job: Job, line: Line, remarks: Sequence[str] = ()) -> None:
        """Show this job in this line from now on. Call it without waiting after the job was accepted.

        `remarks` stand under the state.
        """
        followed = _Followed(job, line, remarks)
        self._followed[job.id] = followed
        followed.changed.set()
        self._spawn(self._write(followed), job.id)

    def on_change(self, job: Job) -> None:
        """Take a new state; called by the jobs at every change, on the event loop."""
        followed = self._followed.get(job.id)
        if followed is not None:
            followed.job = job
            followed.changed.set()
        elif job.progress_message_id is not None:
            line = OpenLine(self._delivery, job.origin.channel_id, message_id=job.progress_message_id)
            self.follow(job, line)
        elif job.state in TERMINAL:
            self._spawn(self._finish(_Followed(job, None)), job.id)

    async def show_result(self, job_id: str, message: Outgoing) -> bool:
        """Have a job's line show its result, as the last word; False where nobody can be reached this way."""
        followed = self._followed.get(job_id)
        if followed is None:
            return False
        followed.last = message
        try:
            shown = await followed.show(message, LAST_PATIENCE)
        except RavsgError as error:
            _log.info("the result of job %s could not be shown privately: %s", job_id, error)
            shown = False
        if not shown:
            followed.last = None
        return shown

    async def close(self) -> None:
        """Stop showing, and say of interrupted jobs that they go on. Ends that are not told are told at the start."""
        interrupted = [one for one in self._followed.values() if one.job.state is JobState.INTERRUPTED]
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                shown = (one.show(self._message(one.job, one.remarks), FAREWELL_SECONDS) for one in interrupted)
                await asyncio.gather(*shown, return_exceptions=True)
        except TimeoutError:
            _log.info("not every member could be told that their job goes on later")

    def _spawn(self, work: Any, job_id: str) -> None:
        task = asyncio.create_task(work, name=f"progress of {job_id}")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed", task.get_name(), exc_info=error)

    async def _write(self, followed: _Followed) -> None:
        """The one writer of a line, until its job has ended."""
        last = float("-inf")
        try:
            # the job may have gone on between its acceptance and this moment
            followed.job = await self._jobs.get(followed.job.id) or followed.job
            while True:
                await followed.changed.wait()
                if followed.job.state not in TERMINAL:
                    await self._pause(followed, last + self._seconds - time.monotonic())
                followed.changed.clear()
                if followed.job.state in TERMINAL:
                    await self._finish(followed)
                    return
                try:
                    await followed.show(self._message(followed.job, followed.remarks), USUAL_PATIENCE)
                    await self._keep_place(followed)
                except RavsgError as error:
                    _log.info("progress of job %s could not be shown: %s", followed.job.id, error)
                last = time.monotonic()
        finally:
            self._followed.pop(followed.job.id, None)

    async def _keep_place(self, followed: _Followed) -> None:
        """Have the job know its message, so that a restart finds it."""
        place = followed.line.message_id if followed.line is not None else None
        if place is not None and place != followed.job.progress_message_id:
            await self._jobs.set_progress_message(followed.job.id, place)
            followed.job = replace(followed.job, progress_message_id=place)

    async def _pause(self, followed: _Followed, seconds: float) -> None:
        """Wait for the next edit's turn, or for the job's end."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and followed.job.state not in TERMINAL:
            followed.changed.clear()
            try:
                # not wait_for: before Python 3.12 it loses a cancellation that comes together with the change
                async with asyncio.timeout(left):
                    await followed.changed.wait()
            except TimeoutError:
                return

    def _message(self, job: Job, remarks: Sequence[str]) -> Outgoing:
        estimate = self._jobs.estimate(job.id)
        due = None if estimate is None else round(time.time() + estimate)
        if job.state is JobState.QUEUED:
            text = texts.accepted(job.kind, job.id, self._jobs.position(job.id), due)
        elif job.state is JobState.INTERRUPTED:
            text = texts.interrupted(job.kind, job.id)
        else:
            text = texts.working(job.kind, job.id, job.stage, job.share, due)
        return Outgoing("\n".join((text, *(safe(one) for one in remarks))), view=cancel_buttons([job.id]))

    async def _finish(self, followed: _Followed) -> None:
        """The last word on a job. A bad end is told in the open where the line is dead."""
        job = followed.job
        if job.state is JobState.DONE:
            await self._point_to_result(followed)
            return
        if job.state is JobState.CANCELLED:
            text = texts.cancelled(job.kind, job.id)
        else:
            text = texts.ended_badly(job.kind, job.id, job.error)
        try:
            told = await followed.show(Outgoing(text), LAST_PATIENCE)
        except RavsgError as error:
            _log.info("the end of job %s could not be shown: %s", job.id, error)
            told = False
        if not told and job.state is not JobState.CANCELLED:
            await self._tell_in_the_open(job)
        await self._jobs.told(job.id)

    async def _tell_in_the_open(self, job: Job) -> None:
        """By an ordinary message, for as long as it takes; if the bot stops meanwhile, its next start tells it."""
        text = texts.ended_badly(job.kind, job.id, job.error)
        while True:
            try:
                await self._notice(job, text)
                return
            except DiscordDown as error:
                _log.warning("the end of job %s could be told to nobody yet: %s", job.id, error)
            await asyncio.sleep(NOTICE_PAUSE)

    async def _point_to_result(self, followed: _Followed) -> None:
        job = followed.job
        if followed.line is None:
            return
        last = followed.last  # once more, in case an edit from before arrived after it
        if last is None:
            place = await self._posted(job.id)
            link = message_link(job.origin.guild_id, place.channel_id, place.message_id) if place else ""
            ready = texts.delivered(job.kind, job.id, link)
            last = Outgoing("\n".join((ready, *(safe(one) for one in followed.remarks))))
        try:
            await followed.line.close(last, LAST_PATIENCE)
        except RavsgError as error:
            _log.info("the line of job %s could not be closed: %s", job.id, error)


class _Followed:
    """A job on the way to its line; `line` is None where there is none (any more)."""

    def __init__(self, job: Job, line: Line | None, remarks: Sequence[str] = ()) -> None:
        self.job = job
        self.line = line
        self.remarks = remarks
        self.last: Outgoing | None = None
        """The result, where the line itself shows it."""
        self.changed = asyncio.Event()

    async def show(self, message: Outgoing, patience: float) -> bool:
        return self.line is not None and await self.line.show(message, patience)
