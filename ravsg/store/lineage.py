"""Which jobs of a server come from one member: their own, what others made from those, and what goes on from them.

Made from: a picture of their words, a story of their picture, a variant, a new try. It shows their part in another
form and nothing else. Going on: another member's continuation, which tells something of its own after their part.
What others make from a continuation's own words is theirs. This module changes nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

JOBS_OF_SERVER: Final = """
SELECT id, author_id, parent_id, json_extract(request, '$.instead_of') AS tries,
    json_extract(request, '$.source_author') AS source_author, json_extract(request, '$.reply_to') AS reply_to,
    coalesce(json_extract(request, '$.continues'), '') <> '' AS continues,
    json_extract(request, '$.writers') AS writers
FROM jobs WHERE guild_id = ?
"""
"""What `lineage` reads; its parameter is the server."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Jobs by their ids; no id stands in two of the sets."""

    own: frozenset[str]
    """What the member asked for."""
    made_from: frozenset[str]
    """Others' results that show the member's part in another form."""
    going_on: frozenset[str]
    """Others' continuations, which tell more than the member's part."""

    @property
    def gone(self) -> frozenset[str]:
        """What goes as a whole."""
        return self.own | self.made_from

    @property
    def all(self) -> frozenset[str]:
        """Every job that holds something of the member."""
        return self.own | self.made_from | self.going_on


def lineage(rows: Iterable[Any], member_id: int) -> Lineage:
    """The member's lineage among the rows of `JOBS_OF_SERVER`."""
    jobs = list(rows)
    heirs: dict[str, list[Any]] = defaultdict(list)
    for row in jobs:
        for source in _sources(row):
            heirs[source].append(row)
    own = {row["id"] for row in jobs if row["author_id"] == member_id}
    made_from = {row["id"] for row in jobs if row["source_author"] == member_id} - own
    # a book's passages that come after theirs
    going_on = {row["id"] for row in jobs if member_id in _writers(row)} - own - made_from
    open_ends = [*own, *made_from, *going_on]
    while open_ends:
        source = open_ends.pop()
        for row in heirs[source]:
            kind = _heir(row, source, mended=source in going_on)
            if kind is None or row["id"] in own or row["id"] in made_from or row["id"] in going_on:
                continue
            (going_on if kind == "goes on" else made_from).add(row["id"])
            open_ends.append(row["id"])
    return Lineage(frozenset(own), frozenset(made_from), frozenset(going_on))


def own_material(rows: Iterable[Any], member_id: int) -> frozenset[str]:
    """The member's jobs, among the rows of `JOBS_OF_SERVER`, whose words and pictures came from the member alone.

    Where that is not known (the source is gone, or the row is from before sources were kept) it is not so.
    """
    jobs = {row["id"]: row for row in rows}
    known: dict[str, bool] = {}

    def own(job_id: str) -> bool:
        row = jobs.get(job_id)
        if row is None or row["author_id"] != member_id:
            return False
        if job_id not in known:
            known[job_id] = False  # a circle is nobody's
            known[job_id] = _own(row)
        return known[job_id]

    def _own(row: Any) -> bool:
        if _writers(row) - {member_id}:
            return False
        if row["source_author"] is not None:
            return bool(row["source_author"] == member_id)
        if any(jobs[one]["author_id"] != member_id if one in jobs else True for one in _sources(row)):
            return False
        if row["parent_id"] is None and not _tries(row):
            return row["reply_to"] is None
        return all(own(one) for one in _tries(row)) and (not row["continues"] or own(row["parent_id"] or ""))

    return frozenset(job_id for job_id in jobs if own(job_id))


def _sources(row: Any) -> Iterator[str]:
    """The jobs that a job took something over from."""
    if row["parent_id"] is not None:
        yield row["parent_id"]
    yield from _tries(row)


def _writers(row: Any) -> frozenset[int]:
    """The members whose words in a book a job goes on from."""
    return frozenset(json.loads(row["writers"] or "[]"))


def _tries(row: Any) -> Sequence[str]:
    found: Sequence[str] = json.loads(row["tries"] or "[]")
    return found


def _heir(row: Any, source: str, *, mended: bool) -> str | None:
    """What a job took over from its source; None where that is nothing of the member's."""
    if row["continues"]:
        return "goes on"
    # of a continuation only its own words are painted, which are not the member's
    return "made from" if not mended or source in _tries(row) else None
