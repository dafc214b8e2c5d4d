"""The way to the device and back: one thread, marks before work, cancellation, failures that end nothing else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from ravsg.errors import DiskFull, JobCancelled, ModelMissing, RavsgError
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, Written
from tests.jobs.devices import EchoDevice, GatedDevice, SmallDevice, entered, write_step
from tests.jobs.helpers import MakeQueue, submit


async def test_steps_are_answered_from_one_thread_that_is_not_the_loops(make_queue: MakeQueue) -> None:
    device = EchoDevice()
    queue = make_queue(device)
    answers = await asyncio.gather(*(submit(queue, write_step(name, guild=i)) for i, name in enumerate("abcdef")))
    assert [answer.text for answer in answers if isinstance(answer, Written)] == list("ABCDEF")
    assert device.threads == {"device"}
    assert threading.current_thread().name not in device.threads


async def test_the_device_is_made_on_its_thread_at_the_first_step() -> None:
    made: list[str] = []

    def factory() -> EchoDevice:
        made.append(threading.current_thread().name)
        return EchoDevice()

    queue = GpuQueue(factory)
    assert made == []
    await queue.submit(write_step("a"), Watch())
    await queue.submit(write_step("b"), Watch())
    await queue.close(5)
    assert made == ["device"]


async def test_what_waits_while_the_device_is_busy_becomes_one_batch(make_queue: MakeQueue) -> None:
    device = GatedDevice(most=4)
    queue = make_queue(device)
    first = submit(queue, write_step("first"))
    await entered(device)
    rest = [submit(queue, write_step(f"{i}", guild=i)) for i in range(5)]
    await asyncio.sleep(0)
    device.open()
    await asyncio.gather(first, *rest)
    assert [len(batch) for batch in device.batches] == [1, 4, 1]


async def test_the_loop_goes_on_while_the_device_is_busy(make_queue: MakeQueue) -> None:
    device = GatedDevice()
    queue = make_queue(device)
    busy = submit(queue, write_step("a"))
    await entered(device)
    for _ in range(100):
        await asyncio.sleep(0)
    assert not busy.done()
    device.open()
    await busy


async def test_progress_is_told_while_a_step_runs(make_queue: MakeQueue) -> None:
    told: list[tuple[int, int]] = []
    queue = make_queue(EchoDevice(model_steps=3))
    await queue.submit(write_step("a"), Watch(on_progress=lambda done, total: told.append((done, total))))
    assert told == [(1, 3), (2, 3), (3, 3)]


async def test_a_waiting_step_is_cancelled_at_once_and_never_runs(make_queue: MakeQueue) -> None:
    device = GatedDevice()
    queue = make_queue(device)
    running = submit(queue, write_step("a", job="a"))
    await entered(device)
    waiting = submit(queue, write_step("b", job="b"))
    await asyncio.sleep(0)
    queue.cancel("b")
    with pytest.raises(JobCancelled):
        await waiting
    assert not running.done()
    device.open()
    await running
    assert device.prompts == [["a"]]


async def test_a_running_step_is_cancelled_within_one_model_step(make_queue: MakeQueue) -> None:
    device = GatedDevice(model_steps=10)
    queue = make_queue(device)
    running = submit(queue, write_step("a", job="a"))
    await entered(device)
    queue.cancel("a")
    device.open(1)  # at most the model step that is under way
    with pytest.raises(JobCancelled):
        await running
    assert device.steps_done <= 1


async def test_a_waiter_that_goes_away_takes_its_step_along(make_queue: MakeQueue) -> None:
    device = GatedDevice(model_steps=10)
    queue = make_queue(device)
    watch = Watch()
    running = submit(queue, write_step("a"), watch)
    await entered(device)
    waiting = submit(queue, write_step("b"))
    await asyncio.sleep(0)
    for task in (running, waiting):
        task.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)
    assert watch.cancelled.is_set()
    device.open(1)
    after = submit(queue, write_step("c"))
    device.open()
    await after
    assert device.prompts == [["a"], ["c"]]


async def test_a_cancelled_watch_is_not_even_queued(make_queue: MakeQueue) -> None:
    device = EchoDevice()
    queue = make_queue(device)
    watch = Watch()
    watch.cancelled.set()
    with pytest.raises(JobCancelled):
        await queue.submit(write_step("a"), watch)
    assert device.batches == []


async def test_a_bug_in_the_device_reaches_its_step_and_the_thread_lives_on(make_queue: MakeQueue) -> None:
    device = EchoDevice()
    device.broken["a"] = ZeroDivisionError("a bug")
    queue = make_queue(device)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        await queue.submit(write_step("a"), Watch())
    assert isinstance(await queue.submit(write_step("b"), Watch()), Written)


async def test_a_device_that_cannot_be_made_is_told_and_tried_again() -> None:
    tries: list[int] = []

    def factory() -> EchoDevice:
        tries.append(1)
        if len(tries) == 1:
            raise ModelMissing(detail="no weights yet")
        return EchoDevice()

    queue = GpuQueue(factory)
    with pytest.raises(ModelMissing):
        await queue.submit(write_step("a"), Watch())
    assert isinstance(await queue.submit(write_step("a"), Watch()), Written)
    await queue.close(5)


async def test_jobs_are_marked_before_they_are_on_the_device_and_unmarked_when_it_rests() -> None:
    log: list[object] = []
    rested = asyncio.Event()

    class Logged(EchoDevice):
        def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
            log.append("run")
            return super().run(steps, watches)

    async def mark(jobs: frozenset[str]) -> None:
        await asyncio.sleep(0)
        log.append(set(jobs))
        if not jobs:
            rested.set()

    queue = GpuQueue(Logged)
    queue.mark = mark
    await queue.submit(write_step("a", job="one"), Watch())
    await queue.submit(write_step("b", job="one"), Watch())
    await rested.wait()
    await queue.close(5)
    assert log == [{"one"}, "run", "run", set()]


async def test_without_a_mark_on_disk_nothing_goes_on_the_device(make_queue: MakeQueue) -> None:
    device = EchoDevice()
    queue = make_queue(device)

    async def full(jobs: frozenset[str]) -> None:
        raise DiskFull

    queue.mark = full
    with pytest.raises(DiskFull):
        await queue.submit(write_step("a"), Watch())
    assert device.batches == []


async def test_a_size_that_did_not_fit_is_not_tried_again(make_queue: MakeQueue) -> None:
    device = SmallDevice(most=4, room=2)
    queue = make_queue(device)
    for _ in range(2):
        await asyncio.gather(*(submit(queue, write_step(f"{i}", guild=i)) for i in range(4)))
    sizes = [len(batch) for batch in device.batches]
    assert sizes.count(4) == 1
    assert sizes[-2:] == [2, 2]


async def test_used_seconds_are_told_once_per_job(make_queue: MakeQueue) -> None:
    queue = make_queue(EchoDevice())
    await queue.submit(write_step("a", job="one"), Watch())
    assert queue.release("one") > 0
    assert queue.release("one") == 0
