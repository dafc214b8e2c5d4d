"""What memory's tables hold of a member or of a server, counted; and a member's word, taken back with all the rest.

Deleting memories is `ravsg.memory`, because indices must follow. A refusal to be remembered outlives everything: it
is what keeps the member's results out of memory from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

_OF_MEMBER: Final = {
    "memories": "SELECT count(*) FROM memories WHERE guild_id = ?1 AND author_id = ?2",
    "passages": "SELECT count(*) FROM passages AS p JOIN memories AS m ON m.guild_id = p.guild_id"
    " AND m.id = p.memory_id WHERE m.guild_id = ?1 AND m.author_id = ?2",
    "memory_pictures": "SELECT count(*) FROM memory_pictures AS p JOIN memories AS m ON m.guild_id = p.guild_id"
    " AND m.id = p.memory_id WHERE m.guild_id = ?1 AND m.author_id = ?2",
    "verdicts": "SELECT count(*) FROM memory_feedback WHERE guild_id = ?1 AND member_id = ?2",
    "pins": "SELECT count(*) FROM memories WHERE guild_id = ?1 AND pinned_by = ?2",
    "quotes": "SELECT count(*) FROM jobs WHERE guild_id = ?1 AND author_id <> ?2 AND EXISTS (SELECT 1 FROM"
    " json_each(jobs.result, '$.woven') AS w JOIN memories AS m ON m.id = json_extract(w.value, '$.memory_id')"
    " WHERE m.guild_id = ?1 AND m.author_id = ?2)",
    "agreements": "SELECT count(*) FROM memory_consent WHERE guild_id = ?1 AND member_id = ?2 AND allowed",
    "settings": "SELECT count(*) FROM memory_settings WHERE guild_id = ?1 AND changed_by = ?2",
}
"""Each counts what its name says; `quotes` are others' results that hold a quote of the member's memories."""
_OF_SERVER: Final = {
    "memories": "SELECT count(*) FROM memories WHERE guild_id = ?1",
    "passages": "SELECT count(*) FROM passages WHERE guild_id = ?1",
    "memory_pictures": "SELECT count(*) FROM memory_pictures WHERE guild_id = ?1",
    "verdicts": "SELECT count(*) FROM memory_feedback WHERE guild_id = ?1",
    "decisions": "SELECT count(*) FROM memory_consent WHERE guild_id = ?1",
    "settings": "SELECT count(*) FROM memory_settings WHERE guild_id = ?1",
}


class MemberMemories:
    """Counts over memory's tables. Every call raises StoreError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def held(self, guild_id: int, member_id: int | None) -> dict[str, int]:
        """How much there is of a member, or of a server (None)."""
        counts = {}
        for name, sql in (_OF_SERVER if member_id is None else _OF_MEMBER).items():
            args = (guild_id,) if member_id is None else (guild_id, member_id)
            ((count,),) = await self._db.read(sql, args)
            counts[name] = int(count)
        return counts

    async def pinned_by(self, guild_id: int, member_id: int) -> list[int]:
        """The numbers of the memories that a member pinned, whoever made them."""
        rows = await self._db.read(
            "SELECT id FROM memories WHERE guild_id = ? AND pinned_by = ? ORDER BY id", (guild_id, member_id)
        )
        return [int(row["id"]) for row in rows]

    async def picture_sizes(self, guild_id: int, member_id: int) -> dict[int, int]:
        """The bytes' numbers of the small pictures of a member's memories, by memory."""
        rows = await self._db.read(
            "SELECT m.id, length(p.data) AS size FROM memories AS m JOIN memory_pictures AS p"
            " ON p.guild_id = m.guild_id AND p.memory_id = m.id"
            " WHERE m.guild_id = ? AND m.author_id = ? ORDER BY m.id",
            (guild_id, member_id),
        )
        return {int(row["id"]): int(row["size"]) for row in rows}

    async def changed_settings(self, guild_id: int, member_id: int) -> bool:
        """Whether the server's settings name a member as who changed them last."""
        return bool(
            await self._db.read(
                "SELECT 1 FROM memory_settings WHERE guild_id = ? AND changed_by = ?", (guild_id, member_id)
            )
        )

    async def take_word_back(self, guild_id: int, member_id: int) -> None:
        """Delete a member's agreement, and their name on the server's settings; a refusal stays.

        Traces on the disk are left to the end of the erasure. Raises DiskFull.
        """

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "DELETE FROM memory_consent WHERE guild_id = ? AND member_id = ? AND allowed", (guild_id, member_id)
            )
            await connection.execute(
                "UPDATE memory_settings SET changed_by = 0 WHERE guild_id = ? AND changed_by = ?",
                (guild_id, member_id),
            )

        await self._db.erase(work)
