"""We have been here before: which of the memories that shape a story show the place of the picture it is told of.

Recall ranks by words and texts too, so a high place among its results does not say that two pictures are alike. Here
the posted picture is compared with pictures alone, under a threshold of its own. Nothing is added to what recall
chose: verdicts of members, consent and visibility hold as they do there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ravsg.engine.remembering import within_reach
from ravsg.memory.query import Query
from ravsg.types import Embedded, MemoryKind, Recalled

if TYPE_CHECKING:
    from ravsg.config import MemorySection
    from ravsg.jobs.job import Job
    from ravsg.memory.service import Memory

MOST: Final = 25
"""Pictures of the place that are looked at: a favourite place has more of them than a story is woven from."""


class Places:
    """Knows a place again."""

    def __init__(self, memory: Memory, config: MemorySection, same_place: float) -> None:
        self._memory = memory
        self._floor = same_place if config.same_place == "auto" else config.same_place

    async def marked(self, job: Job, seen: Embedded, woven: Sequence[Recalled]) -> tuple[Recalled, ...]:
        """The same memories, marked and first where a picture of their job shows the place of `seen`.

        `seen` holds the picture's vector. Only a picture that was posted comes to a place: what goes on from an
        earlier result never left it. Raises StoreError.
        """
        if not woven or job.parent_id is not None:
            return tuple(woven)
        alike = await self._memory.recall(
            job.origin.guild_id,
            Query(pictures=seen.pictures, model=seen.model),
            within_reach(job, MemoryKind.PICTURE),
            top_k=MOST,
            floor=self._floor,
            repeats=True,  # a picture posted twice shows its place for both of its jobs
        )
        there = {one.job_id for one in alike}
        marked = [replace(one, same_place=one.job_id in there) for one in woven]
        return tuple(sorted(marked, key=lambda one: not one.same_place))  # a prompt has room for the first
