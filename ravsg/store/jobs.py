"""The jobs' rows, their pictures and how long their kind takes: the SQL of `ravsg.jobs`.

Acceptance, results and endings are single transactions, on disk when the call returns. This module decides nothing:
which state follows which, who may wait and what a death means is `ravsg.jobs`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import aiosqlite

from ravsg.store.book_traces import Choice, all_jobs, forget_pieces_of_jobs, jobs_outside_threads
from ravsg.store.channel_books import forget_books_of_channel
from ravsg.store.deliveries import Deliveries
from ravsg.store.job_checks import check_new_job
from ravsg.store.job_rows import JobRow, Settled, job_row, to_ms
from ravsg.store.member_jobs import MemberJobs
from ravsg.store.traces import disinherit, still_woven
from ravsg.types import Origin

Side = Literal["input", "result"]

_NEW_SHARE: Final = 0.3
"""Weight of the newest measurement in the moving average of durations."""


class JobStore(Deliveries, MemberJobs):
    """All SQL about jobs. Every call raises StoreError or DiskFull when the database does not answer."""

    # ------------------------------------------------------------------ a job's way

    async def add(
        self,
        job_id: str,
        kind: str,
        origin: Origin,
        request: Mapping[str, Any],
        inputs: Mapping[str, bytes],
        *,
        created_at: datetime,
        parent_id: str | None = None,
    ) -> int | None:
        """Keep a new job and its pictures in one transaction; gives its number, or None where the id is taken.

        Raises Refused where what it was made from was forgotten meanwhile, and where its branch of a book is being
        told on already (`ravsg.store.job_checks`).
        """
        digests = await _digests(inputs)
        text = json.dumps(request, ensure_ascii=False)

        async def work(db: aiosqlite.Connection) -> int | None:
            await check_new_job(db, origin.guild_id, kind, request, parent_id)
            cursor = await db.execute(
                "INSERT INTO jobs (id, kind, guild_id, channel_id, author_id, author_name, locale, request, state,"
                " created_at, parent_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?) ON CONFLICT (id) DO NOTHING",
                (job_id, kind, origin.guild_id, origin.channel_id, origin.author_id, origin.author_name,
                 origin.locale, text, to_ms(created_at), parent_id),
            )  # fmt: skip
            if cursor.rowcount != 1:
                return None
            number = cursor.lastrowid
            await _keep(db, job_id, "input", inputs, digests)
            return number

        return await self._db.write(work)

    async def begin(self, job_id: str, at: datetime, *, alone: bool) -> None:
        """The job starts to run: one attempt more."""
        await self._execute(
            "UPDATE jobs SET state = 'running', started_at = ?, attempts = attempts + 1, alone = ? WHERE id = ?",
            (to_ms(at), alone, job_id),
        )

    async def commit_result(
        self, job_id: str, data: Mapping[str, Any], blobs: Mapping[str, bytes]
    ) -> Mapping[str, Any]:
        """Keep the result and move to delivering, in one transaction; from here on the work is never done again.

        Gives the data as it was kept: without memories that were forgotten meanwhile, and without the prompt.
        """
        digests = await _digests(blobs)

        async def work(db: aiosqlite.Connection) -> Mapping[str, Any]:
            kept = await still_woven(db, job_id, data)
            text = json.dumps(kept, ensure_ascii=False)
            await db.execute("UPDATE jobs SET state = 'delivering', result = ? WHERE id = ?", (text, job_id))
            await db.execute("DELETE FROM job_blobs WHERE job_id = ? AND side = 'result'", (job_id,))
            await _keep(db, job_id, "result", blobs, digests)
            await db.execute("DELETE FROM on_device WHERE job_id = ?", (job_id,))
            return kept

        return await self._db.write(work)

    async def redeliver(self, job_id: str) -> None:
        """A kept result is delivered again after a restart."""
        await self._execute("UPDATE jobs SET state = 'delivering' WHERE id = ?", (job_id,))

    async def finish(self, job_id: str, state: str, error: str, at: datetime, *, untold: bool = False) -> None:
        """The job ends in a terminal state. `untold`: its member must hear of it, see `untold()`."""

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute(
                "UPDATE jobs SET state = ?, error = ?, finished_at = ?, untold = ? WHERE id = ?",
                (state, error, to_ms(at), untold, job_id),
            )
            await db.execute("DELETE FROM on_device WHERE job_id = ?", (job_id,))

        await self._db.write(work)

    async def interrupt(self, job_id: str, *, clean: bool, begun: bool) -> None:
        """The process stops before the job's end. A clean shutdown takes the attempt and the marker back."""

        async def work(db: aiosqlite.Connection) -> None:
            taken_back = 1 if clean and begun else 0
            await db.execute(
                "UPDATE jobs SET state = 'interrupted', attempts = attempts - ? WHERE id = ?", (taken_back, job_id)
            )
            if clean:
                await db.execute("DELETE FROM on_device WHERE job_id = ?", (job_id,))

        await self._db.write(work)

    async def mark_on_device(self, job_ids: Iterable[str]) -> None:
        """From now on exactly these jobs have a step on the device."""
        rows = [(job_id,) for job_id in job_ids]

        async def work(db: aiosqlite.Connection) -> None:
            await db.execute("DELETE FROM on_device")
            # a job that was forgotten meanwhile has no row to point to
            await db.executemany("INSERT INTO on_device SELECT id FROM jobs WHERE id = ?", rows)

        await self._db.write(work)

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Write what a start made of the jobs that it found open, and forget the markers."""
        rows = [
            (each.state, each.suspect, each.deaths_alone, each.error, to_ms(each.finished_at), each.job_id)
            for each in settled
        ]

        async def work(db: aiosqlite.Connection) -> None:
            await db.executemany(
                "UPDATE jobs SET state = ?1, suspect = ?2, deaths_alone = ?3, error = ?4, finished_at = ?5,"
                " untold = ?5 IS NOT NULL WHERE id = ?6",
                rows,
            )
            await db.execute("DELETE FROM on_device")

        await self._db.write(work)

    async def told(self, job_id: str) -> None:
        """The member knows how the job ended."""
        await self._execute("UPDATE jobs SET untold = 0 WHERE id = ?", (job_id,))

    async def set_progress_message(self, job_id: str, message_id: int) -> None:
        """Keep which message shows the job's progress."""
        await self._execute("UPDATE jobs SET progress_message_id = ? WHERE id = ?", (message_id, job_id))

    # ------------------------------------------------------------------ reading

    async def get(self, job_id: str) -> JobRow | None:
        """One job."""
        rows = await self._db.read("SELECT * FROM jobs WHERE id = ?", (job_id,))
        return job_row(rows[0]) if rows else None

    async def open_jobs(self) -> list[JobRow]:
        """All jobs that have not ended, of all servers, in order of acceptance."""
        rows = await self._db.read(
            "SELECT * FROM jobs WHERE state IN ('queued', 'running', 'delivering', 'interrupted') ORDER BY number"
        )
        return [job_row(row) for row in rows]

    async def untold(self, since: datetime) -> list[JobRow]:
        """The jobs of all servers that ended badly since then without their member knowing, as far as was told."""
        rows = await self._db.read(
            "SELECT * FROM jobs WHERE untold AND finished_at >= ? ORDER BY number", (to_ms(since),)
        )
        return [job_row(row) for row in rows]

    async def on_device(self) -> frozenset[str]:
        """The jobs whose marker is set."""
        return frozenset(row["job_id"] for row in await self._db.read("SELECT job_id FROM on_device"))

    async def recent(self, guild_id: int, author_id: int, limit: int) -> list[JobRow]:
        """A member's newest jobs in a server, newest first."""
        rows = await self._db.read(
            "SELECT * FROM jobs WHERE guild_id = ? AND author_id = ? ORDER BY number DESC LIMIT ?",
            (guild_id, author_id, limit),
        )
        return [job_row(row) for row in rows]

    async def blobs(self, job_id: str, side: Side) -> dict[str, bytes]:
        """A job's pictures by name; empty once they were purged."""
        rows = await self._db.read(
            "SELECT name, bytes FROM job_blobs JOIN blobs USING (sha256) WHERE job_id = ? AND side = ? ORDER BY name",
            (job_id, side),
        )
        return {row["name"]: row["bytes"] for row in rows}

    # ------------------------------------------------------------------ measuring, forgetting

    async def durations(self) -> dict[str, float]:
        """Device-seconds that a job takes, by kind; kinds never measured are missing."""
        return {row["kind"]: row["seconds"] for row in await self._db.read("SELECT kind, seconds FROM durations")}

    async def record_duration(self, kind: str, seconds: float) -> float:
        """Let one measurement move the average; gives the new one."""

        async def work(db: aiosqlite.Connection) -> float:
            cursor = await db.execute(
                "INSERT INTO durations (kind, seconds) VALUES (?, ?)"
                " ON CONFLICT (kind) DO UPDATE SET seconds = seconds + ? * (excluded.seconds - seconds)"
                " RETURNING seconds",
                (kind, seconds, _NEW_SHARE),
            )
            ((average,),) = await cursor.fetchall()
            return float(average)

        return await self._db.write(work)

    async def purge_inputs(self, before: datetime) -> int:
        """Remove the input pictures of jobs that ended before then; gives how many pictures."""
        return await self._execute(
            # an open job has no end to compare with
            "DELETE FROM job_blobs WHERE side = 'input' AND job_id IN (SELECT id FROM jobs WHERE finished_at < ?)",
            (to_ms(before),),
        )

    async def erase(self, guild_id: int, job_id: str) -> int:
        """Remove one job of a server with all that hangs on it, also where other jobs took it over; gives how many.

        Raises StoreError, DiskFull.
        """
        chosen = "SELECT id, kind, author_id FROM jobs WHERE guild_id = ? AND id = ?"
        return await self._forget(chosen, guild_id, job_id)

    async def drop_result(self, job_id: str, name: str) -> None:
        """Remove one blob of a job's result, which is needed no more."""
        await self._execute("DELETE FROM job_blobs WHERE job_id = ? AND side = 'result' AND name = ?", (job_id, name))

    async def drop_input(self, job_id: str, name: str) -> None:
        """Remove one blob that a job was given, once it is done."""
        await self._execute("DELETE FROM job_blobs WHERE job_id = ? AND side = 'input' AND name = ?", (job_id, name))

    async def forget_channel(self, guild_id: int, channel_id: int) -> int:
        """Remove the ended jobs of a channel or thread and of its threads, as `erase` does, and the books of chapters
        that began there; gives how many jobs. What they told in a story thread stays in its book."""
        chosen = (
            "SELECT id, kind, author_id FROM jobs WHERE guild_id = ? AND ? IN"
            " (channel_id, json_extract(request, '$.place.parent_channel_id')) AND finished_at IS NOT NULL"
        )
        await forget_books_of_channel(self._db, guild_id, channel_id)
        if not await self._db.read(chosen, (guild_id, channel_id)):
            return 0  # most channels that are deleted held nothing of ours, and an erasure is much work
        return await self._forget(chosen, guild_id, channel_id, books=jobs_outside_threads)

    async def _forget(self, chosen: str, guild_id: int, value: str | int, *, books: Choice = all_jobs) -> int:
        async def work(db: aiosqlite.Connection) -> int:
            rows = await db.execute_fetchall(chosen, (guild_id, value))
            erased = {row["id"]: (row["kind"], row["author_id"]) for row in rows}
            if erased:
                await disinherit(db, guild_id, erased)
                await forget_pieces_of_jobs(db, guild_id, await books(db, guild_id, erased))
                await db.execute(
                    "DELETE FROM jobs WHERE guild_id = ? AND id IN (SELECT value FROM json_each(?))",
                    (guild_id, json.dumps(list(erased))),
                )
            return len(erased)

        return await self._db.erase(work)

    async def _execute(self, sql: str, args: Sequence[Any]) -> int:
        async def work(db: aiosqlite.Connection) -> int:
            return (await db.execute(sql, args)).rowcount

        return await self._db.write(work)


async def _digests(blobs: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 by name, computed off the event loop: a picture can have 20 MB."""

    def work() -> dict[str, str]:
        return {name: hashlib.sha256(data).hexdigest() for name, data in blobs.items()}

    return await asyncio.to_thread(work) if blobs else {}


async def _keep(
    db: aiosqlite.Connection, job_id: str, side: Side, blobs: Mapping[str, bytes], digests: Mapping[str, str]
) -> None:
    for name, data in blobs.items():
        await db.execute("INSERT INTO blobs VALUES (?, ?) ON CONFLICT DO NOTHING", (digests[name], data))
        await db.execute("INSERT INTO job_blobs VALUES (?, ?, ?, ?)", (job_id, side, name, digests[name]))
