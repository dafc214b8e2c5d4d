"""A remembered picture lends its colours: which one a painting begins from, where a scene was painted before.

Among the memories that shape a painting it is the one whose picture shows the scene, under a threshold of its own
(a text and a picture are never as alike as two pictures); else one that members pinned. Nothing is added to what
recall chose. Figures and faces are somebody's; they are washed out before, so that colours alone are lent. How much
of them is kept is a setting; painting with it is the artist's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ravsg.engine.guard import of_this_server
from ravsg.engine.places import MOST
from ravsg.engine.remembering import within_reach
from ravsg.memory.query import Query
from ravsg.picture.shapes import colours
from ravsg.types import EmbedTask, MemoryKind, Recalled, SceneCard, StepRunner

if TYPE_CHECKING:
    from ravsg.config import MemorySection
    from ravsg.jobs.job import Job
    from ravsg.memory.service import Memory


@dataclass(frozen=True, slots=True)
class Lender:
    """The memory whose picture a painting begins from, and the colours of that picture (PNG)."""

    memory: Recalled
    picture: bytes


class Colours:
    """Knows a scene again."""

    def __init__(self, memory: Memory, config: MemorySection, same_scene: float) -> None:
        self._memory = memory
        self._kept = config.lent_colours
        self._floor = same_scene if config.same_scene == "auto" else config.same_scene

    async def lender(self, job: Job, scene: SceneCard, woven: Sequence[Recalled], run: StepRunner) -> Lender | None:
        """Who lends, if anybody: the picture nearest to the scene first, then the first pinned one.

        A variant has a picture of its own to begin from. What was forgotten since it was recalled, or is not visible
        any more, lends nothing. Raises StoreError, ModelError, JobCancelled.
        """
        if not woven or not self._kept or job.request.get("reference_strength", 0) > 0:
            return None
        words = ", ".join(filter(None, asdict(scene).values()))
        seen = await run.embed(EmbedTask(texts=(words,)))
        alike = await self._memory.recall(
            job.origin.guild_id,
            Query(texts=seen.texts, model=seen.model),
            within_reach(job, MemoryKind.PICTURE),
            top_k=MOST,
            floor=self._floor,
        )
        nearest = {one.job_id: place for place, one in enumerate(alike)}
        there = sorted((one for one in woven if one.job_id in nearest), key=lambda one: nearest[one.job_id])
        pinned = [one for one in woven if one.pinned and one.job_id not in nearest]
        for one in of_this_server(job.origin.guild_id, (*there, *pinned)):
            if picture := await self._picture(job, one):
                return Lender(one, picture)
        return None

    async def _picture(self, job: Job, memory: Recalled) -> bytes | None:
        """The colours of a memory's picture, if it is still there and the job's audience may see it."""
        guild_id = job.origin.guild_id
        if await self._memory.one(guild_id, memory.memory_id, within_reach(job)) is None:
            return None
        picture = await self._memory.picture(guild_id, memory.memory_id)
        return None if picture is None else await asyncio.to_thread(colours, picture)
