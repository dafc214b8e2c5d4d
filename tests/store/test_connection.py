"""The database connection: whole transactions or none, whatever happens to the one who waits for them."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import aiosqlite
import pytest

from ravsg.errors import DiskFull, StoreError
from ravsg.store.connection import PRAGMAS, Database, migrations

INSERT = "INSERT INTO durations (kind, seconds) VALUES (?, ?)"


async def insert(db: Database, kind: str) -> None:
    async def work(connection: aiosqlite.Connection) -> None:
        await connection.execute(INSERT, (kind, 1.0))

    await db.write(work)


async def kinds(db: Database) -> list[str]:
    return [row["kind"] for row in await db.read("SELECT kind FROM durations ORDER BY kind")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ravsg.sqlite"


async def test_what_is_written_is_read_and_still_there_at_the_next_opening(path: Path) -> None:
    async with Database(path) as db:
        await insert(db, "story")
        assert await kinds(db) == ["story"]
    async with Database(path) as db:
        assert await kinds(db) == ["story"]


async def test_the_pragmas_hold_on_the_writing_connection(path: Path) -> None:
    async def work(connection: aiosqlite.Connection) -> dict[str, object]:
        found: dict[str, object] = {}
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
            ((found[pragma],),) = await connection.execute_fetchall(f"PRAGMA {pragma}")
        return found

    async with Database(path) as db:
        assert await db.write(work) == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
        }
    assert len(PRAGMAS) == 5


async def test_a_transaction_that_raises_leaves_nothing_and_the_next_one_works(path: Path) -> None:
    async def half(connection: aiosqlite.Connection) -> None:
        await connection.execute(INSERT, ("half", 1.0))
        raise RuntimeError("in the middle")

    async with Database(path) as db:
        with pytest.raises(RuntimeError, match="in the middle"):
            await db.write(half)
        await insert(db, "whole")
        assert await kinds(db) == ["whole"]


async def test_a_cancelled_caller_does_not_tear_its_transaction(path: Path) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(connection: aiosqlite.Connection) -> None:
        await connection.execute(INSERT, ("first", 1.0))
        begun.set()
        await go.wait()
        await connection.execute(INSERT, ("second", 1.0))

    async with Database(path) as db:
        caller = asyncio.create_task(db.write(slow))
        await begun.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        assert await kinds(db) == []
        go.set()
        await insert(db, "third")  # waits for the lock, so the first transaction is over
        assert await kinds(db) == ["first", "second", "third"]


async def test_closing_waits_for_transactions_whose_callers_are_gone(path: Path) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(connection: aiosqlite.Connection) -> None:
        begun.set()
        await go.wait()
        await connection.execute(INSERT, ("late", 1.0))

    async with Database(path) as db:
        caller = asyncio.create_task(db.write(slow))
        await begun.wait()
        caller.cancel()
        asyncio.get_running_loop().call_later(0.05, go.set)
    async with Database(path) as db:
        assert await kinds(db) == ["late"]


async def test_the_reader_cannot_write(path: Path) -> None:
    async with Database(path) as db:
        with pytest.raises(StoreError, match="readonly"):
            await db.read(INSERT, ("story", 1.0))


async def test_a_closed_database_says_so(path: Path) -> None:
    async with Database(path) as db:
        pass
    with pytest.raises(StoreError, match="closed"):
        await kinds(db)
    with pytest.raises(StoreError, match="closed"):
        await insert(db, "story")


async def test_a_full_disk_is_named_and_mended_without_reopening(path: Path) -> None:
    async def limit(connection: aiosqlite.Connection, pages: int) -> None:
        await connection.execute(f"PRAGMA max_page_count = {pages}")

    async def grow(connection: aiosqlite.Connection) -> None:
        await connection.execute(INSERT, ("x" * 500_000, 1.0))

    async with Database(path) as db:
        await db.write(lambda connection: limit(connection, 60))
        with pytest.raises(DiskFull):
            await db.write(grow)
        await db.write(lambda connection: limit(connection, 10_000))
        await db.write(grow)
        assert [len(kind) for kind in await kinds(db)] == [500_000]


async def test_a_commit_that_fails_leaves_no_transaction_open(path: Path) -> None:
    async def dangling(connection: aiosqlite.Connection) -> None:
        await connection.execute("PRAGMA defer_foreign_keys = ON")  # the violation shows at the commit
        await connection.execute("INSERT INTO on_device VALUES ('nobody')")

    async with Database(path) as db:
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            await db.write(dangling)
        await insert(db, "story")
        assert await kinds(db) == ["story"]


async def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    async with Database(path):
        pass
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 9999")
    with pytest.raises(StoreError, match="newer version"):
        async with Database(path):
            pytest.fail("it opened")


async def test_an_older_database_is_copied_before_it_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    number, script = migrations()[0]
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(f"{script}\nPRAGMA user_version = {number};")
        raw.execute(INSERT, ("old", 1.0))
        raw.commit()
    async with Database(path) as db:
        assert await kinds(db) == ["old"]
    (copy,) = path.parent.glob("*.before-*.sqlite")
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (number,)
        assert raw.execute("SELECT kind FROM durations").fetchall() == [("old",)]


async def test_what_was_deleted_is_in_no_copy_either(path: Path) -> None:
    path.parent.mkdir()
    number, script = migrations()[0]
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(f"{script}\nPRAGMA user_version = {number};")
        raw.execute(INSERT, ("planted", 1.0))
        raw.commit()
    async with Database(path) as db:
        await db.erase(lambda connection: connection.execute("DELETE FROM durations"))
        assert any(b"planted" in file.read_bytes() for file in path.parent.iterdir())
        await db.leave_no_trace()
        assert not any(b"planted" in file.read_bytes() for file in path.parent.iterdir())


async def churn(db: Database, seed: int) -> list[bytes]:
    """Rows of many sizes come and go until pages have split and joined; gives the words of those that went."""
    rng = random.Random(seed)
    words = [f"{rng.getrandbits(64):016x}" for _ in range(300)]
    gone = rng.sample(words, 100)

    async def work(connection: aiosqlite.Connection) -> None:
        for number, word in enumerate(words):
            await connection.execute(INSERT, (word + "x" * rng.randint(1, 600), float(number)))
            if number % 3 == 2:
                await connection.execute("DELETE FROM durations WHERE kind GLOB ?", (f"{gone[number // 3]}*",))
        for word in gone:
            await connection.execute("DELETE FROM durations WHERE kind GLOB ?", (f"{word}*",))

    await db.erase(work)
    return [word.encode() for word in gone]


def left(path: Path, words: list[bytes]) -> list[bytes]:
    return [word for file in path.parent.iterdir() for word in words if word in file.read_bytes()]


async def test_split_pages_keep_no_copy_of_what_was_deleted(path: Path) -> None:
    """Secure deletion overwrites the newest copy only: a page that was split once keeps an older one."""
    overwritten_only = 0
    for seed in range(6):
        async with Database(path) as db:
            words = await churn(db, seed)
            assert await db.checkpoint()
            overwritten_only += len(left(path, words))
            await db.leave_no_trace()
            assert left(path, words) == []
    assert overwritten_only, "the churn leaves copies where the file is not written anew"


async def test_a_start_removes_the_traces_of_a_deletion_that_a_crash_cut_off(path: Path, tmp_path: Path) -> None:
    """As the process left the files in the middle: an orderly end would have removed the traces itself."""
    cut_off = 0
    for seed in range(6):
        crashed = tmp_path / f"crashed-{seed}" / path.name
        async with Database(path) as db:
            words = await churn(db, seed)
            await db.checkpoint()
            await asyncio.to_thread(shutil.copytree, path.parent, crashed.parent)
        assert left(path, words) == []
        cut_off += len(left(crashed, words))
        async with Database(crashed) as db:
            assert left(crashed, words) == []
            assert (await db.read("SELECT traces FROM upkeep"))[0]["traces"] == 0
    assert cut_off, "the copies hold traces before the start"


async def test_deletions_that_wait_together_share_one_rewriting(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = 0

    async def counted(connection: aiosqlite.Connection) -> None:
        nonlocal written
        written += 1
        await connection.execute("VACUUM")

    monkeypatch.setattr("ravsg.store.connection._write_anew", counted)
    async with Database(path) as db:
        for name in ("a", "b", "c"):
            await insert(db, name)

        async def forget(name: str) -> None:
            await db.erase(lambda connection: connection.execute("DELETE FROM durations WHERE kind = ?", (name,)))
            await db.leave_no_trace()

        await asyncio.gather(*map(forget, ("a", "b", "c")))
        assert 1 <= written <= 2
        written = 0
        await forget("nobody")
        assert written == 0


async def test_a_migration_that_breaks_leaves_the_old_schema(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Database(path):
        pass
    last = migrations()[-1][0]
    broken = [*migrations(), (last + 1, "CREATE TABLE new (x); INSERT INTO missing VALUES (1);")]
    with monkeypatch.context() as patch:
        patch.setattr("ravsg.store.connection.migrations", lambda: broken)
        with pytest.raises(StoreError, match="missing"):
            async with Database(path):
                pytest.fail("it opened")
    async with Database(path) as db:
        assert await db.read("SELECT name FROM sqlite_master WHERE name = 'new'") == []


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [number for number, _ in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
