"""What a job's row holds of others: passages that its result was woven from, and what it took over from another job.

The statements here run inside the transactions that forget, so nobody's words outlive them in somebody else's row.
What a result says by itself is its own member's and stays. Which jobs and memories go is decided elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

import aiosqlite

# "+": found by their ids, not by reading all jobs of the server
_UNWEAVE: Final = """
UPDATE jobs SET result = json_set(result, '$.prompt', '', '$.woven', json((
    SELECT json_group_array(json(w.value)) FROM json_each(jobs.result, '$.woven') AS w
    WHERE json_extract(w.value, '$.memory_id') NOT IN (SELECT value FROM json_each(?2)))))
WHERE +guild_id = ?1 AND id IN (
    SELECT job_id FROM woven WHERE guild_id = ?1 AND memory_id IN (SELECT value FROM json_each(?2)))
RETURNING id
"""
_KIN: Final = """
SELECT id, kind, author_id, parent_id, json_extract(request, '$.instead_of') AS tries,
    coalesce(json_extract(request, '$.continues'), '') <> ''
    OR coalesce(json_extract(request, '$.reference_strength'), 0) > 0 AS passes_on,
    coalesce(json_extract(request, '$.continues'), '') <> '' OR coalesce(json_extract(request, '$.text'), '') <> ''
    OR coalesce(json_extract(request, '$.card'), '{}') GLOB '*:"[^"]*' AS has_words
FROM jobs WHERE guild_id = ? AND (parent_id IS NOT NULL OR json_extract(request, '$.instead_of') IS NOT NULL)
"""
_TAKE_WORDS: Final = """
UPDATE jobs SET request = json_set(json_replace(request, '$.continues', '', '$.text', '', '$.card', json('{}')),
    '$.source_gone', json('true'))
WHERE guild_id = ? AND id = ?
"""


_TAKE_QUESTION: Final = "DELETE FROM job_blobs WHERE job_id = ? AND side = 'result' AND name = 'question'"
_TAKE_VERDICTS: Final = "DELETE FROM memory_feedback WHERE guild_id = ? AND job_id = ?"


async def unweave(db: aiosqlite.Connection, guild_id: int, memory_ids: Collection[int]) -> None:
    """Take these memories' passages, titles and authors' names out of all results of a server, and write down that
    those results' messages still show them."""
    changed = list(await db.execute_fetchall(_UNWEAVE, (guild_id, json.dumps(list(memory_ids)))))
    if not changed:
        return
    await db.executemany(
        "INSERT INTO stale_results (job_id) VALUES (?) ON CONFLICT DO NOTHING", [(row["id"],) for row in changed]
    )


async def still_woven(db: aiosqlite.Connection, job_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A result as it may be kept: without what was forgotten while it was made, and without the models' prompt, which
    nothing reads again and in which the memories stand once more."""
    kept = dict(data)
    if "prompt" in kept:
        kept["prompt"] = ""
    if kept.get("woven"):
        wanted = json.dumps([one["memory_id"] for one in kept["woven"]])
        rows = await db.execute_fetchall(
            "SELECT id FROM memories WHERE guild_id = (SELECT guild_id FROM jobs WHERE id = ?)"
            " AND id IN (SELECT value FROM json_each(?))",
            (job_id, wanted),
        )
        there = {row["id"] for row in rows}
        kept["woven"] = [one for one in kept["woven"] if one["memory_id"] in there]
    if kept.get("cast"):
        wanted = json.dumps([one["cast_id"] for one in kept["cast"]])
        rows = await db.execute_fetchall(
            "SELECT id FROM cast_members WHERE guild_id = (SELECT guild_id FROM jobs WHERE id = ?)"
            " AND id IN (SELECT value FROM json_each(?))",
            (job_id, wanted),
        )
        there = {row["id"] for row in rows}
        kept["cast"] = [one for one in kept["cast"] if one["cast_id"] in there]
    return kept


async def disinherit(db: aiosqlite.Connection, guild_id: int, erased: Mapping[str, tuple[str, int]]) -> None:
    """Take out of the jobs that stay what they took over from those that go (id → kind and author).

    A continuation loses the story so far, and so do the continuations of it; a picture of a story, a variant and a
    new try of somebody else lose the words. Copied input pictures go where they show a result or another member gave
    them: what a member gave to several jobs of their own stays with those. What memory was asked for them goes too:
    it was asked with those words and pictures.
    """
    kin = list(await db.execute_fetchall(_KIN, (guild_id,)))
    children: dict[str, list[Any]] = {}
    tries: dict[str, list[Any]] = {}
    for row in kin:
        children.setdefault(row["parent_id"], []).append(row)
        for earlier in json.loads(row["tries"] or "[]"):
            tries.setdefault(earlier, []).append(row)
    open_ends = [(job_id, kind, author_id) for job_id, (kind, author_id) in erased.items()]
    seen = set(erased)
    while open_ends:
        source, kind, author_id = open_ends.pop()
        heirs = [row for row in children.get(source, ()) if source in erased or row["passes_on"]]
        # a member's own new try asks for the same, by their own words
        heirs += [row for row in tries.get(source, ()) if source not in erased or row["author_id"] != author_id]
        for row in heirs:
            if row["id"] in seen:
                continue
            seen.add(row["id"])
            open_ends.append((row["id"], row["kind"], author_id))
            await db.execute(_TAKE_QUESTION, (row["id"],))
            await db.execute(_TAKE_VERDICTS, (guild_id, row["id"]))
            if row["has_words"] or row["author_id"] != author_id:
                await db.execute(_TAKE_WORDS, (guild_id, row["id"]))
            if row["author_id"] != author_id or kind == "paint":
                await db.execute("DELETE FROM job_blobs WHERE job_id = ? AND side = 'input'", (row["id"],))
