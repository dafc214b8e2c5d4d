"""Old input pictures go by themselves, hour after hour."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ravsg.jobs import housekeeping
from ravsg.jobs.housekeeping import Housekeeping
from ravsg.store.connection import Database
from ravsg.store.jobs import JobStore
from tests.jobs.helpers import ANNA


async def test_it_tidies_until_it_is_ended_and_a_disk_that_fails_does_not_stop_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "PAUSE_SECONDS", 0.0)
    looks: asyncio.Queue[datetime] = asyncio.Queue()
    now = datetime.now(UTC)

    def clock() -> datetime:
        looks.put_nowait(now)
        return now

    async with Database(tmp_path / "ravsg.sqlite") as db:
        store = JobStore(db)
        house = Housekeeping(store, clock, timedelta(days=1))
        await house.begin()
        old = now - timedelta(days=9)
        await store.add("old", "paint", ANNA, {}, {"picture": b"old"}, created_at=old)
        await store.add("new", "paint", ANNA, {}, {"picture": b"new"}, created_at=now)
        for job_id, at in (("old", old), ("new", now)):
            await store.finish(job_id, "done", "", at)
        while await store.blobs("old", "input"):
            await looks.get()
        assert await store.blobs("new", "input") == {"picture": b"new"}
    while caplog.text.count("old input pictures could not be removed") < 2:
        await looks.get()
    await house.end()
    while not looks.empty():
        looks.get_nowait()
    await asyncio.sleep(0)
    assert looks.empty()
