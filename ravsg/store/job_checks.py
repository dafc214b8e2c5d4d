"""What must hold of others' rows when a job is kept, asked in the same transaction: nothing can change in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import aiosqlite

from ravsg.errors import Refused

_TELLING: Final = frozenset({"chapter", "turn"})
"""The kinds of job that add to a branch of a book; each branch has one of them at a time."""
_TOLD_ALREADY: Final = """
SELECT 1 FROM jobs WHERE state IN ('queued', 'running', 'delivering', 'interrupted') AND guild_id = ?
AND kind IN (SELECT value FROM json_each(?)) AND (json_extract(request, '$.branch_id') = ?
    OR json_extract(request, '$.branch_id') IS NULL AND json_extract(request, '$.book_id') = ?)
"""


async def check_new_job(
    db: aiosqlite.Connection, guild_id: int, kind: str, request: Mapping[str, Any], parent_id: str | None
) -> None:
    """Raise Refused where what a job is made from was forgotten meanwhile (it would bring its words back), and where
    another one is telling on its branch already."""
    for job_id in {parent_id, *request.get("instead_of", ())[-1:]} - {None}:
        found = await db.execute_fetchall("SELECT 1 FROM jobs WHERE guild_id = ? AND id = ?", (guild_id, job_id))
        if not list(found):
            raise Refused(
                "What this goes on from was forgotten a moment ago.", "Please start anew with `/story` or `/paint`."
            )
    branch_id = request.get("branch_id")
    if kind in _TELLING and branch_id is not None:
        args = (guild_id, json.dumps(sorted(_TELLING)), branch_id, request.get("book_id"))
        if list(await db.execute_fetchall(_TOLD_ALREADY, args)):
            raise Refused("The next passage of this story is being told already.", "`/queue` shows how far it is.")
