"""A memory from before threads, books and pins is all there after the upgrade."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ravsg.store.connection import Database, migrations
from ravsg.store.memory_filter import MemoryFilter
from ravsg.store.memory_search import MemorySearch

OLD = 4
"""The last migration before."""


def old_database(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for number, script in migrations():
            if number <= OLD:
                connection.executescript(f"BEGIN;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
        for memory_id, (guild_id, author_id) in enumerate(((1, 7), (1, 8), (2, 7)), 1):
            connection.execute(
                "INSERT INTO memories (id, guild_id, kind, title, author_id, author_name, channel_id, job_id,"
                " content_hash, created_ms) VALUES (?1, ?2, 'story', 'The Lämp', ?3, 'A', 10, 'j', x'00', 100)",
                (memory_id, guild_id, author_id),
            )
            connection.execute(
                "INSERT INTO passages (id, guild_id, memory_id, kind, part, text, model, vector)"
                " VALUES (?1, ?2, ?1, 'story', 0, 'foxes ran', 'm@1', x'00')",
                (memory_id, guild_id),
            )
            connection.execute(
                "INSERT INTO passage_words (rowid, guild, title, text) VALUES (?1, ?2, 'The Lämp', 'foxes ran')",
                (memory_id, f"g{guild_id}"),
            )
        # agreed before, agreed after, and refused
        connection.executemany(
            "INSERT INTO memory_consent VALUES (?, ?, ?, ?)", [(1, 7, 1, 50), (1, 8, 1, 150), (2, 7, 0, 50)]
        )


def copies(folder: Path) -> list[Path]:
    return list(folder.glob("*.before-*.sqlite"))


async def test_words_are_found_and_consent_is_read_off_what_members_said(tmp_path: Path) -> None:
    old_database(tmp_path / "ravsg.sqlite")
    async with Database(tmp_path / "ravsg.sqlite") as db:
        search = MemorySearch(db)
        for word in ("fox", "lamp"):
            found = await search.matching(1, [word], limit=9, allowed_by_default=False)
            assert {one.passage_id for one in found} == {1, 2}
            assert await search.matching(2, [word], limit=9, allowed_by_default=True) == [], "refused is refused"
        (anas,) = await search.of_author(1, 7)
        (bens,) = await search.of_author(1, 8)
        assert (anas.consent, bens.consent) == ("agreed", "by default")
        assert (anas.book_id, anas.pinned_at, anas.keywords, anas.parent_channel_id) == (None, None, (), None)
        assert len(await search.recent(1, MemoryFilter(channels=[10]), limit=9, allowed_by_default=False)) == 2
        await db.write(lambda connection: connection.execute("DELETE FROM memories WHERE id = 1"))
        left = await db.read("SELECT rowid FROM passage_words ORDER BY rowid")
        assert [row["rowid"] for row in left] == [2, 3], "the trigger is there again"
    assert copies(tmp_path), "a copy was made before"
