"""Both directions of memory: what shapes a job, and what is kept of its result.

A result is embedded while its job still has the models (`prepare_*`), the vectors are committed with it, and they go
into memory only after delivery (`keep`), when a message exists that a link can lead to. So remembering needs no
model, survives a restart, and may be repeated. Consent is asked twice: before embedding, to spare the work, and by
`Memory` itself before anything is stored. This module does not choose among memories: `ravsg.memory` does.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.engine.words import fitting
from ravsg.jobs.job import Job
from ravsg.memory.chunks import split
from ravsg.picture.shapes import thumbnail
from ravsg.story.lengths import head
from ravsg.types import Embedded, EmbedTask, Memorable, MemoryKind, Painting, Recalled, StepRunner, Story

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.config import MemorySection
    from ravsg.memory.service import Memory

KEEPSAKES: Final = "memory"
"""Name of the result blob that holds what is to be remembered, until it is."""
CAPTION_CHARACTERS: Final = 300
"""So much of a story's beginning stands under the picture it was told from: its names return with the picture."""


@dataclass(frozen=True, slots=True)
class Keepsake:
    """One thing to remember: its passages, their vectors [len(chunks), d], and a small picture for receipts."""

    item: Memorable
    chunks: tuple[str, ...]
    vectors: npt.NDArray[np.float32]
    model: str
    picture: bytes = b""


class Remembering:
    """What the recipes know of memory."""

    def __init__(self, memory: Memory, config: MemorySection, floor: float) -> None:
        self._memory = memory
        self._config = config
        self._floor = floor if config.score_floor == "auto" else config.score_floor

    async def recall(self, job: Job, query: Embedded, words: str) -> tuple[Recalled, ...]:
        """The memories of this server that lie nearest to the query's vectors and words, from both indices.

        Only channels that the audience of the job's channel may read are searched. What the job goes on from is left
        out, for it is at hand already, and so are the tries that it takes the place of, and what is not fit to stand
        beside the job's words (`ravsg.safety`).
        """
        if not self._config.recall:
            return ()
        channels = {job.origin.channel_id, *(job.request.get("visible_channels") or ())}
        found = await self._memory.recall(
            job.origin.guild_id,
            np.concatenate([query.pictures, query.texts]),
            kinds=tuple(MemoryKind),
            top_k=self._config.recall,
            floor=self._floor,
            model=query.model,
            words=words,
            channel_visible=channels.__contains__,
            exclude_jobs=tuple(filter(None, (job.id, job.parent_id, *job.request.get("instead_of", ())))),
        )
        return await fitting(found, words, adult=job.kind == "paint" and bool(job.request.get("adult")))

    async def prepare_story(
        self, job: Job, story: Story, picture: bytes, seen: Embedded, run: StepRunner
    ) -> dict[str, bytes]:
        """The blob that remembers a story, and the picture it was told from if that is the member's own."""
        if not await self._allowed(job):
            return {}
        chunks = split(story.text, self._config.chunk_characters, self._config.chunk_overlap)
        told = await run.embed(EmbedTask(texts=tuple(f"{story.title}. {chunk}" for chunk in chunks)))
        item = _memorable(job, MemoryKind.STORY, story.text, story.title)
        keepsakes = [Keepsake(item, tuple(chunks), told.texts, told.model)]
        if job.request.get("own_picture", True):
            seen_there = ", ".join((story.analysis.setting, *story.analysis.characters, *story.analysis.objects))
            caption = f"{seen_there}. {head(story.text, CAPTION_CHARACTERS)}".strip()
            item = _memorable(job, MemoryKind.PICTURE, caption, story.title, picture)
            small = await asyncio.to_thread(thumbnail, picture)
            keepsakes.append(Keepsake(item, (caption,), seen.pictures, seen.model, small))
        return {KEEPSAKES: pack(keepsakes)}

    async def prepare_painting(self, job: Job, painting: Painting, run: StepRunner) -> dict[str, bytes]:
        """The blob that remembers painted pictures."""
        if not await self._allowed(job):
            return {}
        seen = await run.embed(EmbedTask(pictures=tuple(picture.png for picture in painting.pictures)))
        title = painting.scene.subjects or painting.scene.setting or "A picture"
        keepsakes = [
            Keepsake(
                _memorable(job, MemoryKind.PICTURE, picture.alt_text, title, picture.png),
                (picture.alt_text,),
                seen.pictures[i : i + 1],
                seen.model,
                await asyncio.to_thread(thumbnail, picture.png),
            )
            for i, picture in enumerate(painting.pictures)
        ]
        return {KEEPSAKES: pack(keepsakes)}

    async def keep(self, job: Job, blobs: Mapping[str, bytes], message_id: int | None) -> list[int]:
        """Put what was prepared into memory; gives its memories' ids, none where consent is missing by now."""
        ids: list[int] = []
        for keepsake in unpack(blobs[KEEPSAKES]) if KEEPSAKES in blobs else ():
            ids += await self._memory.remember(
                job.origin.guild_id,
                replace(keepsake.item, message_id=message_id),
                keepsake.chunks,
                keepsake.vectors,
                keepsake.model,
                picture=keepsake.picture or None,
            )
        return ids

    async def _allowed(self, job: Job) -> bool:
        return await self._memory.may_remember(job.origin.guild_id, job.origin.author_id)


def pack(keepsakes: Sequence[Keepsake]) -> bytes:
    """Keepsakes as an .npz file: their words as JSON, vectors as float32 arrays, pictures as bytes."""
    meta = [{"item": asdict(k.item), "chunks": k.chunks, "model": k.model} for k in keepsakes]
    arrays: dict[str, npt.NDArray[np.generic]] = {"meta": _bytes(json.dumps(meta).encode())}
    for i, keepsake in enumerate(keepsakes):
        arrays |= {f"vectors_{i}": keepsake.vectors, f"picture_{i}": _bytes(keepsake.picture)}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(data: bytes) -> list[Keepsake]:
    """What `pack` made."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return [
            Keepsake(
                Memorable(**{**entry["item"], "kind": MemoryKind(entry["item"]["kind"])}),
                tuple(entry["chunks"]),
                file[f"vectors_{i}"],
                entry["model"],
                file[f"picture_{i}"].tobytes(),
            )
            for i, entry in enumerate(json.loads(file["meta"].tobytes()))
        ]


def _bytes(data: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(data, dtype=np.uint8)


def _memorable(job: Job, kind: MemoryKind, text: str, title: str, picture: bytes | None = None) -> Memorable:
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
    )
