"""What books hold of jobs and members that go: inside the transactions that forget them.

A passage leaves its row empty, because branches hang on it. What was derived of it goes too: summaries of its book,
the names and open conflicts that its plan took from chapters. What was told after it stays, and counts as stale.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from ravsg.store.book_pieces import empty_piece
from ravsg.store.book_summaries import drop_summaries

if TYPE_CHECKING:
    import aiosqlite

_OF_JOBS: Final = """
SELECT id, book_id FROM pieces
WHERE guild_id = ? AND state NOT IN ('deleted', 'awaited') AND job_id IN (SELECT value FROM json_each(?))
"""
_PLAN: Final = """
UPDATE branches SET story = json_set(story, '$.plan.cast', json('[]'), '$.plan.beats', json('[]'))
WHERE guild_id = ? AND book_id = ? AND story <> ''
"""


async def forget_pieces_of_jobs(db: aiosqlite.Connection, guild_id: int, job_ids: Collection[str]) -> None:
    """Take away what these jobs told and painted: their results are forgotten."""
    among = (guild_id, json.dumps(sorted(job_ids)))
    await db.execute("DELETE FROM plates WHERE guild_id = ? AND job_id IN (SELECT value FROM json_each(?))", among)
    rows = list(await db.execute_fetchall(_OF_JOBS, among))
    for row in rows:
        await empty_piece(db, guild_id, row["id"])
    await forget_derived(db, guild_id, {row["book_id"] for row in rows})


async def forget_derived(db: aiosqlite.Connection, guild_id: int, book_ids: Collection[str]) -> None:
    """Empty what was derived of these books' passages: a next chapter plans and sums up anew."""
    for book_id in sorted(book_ids):
        await drop_summaries(db, guild_id, book_id)
        await db.execute(_PLAN, (guild_id, book_id))
