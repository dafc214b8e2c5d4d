"""How characters of the cast go with the people that they come from, and with the messages that showed them.

A member's are those that they added, those taken from a picture that they posted, and those taken from a result that
goes with them. Results of others that used one stay, and no longer name it. What a member removes by themselves is
`ravsg.store.cast`.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_OF_MEMBER: Final = """
SELECT id FROM cast_members
WHERE guild_id = ?1 AND (added_by = ?2 OR source_author = ?2 OR source_job IN (SELECT value FROM json_each(?3)))
"""
_FROM_THERE: Final = """
SELECT id FROM cast_members
WHERE guild_id = ?1 AND (message_id = ?2 OR channel_id = ?3 OR parent_channel_id = ?3)
"""
_UNNAME: Final = """
UPDATE jobs SET result = json_set(result, '$.cast', json((
    SELECT json_group_array(json(c.value)) FROM json_each(jobs.result, '$.cast') AS c
    WHERE NOT (json_extract(c.value, '$.added_by') = ?2
        OR json_extract(c.value, '$.cast_id') IN (SELECT value FROM json_each(?3))))))
WHERE guild_id = ?1 AND EXISTS (
    SELECT 1 FROM json_each(jobs.result, '$.cast') AS c
    WHERE json_extract(c.value, '$.added_by') = ?2
        OR json_extract(c.value, '$.cast_id') IN (SELECT value FROM json_each(?3)))
RETURNING id
"""
_NAMED_ELSEWHERE: Final = """
SELECT count(*) FROM jobs WHERE guild_id = ?1 AND author_id <> ?2 AND EXISTS (
    SELECT 1 FROM json_each(jobs.result, '$.cast') AS c WHERE json_extract(c.value, '$.added_by') = ?2)
"""


class CastErasing:
    """Counts and deletions over the cast's tables. Every call raises StoreError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def held(self, guild_id: int, member_id: int | None, jobs: Collection[str] = ()) -> dict[str, int]:
        """How many characters there are of a member, or of a server (None), and how many results of others name them.

        `jobs`: the jobs whose results go with the member.
        """
        if member_id is None:
            ((count,),) = await self._db.read("SELECT count(*) FROM cast_members WHERE guild_id = ?", (guild_id,))
            return {"characters": int(count)}
        args = (guild_id, member_id, json.dumps(sorted(jobs)))
        characters = await self._db.read(_OF_MEMBER, args)
        ((named,),) = await self._db.read(_NAMED_ELSEWHERE, args[:2])
        return {"characters": len(characters), "characters_named": int(named)}

    async def erase(self, guild_id: int, member_id: int | None, jobs: Collection[str] = ()) -> None:
        """Delete a member's characters, or a server's (None). Others' results that named them are to be written anew.

        Traces on the disk are left to the end of the erasure. Raises DiskFull.
        """

        async def work(db: aiosqlite.Connection) -> None:
            if member_id is None:
                await db.execute("DELETE FROM cast_members WHERE guild_id = ?", (guild_id,))
                return
            args = (guild_id, member_id, json.dumps(sorted(jobs)))
            ids = json.dumps([row["id"] for row in await db.execute_fetchall(_OF_MEMBER, args)])
            await db.execute(
                "DELETE FROM cast_members WHERE guild_id = ? AND id IN (SELECT value FROM json_each(?))",
                (guild_id, ids),
            )
            changed = list(await db.execute_fetchall(_UNNAME, (guild_id, member_id, ids)))
            await db.executemany(
                "INSERT INTO stale_results (job_id) VALUES (?) ON CONFLICT DO NOTHING",
                [(row["id"],) for row in changed],
            )

        await self._db.erase(work)

    async def message_gone(self, guild_id: int, message_id: int) -> int:
        """A message was deleted: characters taken from it lose its picture, its seed and the link; gives how many."""
        return await self._lose_picture(guild_id, message_id, None)

    async def channel_gone(self, guild_id: int, channel_id: int) -> int:
        """A channel or thread was deleted, with all messages in it and in its threads."""
        return await self._lose_picture(guild_id, None, channel_id)

    async def _lose_picture(self, guild_id: int, message_id: int | None, channel_id: int | None) -> int:
        where = (guild_id, message_id, channel_id)

        async def work(db: aiosqlite.Connection) -> int:
            ids = [row["id"] for row in await db.execute_fetchall(_FROM_THERE, where)]
            for cast_id in ids:
                await db.execute("DELETE FROM cast_pictures WHERE guild_id = ? AND cast_id = ?", (guild_id, cast_id))
                await db.execute(
                    "UPDATE cast_members SET seed = NULL, channel_id = NULL, parent_channel_id = NULL,"
                    " message_id = NULL WHERE guild_id = ? AND id = ?",
                    (guild_id, cast_id),
                )
            return len(ids)

        if not await self._db.read(_FROM_THERE, where):
            return 0
        return await self._db.erase(work)
