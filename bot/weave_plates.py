"""Pictures of turns become illustrations of the book: whoever paints a turn illustrates it, and the newest counts.

The picture is posted like every painting; it is kept with its turn once that is done.
"""

from __future__ import annotations

import asyncio
import logging

from ravsg.engine.results import painting_of
from ravsg.jobs.job import Job, JobState
from ravsg.jobs.service import JobService
from ravsg.store.book_rows import NewPlate
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)


class Plates:
    """Keeps pictures of turns."""

    def __init__(self, store: BookStore, jobs: JobService) -> None:
        self._store = store
        self._jobs = jobs
        self._tasks: set[asyncio.Task[None]] = set()

    def on_change(self, job: Job) -> None:
        """A job's state changed: a picture of a turn that is done is kept."""
        if job.kind == "paint" and job.state is JobState.DONE and isinstance(job.request.get("piece_id"), int):
            task = asyncio.create_task(self._keep(job), name=f"illustration of job {job.id}")
            self._tasks.add(task)
            task.add_done_callback(self._done)

    async def settled(self) -> None:
        """Wait for what is being kept."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, job: Job) -> None:
        piece = await self._store.piece(job.origin.guild_id, job.request["piece_id"])
        painting = painting_of(job, await self._jobs.blobs(job.id, "result"))
        if piece is None or piece.state != "told" or not painting.pictures:
            return
        shown = painting.pictures[0]
        await self._store.add_plate(
            piece.guild_id,
            NewPlate(piece.id, shown.png, shown.alt_text, shown.seed, painting.style, "fits", job.id),
        )

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s could not be kept", task.get_name(), exc_info=error)
