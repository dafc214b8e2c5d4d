"""Jobs that do not end well: cancelled, too slow, broken, undeliverable, on a full disk or a lost device."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

import pytest

from ravsg.errors import BadPicture, DeliveryError, DiskFull, JobTimedOut, QueueFull, Refused
from ravsg.jobs.job import Job, JobResult, JobState
from ravsg.types import StepRunner
from tests.jobs.devices import EchoDevice, GatedDevice, LostDevice, entered
from tests.jobs.helpers import BEN, world


async def test_a_waiting_job_that_is_cancelled_never_starts(tmp_path: Path) -> None:
    device = GatedDevice()
    async with world(tmp_path, device, at_once=1) as here:
        first = await here.ask("first")
        await entered(device)
        second = await here.ask("second")
        third = await here.ask("third", origin=BEN)
        assert [here.service.position(job.id) for job in (first, second, third)] == [None, 1, 2]
        assert await here.service.cancel(second.id)
        assert here.service.position(third.id) == 1
        assert here.states(second.id) == ["queued", "cancelled"]
        device.open()
        await here.service.wait(third.id)
        assert "second" not in str(device.prompts)
        assert not await here.service.cancel(second.id)


async def test_a_running_job_is_cancelled_within_one_model_step(tmp_path: Path) -> None:
    device = GatedDevice(model_steps=50)
    async with world(tmp_path, device) as here:
        job = await here.ask()
        await entered(device)
        assert await here.service.cancel(job.id)
        device.open(1)
        ended = await here.service.wait(job.id)
        assert (ended.state, ended.error) == (JobState.CANCELLED, "This was cancelled.")
        assert device.steps_done <= 1
        assert here.delivered == []
        assert not await here.service.cancel(job.id)


async def test_a_recipe_that_hears_no_flag_is_stopped_after_the_grace(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def deaf(job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with world(tmp_path, EchoDevice(), recipes={"story": deaf}, grace_seconds=0.01) as here:
        job = await here.ask()
        await begun.wait()
        assert await here.service.cancel(job.id)
        assert (await here.service.wait(job.id)).state is JobState.CANCELLED


async def test_a_job_that_takes_too_long_is_ended_and_says_so(tmp_path: Path) -> None:
    device = GatedDevice()
    async with world(tmp_path, device, timeout_minutes=0.001) as here:
        job = await here.ask()
        await entered(device)
        device.open(1)
        ended = await here.service.wait(job.id)
        assert ended.state is JobState.TIMED_OUT
        assert ended.error.startswith(JobTimedOut.default_message)


@pytest.mark.parametrize(
    ("error", "state", "sentence"),
    [
        (BadPicture(), JobState.FAILED, "I could not read that picture. Please send a PNG, JPEG, WebP or GIF."),
        (Refused("Not this.", "Ask a moderator."), JobState.REFUSED, "Not this. Ask a moderator."),
    ],
)
async def test_an_expected_error_ends_the_job_with_its_sentence(
    tmp_path: Path, error: Exception, state: JobState, sentence: str
) -> None:
    async def failing(job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        raise error

    async with world(tmp_path, EchoDevice(), recipes={"story": failing}) as here:
        ended = await here.service.wait((await here.ask()).id)
        assert (ended.state, ended.error) == (state, sentence)
        kept = await here.service.get(ended.id)
        assert kept is not None
        assert kept.error == sentence


async def test_a_bug_ends_the_job_with_an_apology_and_a_trace_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    device = EchoDevice()
    device.broken["hello look"] = ZeroDivisionError("division by fox")
    async with world(tmp_path, device) as here:
        ended = await here.service.wait((await here.ask()).id)
        assert ended.state is JobState.FAILED
        assert ended.id in ended.error
        assert "fox" not in ended.error
        after = await here.service.wait((await here.ask("next")).id)
        assert after.state is JobState.DONE
    assert any(record.exc_info and ended.id in record.message for record in caplog.records)


async def test_a_delivery_that_fails_ends_the_job_with_its_sentence_and_the_result_kept(tmp_path: Path) -> None:
    async with world(tmp_path, EchoDevice()) as here:

        async def closed(job: Job) -> None:
            raise DeliveryError

        here.service.deliver = closed
        ended = await here.service.wait((await here.ask()).id)
        assert ended.state is JobState.FAILED
        assert "could not post it" in ended.error
        assert ended.result is not None


async def test_a_disk_that_is_full_for_a_while_delays_the_end_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path, EchoDevice()) as here:
        commit = here.store.commit_result
        tries: list[str] = []

        async def full_once(
            job_id: str, data: Mapping[str, object], blobs: Mapping[str, bytes]
        ) -> Mapping[str, object]:
            tries.append(job_id)
            if len(tries) == 1:
                raise DiskFull
            return await commit(job_id, data, blobs)

        monkeypatch.setattr(here.store, "commit_result", full_once)
        monkeypatch.setattr("ravsg.jobs.execution.FIRST_PAUSE", 0.01)
        ended = await here.service.wait((await here.ask()).id)
        assert ended.state is JobState.DONE
        assert len(tries) == 2
    assert "could not be written" in caplog.text


async def test_a_disk_that_is_full_at_intake_is_told_and_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path, EchoDevice(), waiting_per_member=1) as here:
        with monkeypatch.context() as patch:

            async def full(*args: object, **kwargs: object) -> int:
                raise DiskFull

            patch.setattr(here.store, "add", full)
            with pytest.raises(DiskFull):
                await here.ask()
        assert (await here.service.wait((await here.ask()).id)).state is JobState.DONE


async def test_a_lost_device_closes_intake_keeps_the_jobs_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL + 1)
    async with world(tmp_path, LostDevice()) as here:
        told: list[str] = []
        here.service.on_device_lost = lambda error: told.append(error.detail)
        job = await here.ask()
        assert (await here.service.wait(job.id)).state is JobState.INTERRUPTED
        assert told == ["sticky error"]
        with pytest.raises(QueueFull):
            await here.ask()
    async with world(tmp_path, EchoDevice()) as here:
        assert (await here.service.wait(job.id)).state is JobState.DONE
        row = await here.store.get(job.id)
        assert row is not None
        assert row.suspect  # it was on the device that was lost
        assert row.alone
