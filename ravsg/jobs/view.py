"""What can be asked about jobs: open ones are known here and now, ended ones are read from the disk."""

from __future__ import annotations

from ravsg.jobs.job import Job
from ravsg.jobs.line import Line
from ravsg.store.jobs import JobStore, Side


class JobView:
    """The part of `JobService` that changes nothing. What reads the disk raises StoreError."""

    def __init__(self, store: JobStore, line: Line) -> None:
        self._store = store
        self._line = line

    async def get(self, job_id: str) -> Job | None:
        """A job as it stands now; None when there is none of that id."""
        entry = self._line.entries.get(job_id)
        if entry is not None:
            return entry.job
        row = await self._store.get(job_id)
        return None if row is None else Job.from_row(row)

    async def blobs(self, job_id: str, side: Side) -> dict[str, bytes]:
        """A job's pictures by name; inputs are gone some weeks after the job's end."""
        return await self._store.blobs(job_id, side)

    def position(self, job_id: str) -> int | None:
        """1 for the job that starts next; None for one that does not wait."""
        return self._line.position(job_id)

    def estimate(self, job_id: str) -> float | None:
        """Seconds until the job is likely to be done; None for one that is not open, and before any measurement."""
        return self._line.estimate(job_id)

    async def list_open(self, guild_id: int, author_id: int | None = None) -> list[Job]:
        """A server's jobs that have not ended, in order of acceptance; of one member where one is named."""
        entries = sorted(self._line.entries.values(), key=lambda entry: entry.number)
        jobs = [entry.job for entry in entries if entry.guild_id == guild_id]
        return [job for job in jobs if author_id is None or job.origin.author_id == author_id]

    async def recent(self, guild_id: int, author_id: int, limit: int) -> list[Job]:
        """A member's newest jobs in a server, newest first."""
        rows = await self._store.recent(guild_id, author_id, limit)
        return [self._line.entries[row.id].job if row.id in self._line.entries else Job.from_row(row) for row in rows]

    async def wait(self, job_id: str) -> Job:
        """The job once it has ended, or was interrupted by this process's shutdown. Raises KeyError."""
        entry = self._line.entries.get(job_id)
        if entry is not None:
            await entry.ended.wait()
            return entry.job
        job = await self.get(job_id)
        if job is None:
            raise KeyError(job_id)
        return job
