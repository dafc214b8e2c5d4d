"""No table is left out when a member is unwoven: each has somebody who answers for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.erasable import NOTHING_OF_PEOPLE, Erasable, registry
from ravsg.config import MemorySection
from ravsg.memory.service import Memory
from ravsg.store.cast_erasing import CastErasing
from ravsg.store.connection import Database
from ravsg.store.jobs import JobStore
from ravsg.store.member_books import MemberBooks
from ravsg.store.member_memories import MemberMemories

UNDER_WAY = frozenset({"erasures", "stale_messages", "stale_threads"})
"""The erasure's own notes, which go with its end."""
WHOSE = ("author", "member", "user", "_by", "guild")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield db


def stores(db: Database) -> tuple[Erasable, ...]:
    return registry(Memory(db, MemorySection()), MemberMemories(db), CastErasing(db), MemberBooks(db), JobStore(db))


async def tables(db: Database) -> dict[str, set[str]]:
    """The columns of every table, without those that the full-text index makes for itself."""
    rows = await db.read("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")
    names = [row["name"] for row in rows if not row["name"].startswith("sqlite_")]
    return {
        name: {row["name"] for row in await db.read(f"SELECT name FROM pragma_table_info('{name}')")}
        for name in names
    }


async def test_every_table_has_one_who_answers_for_it(db: Database) -> None:
    answered = [table for one in stores(db) for table in one.tables]
    assert len(answered) == len(set(answered))
    assert set(await tables(db)) == {*answered, *NOTHING_OF_PEOPLE, *UNDER_WAY}


async def test_tables_that_hold_nothing_of_people_name_nobody(db: Database) -> None:
    there = await tables(db)
    named = {
        (table, column)
        for table in NOTHING_OF_PEOPLE
        for column in there[table]
        if any(part in column for part in WHOSE)
    }
    assert named == {("servers_left", "guild_id")}
    assert any("member" in column for column in there["memory_consent"]), "the look sees such columns"


async def test_what_the_stores_count_has_names_of_its_own_and_begins_with_nothing(db: Database) -> None:
    for member in (7, None):
        counts = [dict(await one.held(1, member)) for one in stores(db)]
        assert sum(map(len, counts)) == len(set().union(*counts)) >= 8
        assert not any(count for one in counts for count in one.values())
        for one in stores(db):
            await one.erase(1, member)  # of nobody: harmless
