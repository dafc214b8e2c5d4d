"""Finding memories: vectors and words side by side, filtered inside the statements, ranked into one order.

The index names passages; what it names is read from the rows under the server's id, the author's consent and the
caller's filter before it is given out. So an index that is wrong can lose a memory but never reveal one. Where a
filter leaves too few of the nearest, the index is asked again, among the passages that the filter lets through.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.memory.feedback import factors
from ravsg.memory.ranking import SAME_WORDS, Candidate, Found, rank, recalled
from ravsg.store.memory_filter import EVERYTHING, MemoryFilter
from ravsg.types import MemoryKind, Recalled

if TYPE_CHECKING:
    from ravsg.config import MemorySection
    from ravsg.memory.cache import IndexCache
    from ravsg.memory.policy import Policy
    from ravsg.memory.query import Query
    from ravsg.store.feedback import FeedbackStore
    from ravsg.store.memory_rows import StoredPassage
    from ravsg.store.memory_search import MemorySearch

_WHY: Final = {MemoryKind.STORY: "similar passage", MemoryKind.PICTURE: "similar picture"}
_FIRST_LOOK: Final = 64
"""Passages asked of each list at first."""


_ALL: Final = {"near_duplicate": 2.0, "near_duplicate_pictures": 2.0}
"""Shares and cosines that nothing reaches."""


class Searcher:
    """What `Memory` asks when it is asked."""

    def __init__(
        self,
        rows: MemorySearch,
        verdicts: FeedbackStore,
        cache: IndexCache,
        policy: Policy,
        config: MemorySection,
    ) -> None:
        self._rows = rows
        self._verdicts = verdicts
        self._cache = cache
        self._policy = policy
        self._config = config

    async def recall(
        self, guild_id: int, query: Query, where: MemoryFilter, *, top_k: int, floor: float, repeats: bool = False
    ) -> list[Recalled]:
        """What shapes a result: with a floor, with verdicts, and diverse; with `repeats` even what repeats another.
        Raises StoreError."""
        config = self._config.model_copy(update=_ALL) if repeats else self._config
        lists, candidates = await self._gather(guild_id, query, where, top_k, floor)
        about = {candidate.passage.memory_id for candidate in candidates.values()}
        verdicts = await self._verdicts.of_memories(guild_id, about) if about else []
        return rank(
            lists,
            candidates,
            config,
            top_k=top_k,
            now=datetime.now(UTC),
            lowered=factors(verdicts, query, floor, self._config),
            diversity=self._config.diversity,
            words=query.search_words,
        )

    async def search(self, guild_id: int, query: Query, where: MemoryFilter, *, limit: int) -> list[Recalled]:
        """What a person looks for: no floor, no verdicts, the best first. Raises StoreError."""
        lists, candidates = await self._gather(guild_id, query, where, limit, -1.0)
        now = datetime.now(UTC)
        return rank(lists, candidates, self._config, top_k=limit, now=now, words=query.search_words)

    async def recent(
        self, guild_id: int, where: MemoryFilter = EVERYTHING, *, limit: int, offset: int = 0
    ) -> list[Recalled]:
        """The newest memories, newest first, each with its first passage; scores are 0. Raises StoreError."""
        page = await self._rows.recent(
            guild_id, where, limit=limit, offset=offset, allowed_by_default=self._policy.by_default
        )
        return [recalled(passage, 0.0, "recent") for passage in page]

    async def one(self, guild_id: int, memory_id: int, where: MemoryFilter = EVERYTHING) -> Recalled | None:
        """One memory, where it may be found. Raises StoreError."""
        found = await self._rows.one(guild_id, memory_id, where, allowed_by_default=self._policy.by_default)
        return None if found is None else recalled(found, 0.0, "")

    async def _gather(
        self, guild_id: int, query: Query, where: MemoryFilter, top_k: int, floor: float
    ) -> tuple[list[Found], dict[int, Candidate]]:
        """The lists that rank, and the passages in them that may be found and are not under the floor."""
        look = max(_FIRST_LOOK, 8 * top_k)
        by_words = await self._rows.matching(
            guild_id, query.search_words, where, limit=look, allowed_by_default=self._policy.by_default
        )
        lists, cosines, size = await self._near(guild_id, query, where, look, None)
        near = await self._read(guild_id, cosines, where)
        if len(near) < len(cosines) and len({one.job_id for one in near}) < top_k and size > look:
            among = await self._rows.ids(guild_id, where, query.model, allowed_by_default=self._policy.by_default)
            lists, cosines, _ = await self._near(guild_id, query, where, look, frozenset(among))
            near = await self._read(guild_id, cosines, where)
        candidates: dict[int, Candidate] = {}
        for passage in (*near, *by_words):
            cosine = cosines.get(passage.passage_id, -1.0)
            if passage.passage_id not in cosines:
                cosine = _cosine(query, passage)
            if cosine >= floor or not len(query.vectors):
                candidates[passage.passage_id] = Candidate(passage, cosine)
        words = Found(SAME_WORDS, [passage.passage_id for passage in by_words], self._config.weight_words)
        return [*lists, words], candidates

    async def _near(
        self, guild_id: int, query: Query, where: MemoryFilter, look: int, among: Collection[int] | None
    ) -> tuple[list[Found], dict[int, float], int]:
        """One list per kind and query vector, each passage's best cosine, and the size of the larger index."""
        lists: list[Found] = []
        cosines: dict[int, float] = {}
        most = 0
        for kind in where.kinds if len(query.vectors) else ():
            answers, size = await self._cache.search(guild_id, kind, query.model, query.vectors, look, only=among)
            most = max(most, size)
            for number, hits in enumerate(answers):
                weight = self._weight(kind, by_picture=number < len(query.pictures))
                lists.append(Found(_WHY[kind], [hit.passage_id for hit in hits], weight))
                for hit in hits:
                    cosines[hit.passage_id] = max(hit.cosine, cosines.get(hit.passage_id, -1.0))
        return lists, cosines, most

    def _weight(self, kind: MemoryKind, *, by_picture: bool) -> float:
        if kind is MemoryKind.STORY:
            return self._config.weight_stories
        return self._config.weight_pictures_by_picture if by_picture else self._config.weight_pictures_by_text

    async def _read(self, guild_id: int, ids: Collection[int], where: MemoryFilter) -> list[StoredPassage]:
        return await self._rows.passages(guild_id, ids, where, allowed_by_default=self._policy.by_default)


def _cosine(query: Query, passage: StoredPassage) -> float:
    """The best cosine of a passage that words found; 0 where its vector cannot be compared."""
    if not query.dimensions or passage.model != query.model or len(passage.vector) != 4 * query.dimensions:
        return 0.0
    cosine = float((query.vectors @ np.frombuffer(passage.vector, dtype="<f4")).max())
    return cosine if np.isfinite(cosine) else 0.0
