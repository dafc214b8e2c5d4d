"""A recipe's way to the models: which calls may share a batch, who is charged, how progress fills its stages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from ravsg.errors import JobCancelled, RavsgError
from ravsg.jobs.ids import new_job_id
from ravsg.jobs.job import Job, JobState
from ravsg.jobs.line import Entry
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.runner import JobRunner
from ravsg.jobs.step import Step, Watch
from ravsg.types import Counted, CountTask, Embedded, EmbedTask, Origin, Output, PaintTask, WriteTask
from tests.jobs import devices


class AllDevice(devices.EchoDevice):
    """Answers all four operations."""

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        self.batches.append(list(steps))
        for watch in watches:
            watch.report(1, 2)
            watch.report(2, 2)
        return [self.answer(step) for step in steps]

    def answer(self, step: Step) -> Output:
        if isinstance(step.task, EmbedTask):
            none = np.zeros((0, 2), np.float32)
            return Embedded(none, none, "m")
        if isinstance(step.task, CountTask):
            return Counted((1,), 77)
        return devices.answer(step)


@pytest.fixture
def device() -> AllDevice:
    return AllDevice()


@pytest.fixture
async def queue(device: AllDevice) -> AsyncIterator[GpuQueue]:
    queue = GpuQueue(lambda: device)
    yield queue
    await queue.close(5)


def entry() -> Entry:
    return Entry(Job(new_job_id(), "story", Origin(7, 1, 1, "x"), {}, JobState.RUNNING, datetime.now(UTC)), 1)


def painted(**changes: float) -> PaintTask:
    values: dict[str, Any] = {"width": 64, "height": 64, "steps": 3, "guidance": 1.0, "seed": 1, **changes}
    return PaintTask("p", "", **values)


async def test_each_call_becomes_a_step_of_its_job_and_server(queue: GpuQueue, device: AllDevice) -> None:
    one = entry()
    run = JobRunner(one, queue, lambda name, share: None)
    assert (await run.write(WriteTask("hello"))).text == "HELLO"
    assert (await run.paint(painted())).png == b"picture of p"
    assert (await run.embed(EmbedTask(("x",)))).model == "m"
    assert (await run.count(CountTask(("x",)))).limit == 77
    steps = [step for batch in device.batches for step in batch]
    assert [(step.role, step.operation) for step in steps] == [
        ("writer", "write"),
        ("painter", "paint"),
        ("embedder", "embed"),
        ("painter", "count"),
    ]
    assert {(step.guild_id, step.job_id) for step in steps} == {(7, one.job.id)}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (WriteTask("a", seed=1, temperature=0.1), WriteTask("b", seed=2), True),
        (WriteTask("a"), WriteTask("b", picture=b"x"), False),
        (WriteTask("a"), WriteTask("b", schema="{}"), False),
        (WriteTask("a", max_tokens=5), WriteTask("b", max_tokens=500), False),
        (painted(seed=1), painted(seed=2), True),
        (painted(), painted(width=96), False),
        (painted(), painted(steps=9), False),
        (painted(), painted(guidance=9.0), False),
    ],
)
async def test_calls_share_a_shape_only_where_one_batch_can_hold_them(
    queue: GpuQueue, device: AllDevice, one: WriteTask | PaintTask, other: WriteTask | PaintTask, together: bool
) -> None:
    run = JobRunner(entry(), queue, lambda name, share: None)
    for task in (one, other):
        await (run.write(task) if isinstance(task, WriteTask) else run.paint(task))
    (first,), (second,) = device.batches
    assert (first.shape == second.shape) is together


async def test_progress_fills_its_stage_and_never_goes_back(queue: GpuQueue) -> None:
    told: list[tuple[str, float]] = []
    run = JobRunner(entry(), queue, lambda name, share: told.append((name, share)))
    run.stage("one", 0.5)
    await run.write(WriteTask("a"))
    await run.write(WriteTask("b"))  # a second step of the stage tells nothing new
    run.stage("two", 1.0)
    await run.write(WriteTask("c"))
    run.stage("late", 0.2)
    assert told == [
        ("one", 0.0),
        ("one", 0.25),
        ("one", 0.5),
        ("two", 0.5),
        ("two", 0.75),
        ("two", 1.0),
        ("late", 1.0),
    ]


async def test_a_cancelled_job_reaches_no_model(queue: GpuQueue, device: AllDevice) -> None:
    one = entry()
    one.cancelled.set()
    with pytest.raises(JobCancelled):
        await JobRunner(one, queue, lambda name, share: None).write(WriteTask("a"))
    await asyncio.sleep(0)
    assert device.batches == []


async def test_what_a_step_costs_is_learned(queue: GpuQueue, device: AllDevice) -> None:
    run = JobRunner(entry(), queue, lambda name, share: None)
    await run.write(WriteTask("a"))
    await run.write(WriteTask("b"))
    (first,), (second,) = device.batches
    assert first.cost == 1.0
    assert 0 < second.cost < 1.0


def test_job_ids_are_eight_characters_and_do_not_repeat() -> None:
    ids = {new_job_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(len(job_id) == 8 and set(job_id) <= set("abcdefghijklmnopqrstuvwxyz234567") for job_id in ids)
