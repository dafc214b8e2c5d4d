"""What books hold of jobs and members that go: inside the transactions that forget them.

A passage leaves its row empty, because branches hang on it. What was derived of it goes too: summaries of its book,
the names and open conflicts that its plan took from chapters. What was told after it stays, and counts as stale.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Final

from ravsg.store.book_pieces import empty_piece
from ravsg.store.book_summaries import drop_summaries

if TYPE_CHECKING:
    import aiosqlite

_OF_JOBS: Final = """
SELECT id, book_id FROM pieces
WHERE guild_id = ? AND state NOT IN ('deleted', 'awaited') AND job_id IN (SELECT value FROM json_each(?))
"""
_NOT_IN_THREADS: Final = """
SELECT value FROM json_each(?2) WHERE value NOT IN (
    SELECT p.job_id FROM pieces AS p JOIN books AS b ON b.guild_id = p.guild_id AND b.id = p.book_id
        WHERE p.guild_id = ?1 AND b.kind = 'thread' AND p.job_id IS NOT NULL
    UNION SELECT l.job_id FROM plates AS l JOIN pieces AS p ON p.guild_id = l.guild_id AND p.id = l.piece_id
        JOIN books AS b ON b.guild_id = p.guild_id AND b.id = p.book_id
        WHERE l.guild_id = ?1 AND b.kind = 'thread')
"""
_PLAN: Final = """
UPDATE branches SET story = json_set(story, '$.plan.cast', json('[]'), '$.plan.beats', json('[]'))
WHERE guild_id = ? AND book_id = ? AND story <> ''
"""


Choice = Callable[["aiosqlite.Connection", int, Collection[str]], Awaitable[Collection[str]]]
"""Of which jobs of a server among these the books lose what they told."""


async def forget_pieces_of_jobs(db: aiosqlite.Connection, guild_id: int, job_ids: Collection[str]) -> None:
    """Take away what these jobs told and painted: their results are forgotten."""
    among = (guild_id, json.dumps(sorted(job_ids)))
    await db.execute("DELETE FROM plates WHERE guild_id = ? AND job_id IN (SELECT value FROM json_each(?))", among)
    rows = list(await db.execute_fetchall(_OF_JOBS, among))
    for row in rows:
        await empty_piece(db, guild_id, row["id"])
    await forget_derived(db, guild_id, {row["book_id"] for row in rows})


async def all_jobs(_: aiosqlite.Connection, __: int, job_ids: Collection[str]) -> Collection[str]:
    """All of them: their messages or their members go."""
    return job_ids


async def jobs_outside_threads(db: aiosqlite.Connection, guild_id: int, job_ids: Collection[str]) -> Collection[str]:
    """Those of the jobs that told and painted nothing in a story thread: of a thread that was deleted the whole book
    stays, what the bot told beside what members wrote."""
    rows = await db.execute_fetchall(_NOT_IN_THREADS, (guild_id, json.dumps(sorted(job_ids))))
    return [row["value"] for row in rows]


async def forget_derived(db: aiosqlite.Connection, guild_id: int, book_ids: Collection[str]) -> None:
    """Empty what was derived of these books' passages: a next chapter plans and sums up anew."""
    for book_id in sorted(book_ids):
        await drop_summaries(db, guild_id, book_id)
        await db.execute(_PLAN, (guild_id, book_id))
