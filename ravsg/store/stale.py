"""Messages of the bot that show what is not kept any more: the list that `bot.mending` works off.

A row is written in the transaction that deletes (`ravsg.store.traces`, `ravsg.store.member_jobs`) and goes when
Discord has taken the change, so a crash loses no message. No row holds anybody's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import aiosqlite

    from ravsg.store.connection import Database

Outcome = Literal["messages", "messages_left"]
"""The count of an erasure that a message adds to: it is gone, or Discord does not let it go."""
Naming = Literal["threads", "threads_left"]
"""The same for a thread: it has another name, or Discord does not let it change."""

_COUNT: Final = """
UPDATE erasures SET counts = json_set(counts, '$.' || ?1, coalesce(json_extract(counts, '$.' || ?1), 0) + 1)
WHERE guild_id = ?2 AND id = ?3
"""


@dataclass(frozen=True, slots=True)
class StaleMessage:
    """A message that is to go."""

    guild_id: int
    erasure_id: int
    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class StaleThread:
    """A thread whose name is to go."""

    guild_id: int
    erasure_id: int
    thread_id: int


class StaleStore:
    """The tables stale_results, stale_messages and stale_threads. Every call raises StoreError or DiskFull."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def results(self) -> list[str]:
        """The jobs whose message is to be written anew."""
        return [row["job_id"] for row in await self._db.read("SELECT job_id FROM stale_results ORDER BY job_id")]

    async def written_anew(self, job_id: str) -> None:
        """A result's message shows what is kept, or nothing can be done about it."""

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM stale_results WHERE job_id = ?", (job_id,))

        await self._db.write(work)

    async def messages(self, erasure_id: int) -> list[StaleMessage]:
        """The messages of an erasure that are still to go, oldest first."""
        rows = await self._db.read(
            "SELECT guild_id, erasure_id, channel_id, message_id FROM stale_messages"
            " WHERE erasure_id = ? ORDER BY message_id",
            (erasure_id,),
        )
        return [StaleMessage(**dict(row)) for row in rows]

    async def settled(self, message: StaleMessage, outcome: Outcome) -> None:
        """A message is dealt with: the erasure counts it in the same moment."""

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "DELETE FROM stale_messages"
                " WHERE guild_id = ? AND erasure_id = ? AND channel_id = ? AND message_id = ?",
                (message.guild_id, message.erasure_id, message.channel_id, message.message_id),
            )
            await connection.execute(_COUNT, (outcome, message.guild_id, message.erasure_id))

        await self._db.write(work)

    async def threads(self, erasure_id: int) -> list[StaleThread]:
        """The threads of an erasure that are still to get another name, oldest first."""
        rows = await self._db.read(
            "SELECT * FROM stale_threads WHERE erasure_id = ? ORDER BY thread_id", (erasure_id,)
        )
        return [StaleThread(**dict(row)) for row in rows]

    async def named(self, thread: StaleThread, outcome: Naming) -> None:
        """A thread is dealt with: the erasure counts it in the same moment."""

        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "DELETE FROM stale_threads WHERE guild_id = ? AND erasure_id = ? AND thread_id = ?",
                (thread.guild_id, thread.erasure_id, thread.thread_id),
            )
            await connection.execute(_COUNT, (outcome, thread.guild_id, thread.erasure_id))

        await self._db.write(work)
