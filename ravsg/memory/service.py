"""The memory of every server: remember, recall, forget, and who agreed to it.

Vectors are given; no model is called here. SQLite is the truth: what an index names is read from the rows before it
is given out, under the server's id, its author's consent and the channels that the audience may see, so an index that
is wrong can lose a memory but never reveal one. This class does not decide how many memories a prompt has room for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from ravsg.errors import Refused
from ravsg.memory.cache import IndexCache
from ravsg.memory.ranking import SAME_WORDS, Candidate, Found, rank, recalled, search_words
from ravsg.store.memories import By
from ravsg.types import MemoryKind

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.config import MemorySection
    from ravsg.store.consent import ConsentStore
    from ravsg.store.memories import MemoryStore
    from ravsg.store.memory_rows import MemoryStats, StoredPassage
    from ravsg.types import Memorable, Recalled

_T = TypeVar("_T")
_WHY: Final = {MemoryKind.STORY: "similar passage", MemoryKind.PICTURE: "similar picture"}
_FIRST_LOOK: Final = 64
"""Passages asked of each list at first; the look widens fourfold while filters leave too few."""


class Memory:
    """What servers remember. One object for the whole bot; every method takes the server first."""

    def __init__(self, store: MemoryStore, consent: ConsentStore, config: MemorySection) -> None:
        self._store = store
        self._consent = consent
        self._config = config
        self._cache = IndexCache(store, config)
        self._changes: set[asyncio.Task[Any]] = set()

    # ----------------------------------------------------------------- consent

    @property
    def _by_default(self) -> bool:
        return self._config.consent == "opt-out"

    async def may_remember(self, guild_id: int, author_id: int) -> bool:
        """Whether this member's results may be kept: what they said, else the configured default."""
        said = await self._consent.get(guild_id, author_id)
        return self._by_default if said is None else said

    async def set_consent(self, guild_id: int, author_id: int, allowed: bool) -> None:
        """Keep a member's decision. A refusal hides what is there at once; `forget_author` deletes it."""
        await self._consent.set(guild_id, author_id, allowed)

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
        unit = _unit(vectors)
        return await self._unbroken(self._remember(guild_id, item, chunks, unit, model=model, picture=picture))

    async def _remember(
        self,
        guild_id: int,
        item: Memorable,
        chunks: Sequence[str],
        vectors: npt.NDArray[np.float32],
        *,
        model: str,
        picture: bytes | None,
    ) -> list[int]:
        rows = [(chunk, vector.astype("<f4").tobytes()) for chunk, vector in zip(chunks, vectors, strict=True)]
        async with self._cache.lock(guild_id):
            stored = await self._store.add(
                guild_id, item, rows, model, picture=picture, allowed_by_default=self._by_default
            )
            if stored is None:
                return []
            try:
                await self._cache.remove(guild_id, stored.removed)
                if stored.added:
                    await self._cache.add(guild_id, item.kind, model, stored.added, vectors)
            except BaseException:
                self._cache.drop(guild_id)
                raise
            return [stored.memory_id]

    # ----------------------------------------------------------------- recall

    async def recall(
        self,
        guild_id: int,
        vectors: npt.NDArray[np.float32],
        *,
        kinds: Sequence[MemoryKind],
        top_k: int,
        floor: float,
        model: str,
        words: str = "",
        channel_visible: Callable[[int], bool] | None = None,
        exclude_jobs: Collection[str] = (),
    ) -> list[Recalled]:
        """At most `top_k` memories, best first, one per job and none that repeats another.

        `vectors` [m, d] were made by `model`; vectors of other models are not compared. Nothing whose best cosine is
        under `floor` is given. With m = 0 only `words` are looked for and scores are 0. `channel_visible` says which
        channels the audience may read; None: all of this server's. Raises StoreError, ValueError.
        """
        if top_k <= 0:
            return []
        queries = _unit(vectors) if len(vectors) else vectors
        wanted = search_words(words)
        excluded = frozenset(exclude_jobs)

        def allowed(passage: StoredPassage) -> bool:
            visible = channel_visible is None or channel_visible(passage.channel_id)
            return visible and passage.job_id not in excluded

        look = max(_FIRST_LOOK, 8 * top_k)
        while True:
            lists, cosines, most = await self._near(guild_id, queries, kinds, model, look)
            by_words = await self._store.matching(
                guild_id, wanted, kinds, limit=look, allowed_by_default=self._by_default
            )
            near = await self._store.passages(guild_id, cosines, allowed_by_default=self._by_default)
            candidates: dict[int, Candidate] = {}
            for passage in (*near, *by_words):
                cosine = cosines.get(passage.passage_id, -1.0)
                if passage.passage_id not in cosines:
                    cosine = _cosine(queries, passage, model)
                if allowed(passage) and (cosine >= floor or not len(queries)):
                    candidates[passage.passage_id] = Candidate(passage, cosine)
            found = [*lists, Found(SAME_WORDS, [passage.passage_id for passage in by_words])]
            results = rank(found, candidates, top_k=top_k, words=wanted)
            if len(results) == top_k or (look >= most and len(by_words) < look):
                return results
            look *= 4

    async def search(
        self,
        guild_id: int,
        words: str,
        vectors: npt.NDArray[np.float32],
        *,
        limit: int,
        model: str,
        channel_visible: Callable[[int], bool] | None = None,
    ) -> list[Recalled]:
        """What a person looks for by words, in both kinds, with no floor: the best come first."""
        return await self.recall(
            guild_id,
            vectors,
            kinds=tuple(MemoryKind),
            top_k=limit,
            floor=-1.0,
            model=model,
            words=words,
            channel_visible=channel_visible,
        )

    async def recent(
        self,
        guild_id: int,
        limit: int,
        author_id: int | None = None,
        *,
        channel_visible: Callable[[int], bool] | None = None,
    ) -> list[Recalled]:
        """The newest memories, newest first, each with its first passage; scores are 0."""
        results: list[Recalled] = []
        offset = 0
        while len(results) < limit:
            page = await self._store.recent(
                guild_id, limit=_FIRST_LOOK, offset=offset, author_id=author_id, allowed_by_default=self._by_default
            )
            results += [
                recalled(passage, 0.0, "recent")
                for passage in page
                if channel_visible is None or channel_visible(passage.channel_id)
            ]
            if len(page) < _FIRST_LOOK:
                break
            offset += _FIRST_LOOK
        return results[:limit]

    async def picture(self, guild_id: int, memory_id: int) -> bytes | None:
        """The small picture that was kept with a memory or with its job."""
        return await self._store.picture(guild_id, memory_id)

    async def stats(self, guild_id: int) -> MemoryStats:
        """How much a server remembers."""
        return await self._store.stats(guild_id)

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
        return await self._unbroken(self._forget(guild_id, which, value))

    async def job_to_forget(self, guild_id: int, memory_id: int, *, by: int, moderator: bool = False) -> str | None:
        """The job whose result a memory is, for who may have it forgotten; None where there is no such memory.

        Raises Refused when it is somebody else's and they are no moderator.
        """
        await self._check(guild_id, "memory_id", memory_id, by=by, moderator=moderator)
        return await self._store.job_of(guild_id, memory_id)

    async def forget_author(self, guild_id: int, author_id: int) -> int:
        """Delete everything that one member left in a server's memory; their consent stays as it is."""
        return await self._unbroken(self._forget(guild_id, "author_id", author_id))

    async def forget_job(self, guild_id: int, job_id: str) -> int:
        """Delete all memories of one job, because its result was deleted; nobody is asked who they are."""
        return await self._unbroken(self._forget(guild_id, "job_id", job_id))

    async def forget_message(self, guild_id: int, message_id: int) -> int:
        """Delete what a message shows, because the message was deleted."""
        return await self._unbroken(self._forget(guild_id, "message_id", message_id))

    async def _forget(self, guild_id: int, by: By, value: int | str) -> int:
        async with self._cache.lock(guild_id):
            if not await self._store.authors(guild_id, by, value):
                return 0  # most deleted messages are none of ours: no write for them
            try:
                forgotten = await self._store.forget(guild_id, by, value)
                await self._cache.remove(guild_id, forgotten.passages)
            except BaseException:
                self._cache.drop(guild_id)
                raise
            return forgotten.memories

    # ----------------------------------------------------------------- inside

    async def _check(self, guild_id: int, which: By, value: int | str, *, by: int, moderator: bool) -> None:
        if not moderator and await self._store.authors(guild_id, which, value) - {by}:
            raise Refused(
                "That memory is somebody else's.", "Its author or a moderator of this server can have it forgotten."
            )

    async def _near(
        self,
        guild_id: int,
        queries: npt.NDArray[np.float32],
        kinds: Sequence[MemoryKind],
        model: str,
        look: int,
    ) -> tuple[list[Found], dict[int, float], int]:
        """One list per kind and query, each passage's best cosine, and the size of the larger index."""
        lists: list[Found] = []
        cosines: dict[int, float] = {}
        most = 0
        for kind in kinds if len(queries) else ():
            answers, size = await self._cache.search(guild_id, kind, model, queries, look)
            most = max(most, size)
            for hits in answers:
                lists.append(Found(_WHY[kind], [hit.passage_id for hit in hits]))
                for hit in hits:
                    cosines[hit.passage_id] = max(hit.cosine, cosines.get(hit.passage_id, -1.0))
        return lists, cosines, most

    async def _unbroken(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a change to its end: a row without its index entry would be missed until the next rebuild."""
        task = asyncio.ensure_future(work)
        self._changes.add(task)
        task.add_done_callback(self._changes.discard)
        return await asyncio.shield(task)


def _unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The vectors at length 1. Raises ValueError for what has no direction."""
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise ValueError(f"finite vectors [n, d] expected, not {vectors.shape}")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (lengths > 1e-6).all():
        raise ValueError("a vector of length 0 has no direction")
    return np.asarray(vectors / lengths, dtype=np.float32)


def _cosine(queries: npt.NDArray[np.float32], passage: StoredPassage, model: str) -> float:
    """The best cosine of a passage that words found; 0 where its vector cannot be compared."""
    if not len(queries) or passage.model != model or len(passage.vector) != 4 * queries.shape[1]:
        return 0.0
    cosine = float((queries @ np.frombuffer(passage.vector, dtype="<f4")).max())
    return cosine if np.isfinite(cosine) else 0.0
