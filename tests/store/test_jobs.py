"""The jobs' rows: kept whole, their pictures once, forgotten without a trace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ravsg.store.connection import Database
from ravsg.store.jobs import JobStore
from ravsg.types import Origin

NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
ANNA = Origin(guild_id=1, channel_id=10, author_id=100, author_name="Anna", locale="de")
BEN = Origin(guild_id=1, channel_id=10, author_id=200, author_name="Ben")
ANNA_ELSEWHERE = Origin(guild_id=2, channel_id=20, author_id=100, author_name="Anna")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield db


@pytest.fixture
def store(db: Database) -> JobStore:
    return JobStore(db)


async def add(
    store: JobStore, job_id: str, origin: Origin = ANNA, picture: bytes = b"picture", at: datetime = NOW
) -> int | None:
    return await store.add(job_id, "story", origin, {"seed": 7}, {"picture": picture}, created_at=at)


async def count(db: Database, table: str) -> int:
    ((number,),) = await db.read(f"SELECT count(*) FROM {table}")
    assert isinstance(number, int)
    return number


async def test_a_job_comes_back_as_it_was_kept(store: JobStore) -> None:
    number = await add(store, "aaaaaaaa")
    row = await store.get("aaaaaaaa")
    assert row is not None
    assert (row.number, row.origin, row.request, row.state, row.created_at) == (
        number,
        ANNA,
        {"seed": 7},
        "queued",
        NOW,
    )
    assert (row.attempts, row.suspect, row.result, row.started_at) == (0, False, None, None)
    assert await store.blobs("aaaaaaaa", "input") == {"picture": b"picture"}
    assert await store.get("bbbbbbbb") is None


async def test_an_id_that_is_taken_keeps_the_first_job(store: JobStore) -> None:
    await add(store, "aaaaaaaa")
    assert await add(store, "aaaaaaaa", BEN, b"other") is None
    row = await store.get("aaaaaaaa")
    assert row is not None
    assert row.origin == ANNA
    assert await store.blobs("aaaaaaaa", "input") == {"picture": b"picture"}


async def test_the_result_and_its_pictures_are_kept_and_replace_those_of_an_earlier_try(store: JobStore) -> None:
    await add(store, "aaaaaaaa")
    await store.begin("aaaaaaaa", NOW, alone=True)
    await store.mark_on_device(["aaaaaaaa"])
    await store.commit_result("aaaaaaaa", {"n": 1}, {"picture-0": b"a", "picture-1": b"b"})
    await store.commit_result("aaaaaaaa", {"n": 2}, {"picture-0": b"c"})
    row = await store.get("aaaaaaaa")
    assert row is not None
    assert (row.state, row.result, row.attempts, row.alone) == ("delivering", {"n": 2}, 1, True)
    assert await store.blobs("aaaaaaaa", "result") == {"picture-0": b"c"}
    assert await store.blobs("aaaaaaaa", "input") == {"picture": b"picture"}
    assert await store.on_device() == frozenset()


async def test_the_marks_are_exactly_the_last_ones_told(store: JobStore) -> None:
    for job_id in ("aaaaaaaa", "bbbbbbbb", "cccccccc"):
        await add(store, job_id)
    await store.mark_on_device(["aaaaaaaa", "bbbbbbbb"])
    await store.mark_on_device(["bbbbbbbb", "cccccccc", "forgotten"])
    assert await store.on_device() == {"bbbbbbbb", "cccccccc"}
    await store.finish("bbbbbbbb", "done", "", NOW)
    assert await store.on_device() == {"cccccccc"}


async def test_only_a_clean_interruption_takes_attempt_and_mark_back(store: JobStore) -> None:
    for job_id in ("aaaaaaaa", "bbbbbbbb"):
        await add(store, job_id)
        await store.begin(job_id, NOW, alone=False)
    await store.mark_on_device(["aaaaaaaa", "bbbbbbbb"])
    await store.interrupt("aaaaaaaa", clean=True, begun=True)
    await store.interrupt("bbbbbbbb", clean=False, begun=True)
    rows = {row.id: (row.state, row.attempts) for row in await store.open_jobs()}
    assert rows == {"aaaaaaaa": ("interrupted", 0), "bbbbbbbb": ("interrupted", 1)}
    assert await store.on_device() == {"bbbbbbbb"}


async def test_equal_pictures_are_kept_once_and_as_long_as_a_job_needs_them(store: JobStore, db: Database) -> None:
    await add(store, "aaaaaaaa", ANNA)
    await add(store, "bbbbbbbb", BEN)
    await add(store, "cccccccc", ANNA_ELSEWHERE)
    assert await count(db, "blobs") == 1
    await store.erase_jobs(1, 100)
    assert await store.blobs("bbbbbbbb", "input") == {"picture": b"picture"}
    assert await store.blobs("cccccccc", "input") == {"picture": b"picture"}
    await store.erase_jobs(1, 200)
    await store.erase_jobs(2, 100)
    assert await count(db, "blobs") == 0


async def test_nothing_of_a_forgotten_member_is_left_in_the_files(store: JobStore, tmp_path: Path) -> None:
    picture, result = b"planted-picture" * 500, b"planted-result" * 500
    origin = Origin(1, 10, 100, "planted-name")
    await store.add("aaaaaaaa", "story", origin, {"direction": "planted-words"}, {"picture": picture}, created_at=NOW)
    await store.commit_result("aaaaaaaa", {"title": "planted-title"}, {"picture-0": result})
    await store.begin_delivery("aaaaaaaa", "result")
    assert b"planted" in everything(tmp_path)
    await store.erase_jobs(1, 100)
    assert b"planted" not in everything(tmp_path)
    assert await store.deliveries("aaaaaaaa") == []


async def test_one_job_that_is_erased_leaves_nothing_and_the_others_alone(
    store: JobStore, db: Database, tmp_path: Path
) -> None:
    await add(store, "aaaaaaaa", picture=b"planted")
    await add(store, "bbbbbbbb")
    assert await store.erase(1, "aaaaaaaa") == 1
    await db.leave_no_trace()
    assert b"planted" not in everything(tmp_path)
    assert await store.get("aaaaaaaa") is None
    assert await store.blobs("bbbbbbbb", "input") == {"picture": b"picture"}


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_only_old_inputs_of_ended_jobs_are_purged(store: JobStore) -> None:
    for job_id, picture in (("oldended", b"1"), ("newended", b"2"), ("oldopen2", b"3")):
        await add(store, job_id, picture=picture, at=NOW - timedelta(days=90))
    await store.commit_result("oldended", {}, {"picture-0": b"result"})
    await store.finish("oldended", "done", "", NOW - timedelta(days=40))
    await store.finish("newended", "done", "", NOW - timedelta(days=1))
    assert await store.purge_inputs(NOW - timedelta(days=30)) == 1
    assert await store.blobs("oldended", "input") == {}
    assert await store.blobs("oldended", "result") == {"picture-0": b"result"}
    assert await store.blobs("newended", "input") == {"picture": b"2"}
    assert await store.blobs("oldopen2", "input") == {"picture": b"3"}


async def test_a_delivery_begun_again_has_the_same_nonce_and_tells_where_it_was_left(store: JobStore) -> None:
    await add(store, "aaaaaaaa")
    nonce, before = await store.begin_delivery("aaaaaaaa", "result")
    assert before is None
    assert await store.begin_delivery("aaaaaaaa", "result") == (nonce, "sending")
    await store.finish_delivery("aaaaaaaa", "result", 555)
    assert await store.begin_delivery("aaaaaaaa", "result") == (nonce, "sent")
    other, before = await store.begin_delivery("aaaaaaaa", "part-2", channel_id=77)
    assert before is None
    assert other != nonce
    assert len(nonce) <= 25  # Discord's limit
    found = [(d.role, d.state, d.channel_id, d.message_id) for d in await store.deliveries("aaaaaaaa")]
    assert found == [("part-2", "sending", 77, None), ("result", "sent", 10, 555)]


async def test_a_message_leads_to_its_job_only_in_its_own_server(store: JobStore) -> None:
    await add(store, "aaaaaaaa")
    await store.begin_delivery("aaaaaaaa", "result")
    await store.finish_delivery("aaaaaaaa", "result", 555)
    assert await store.job_of_message(1, 555) == "aaaaaaaa"
    assert await store.job_of_message(2, 555) is None
    assert await store.job_of_message(1, 556) is None


async def test_recent_jobs_are_the_members_own_in_this_server_newest_first(store: JobStore) -> None:
    await add(store, "aaaaaaaa")
    await add(store, "bbbbbbbb", BEN)
    await add(store, "cccccccc", ANNA_ELSEWHERE)
    await add(store, "dddddddd")
    assert [row.id for row in await store.recent(1, 100, 10)] == ["dddddddd", "aaaaaaaa"]
    assert [row.id for row in await store.recent(1, 100, 1)] == ["dddddddd"]


async def test_durations_follow_what_is_measured(store: JobStore) -> None:
    assert await store.durations() == {}
    assert await store.record_duration("story", 10.0) == 10.0
    assert await store.record_duration("story", 20.0) == pytest.approx(13.0)
    assert await store.durations() == {"story": pytest.approx(13.0)}
