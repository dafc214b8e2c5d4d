"""The memory of every server: remember, recall, correct, forget.

Vectors are given; no model is called here. SQLite is the truth and holds the filters (`ravsg.memory.search`); how a
change reaches rows and indices together is `ravsg.memory.keeper`; who agreed and what servers decided is
`ravsg.memory.policy`. This class does not decide how many memories a prompt has room for.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ravsg.errors import Refused
from ravsg.memory.cache import IndexCache
from ravsg.memory.feedback import verdict_on
from ravsg.memory.keeper import Keeper
from ravsg.memory.policy import Policy
from ravsg.memory.query import Query, unit
from ravsg.memory.search import Searcher
from ravsg.store.consent import ConsentStore
from ravsg.store.feedback import FeedbackStore
from ravsg.store.memories import By, MemoryStore
from ravsg.store.memory_filter import EVERYTHING, MemoryFilter
from ravsg.store.memory_search import MemorySearch
from ravsg.store.memory_settings import MemorySettingsStore
from ravsg.store.vectors import VectorStore

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.config import MemorySection
    from ravsg.store.connection import Database
    from ravsg.store.embeddings import Outdated
    from ravsg.store.feedback import Verdict
    from ravsg.store.memory_rows import KeptMemory, MemoryStats
    from ravsg.types import Memorable, Recalled

_PAGE = 100


class Memory:
    """What servers remember. One object for the whole bot; every method takes the server first."""

    def __init__(self, db: Database, config: MemorySection) -> None:
        self.policy = Policy(ConsentStore(db), MemorySettingsStore(db), config)
        """Consent and the servers' settings."""
        self._store = MemoryStore(db)
        self._rows = MemorySearch(db, title=config.weight_title, keywords=config.weight_keywords)
        self._verdicts = FeedbackStore(db)
        self._cache = IndexCache(VectorStore(db), config)
        self._searcher = Searcher(self._rows, self._verdicts, self._cache, self.policy, config)
        self._keeper = Keeper(self._store, self._cache, self.policy)
        self.on_forgotten: list[Callable[[], None]] = self._keeper.on_forgotten
        """Called whenever memories went: results that quoted them show nothing of them any more."""

    async def close(self) -> None:
        """Stop making indices and writing snapshots of them; nothing is lost."""
        await self._cache.close()

    async def may_remember(self, guild_id: int, author_id: int) -> bool:
        """Whether this member's results may be kept."""
        return await self.policy.may_remember(guild_id, author_id)

    async def set_consent(self, guild_id: int, author_id: int, allowed: bool) -> None:
        """Keep a member's decision. A refusal hides what is there at once; `forget_author` deletes it."""
        await self.policy.set_consent(guild_id, author_id, allowed)

    # ----------------------------------------------------------------- remember

    async def remember(
        self,
        guild_id: int,
        item: Memorable,
        chunks: Sequence[str],
        vectors: npt.NDArray[np.float32],
        model: str,
        *,
        picture: bytes | None = None,
    ) -> list[int]:
        """Keep one result: its chunks with their vectors [len(chunks), d], and a small picture for receipts.

        Gives the memory's id in a list, or an empty list where the author has not agreed: then nothing was stored.
        The same result again is kept once. Runs to its end even when the caller is cancelled. Raises ValueError for
        vectors that do not fit, StoreError, DiskFull.
        """
        if not chunks or vectors.shape[0] != len(chunks):
            raise ValueError(f"{len(chunks)} chunks and vectors of shape {vectors.shape} do not fit")
        return await self._keeper.remember(guild_id, item, chunks, unit(vectors), model=model, picture=picture)

    async def embed_anew(self, old: Outdated, vectors: npt.NDArray[np.float32], model: str) -> bool:
        """Give a memory's passages, in order of their parts, vectors [passages, d] of another model.

        False where it was forgotten or changed meanwhile. Raises ValueError, StoreError, DiskFull.
        """
        return await self._keeper.embed_anew(old, unit(vectors), model)

    # ----------------------------------------------------------------- recall

    async def recall(
        self,
        guild_id: int,
        query: Query,
        where: MemoryFilter = EVERYTHING,
        *,
        top_k: int,
        floor: float,
        repeats: bool = False,
    ) -> list[Recalled]:
        """What may shape a result: at most `top_k` memories, best first, one per job and none that repeats another.

        Nothing whose best cosine is under `floor` is given; a query without vectors goes by its words, and scores
        are 0. Verdicts of members lower what they were said about. With `repeats` what repeats another is given as
        well. Raises StoreError, ValueError.
        """
        if top_k <= 0:
            return []
        return await self._searcher.recall(guild_id, query, where, top_k=top_k, floor=floor, repeats=repeats)

    async def search(
        self, guild_id: int, query: Query, where: MemoryFilter = EVERYTHING, *, limit: int
    ) -> list[Recalled]:
        """What a person looks for, with no floor and no verdicts: the best come first. Raises StoreError."""
        return await self._searcher.search(guild_id, query, where, limit=limit)

    async def recent(
        self, guild_id: int, limit: int, where: MemoryFilter = EVERYTHING, *, offset: int = 0
    ) -> list[Recalled]:
        """The newest memories, newest first, each with its first passage; scores are 0. Raises StoreError."""
        return await self._searcher.recent(guild_id, where, limit=limit, offset=offset)

    async def one(self, guild_id: int, memory_id: int, where: MemoryFilter = EVERYTHING) -> Recalled | None:
        """One memory by its number, if the audience may see it: give its channels in `where`. Raises StoreError."""
        return await self._searcher.one(guild_id, memory_id, where)

    async def picture(self, guild_id: int, memory_id: int) -> bytes | None:
        """The small picture that was kept with a memory or with its job."""
        return await self._rows.picture(guild_id, memory_id)

    async def stats(self, guild_id: int) -> MemoryStats:
        """How much a server remembers."""
        return await self._rows.stats(guild_id)

    async def kept_of(self, guild_id: int, author_id: int) -> AsyncIterator[KeptMemory]:
        """All that is kept of a member, oldest first, for their export. Raises StoreError."""
        after = 0
        while page := await self._rows.of_author(guild_id, author_id, after=after, limit=_PAGE):
            for one in page:
                yield one
            after = page[-1].memory_id

    async def verdicts_of(self, guild_id: int, member_id: int) -> list[Verdict]:
        """What a member said of memories, for their export. Raises StoreError."""
        return await self._verdicts.of_member(guild_id, member_id)

    # ----------------------------------------------------------------- correct

    async def pin(self, guild_id: int, memory_id: int, *, by: int | None) -> bool:
        """Pin a memory for a member, or take its pin away (None); False where there is no such memory.

        What is pinned is recalled rather, and outlives the server's retention. Who may is the caller's affair.
        """
        return await self._store.pin(guild_id, memory_id, by)

    async def not_relevant(self, guild_id: int, memory_id: int, query: Query, *, by: int, job_id: str = "") -> bool:
        """Keep a member's verdict that a memory has nothing to do with a query: it is lowered for like ones.

        False where there is no such memory. Searches that people make do not ask verdicts. Raises StoreError.
        """
        return await self._verdicts.add(guild_id, verdict_on(memory_id, query, by=by, job_id=job_id))

    # ----------------------------------------------------------------- forget

    async def forget(
        self,
        guild_id: int,
        *,
        memory_id: int | None = None,
        job_id: str | None = None,
        by: int,
        moderator: bool = False,
    ) -> int:
        """Delete one memory, or all of one job, with vectors, words and pictures; gives how many memories went.

        `by` is the member who asks. Raises Refused when it is somebody else's and they are no moderator,
        ValueError unless exactly one of memory_id and job_id is given.
        """
        if (memory_id is None) == (job_id is None):
            raise ValueError("name either a memory or a job")
        which: By = "job_id" if memory_id is None else "memory_id"
        value = job_id if memory_id is None else memory_id
        assert value is not None
        await self._check(guild_id, which, value, by=by, moderator=moderator)
        return await self._keeper.forget(guild_id, which, value)

    async def job_to_forget(self, guild_id: int, memory_id: int, *, by: int, moderator: bool = False) -> str | None:
        """The job whose result a memory is, for who may have it forgotten; None where there is no such memory.

        Raises Refused when it is somebody else's and they are no moderator.
        """
        await self._check(guild_id, "memory_id", memory_id, by=by, moderator=moderator)
        return await self._store.job_of(guild_id, memory_id)

    async def forget_author(self, guild_id: int, author_id: int) -> int:
        """Delete everything that one member left in a server's memory; their consent stays as it is."""
        return await self._keeper.forget(guild_id, "author_id", author_id)

    async def forget_job(self, guild_id: int, job_id: str) -> int:
        """Delete all memories of one job, because its result was deleted; nobody is asked who they are."""
        return await self._keeper.forget(guild_id, "job_id", job_id)

    async def forget_jobs(self, guild_id: int, job_ids: Collection[str]) -> int:
        """Delete all memories of several jobs at once."""
        return await self._keeper.forget(guild_id, "job_ids", json.dumps(sorted(job_ids)))

    async def forget_message(self, guild_id: int, message_id: int) -> int:
        """Delete what a message shows, because the message was deleted."""
        return await self._keeper.forget(guild_id, "message_id", message_id)

    async def forget_channel(self, guild_id: int, channel_id: int) -> int:
        """Delete what was made in a channel or thread and in a channel's threads, because the channel was deleted."""
        return await self._keeper.forget(guild_id, "channel_id", channel_id)

    async def forget_older(self, guild_id: int, moment_ms: int) -> int:
        """Delete what is from before a moment (milliseconds since 1970, UTC) and was not pinned."""
        return await self._keeper.forget(guild_id, "older_than_ms", moment_ms)

    async def forget_server(self, guild_id: int) -> int:
        """Delete a server's memories, verdicts, settings and its members' decisions; gives how many memories."""
        forgotten = await self._keeper.forget(guild_id, "guild_id", guild_id)
        await self.policy.forget_server(guild_id)
        return forgotten

    async def _check(self, guild_id: int, which: By, value: int | str, *, by: int, moderator: bool) -> None:
        if not moderator and await self._store.authors(guild_id, which, value) - {by}:
            raise Refused(
                "That memory is somebody else's.", "Its author or a moderator of this server can have it forgotten."
            )
