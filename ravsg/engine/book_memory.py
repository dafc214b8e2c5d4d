"""Both directions of memory for books: what a chapter or a turn may recall, and what is kept of it.

A branch knows itself and its ancestors up to where it leaves them, and of those the last chapters (`CHAPTERS_BACK`);
beside them only what members pinned. The first chapter, which has nothing before it, recalls like a story. What the
tables' filter means is `ravsg.store.memory_filter`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ravsg.engine.book_results import BookRequest, PlateResult
from ravsg.engine.keepsakes import Keepsake, pack
from ravsg.engine.remembering import CAPTION_CHARACTERS, KEEPSAKES, Remembering, memorable, within_reach
from ravsg.memory.chunks import split
from ravsg.picture.shapes import thumbnail
from ravsg.story.lengths import head
from ravsg.story.plan import Plan
from ravsg.types import Embedded, EmbedTask, Memorable, MemoryKind, Recalled, StepRunner

if TYPE_CHECKING:
    from ravsg.config import MemorySection
    from ravsg.jobs.job import Job
    from ravsg.store.memory_filter import MemoryFilter

CHAPTERS_BACK: Final = 3
"""Chapters before the present one that it may recall: what is older stands in the summary."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to be kept of a chapter or a turn."""

    title: str
    text: str
    keywords: tuple[str, ...]
    plan: Plan
    plate: PlateResult | None = None
    picture: bytes | None = None
    """The member's own picture that it was told from, where it is not remembered yet."""


class BookMemory:
    """What the recipes of books know of memory."""

    def __init__(self, remembering: Remembering, config: MemorySection, *, own_book: bool) -> None:
        """`own_book`: whether a later chapter recalls the earlier ones; those that are pinned it always does."""
        self._remembering = remembering
        self._config = config
        self._own_book = own_book

    async def recall(self, job: Job, request: BookRequest, seen: Embedded, words: str) -> tuple[Recalled, ...]:
        """What may shape a chapter or a turn: pinned ones first, then the nearest, `[memory] recall` at most."""
        own = _of_branch(job, request)
        pinned = await self._remembering.recall(job, seen, words, replace(own, beside_book=True, pinned=True))
        first = request.number == 1
        if job.kind == "chapter" and not first and not self._own_book:
            return pinned[: self._config.recall]
        # a turn is shown the last ones word for word, and may recall older ones; a chapter has a summary of those
        back = request.number - CHAPTERS_BACK if job.kind == "chapter" and not first else None
        near = await self._remembering.recall(job, seen, words, replace(own, beside_book=first, chapter_from=back))
        known = {one.memory_id for one in pinned}
        return (*pinned, *(one for one in near if one.memory_id not in known))[: self._config.recall]

    async def prepare(self, job: Job, kept: Kept, seen: Embedded, run: StepRunner) -> dict[str, bytes]:
        """The blob that remembers a chapter or a turn, its illustration, and the picture it was told from. `seen`
        holds that picture's vector."""
        if not await self._remembering.allowed(job):
            return {}
        chunks = split(kept.text, self._config.chunk_characters, self._config.chunk_overlap)
        pictures = (kept.plate.png,) if kept.plate else ()
        told = await run.embed(EmbedTask(texts=tuple(f"{kept.title}. {one}" for one in chunks), pictures=pictures))
        analysis = kept.plan.analysis
        names = tuple(one.name for one in kept.plan.cast if one.name in kept.text)
        keywords = tuple(dict.fromkeys(filter(None, (*kept.keywords, *names, analysis.setting))))
        item = memorable(job, MemoryKind.STORY, kept.text, kept.title, keywords=keywords)
        keepsakes = [Keepsake(item, tuple(chunks), told.texts, told.model)]
        if kept.plate:
            item = memorable(
                job, MemoryKind.PICTURE, kept.plate.alt, kept.title, keywords=keywords, picture=kept.plate.png
            )
            keepsakes.append(await _pictured(item, kept.plate.png, told))
        if kept.picture and len(seen.pictures):
            there = (analysis.setting, *analysis.characters, *analysis.objects)
            caption = f"{', '.join(there)}. {head(kept.text, CAPTION_CHARACTERS)}".strip()
            item = memorable(job, MemoryKind.PICTURE, caption, kept.title, keywords=keywords, picture=kept.picture)
            keepsakes.append(await _pictured(item, kept.picture, seen))
        return {KEEPSAKES: pack(keepsakes)}

    def question(self, seen: Embedded, words: str, woven: Sequence[Recalled]) -> dict[str, bytes]:
        """The blob that keeps what memory was asked, where it answered."""
        return self._remembering.question(seen, words, woven)


async def _pictured(item: Memorable, picture: bytes, seen: Embedded) -> Keepsake:
    small = await asyncio.to_thread(thumbnail, picture)
    return Keepsake(item, (item.text,), seen.pictures[:1], seen.model, small)


def _of_branch(job: Job, request: BookRequest) -> MemoryFilter:
    """What the job's audience may read of its branch and that branch's ancestors."""
    return replace(within_reach(job), book_id=request.book_id, branches=request.branches)
