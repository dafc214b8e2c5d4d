"""The one thread: calls in order, answers and errors back on the loop."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from ravsg.jobs.worker import Worker


async def test_calls_run_one_after_the_other_on_one_thread() -> None:
    worker = Worker()
    order: list[int] = []

    def note(number: int) -> str:
        order.append(number)
        return threading.current_thread().name

    names = await asyncio.gather(*(worker.call(partial(note, i)) for i in range(20)))
    assert order == list(range(20))
    assert set(names) == {"device"}
    assert await worker.close(5)


async def test_what_a_call_raises_is_raised_where_it_was_asked_and_the_thread_lives_on() -> None:
    worker = Worker()

    def broken() -> None:
        raise ZeroDivisionError("here")

    with pytest.raises(ZeroDivisionError, match="here"):
        await worker.call(broken)
    assert await worker.call(lambda: 7) == 7
    assert await worker.close(5)


async def test_no_thread_starts_before_the_first_call() -> None:
    worker = Worker()
    assert not worker.started
    assert await worker.close(0)
    assert not worker.started


async def test_a_cancelled_waiter_does_not_disturb_the_next_call() -> None:
    worker = Worker()
    inside, go = threading.Event(), threading.Event()

    def slow() -> None:
        inside.set()
        assert go.wait(20)

    waiter = asyncio.create_task(worker.call(slow))
    await asyncio.to_thread(inside.wait, 20)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    go.set()
    assert await worker.call(lambda: "next") == "next"
    assert await worker.close(5)


async def test_a_call_that_hangs_is_left_behind_and_that_is_said() -> None:
    worker = Worker()
    inside, go = threading.Event(), threading.Event()

    def slow() -> None:
        inside.set()
        assert go.wait(20)

    waiter = asyncio.create_task(worker.call(slow))
    await asyncio.to_thread(inside.wait, 20)
    assert not await worker.close(0.01)
    go.set()
    await waiter


def test_an_answer_after_the_loops_end_is_logged_and_harmless(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker()
    inside, go, over = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        inside.set()
        assert go.wait(20)

    async def ask_and_leave() -> None:
        waiter = asyncio.create_task(worker.call(slow))
        await asyncio.to_thread(inside.wait, 20)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)

    asyncio.run(ask_and_leave())
    go.set()

    async def ask_again() -> bool:
        await worker.call(over.set)
        return await worker.close(5)

    assert asyncio.run(ask_again())
    assert over.is_set()
    assert "after the event loop was closed" in caplog.text
