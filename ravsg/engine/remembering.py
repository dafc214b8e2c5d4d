"""Both directions of memory: what shapes a job, and what is kept of its result.

A result is embedded while its job still has the models (`prepare_*`), the vectors are committed with it, and they go
into memory only after delivery (`keep`), when a message exists that a link can lead to. So remembering needs no
model, survives a restart, and may be repeated. Consent is asked twice: before embedding, to spare the work, and by
`Memory` itself before anything is stored. This module does not choose among memories: `ravsg.memory` does.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ravsg.engine.guard import of_this_server
from ravsg.engine.keepsakes import Keepsake, pack, unpack
from ravsg.engine.words import fitting
from ravsg.jobs.job import Job
from ravsg.memory.chunks import split
from ravsg.memory.query import Query
from ravsg.picture.shapes import thumbnail
from ravsg.store.memory_filter import MemoryFilter
from ravsg.story.lengths import head
from ravsg.types import Embedded, EmbedTask, Memorable, MemoryKind, Painting, Recalled, StepRunner, Story

if TYPE_CHECKING:
    from ravsg.config import MemorySection
    from ravsg.memory.service import Memory

KEEPSAKES: Final = "memory"
"""Name of the result blob that holds what is to be remembered, until it is."""
QUESTION: Final = "question"
"""Name of the result blob that holds what memory was asked, so that a verdict can be given on what it answered."""
CAPTION_CHARACTERS: Final = 300
"""So much of a story's beginning stands under the picture it was told from: its names return with the picture."""


class Remembering:
    """What the recipes know of memory."""

    def __init__(self, memory: Memory, config: MemorySection, floor: float) -> None:
        self._memory = memory
        self._config = config
        self._floor = floor if config.score_floor == "auto" else config.score_floor

    async def recall(
        self, job: Job, query: Embedded, words: str, where: MemoryFilter | None = None
    ) -> tuple[Recalled, ...]:
        """The memories of this server that lie nearest to the query's vectors and words, from both indices.

        Only channels that the audience of the job's channel may read are searched. What the job goes on from is left
        out, for it is at hand already, and so are the tries that it takes the place of, and what is not fit to stand
        beside the job's words (`ravsg.safety`). `where`: narrower than `within_reach` of the job.
        """
        if not self._config.recall:
            return ()
        found = await self._memory.recall(
            job.origin.guild_id,
            Query.of(words, query),
            where or within_reach(job),
            top_k=self._config.recall,
            floor=self._floor,
        )
        kept = await fitting(found, words, adult=job.kind == "paint" and bool(job.request.get("adult")))
        return of_this_server(job.origin.guild_id, kept)

    @staticmethod
    def question(query: Embedded, words: str, woven: Sequence[Recalled]) -> dict[str, bytes]:
        """The blob that keeps the question, where it was answered; it goes with its job."""
        return {QUESTION: Query.of(words, query).pack()} if woven else {}

    async def prepare_story(
        self, job: Job, story: Story, picture: bytes, seen: Embedded, run: StepRunner
    ) -> dict[str, bytes]:
        """The blob that remembers a story, and the picture it was told from if that is the member's own."""
        if not await self.allowed(job):
            return {}
        chunks = split(story.text, self._config.chunk_characters, self._config.chunk_overlap)
        told = await run.embed(EmbedTask(texts=tuple(f"{story.title}. {chunk}" for chunk in chunks)))
        seen_there = (story.analysis.setting, *story.analysis.characters, *story.analysis.objects)
        keywords = tuple(filter(None, (*seen_there, story.analysis.mood)))
        item = memorable(job, MemoryKind.STORY, story.text, story.title, keywords=keywords)
        keepsakes = [Keepsake(item, tuple(chunks), told.texts, told.model)]
        if job.request.get("own_picture", True):
            caption = f"{', '.join(seen_there)}. {head(story.text, CAPTION_CHARACTERS)}".strip()
            item = memorable(job, MemoryKind.PICTURE, caption, story.title, keywords=keywords, picture=picture)
            small = await asyncio.to_thread(thumbnail, picture)
            keepsakes.append(Keepsake(item, (caption,), seen.pictures, seen.model, small))
        return {KEEPSAKES: pack(keepsakes)}

    async def prepare_painting(self, job: Job, painting: Painting, run: StepRunner) -> dict[str, bytes]:
        """The blob that remembers painted pictures."""
        if not await self.allowed(job):
            return {}
        seen = await run.embed(EmbedTask(pictures=tuple(picture.png for picture in painting.pictures)))
        scene = painting.scene
        title = scene.subjects or scene.setting or "A picture"
        keywords = tuple(filter(None, (scene.setting, scene.subjects, scene.atmosphere, scene.keywords)))
        keepsakes = [
            Keepsake(
                memorable(job, MemoryKind.PICTURE, picture.alt_text, title, keywords=keywords, picture=picture.png),
                (picture.alt_text,),
                seen.pictures[i : i + 1],
                seen.model,
                await asyncio.to_thread(thumbnail, picture.png),
            )
            for i, picture in enumerate(painting.pictures)
        ]
        return {KEEPSAKES: pack(keepsakes)}

    async def keep(
        self, job: Job, blobs: Mapping[str, bytes], message_id: int | None, place: Mapping[str, Any] | None = None
    ) -> list[int]:
        """Put what was prepared into memory; gives its memories' ids, none where consent is missing by now. `place`:
        book, chapter and branch, where they are known only now."""
        ids: list[int] = []
        for keepsake in unpack(blobs[KEEPSAKES]) if KEEPSAKES in blobs else ():
            ids += await self._memory.remember(
                job.origin.guild_id,
                replace(keepsake.item, message_id=message_id, **(place or {})),
                keepsake.chunks,
                keepsake.vectors,
                keepsake.model,
                picture=keepsake.picture or None,
            )
        return ids

    async def allowed(self, job: Job) -> bool:
        """Whether the job's member has what is made for them remembered."""
        return await self._memory.may_remember(job.origin.guild_id, job.origin.author_id)


def within_reach(job: Job, *kinds: MemoryKind) -> MemoryFilter:
    """What may shape a job: of channels that its audience may read, without itself and what it comes from; of books,
    where a passage of one is painted, only what that passage's line of telling knows."""
    branches = job.request.get("branches") if job.kind == "paint" else None
    return MemoryFilter(
        kinds=kinds or tuple(MemoryKind),
        channels={job.origin.channel_id, *(job.request.get("visible_channels") or ())},
        without_jobs=tuple(filter(None, (job.id, job.parent_id, *job.request.get("instead_of", ())))),
        branches=None if branches is None else [(str(key), until) for key, until in branches],
    )


def question_of(blobs: Mapping[str, bytes]) -> Query | None:
    """What memory was asked for a job, out of its result blobs; None where nothing was recalled for it."""
    return Query.unpack(blobs[QUESTION]) if QUESTION in blobs else None


def memorable(
    job: Job, kind: MemoryKind, text: str, title: str, *, keywords: tuple[str, ...], picture: bytes | None = None
) -> Memorable:
    """A result as memory is offered it, in the name of who asked for the job and where it will stand."""
    place = job.request.get("place") or {}
    return Memorable(
        kind=kind,
        text=text,
        title=title,
        author_id=job.origin.author_id,
        author_name=job.origin.author_name,
        channel_id=job.origin.channel_id,
        message_id=None,
        job_id=job.id,
        picture_sha=hashlib.sha256(picture).hexdigest() if picture else None,
        parent_channel_id=place.get("parent_channel_id"),
        private=bool(place.get("private")),
        book_id=place.get("book_id"),
        chapter=place.get("chapter"),
        branch=place.get("branch"),
        keywords=keywords,
    )
