"""Which memories a search may find, as conditions inside its statement: nothing is fetched to be thrown away.

`WHERE` always begins with the server and the author's consent, so no filter can be written that leaves them out.
Channels are given by their ids; which channels an audience may read is the bot's affair.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ravsg.types import MemoryKind

WHERE: Final = """
WHERE p.guild_id = :guild
AND coalesce(c.allowed, s.consent = 'opt-out', :by_default)
AND p.kind IN (SELECT value FROM json_each(:kinds))
AND m.job_id NOT IN (SELECT value FROM json_each(:without_jobs))
AND (:channels IS NULL OR m.channel_id IN (SELECT value FROM json_each(:channels))
    OR (NOT m.private AND m.parent_channel_id IN (SELECT value FROM json_each(:channels))))
AND (:author IS NULL OR m.author_id = :author)
AND (:pinned IS NULL OR (m.pinned_ms IS NOT NULL) = :pinned)
AND (:since IS NULL OR m.created_ms >= :since)
AND (:until IS NULL OR m.created_ms < :until)
AND (:book IS NULL OR m.book_id = :book OR (:beside_book AND m.book_id IS NULL))
AND (:chapter_from IS NULL OR m.book_id IS NULL OR m.chapter >= :chapter_from)
AND (:chapter_to IS NULL OR m.book_id IS NULL OR m.chapter <= :chapter_to)
AND (:branches IS NULL OR m.book_id IS NULL OR EXISTS (
    SELECT 1 FROM json_each(:branches) AS b WHERE m.branch = json_extract(b.value, '$[0]')
    AND (json_extract(b.value, '$[1]') IS NULL OR m.chapter <= json_extract(b.value, '$[1]'))))
"""
"""The conditions of a `MemoryFilter`, over the tables p, m, c and s of `memory_rows.TABLES`. Consent: what the
author said, else what their server decided, else the operator's default."""


@dataclass(frozen=True, slots=True)
class MemoryFilter:
    """What may be found. The default lets everything of the server through; each field takes something away."""

    kinds: Sequence[MemoryKind] = tuple(MemoryKind)
    channels: Collection[int] | None = None
    """Channels that the audience may read: memories of these, and of public threads in them. None: all."""
    without_jobs: Collection[str] = ()
    author_id: int | None = None
    pinned: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Not this moment itself."""
    book_id: str | None = None
    """Chapters of this book only."""
    beside_book: bool = False
    """With `book_id`: what belongs to no book may be found too."""
    chapter_from: int | None = None
    chapter_to: int | None = None
    branches: Sequence[tuple[str, int | None]] | None = None
    """(branch, its last chapter that counts, None for all): a branch and its ancestors. Chapters of other branches
    are left out; what belongs to no book has no branch and is not asked."""

    def arguments(self, guild_id: int, *, by_default: bool) -> dict[str, Any]:
        """The values of `WHERE`'s names."""
        return {
            "guild": guild_id,
            "by_default": int(by_default),
            "kinds": json.dumps([kind.value for kind in self.kinds]),
            "without_jobs": json.dumps(list(self.without_jobs)),
            "channels": None if self.channels is None else json.dumps(list(self.channels)),
            "author": self.author_id,
            "pinned": None if self.pinned is None else int(self.pinned),
            "since": milliseconds(self.since),
            "until": milliseconds(self.until),
            "book": self.book_id,
            "beside_book": int(self.beside_book),
            "chapter_from": self.chapter_from,
            "chapter_to": self.chapter_to,
            "branches": None if self.branches is None else json.dumps([list(pair) for pair in self.branches]),
        }


EVERYTHING: Final = MemoryFilter()


def milliseconds(moment: datetime | None) -> int | None:
    """A time as the tables keep it; it must name its zone."""
    return None if moment is None else round(moment.timestamp() * 1000)
