"""Forgetting results everywhere: their memories, and their jobs' words and pictures.

Jobs and memory know nothing of each other; what belongs to both is done here, the job first: a crash in between
leaves a memory that is still listed and can be forgotten again. A result that is still being posted is waited for,
because it would be remembered right after it was forgotten. Deleting Discord's messages is `bot.results`.
"""

from __future__ import annotations

from bot.results import Results
from ravsg.jobs.job import Job, JobState
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.store.cast_erasing import CastErasing


class Forgetting:
    """What `/memory forget`, receipts, and deleted messages, threads and channels set off."""

    def __init__(self, *, jobs: JobService, memory: Memory, cast: CastErasing, results: Results) -> None:
        self._jobs = jobs
        self._cast = cast
        self._memory = memory
        self._results = results

    async def memory(self, guild_id: int, memory_id: int, *, by: int, moderator: bool) -> int:
        """Forget the result that a memory is of, with all its memories; gives how many.

        Raises Refused when it is somebody else's and they are no moderator, StoreError.
        """
        job_id = await self._memory.job_to_forget(guild_id, memory_id, by=by, moderator=moderator)
        if job_id is None:
            return 0
        job = await self._jobs.get(job_id)
        if job is not None:
            await self.settled(job)
            await self._jobs.erase(guild_id, job_id)
        return await self._memory.forget(guild_id, job_id=job_id, by=by, moderator=moderator)

    async def message(self, guild_id: int, message_id: int) -> None:
        """Forget the result that a deleted message was a part of, and the picture of whoever of the cast was taken
        from it. Raises StoreError."""
        await self._cast.message_gone(guild_id, message_id)
        job = await self._results.part_of(guild_id, message_id)
        if job is not None:
            await self.settled(job)
            await self._jobs.erase(guild_id, job.id)
            await self._memory.forget_job(guild_id, job.id)
        # the same result of two jobs is one memory, which names the older job and the newer message
        await self._memory.forget_message(guild_id, message_id)

    async def channel(self, guild_id: int, channel_id: int) -> None:
        """Forget all results of a deleted channel or thread, and those of a channel's threads. Raises StoreError.

        What is still being made there ends by itself, and is forgotten at the next look around (`bot.lookout`).
        """
        await self._cast.channel_gone(guild_id, channel_id)
        await self._jobs.forget_channel(guild_id, channel_id)
        await self._memory.forget_channel(guild_id, channel_id)

    async def settled(self, job: Job) -> None:
        """Wait for a result that is being posted, and is on its way into memory."""
        if job.state is JobState.DELIVERING:
            await self._jobs.wait(job.id)
