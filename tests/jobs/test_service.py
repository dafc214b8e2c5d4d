"""Jobs from acceptance to their end: every one ends, once, and says so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ravsg.errors import QueueFull, Refused
from ravsg.jobs.job import TERMINAL, Job, JobResult, JobState
from ravsg.store.connection import Database
from ravsg.store.jobs import JobStore
from ravsg.types import StepRunner, WriteTask
from tests.jobs.devices import EchoDevice, GatedDevice, entered
from tests.jobs.helpers import ANNA, BEN, CARA, story, world


async def test_a_job_goes_its_way_and_is_delivered_with_its_result_kept(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice()) as here:
        job = await here.ask("a fox")
        assert re.fullmatch("[a-z2-7]{8}", job.id)
        ended = await here.service.wait(job.id)
        assert ended.state is JobState.DONE
        assert ended.result == {"text": "A FOX LOOK / A FOX WRITE", "bytes": 7}
        assert here.states(job.id) == ["queued", "running", "delivering", "done"]
        assert here.delivered == [job.id]
        kept = await here.service.get(job.id)
        assert kept is not None
        assert (kept.state, kept.result, kept.attempts) == (JobState.DONE, ended.result, 1)


async def test_pictures_of_the_result_are_kept(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice()) as here:
        job = await here.ask("a fox", kind="paint")
        await here.service.wait(job.id)
        assert await here.service.blobs(job.id, "result") == {"picture-0": b"picture of a fox"}


async def test_what_is_accepted_is_on_disk_when_accept_returns(tmp_path: Path) -> None:
    async with world(tmp_path, GatedDevice()) as here:
        job = await here.ask()
        async with Database(tmp_path / "ravsg.sqlite") as other:
            row = await JobStore(other).get(job.id)
            assert row is not None
            assert row.request == {"text": "hello"}
            assert await JobStore(other).blobs(job.id, "input") == {"picture": b"picture"}


async def test_a_caller_that_is_cancelled_leaves_a_job_that_ends(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice()) as here:
        caller = asyncio.create_task(here.ask())
        await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await here.until(lambda: any(job.state in TERMINAL for job in here.changes))
        assert [job.state.value for job in await here.service.recent(1, 100, 5)] == ["done"]


async def test_progress_grows_through_stages_and_steps(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice(model_steps=2)) as here:
        job = await here.ask()
        await here.service.wait(job.id)
        running = [(c.stage, c.share) for c in here.changes if c.state is JobState.RUNNING]
    assert running == [
        ("", 0.0),
        ("looking", 0.0),
        ("looking", 0.25),
        ("looking", 0.5),
        ("writing", 0.5),
        ("writing", 0.75),
        ("writing", 1.0),
    ]


async def test_too_much_is_refused_at_once_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    async with world(tmp_path, GatedDevice(), waiting_per_member=2) as here:
        asked = await asyncio.gather(*(here.ask() for _ in range(4)), return_exceptions=True)
        refused = [outcome for outcome in asked if isinstance(outcome, QueueFull)]
        assert len(refused) == 2
        assert "2 requests waiting here" in refused[0].user_message
        await here.ask(origin=BEN)
        assert len(await here.store.open_jobs()) == 3


async def test_a_listener_that_breaks_does_not_stop_the_job(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with world(tmp_path, EchoDevice()) as here:

        def broken(job: Job) -> None:
            raise ZeroDivisionError

        here.service.on_change.insert(0, broken)
        assert (await here.service.wait((await here.ask()).id)).state is JobState.DONE
    assert "a listener broke" in caplog.text


async def test_several_jobs_run_at_once_and_share_batches(tmp_path: Path) -> None:
    device = GatedDevice(most=4)
    async with world(tmp_path, device) as here:
        first = await here.ask("first")
        await entered(device)
        others = [await here.ask(f"{i}", origin=origin) for i, origin in enumerate((BEN, CARA))]
        await here.until(lambda: len(here.queue) == 3)
        device.open()
        for job in (first, *others):
            assert (await here.service.wait(job.id)).state is JobState.DONE
    assert {"0 look", "1 look"} <= set(device.prompts[1])


async def test_a_light_server_is_not_kept_waiting_by_a_flood(tmp_path: Path) -> None:
    device = GatedDevice(most=1)
    order: list[str] = []
    async with world(tmp_path, device, at_once=2, waiting_per_member=20) as here:
        here.service.on_change.append(lambda job: order.append(job.id) if job.state is JobState.DONE else None)
        flood = [await here.ask(f"flood {i}") for i in range(10)]
        await entered(device)
        light = await here.ask("light", origin=CARA)
        device.open()
        for job in (*flood, light):
            await here.service.wait(job.id)
    assert order.index(light.id) <= 2


async def test_estimates_come_from_what_was_measured_and_outlive_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice()) as here:
        job = await here.ask()
        assert here.service.estimate(job.id) is None
        await here.service.wait(job.id)
    device = GatedDevice()
    async with world(tmp_path, device, at_once=1) as here:
        first = await here.ask()
        await entered(device)
        second = await here.ask()
        one, two = here.service.estimate(first.id), here.service.estimate(second.id)
        assert one is not None
        assert two is not None
        assert two > one > 0


async def test_a_server_sees_its_own_open_jobs(tmp_path: Path) -> None:
    async with world(tmp_path, GatedDevice()) as here:
        mine, bens, caras = [await here.ask(origin=origin) for origin in (ANNA, BEN, CARA)]
        assert [job.id for job in await here.service.list_open(1)] == [mine.id, bens.id]
        assert [job.id for job in await here.service.list_open(1, BEN.author_id)] == [bens.id]
        assert [job.id for job in await here.service.list_open(2)] == [caras.id]


async def test_the_progress_message_is_kept_through_changes(tmp_path: Path) -> None:
    device = GatedDevice()
    async with world(tmp_path, device) as here:
        job = await here.ask()
        await entered(device)
        await here.service.set_progress_message(job.id, 4242)
        device.open()
        assert (await here.service.wait(job.id)).progress_message_id == 4242
        kept = await here.service.get(job.id)
        assert kept is not None
        assert kept.progress_message_id == 4242


async def test_forgetting_a_member_stops_and_removes_what_is_theirs_only(tmp_path: Path) -> None:
    device = GatedDevice()
    async with world(tmp_path, device, at_once=1) as here:
        running = await here.ask("running")
        await entered(device)
        waiting = await here.ask("waiting")
        elsewhere = await here.ask("elsewhere", origin=ANNA.__class__(2, 20, ANNA.author_id, "Anna"))
        bens = await here.ask("bens", origin=BEN)

        async def forget() -> None:
            async with here.service.frozen(1, ANNA.author_id):
                assert await here.service.list_open(1, ANNA.author_id) == []
                await here.store.erase_jobs(1, ANNA.author_id)

        forgetting = asyncio.create_task(forget())
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="forgetting"):
            await here.ask()
        device.open()
        await forgetting
        assert await here.service.get(running.id) is None
        assert await here.service.get(waiting.id) is None
        for job in (elsewhere, bens):
            assert (await here.service.wait(job.id)).state is JobState.DONE
        assert (await here.service.wait((await here.ask()).id)).state is JobState.DONE


async def test_old_inputs_are_removed_at_the_start(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice()) as here:
        job = await here.service.wait((await here.ask(kind="paint")).id)
    later = datetime.now(UTC) + timedelta(days=31)
    async with world(tmp_path, EchoDevice(), now=lambda: later, keep_inputs_days=30) as here:
        assert await here.service.blobs(job.id, "input") == {}
        assert await here.service.blobs(job.id, "result") != {}


async def test_intake_is_closed_before_the_start_and_after_the_end(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice(), started=False) as here:
        with pytest.raises(QueueFull, match="starting"):
            await here.ask()
        await here.service.start()
        await here.ask()
        await here.service.close()
        with pytest.raises(QueueFull, match="restarting"):
            await here.ask()


async def test_an_unknown_kind_is_a_bug_and_an_unknown_job_is_none(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice(), recipes={"story": story}) as here:
        with pytest.raises(ValueError, match="paint"):
            await here.ask(kind="paint")
        assert await here.service.get("nothere2") is None
        assert not await here.service.cancel("nothere2")
        with pytest.raises(KeyError):
            await here.service.wait("nothere2")


async def test_the_worker_can_run_text_while_a_recipe_waits_elsewhere(tmp_path: Path) -> None:
    pause, paused = asyncio.Event(), asyncio.Event()

    async def halting(job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        await run.write(WriteTask("one"))
        if job.request["text"] == "halt":
            paused.set()
            await pause.wait()
        return JobResult({})

    async with world(tmp_path, EchoDevice(), recipes={"story": halting}) as here:
        halted = await here.ask("halt")
        await paused.wait()
        assert (await here.service.wait((await here.ask("go")).id)).state is JobState.DONE
        pause.set()
        assert (await here.service.wait(halted.id)).state is JobState.DONE
