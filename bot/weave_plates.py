"""Pictures of turns become illustrations of the book: whoever paints a turn illustrates it, and the newest counts.

The picture is posted like every painting, and is kept with its turn before its job ends, so that no death loses it.
"""

from __future__ import annotations

import logging

from ravsg.engine.results import painting_of
from ravsg.errors import RavsgError
from ravsg.jobs.job import Job
from ravsg.jobs.service import JobService
from ravsg.store.book_rows import NewPlate
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)


class Plates:
    """Keeps pictures of turns."""

    def __init__(self, store: BookStore, jobs: JobService) -> None:
        self._store = store
        self._jobs = jobs

    async def keep(self, job: Job) -> None:
        """A result stands in its channel: where it is a picture of a turn, keep it; again is harmless."""
        if job.kind != "paint" or not isinstance(job.request.get("piece_id"), int):
            return
        try:
            await self._keep(job)
        except RavsgError as error:
            _log.warning("the illustration of job %s could not be kept: %s", job.id, error)

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
