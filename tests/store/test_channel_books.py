"""With a channel that was deleted go the books that began in it, and no others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ravsg.store.book_rows import NewBook
from ravsg.store.books import BookStore
from ravsg.store.connection import Database
from ravsg.store.jobs import JobStore
from ravsg.types import Origin
from tests.store.books import ANA, CHANNEL, GUILD, OTHER, begin, plate, tell

PARENT = 60


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield db


async def asked(db: Database, job_id: str, book_id: str, channel_id: int, **more: Any) -> None:
    """A chapter's job, in a thread of the channel `PARENT`."""
    request = {"book_id": book_id, "place": {"parent_channel_id": PARENT}, **more}
    origin = Origin(GUILD, channel_id, ANA, "Ana")
    await JobStore(db).add(job_id, "chapter", origin, request, {}, created_at=datetime.now(UTC))


async def test_a_book_goes_with_its_channel_and_all_that_hangs_on_it(db: Database) -> None:
    store = BookStore(db)
    told = await tell(store)
    await store.add_plate(GUILD, plate(told.pieces[0], "job1"))
    elsewhere = await begin(store, OTHER)
    await JobStore(db).forget_channel(GUILD, CHANNEL)
    assert await store.book(GUILD, told.book.id) is None
    for table in ("branches", "pieces", "plates"):
        assert not await db.read(f"SELECT 1 FROM {table} WHERE guild_id = ?", (GUILD,)), table
    assert await store.book(OTHER, elsewhere.id) == elsewhere, "another server's channel"


async def test_a_story_threads_book_stays_for_whoever_began_it(db: Database) -> None:
    store = BookStore(db)
    book = await store.start(GUILD, NewBook("thread", CHANNEL, ANA, "Ana", thread_id=2))
    await JobStore(db).forget_channel(GUILD, CHANNEL)
    assert await store.book(GUILD, book.id) == book


async def test_a_book_of_a_thread_goes_with_the_threads_channel(db: Database) -> None:
    store = BookStore(db)
    begun, continued = await begin(store), await begin(store)
    await asked(db, "aaaaaaaa", begun.id, CHANNEL)
    await asked(db, "bbbbbbbb", continued.id, 71, branch_id=continued.trunk_id)
    await JobStore(db).forget_channel(GUILD, PARENT)
    assert [one.id for one in await store.books(GUILD)] == [continued.id], "it only has a chapter there"
