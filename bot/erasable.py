"""The registry of what can be erased: every store that keeps anything of members answers for its tables here.

Unweaving a member, and erasing a server that was left, go through all of it. A store that is added later is added to
`registry`, and a test asks of every table who answers for it. What is erased in which order, and what a restart makes
of it, is `bot.unweaving`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from ravsg.memory.service import Memory
from ravsg.store.cast_erasing import CastErasing
from ravsg.store.jobs import JobStore
from ravsg.store.member_books import MemberBooks
from ravsg.store.member_memories import MemberMemories

NOTHING_OF_PEOPLE: Final = frozenset({"durations", "upkeep", "servers_left"})
"""Tables that hold nothing of any member; of servers no more than that they were left."""


class Erasable(Protocol):
    """One store. `member_id` None stands for the whole server."""

    name: str
    tables: frozenset[str]
    """The tables that it answers for."""

    async def held(self, guild_id: int, member_id: int | None) -> Mapping[str, int]:
        """How much there is, by kind; all zero once it is erased. Raises StoreError."""

    async def erase(self, guild_id: int, member_id: int | None) -> None:
        """Delete it, from the disk too; again is harmless. Raises StoreError, DiskFull."""


class MemoryRecords:
    """Memories with vectors, words, indices and pictures; verdicts, pins, agreements, a server's settings."""

    name = "memories"
    tables = frozenset(
        {
            *("memories", "passages", "passage_words", "memory_pictures"),
            *("memory_feedback", "memory_settings", "memory_consent"),
        }
    )

    def __init__(self, memory: Memory, members: MemberMemories, jobs: JobStore) -> None:
        self._memory = memory
        self._members = members
        self._jobs = jobs

    async def held(self, guild_id: int, member_id: int | None) -> Mapping[str, int]:
        """See `Erasable`."""
        return await self._members.held(guild_id, member_id)

    async def erase(self, guild_id: int, member_id: int | None) -> None:
        """See `Erasable`. It goes before the jobs: they say which of others' memories come from the member."""
        if member_id is None:
            await self._memory.forget_server(guild_id)
            return
        derived = await self._jobs.lineage(guild_id, member_id)
        await self._memory.forget_author(guild_id, member_id)
        await self._memory.forget_jobs(guild_id, derived.made_from | derived.going_on)
        await self._members.take_word_back(guild_id, member_id)


class CastRecords:
    """Characters with their pictures and wardrobes, and their names on others' results."""

    name = "cast"
    tables = frozenset({"cast_members", "cast_pictures", "cast_outfits"})

    def __init__(self, cast: CastErasing, jobs: JobStore) -> None:
        self._cast = cast
        self._jobs = jobs

    async def held(self, guild_id: int, member_id: int | None) -> Mapping[str, int]:
        """See `Erasable`."""
        return await self._cast.held(guild_id, member_id, await self._going(guild_id, member_id))

    async def erase(self, guild_id: int, member_id: int | None) -> None:
        """See `Erasable`. It goes before the jobs: they say which characters come from the member's results."""
        await self._cast.erase(guild_id, member_id, await self._going(guild_id, member_id))

    async def _going(self, guild_id: int, member_id: int | None) -> frozenset[str]:
        return frozenset() if member_id is None else (await self._jobs.lineage(guild_id, member_id)).gone


class BookRecords:
    """Books with their branches, passages and illustrations, and how far each member has read."""

    name = "books"
    tables = frozenset({"books", "branches", "pieces", "plates", "bookmarks", "unremembered_pieces", "story_posts"})

    def __init__(self, books: MemberBooks) -> None:
        self._books = books

    async def held(self, guild_id: int, member_id: int | None) -> Mapping[str, int]:
        """See `Erasable`."""
        return await self._books.held(guild_id, member_id)

    async def erase(self, guild_id: int, member_id: int | None) -> None:
        """See `Erasable`. What the member's jobs told for others goes with those."""
        await self._books.erase(guild_id, member_id)


class JobRecords:
    """Requests with their pictures and results, and where those were posted."""

    name = "jobs"
    tables = frozenset({"jobs", "job_blobs", "blobs", "on_device", "deliveries", "woven", "stale_results"})

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs

    async def held(self, guild_id: int, member_id: int | None) -> Mapping[str, int]:
        """See `Erasable`."""
        return await self._jobs.held(guild_id, member_id)

    async def erase(self, guild_id: int, member_id: int | None) -> None:
        """See `Erasable`."""
        await self._jobs.erase_jobs(guild_id, member_id)


def registry(
    memory: Memory, members: MemberMemories, cast: CastErasing, books: MemberBooks, jobs: JobStore
) -> tuple[Erasable, ...]:
    """All stores, in the order in which they are erased."""
    return MemoryRecords(memory, members, jobs), CastRecords(cast, jobs), BookRecords(books), JobRecords(jobs)
