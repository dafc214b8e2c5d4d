"""The rows that indices are built from: ids and vectors of one server, kind and model.

Every method takes the server first and every statement asks for it. What is read is read in pages, so that the one
reading connection serves others in between. This module writes nothing and knows no index: that is `ravsg.memory`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ravsg.store.connection import Database
from ravsg.types import MemoryKind

if TYPE_CHECKING:
    from pathlib import Path

PAGE: Final = 1000
"""Rows a page: 2 MB of vectors of 512 dimensions, read in a few milliseconds."""
IDS_PAGE: Final = 20_000
"""Ids a page; an index of the table holds them."""


class VectorStore:
    """Reads the vectors in the table passages."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @property
    def folder(self) -> Path:
        """Where the database lies, and what is rebuilt from it may lie too."""
        return self._db.path.parent

    async def ids(
        self, guild_id: int, kind: MemoryKind, model: str, *, after: int, limit: int = IDS_PAGE
    ) -> list[int]:
        """The next passages of one index, ascending from beyond `after`, without their vectors. Raises StoreError."""
        rows = await self._db.read(
            "SELECT id FROM passages WHERE guild_id = ? AND kind = ? AND model = ? AND id > ? ORDER BY id LIMIT ?",
            (guild_id, kind.value, model, after, limit),
        )
        return [row[0] for row in rows]

    async def page(
        self, guild_id: int, kind: MemoryKind, model: str, *, after: int, limit: int = PAGE
    ) -> list[tuple[int, bytes]]:
        """The next passages of one index as (passage id, vector), ascending beyond `after`. Raises StoreError."""
        rows = await self._db.read(
            "SELECT id, vector FROM passages WHERE guild_id = ? AND kind = ? AND model = ? AND id > ?"
            " ORDER BY id LIMIT ?",
            (guild_id, kind.value, model, after, limit),
        )
        return [(row[0], row[1]) for row in rows]

    async def of(self, guild_id: int, passage_ids: Iterable[int]) -> list[tuple[int, bytes]]:
        """Those passages of a server that exist, as (passage id, vector), in no order. Raises StoreError."""
        # the plus keeps SQLite from reading all of the server: ids are few, and theirs is the quickest way to a row
        rows = await self._db.read(
            "SELECT id, vector FROM passages WHERE +guild_id = ? AND id IN (SELECT value FROM json_each(?))",
            (guild_id, json.dumps(list(passage_ids))),
        )
        return [(row[0], row[1]) for row in rows]
