"""Every message that leaves for a job, announced before it leaves: the SQL behind posting once.

A crash between announcing and answering is found as "sending". Sending itself, and the look into the channel's
history, is the bot's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import aiosqlite

from ravsg.store.connection import Database

DeliveryState = Literal["sending", "sent"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of one job: "sending" until Discord's answer with the message's id is kept."""

    job_id: str
    role: str
    nonce: str
    state: DeliveryState
    channel_id: int
    message_id: int | None


class Deliveries:
    """The deliveries table. Every call raises StoreError or DiskFull when the database does not answer."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def begin_delivery(
        self, job_id: str, role: str, channel_id: int | None = None
    ) -> tuple[str, DeliveryState | None]:
        """Announce that a message is about to leave: gives its nonce, and the state it was left in if any.

        The nonce is a function of job and role, 24 characters (Discord takes 25), so every try carries the same one.
        "sending" as earlier state means: look into the channel's history before sending again. The channel is the
        request's own unless another is named.
        """
        nonce = hashlib.sha256(f"{job_id}:{role}".encode()).hexdigest()[:24]

        async def work(db: aiosqlite.Connection) -> DeliveryState | None:
            cursor = await db.execute("SELECT state FROM deliveries WHERE job_id = ? AND role = ?", (job_id, role))
            row = await cursor.fetchone()
            if row is not None:
                found: DeliveryState = row["state"]
                return found
            await db.execute(
                "INSERT INTO deliveries (job_id, role, nonce, state, channel_id)"
                " SELECT id, ?, ?, 'sending', COALESCE(?, channel_id) FROM jobs WHERE id = ?",
                (role, nonce, channel_id, job_id),
            )
            return None

        return nonce, await self._db.write(work)

    async def finish_delivery(self, job_id: str, role: str, message_id: int) -> None:
        """Discord took the message."""

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute(
                "UPDATE deliveries SET state = 'sent', message_id = ? WHERE job_id = ? AND role = ?",
                (message_id, job_id, role),
            )

        await self._db.write(work)

    async def rename_delivery(self, job_id: str, role: str, to: str) -> None:
        """A message of a job has another role from now on."""

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute("UPDATE deliveries SET role = ? WHERE job_id = ? AND role = ?", (to, job_id, role))

        await self._db.write(work)

    async def deliveries(self, job_id: str) -> list[Delivery]:
        """All messages of a job, by role."""
        rows = await self._db.read("SELECT * FROM deliveries WHERE job_id = ? ORDER BY role", (job_id,))
        return [Delivery(**dict(row)) for row in rows]

    async def job_of_message(self, guild_id: int, message_id: int) -> str | None:
        """The job whose result a message of this server holds."""
        rows = await self._db.read(
            "SELECT job_id FROM deliveries JOIN jobs ON jobs.id = job_id WHERE guild_id = ? AND message_id = ?",
            (guild_id, message_id),
        )
        return rows[0]["job_id"] if rows else None
