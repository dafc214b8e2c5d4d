"""How the device comes to rest or to its end: idle, lost, closed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ravsg.errors import DeviceLost, JobCancelled, QueueFull
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.step import Watch
from ravsg.types import Role, Written
from tests.jobs.devices import EchoDevice, GatedDevice, LostDevice, entered, paint_step, write_step
from tests.jobs.helpers import MakeQueue, submit


async def test_a_lost_device_is_told_once_and_nothing_more_is_taken(make_queue: MakeQueue) -> None:
    queue = make_queue(LostDevice())
    told: list[DeviceLost] = []
    queue.on_device_lost = told.append
    outcomes = await asyncio.gather(
        *(submit(queue, write_step(name, shape=name)) for name in "abc"), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [DeviceLost] * 3
    assert len(told) == 1
    with pytest.raises(DeviceLost):
        await queue.submit(write_step("d"), Watch())


@pytest.mark.parametrize("resident", [True, False])
async def test_a_device_that_does_not_end_a_batch_that_nobody_wants_counts_as_lost(
    make_queue: MakeQueue, resident: bool
) -> None:
    class Hanging(GatedDevice):
        def model_step(self, steps: Any, watches: Any, done: int) -> None:
            assert self.gate.acquire(timeout=20)

    device = Hanging()
    device.resident = {"writer"} if resident else set()
    queue = make_queue(device, stall_seconds=0.02)
    lost = asyncio.Event()
    queue.on_device_lost = lambda error: lost.set()
    running = submit(queue, write_step("a", job="a"))
    await entered(device)
    queue.cancel("a")
    with pytest.raises(DeviceLost):
        await running
    assert lost.is_set()
    device.open()


async def test_an_idle_device_gives_its_memory_back_after_its_time(make_queue: MakeQueue) -> None:
    freed = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Noting(EchoDevice):
        def free_memory(self, *, keep: Role | None = None) -> None:
            super().free_memory(keep=keep)
            loop.call_soon_threadsafe(freed.set)

    device = Noting()
    queue = make_queue(device, idle_seconds=0.01)
    await queue.submit(paint_step("a"), Watch())
    await freed.wait()
    assert device.resident == set()
    assert isinstance(await queue.submit(write_step("b"), Watch()), Written)


async def test_closing_refuses_what_waits_stops_what_runs_and_closes_the_device() -> None:
    device = GatedDevice(model_steps=10)
    queue = GpuQueue(lambda: device)
    running = submit(queue, write_step("a"))
    await entered(device)
    waiting = submit(queue, write_step("b"))
    await asyncio.sleep(0)
    device.open(1)
    await queue.close(5)
    with pytest.raises(JobCancelled):
        await running
    with pytest.raises(QueueFull):
        await waiting
    with pytest.raises(QueueFull):
        await queue.submit(write_step("c"), Watch())
    assert device.closed


async def test_closing_does_not_wait_for_ever_for_a_device_that_hangs() -> None:
    device = GatedDevice()

    def hang(steps: object, watches: object, done: int) -> None:
        assert device.gate.acquire(timeout=20)

    device.model_step = hang  # type: ignore[method-assign]  # this one device alone
    queue = GpuQueue(lambda: device)
    running = submit(queue, write_step("a"))
    await entered(device)
    await queue.close(0.05)
    assert not device.closed
    with pytest.raises(JobCancelled):
        await running
    device.open()
