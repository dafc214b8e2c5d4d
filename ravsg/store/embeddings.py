"""Which models made the vectors that are kept, and what is to be embedded again when the model changes.

A story is embedded from its passages, a picture from the small copy that was kept with it; a picture without one
cannot be embedded again and is found by its words alone. Replacing vectors is `ravsg.store.memories`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ravsg.types import MemoryKind

if TYPE_CHECKING:
    from ravsg.store.connection import Database

_OUTDATED: Final = "EXISTS (SELECT 1 FROM passages AS p WHERE p.guild_id = m.guild_id AND p.memory_id = m.id{})"
_CAN_BE: Final = (
    " AND (m.kind = 'story' OR EXISTS (SELECT 1 FROM memory_pictures AS i"
    " WHERE i.guild_id = m.guild_id AND i.memory_id = m.id))"
)
_NEXT: Final = " ".join(
    (
        "SELECT m.guild_id, m.id, m.kind, m.title,",
        "(SELECT json_group_array(json_array(part, text)) FROM passages AS p",
        "WHERE p.guild_id = m.guild_id AND p.memory_id = m.id) AS parts,",
        "(SELECT data FROM memory_pictures AS i WHERE i.guild_id = m.guild_id AND i.memory_id = m.id) AS picture",
        "FROM memories AS m WHERE (m.guild_id, m.id) > (?, ?) AND",
        _OUTDATED.format(" AND p.model <> ?"),
        _CAN_BE,
        "ORDER BY m.guild_id, m.id LIMIT ?",
    )
)
_PROGRESS: Final = " ".join(
    (
        "SELECT count(*) AS everything, count(*) FILTER (WHERE outdated) AS outdated,",
        "count(*) FILTER (WHERE outdated AND NOT can_be) AS words_only FROM (SELECT",
        _OUTDATED.format(" AND p.model <> ?"),
        "AS outdated, 1",
        _CAN_BE,
        "AS can_be FROM memories AS m)",
    )
)


@dataclass(frozen=True, slots=True)
class Outdated:
    """A memory whose vectors another model made."""

    guild_id: int
    memory_id: int
    kind: MemoryKind
    title: str
    parts: dict[int, str]
    """The passages' texts by part."""
    picture: bytes | None
    """The small picture that was kept with it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the vectors are those of one model: memories, of all servers."""

    done: int
    total: int
    """Memories that can be embedded."""
    words_only: int
    """Pictures of another model without a small copy: they are found by their words and no longer by vectors."""


class EmbeddingStore:
    """Reads memories, passages and memory_pictures of all servers, for upkeep alone."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def any_kept(self) -> bool:
        """Whether anything at all is remembered. Raises StoreError."""
        return bool(await self._db.read("SELECT 1 FROM memories LIMIT 1"))

    async def outdated(self, model: str, *, after: tuple[int, int], limit: int) -> list[Outdated]:
        """The next memories that another model embedded, in order of server and id, beyond `after`.

        Raises StoreError.
        """
        return [
            Outdated(
                row["guild_id"],
                row["id"],
                MemoryKind(row["kind"]),
                row["title"],
                dict(json.loads(row["parts"])),
                None if row["picture"] is None else bytes(row["picture"]),
            )
            for row in await self._db.read(_NEXT, (*after, model, limit))
        ]

    async def progress(self, model: str) -> Progress:
        """How far all vectors are this model's. Raises StoreError."""
        (row,) = await self._db.read(_PROGRESS, (model,))
        total = row["everything"] - row["words_only"]
        return Progress(total - (row["outdated"] - row["words_only"]), total, row["words_only"])
