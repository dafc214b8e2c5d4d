"""What a restart must go on with: erasures under way, and servers that were left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ravsg.store.connection import Database
from ravsg.store.erasures import DepartureStore, ErasureStore

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield db


def planted(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if b"planted" in file.read_bytes()]


async def test_an_erasure_goes_on_after_a_restart_with_its_counts(tmp_path: Path) -> None:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        begun = await ErasureStore(db).begin(1, 7)
        await ErasureStore(db).begin(1, None)
        assert (begun.step, dict(begun.counts)) == ("", {})
        begun = await ErasureStore(db).advance(begun, "jobs", {"jobs": 3})
        await ErasureStore(db).advance(begun, "memories", {"memories": 2, "jobs": 1})
    async with Database(tmp_path / "ravsg.sqlite") as db:
        member, server = await ErasureStore(db).open()
        assert (member.guild_id, member.member_id, member.step) == (1, 7, "memories")
        assert dict(member.counts) == {"jobs": 4, "memories": 2}
        assert (server.member_id, server.step) == (None, "")


async def test_the_same_erasure_begins_once(db: Database) -> None:
    store = ErasureStore(db)
    begun = await store.advance(await store.begin(1, 7), "jobs", {"jobs": 3})
    again = await store.begin(1, 7)
    assert (again.erasure_id, again.step, dict(again.counts)) == (begun.erasure_id, "jobs", {"jobs": 3})
    assert (await store.begin(2, 7)).erasure_id != begun.erasure_id


async def test_nothing_is_left_of_one_that_is_finished(db: Database, tmp_path: Path) -> None:
    store = ErasureStore(db)
    begun = await store.begin(1, 7)
    begun = await store.advance(begun, "plantedstep", {"plantedcount": 1})
    assert planted(tmp_path), "the scan sees it while it is there"
    await store.finish(begun)
    assert await store.open() == []
    assert planted(tmp_path) == []


async def test_servers_are_named_after_their_time_of_grace_unless_they_came_back(db: Database) -> None:
    store = DepartureStore(db)
    await store.left(1, NOW)
    await store.left(2, NOW - timedelta(days=10))
    await store.left(3, NOW - timedelta(days=20))
    await store.left(1, NOW - timedelta(days=30))
    assert await store.before(NOW) == [3, 2], "the first departure counts"
    assert await store.before(NOW + timedelta(seconds=1)) == [3, 2, 1]
    assert await store.returned(3)
    assert not await store.returned(3)
    assert await store.before(NOW) == [2]
