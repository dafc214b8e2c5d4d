"""What results keep of memories goes with the memories, in their own server and nowhere else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ravsg.errors import Refused
from ravsg.store.connection import Database, migrations
from ravsg.store.jobs import JobStore
from ravsg.store.memories import By, MemoryStore
from ravsg.types import Memorable, MemoryKind, Origin

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield db


async def remember(db: Database, guild_id: int, author_id: int, job_id: str, message_id: int) -> int:
    item = Memorable(MemoryKind.STORY, job_id, "T", author_id, "N", 10, message_id, job_id)
    stored = await MemoryStore(db).add(
        guild_id, item, [("passage", b"1234")], "m", picture=None, allowed_by_default=True
    )
    assert stored is not None
    return stored.memory_id


async def woven(db: Database, job_id: str, guild_id: int, *memory_ids: int) -> None:
    store = JobStore(db)
    await store.add(job_id, "story", Origin(guild_id, 10, 200, "Ben"), {}, {}, created_at=NOW)
    data = {"title": "Ünïcode", "prompt": "planted", "woven": [{"memory_id": one, "text": "w"} for one in memory_ids]}
    kept = await store.commit_result(job_id, data, {})
    assert kept == await result(db, job_id)


async def result(db: Database, job_id: str) -> dict[str, Any]:
    row = await JobStore(db).get(job_id)
    assert row is not None
    assert row.result is not None
    return dict(row.result)


async def left(db: Database, job_id: str) -> list[int]:
    return [one["memory_id"] for one in (await result(db, job_id))["woven"]]


@pytest.mark.parametrize(
    ("by", "value"), [("memory_id", None), ("job_id", "ana"), ("message_id", 5), ("author_id", 7)]
)
async def test_a_forgotten_memory_leaves_the_results_that_were_woven_from_it(
    db: Database, by: By, value: int | str | None
) -> None:
    anas = await remember(db, 1, 7, "ana", 5)
    bens = await remember(db, 1, 8, "ben", 6)
    elsewhere = await remember(db, 2, 7, "ana", 5)
    await woven(db, "both", 1, anas, bens)
    await woven(db, "one", 1, anas)
    await woven(db, "foreign", 2, elsewhere)
    assert await left(db, "both") == [anas, bens]

    await MemoryStore(db).forget(1, by, anas if value is None else value)

    assert [await left(db, job_id) for job_id in ("both", "one", "foreign")] == [[bens], [], [elsewhere]]
    assert (await result(db, "both"))["title"] == "Ünïcode"


async def test_what_results_are_woven_from_follows_them(db: Database) -> None:
    first, second = await remember(db, 1, 7, "ana", 5), await remember(db, 1, 8, "ben", 6)
    await woven(db, "both", 1, first, second, second)
    await woven(db, "one", 1, first)

    async def known() -> set[tuple[int, str]]:
        rows = await db.read("SELECT guild_id, memory_id, job_id FROM woven")
        assert {row["guild_id"] for row in rows} <= {1}
        return {(row["memory_id"], row["job_id"]) for row in rows}

    assert await known() == {(first, "both"), (second, "both"), (first, "one")}
    await MemoryStore(db).forget(1, "memory_id", first)
    assert await known() == {(second, "both")}
    assert await JobStore(db).erase(1, "both") == 1
    assert await known() == set()


async def test_results_from_before_are_known_after_the_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for number, script in migrations():
            if number < 9:
                connection.executescript(f"BEGIN;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
        for job_id, result in (
            ("a", {"woven": [{"memory_id": 5}, {"memory_id": 6}]}),
            ("b", {"title": ""}),
            ("c", None),
        ):
            connection.execute(
                "INSERT INTO jobs (id, kind, guild_id, channel_id, author_id, author_name, locale, request, state,"
                " created_at, result) VALUES (?, 'story', 1, 1, 1, 'A', 'en', '{}', 'done', 0, ?)",
                (job_id, None if result is None else json.dumps(result)),
            )
    async with Database(path) as db:
        rows = await db.read("SELECT * FROM woven ORDER BY memory_id")
        assert [tuple(row) for row in rows] == [(1, 5, "a"), (1, 6, "a")]


async def test_what_was_forgotten_while_a_result_was_made_is_not_kept_with_it(db: Database) -> None:
    gone, there = await remember(db, 1, 7, "ana", 5), await remember(db, 1, 8, "ben", 6)
    await MemoryStore(db).forget(1, "memory_id", gone)
    await woven(db, "late", 1, gone, there)
    assert await left(db, "late") == [there]
    assert (await result(db, "late"))["prompt"] == ""


async def test_only_what_was_taken_over_goes_and_only_in_that_server(db: Database) -> None:
    store = JobStore(db)
    ana, ben = Origin(1, 10, 7, "Ana"), Origin(1, 10, 8, "Ben")

    async def add(job_id: str, origin: Origin, kind: str, parent: str | None = None, **request: Any) -> None:
        await store.add(job_id, kind, origin, request, {"picture": b"x"}, created_at=NOW, parent_id=parent)

    await add("first", ana, "story")
    await add("own", ana, "story", "first", continues="first's")
    await add("retry", ana, "story", None, continues="", instead_of=["first"])
    await add("bens", ben, "story", "first", continues="first's")
    await add("further", ben, "story", "bens", continues="first's and bens'")
    await add("drawn", ben, "paint", "bens", text="bens' own", card={"setting": ""})
    await add("fresh", ben, "story", None, continues="")
    await add("twin", Origin(2, 10, 8, "Ben"), "story", None, continues="of another server")
    with pytest.raises(Refused):
        await add("stranger", Origin(2, 10, 8, "Ben"), "story", "first", continues="of another server")

    assert await store.erase(2, "first") == 0
    assert await store.erase(1, "first") == 1

    rows = {row.id: row.request for row in await store.open_jobs()}
    assert {job_id for job_id, request in rows.items() if request.get("source_gone")} == {"own", "bens", "further"}
    assert {request["continues"] for job_id, request in rows.items() if job_id in {"own", "bens", "further"}} == {""}
    assert rows["drawn"]["text"] == "bens' own"
    assert rows["twin"]["continues"] == "of another server"
    kept = {job_id for job_id in rows if await store.blobs(job_id, "input")}
    assert kept == {"own", "retry", "drawn", "fresh", "twin"}
