"""Restarts, clean and not: what was accepted ends, once, and nobody is blamed who was merely there."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ravsg.jobs.job import TERMINAL, Job, JobResult, JobState
from ravsg.store.connection import Database
from ravsg.store.job_rows import JobRow
from ravsg.store.jobs import JobStore
from ravsg.types import StepRunner, WriteTask
from tests.jobs.devices import EchoDevice, GatedDevice, entered
from tests.jobs.helpers import ANNA, BEN, CARA, world

ROOT = Path(__file__).resolve().parents[2]


async def doomed(folder: Path, texts: str = "", moment: str = "") -> int:
    """Run the other process to its end; gives its exit status (-9: it was killed)."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.jobs.doomed", str(folder), texts, moment, cwd=ROOT
    )
    return await process.wait()


async def rows(folder: Path) -> dict[str, JobRow]:
    async with Database(folder / "ravsg.sqlite") as db:
        store = JobStore(db)
        ids = (folder / "accepted.txt").read_text().split()
        found = {job_id: await store.get(job_id) for job_id in ids}
    assert None not in found.values(), "an accepted job is lost"
    return {job_id: row for job_id, row in found.items() if row is not None}


@pytest.mark.parametrize(
    "moment", ["queued:3", "running:2", "device:1", "device:3", "delivering:1", "posted:1", "sent:1", "done:2"]
)
async def test_after_a_kill_at_any_moment_every_accepted_job_is_posted_once(tmp_path: Path, moment: str) -> None:
    assert await doomed(tmp_path, "one,two,three", moment) == -signal.SIGKILL
    assert await doomed(tmp_path) == 0
    ended = await rows(tmp_path)
    assert len(ended) == 3 or moment in ("queued:3", "running:2")  # while the three were being asked for
    async with Database(tmp_path / "ravsg.sqlite") as db:
        states = [row["state"] for row in await db.read("SELECT state FROM jobs")]
        assert await JobStore(db).on_device() == frozenset()
    assert set(states) == {"done"}
    posted = (tmp_path / "channel.txt").read_text().split()
    assert len(posted) == len(set(posted)) == len(states)


async def test_killed_again_and_again_while_a_step_runs_nobody_innocent_is_quarantined(tmp_path: Path) -> None:
    for moment in ("device:1", "running:1", "device:2"):
        assert await doomed(tmp_path, "one,two" if moment == "device:1" else "", moment) == -signal.SIGKILL
    assert await doomed(tmp_path) == 0
    assert [row.state for row in (await rows(tmp_path)).values()] == ["done", "done"]


async def test_a_poison_job_is_given_up_after_dying_alone_twice_and_the_others_end_well(tmp_path: Path) -> None:
    assert await doomed(tmp_path, "one,poison,two", "") == -signal.SIGKILL  # together with others, perhaps
    deaths = 1
    while (status := await doomed(tmp_path)) == -signal.SIGKILL:
        deaths += 1
        assert deaths <= 3
    assert status == 0
    assert deaths == 3
    ended = {row.request["text"]: row for row in (await rows(tmp_path)).values()}
    assert {text: row.state for text, row in ended.items()} == {"one": "done", "poison": "quarantined", "two": "done"}
    assert "twice" in ended["poison"].error


async def test_a_clean_shutdown_counts_nothing_and_the_job_goes_on(tmp_path: Path) -> None:
    device = GatedDevice(model_steps=5)
    async with world(tmp_path, device) as here:
        job = await here.ask()
        await entered(device)
        marked = await here.store.on_device()
    assert marked == {job.id}
    assert here.states(job.id) == ["queued", "running", "interrupted"]
    async with Database(tmp_path / "ravsg.sqlite") as db:
        row = await JobStore(db).get(job.id)
        assert row is not None
        assert (row.state, row.attempts, row.suspect) == ("interrupted", 0, False)
        assert await JobStore(db).on_device() == frozenset()
    async with world(tmp_path, EchoDevice()) as here:
        ended = await here.service.wait(job.id)
        assert (ended.state, ended.attempts) == (JobState.DONE, 1)
        row = await here.store.get(job.id)
        assert row is not None
        assert not row.alone


async def test_within_the_grace_a_running_job_may_end(tmp_path: Path) -> None:
    device = GatedDevice()
    async with world(tmp_path, device, grace_seconds=20) as here:
        job = await here.ask()
        await entered(device)
        closing = asyncio.create_task(here.service.close())
        await asyncio.sleep(0)
        device.open()
        await closing
        assert here.states(job.id)[-1] == "done"


async def test_a_kept_result_is_delivered_and_never_made_again(tmp_path: Path) -> None:
    posting = asyncio.Event()

    async def never(job: Job) -> None:
        posting.set()
        await asyncio.Event().wait()

    async with world(tmp_path, EchoDevice()) as here:
        here.service.deliver = never
        job = await here.ask("a fox")
        await posting.wait()
    device = EchoDevice()
    async with world(tmp_path, device) as here:
        ended = await here.service.wait(job.id)
        assert ended.state is JobState.DONE
        assert ended.result == {"text": "A FOX LOOK / A FOX WRITE", "bytes": 7}
        assert here.delivered == [job.id]
    assert device.batches == []


async def test_waiting_jobs_keep_their_order_through_a_restart(tmp_path: Path) -> None:
    device = GatedDevice()
    async with world(tmp_path, device, at_once=1, waiting_per_member=9) as here:
        jobs = [await here.ask(f"{i}") for i in range(4)]
        await entered(device)
    second = GatedDevice()
    async with world(tmp_path, second, at_once=1) as here:
        assert [here.service.position(job.id) for job in jobs] == [None, 1, 2, 3]
        second.open()
        for job in jobs:
            await here.service.wait(job.id)
    texts = [batch[0] for batch in second.prompts]
    assert texts == [f"{i} {what}" for i in range(4) for what in ("look", "write")]


async def test_a_suspect_runs_with_nobody_beside_it(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice(), started=False) as here:
        for job_id, origin in (("aaaaaaaa", ANNA), ("bbbbbbbb", BEN), ("cccccccc", CARA)):
            at = datetime.now(UTC)
            await here.store.add(job_id, "story", origin, {"text": job_id}, {}, created_at=at)
        await here.store.begin("bbbbbbbb", at, alone=False)
        await here.store.mark_on_device(["bbbbbbbb"])
    running: set[str] = set()
    beside: list[set[str]] = []

    async def noting(job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        running.add(job.id)
        await run.write(WriteTask("one"))
        if "bbbbbbbb" in running:
            beside.append(set(running))
        await run.write(WriteTask("two"))
        running.discard(job.id)
        return JobResult({})

    async with world(tmp_path, EchoDevice(), recipes={"story": noting}) as here:
        for job_id in ("aaaaaaaa", "bbbbbbbb", "cccccccc"):
            assert (await here.service.wait(job_id)).state is JobState.DONE
    assert beside == [{"bbbbbbbb"}]


async def test_a_job_that_could_not_be_resumed_for_too_long_is_told_off(tmp_path: Path) -> None:
    device = GatedDevice()
    async with world(tmp_path, device) as here:
        job = await here.ask()
        await entered(device)
    later = datetime.now(UTC) + timedelta(hours=13)
    quiet = EchoDevice()
    async with world(tmp_path, quiet, now=lambda: later, expire_hours=12, started=False) as here:
        (found,) = await here.service.start()
        assert found.state is JobState.EXPIRED
        assert found.error
        assert here.states(job.id) == ["expired"]
        assert (await here.service.wait(job.id)).state in TERMINAL
    assert quiet.batches == []


async def test_a_bad_end_is_told_at_every_start_until_it_is_known_to_be_heard(tmp_path: Path) -> None:
    device = EchoDevice()
    device.broken["hello look"] = ZeroDivisionError("a bug")
    async with world(tmp_path, device) as here:
        bad = await here.service.wait((await here.ask()).id)
        good = await here.service.wait((await here.ask("other")).id)
        assert (bad.state, good.state) == (JobState.FAILED, JobState.DONE)
    async with world(tmp_path, device) as here:
        assert [(job.id, job.state, job.error) for job in here.changes] == [(bad.id, bad.state, bad.error)]
        await here.service.told(bad.id)
    async with world(tmp_path, device) as here:
        assert here.changes == []
