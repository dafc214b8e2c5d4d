"""A member's jobs as a whole: what they are, and how they go, with what others' jobs hold of them.

One transaction deletes the rows, mends the jobs that stay and writes down which messages show what is gone
(`ravsg.store.stale`). Which jobs those are is `ravsg.store.lineage`. Memory's tables are not touched here.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from ravsg.store.book_traces import forget_pieces_of_jobs
from ravsg.store.job_rows import JobRow, job_row
from ravsg.store.lineage import JOBS_OF_SERVER, Lineage, lineage, own_material

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_MEND: Final = """
UPDATE jobs SET request = json_set(json_replace(request, '$.continues', '', '$.text', '', '$.card', json('{}'),
        '$.scene', '', '$.title', '', '$.writers', json((
            SELECT json_group_array(value) FROM json_each(jobs.request, '$.writers') WHERE value <> ?4))),
    '$.source_gone', json('true')),
    result = json_replace(result, '$.prompt', '', '$.analysis', json(?3), '$.book', '', '$.summary', '',
        '$.before', '')
WHERE guild_id = ?1 AND id IN (SELECT value FROM json_each(?2))
"""
_TAKE_PICTURES: Final = """
DELETE FROM job_blobs WHERE (side = 'input' OR name = 'question') AND job_id IN (
    SELECT id FROM jobs WHERE guild_id = ?1 AND id IN (SELECT value FROM json_each(?2)))
"""
_NOTHING_SEEN: Final = '{"setting": "", "characters": [], "mood": "", "objects": [], "conflicts": []}'
_STALE: Final = """
INSERT INTO stale_messages (guild_id, erasure_id, channel_id, message_id)
SELECT ?1, ?3, d.channel_id, d.message_id FROM jobs AS j JOIN deliveries AS d ON d.job_id = j.id
    WHERE j.guild_id = ?1 AND j.id IN (SELECT value FROM json_each(?2))
    AND d.message_id IS NOT NULL AND d.role <> 'direct notice'
UNION SELECT ?1, ?3, channel_id, progress_message_id FROM jobs
    WHERE guild_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND progress_message_id IS NOT NULL
ON CONFLICT DO NOTHING
"""
"""Not the direct notices: they stand with the member alone, and say no more than that a job came to nothing."""


@dataclass(frozen=True, slots=True)
class JobPicture:
    """One picture of a job: given ("input") or made ("result"), and its bytes' number."""

    job_id: str
    side: Literal["input", "result"]
    name: str
    size: int


class MemberJobs:
    """All jobs of a member, or of a server. Every call raises StoreError or DiskFull."""

    _db: Database

    async def lineage(self, guild_id: int, member_id: int) -> Lineage:
        """The jobs that hold something of a member."""
        return lineage(await self._db.read(JOBS_OF_SERVER, (guild_id,)), member_id)

    async def own_material(self, guild_id: int, member_id: int) -> frozenset[str]:
        """The member's jobs whose words and pictures came from the member alone."""
        return own_material(await self._db.read(JOBS_OF_SERVER, (guild_id,)), member_id)

    async def page_of_member(self, guild_id: int, member_id: int, *, after: int, limit: int) -> list[JobRow]:
        """A member's jobs in order of acceptance; `after`: the last number of the page before."""
        rows = await self._db.read(
            "SELECT * FROM jobs WHERE guild_id = ? AND author_id = ? AND number > ? ORDER BY number LIMIT ?",
            (guild_id, member_id, after, limit),
        )
        return [job_row(row) for row in rows]

    async def pictures_of_member(self, guild_id: int, member_id: int) -> list[JobPicture]:
        """The pictures of a member's jobs, without their bytes."""
        rows = await self._db.read(
            "SELECT b.job_id, b.side, b.name, length(blobs.bytes) AS size FROM jobs AS j"
            " JOIN job_blobs AS b ON b.job_id = j.id JOIN blobs USING (sha256)"
            " WHERE j.guild_id = ? AND j.author_id = ? AND b.name GLOB 'picture*' ORDER BY j.number, b.side, b.name",
            (guild_id, member_id),
        )
        return [JobPicture(**dict(row)) for row in rows]

    async def held(self, guild_id: int, member_id: int | None) -> dict[str, int]:
        """How much there is of a member, or of a server (None): jobs, their pictures, others' jobs from those."""
        if member_id is None:
            rows = await self._db.read("SELECT id FROM jobs WHERE guild_id = ?", (guild_id,))
            own, derived = frozenset(row["id"] for row in rows), {}
        else:
            found = await self.lineage(guild_id, member_id)
            own, derived = found.own, {"made_from": len(found.made_from), "going_on": len(found.going_on)}
        ((pictures,),) = await self._db.read(
            "SELECT count(*) FROM job_blobs WHERE job_id IN (SELECT value FROM json_each(?))"
            " AND name GLOB 'picture*'",
            (json.dumps(list(own)),),
        )
        return {"jobs": len(own), "job_pictures": int(pictures), **derived}

    async def erase_jobs(self, guild_id: int, member_id: int | None) -> None:
        """Delete a member's jobs with what others made from them, and mend what goes on from them; or all of a
        server (None). The disk holds no trace."""

        async def work(db: aiosqlite.Connection) -> None:
            if member_id is None:
                await db.execute("DELETE FROM jobs WHERE guild_id = ?", (guild_id,))
                return
            found = lineage(await db.execute_fetchall(JOBS_OF_SERVER, (guild_id,)), member_id)
            await _announce(db, guild_id, member_id, found)
            await _mend(db, guild_id, member_id, found.going_on)
            await forget_pieces_of_jobs(db, guild_id, found.gone)
            await db.execute(
                "DELETE FROM jobs WHERE guild_id = ? AND id IN (SELECT value FROM json_each(?))",
                (guild_id, _list(found.gone)),
            )

        await self._db.erase(work)
        await self._db.leave_no_trace()


async def _announce(db: aiosqlite.Connection, guild_id: int, member_id: int, found: Lineage) -> None:
    """Write down the messages that show what goes now, for the erasure that is under way."""
    begun = list(
        await db.execute_fetchall(
            "SELECT id FROM erasures WHERE guild_id = ? AND member_id = ?", (guild_id, member_id)
        )
    )
    for erasure in begun:
        await db.execute(_STALE, (guild_id, _list(found.gone), erasure["id"]))


async def _mend(db: aiosqlite.Connection, guild_id: int, member_id: int, job_ids: Collection[str]) -> None:
    """Leave others' continuations their own words: the story so far, the picture, what was seen in it and what memory
    was asked with it go."""
    among = (guild_id, _list(job_ids))
    await db.execute(_MEND, (*among, _NOTHING_SEEN, member_id))
    await db.execute(_TAKE_PICTURES, among)
    await db.execute(
        "DELETE FROM memory_feedback WHERE guild_id = ?1 AND job_id IN (SELECT value FROM json_each(?2))", among
    )


def _list(job_ids: Collection[str]) -> str:
    return json.dumps(sorted(job_ids))
