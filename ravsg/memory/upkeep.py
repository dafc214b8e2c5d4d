"""What memory does by itself: forget what is older than a server wants, and embed anew when the model has changed.

Both begin with the bot and return every hour. Vectors of another model are not compared, so until it is embedded anew
a memory is found by its words alone. It goes server by server in small batches, each committed: after a restart it
goes on where it stopped, because what is done has the new model's name in its row. The embedder is given.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.errors import BadInput, RavsgError
from ravsg.store.embeddings import EmbeddingStore, Outdated, Progress
from ravsg.types import Embedded, EmbedTask, MemoryKind

if TYPE_CHECKING:
    from ravsg.memory.service import Memory

Embed = Callable[[int, EmbedTask], Awaitable[Embedded]]
"""Embeds for a server when nobody waits for the device. Raises RavsgError."""

HOURS: Final = 1.0
BATCH: Final = 8
"""Memories a batch: a member who asks meanwhile waits for one batch at most."""
_DAY_MS: Final = 86_400_000
_log = logging.getLogger(__name__)


class Upkeep:
    """The background work of one memory."""

    def __init__(self, memory: Memory, embeddings: EmbeddingStore, embed: Embed, *, hours: float = HOURS) -> None:
        self._memory = memory
        self._embeddings = embeddings
        self._embed = embed
        self._hours = hours
        self._model = ""

    async def run(self) -> None:
        """Until it is cancelled. What fails is a line in the log, and tried again in an hour."""
        while True:
            for work in (self.sweep, self.embed_anew):
                try:
                    await work()
                except RavsgError as error:
                    _log.warning("upkeep of memory stopped early: %s", error)
                except Exception:
                    _log.exception("upkeep of memory broke")
            await asyncio.sleep(self._hours * 3600)

    async def sweep(self, now_ms: int | None = None) -> int:
        """Forget what is older than its server wants and was not pinned; gives how many memories went.

        Raises StoreError.
        """
        now = time.time_ns() // 1_000_000 if now_ms is None else now_ms
        gone = 0
        for guild_id, days in (await self._memory.policy.retentions()).items():
            gone += await self._memory.forget_older(guild_id, now - days * _DAY_MS)
        if gone:
            _log.info("%d memories were older than their servers want and are forgotten", gone)
        return gone

    async def progress(self) -> Progress | None:
        """How far the vectors are the present model's; None until that model is known. Raises StoreError."""
        return await self._embeddings.progress(self._model) if self._model else None

    async def embed_anew(self) -> None:
        """Bring every memory to the present model. Raises RavsgError where the embedder or the store fails."""
        if not await self._embeddings.any_kept():
            return
        self._model = (await self._embed(0, EmbedTask(texts=("",)))).model
        after, done = (-(2**63), 0), 0
        while batch := await self._embeddings.outdated(self._model, after=after, limit=BATCH):
            for guild_id, memories in itertools.groupby(batch, key=lambda one: one.guild_id):
                done += await self._embed_batch(guild_id, list(memories))
            after = (batch[-1].guild_id, batch[-1].memory_id)
        if done:
            _log.info("%d memories were embedded anew by %s", done, self._model)

    async def _embed_batch(self, guild_id: int, memories: Sequence[Outdated]) -> int:
        try:
            embedded = await self._embed(guild_id, _task(memories))
        except BadInput:
            if len(memories) > 1:  # one picture that cannot be read must not keep the others from it
                return sum([await self._embed_batch(guild_id, [one]) for one in memories])
            _log.warning("memory %d of server %d has a damaged picture", memories[0].memory_id, guild_id)
            return 0
        texts, pictures = iter(embedded.texts), iter(embedded.pictures)
        done = 0
        for one in memories:
            # a picture's memory has one passage, its caption; its vector is the picture's
            rows = [next(texts if one.kind is MemoryKind.STORY else pictures) for _ in one.parts]
            done += await self._memory.embed_anew(one, np.stack(rows), embedded.model)
        return done


def _task(memories: Sequence[Outdated]) -> EmbedTask:
    stories = [one for one in memories if one.kind is MemoryKind.STORY]
    # as `ravsg.engine.remembering` embeds them: each passage under its story's title
    texts = [f"{one.title}. {one.parts[part]}" for one in stories for part in sorted(one.parts)]
    pictures = [one.picture for one in memories if one.kind is MemoryKind.PICTURE for _ in one.parts]
    return EmbedTask(tuple(texts), tuple(picture for picture in pictures if picture is not None))
