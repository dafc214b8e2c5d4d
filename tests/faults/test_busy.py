"""While the worker computes, the event loop stays free: heartbeats go, answers come in time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from bot import fresh
from bot.sandbox import gateway, interactions
from bot.sandbox.handles import Handle
from ravsg.errors import JobCancelled, RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, WriteTask
from tests.faults.conftest import FOX
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import QuickDevice, answer, picture

SIDE: Final = 700
"""Of the matrices that one model step multiplies: some 10 to 30 ms outside the interpreter, as torch computes."""
LAG: Final = 1.0
"""Seconds that the loop may be late, beyond what this machine was late for everything. A loop that computes itself
would be late by the whole job, many seconds."""
IN_TIME: Final = 3.0
"""Seconds in which Discord wants the first answer."""
TURNS: Final = 4
"""An answer changes hands: the sandbox, the bot, the sandbox again, the test. Each may wait for the machine."""
PATIENT: Final = 30.0
"""Seconds that the sandbox waits for an answer here, so that a machine which is late for everything fails nothing."""
HEARTBEAT: Final = 0.2
NAP: Final = 0.05


class Witness:
    """A thread that only naps: how late it wakes is this machine's doing, whatever the event loop does."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.over = threading.Event()

    def watch(self) -> None:
        while not self.over.is_set():
            due = time.monotonic() + NAP
            time.sleep(NAP)
            self.longest = max(self.longest, time.monotonic() - due)


@pytest.fixture
def witness() -> Iterator[Witness]:
    one = Witness()
    thread = threading.Thread(target=one.watch)
    thread.start()
    yield one
    one.over.set()
    thread.join()


class BusyDevice(QuickDevice):
    """Writes by computing until it is let go, one model step after the other; counts what a cancelled step does."""

    def __init__(self) -> None:
        super().__init__()
        self.model_steps = 0
        self.enough = threading.Event()
        self._matrix = np.random.default_rng(1).standard_normal((SIDE, SIDE))

    def let_go(self) -> None:
        self.enough.set()
        super().let_go()

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        if not isinstance(steps[0].task, WriteTask):
            return super().run(steps, watches)
        self.steps += steps
        while not self.enough.is_set() and not all(watch.cancelled.is_set() for watch in watches):
            self._matrix = np.tanh(self._matrix @ self._matrix)
            self.model_steps += 1
            for watch in watches:
                # once it is cancelled, the step that runs is its last
                self.after_cancel += watch.cancelled.is_set()
                watch.report(min(self.model_steps, 999), 1000)
            self.entered.set()
        return [
            JobCancelled() if watch.cancelled.is_set() else answer(step)
            for step, watch in zip(steps, watches, strict=True)
        ]


async def computing(house: House, device: BusyDevice) -> Handle:
    """A story that is being computed."""
    handle = await house.sam.command("story", in_=house.stories, image=("a.png", picture("a")))
    await house.status(handle, "job `")
    await asyncio.to_thread(device.entered.wait, 60)
    return handle


async def test_heartbeats_and_answers_while_the_worker_computes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, witness: Witness
) -> None:
    monkeypatch.setattr(gateway, "HEARTBEAT_MS", HEARTBEAT * 1000)
    monkeypatch.setattr(interactions, "ANSWER_SECONDS", PATIENT)
    monkeypatch.setattr(fresh, "LATEST", PATIENT)
    beats: list[int] = []
    receive = gateway.Gateway._receive

    def counted(self: gateway.Gateway, connection: Any, frame: dict[str, Any]) -> None:
        if frame.get("op") == 1:
            beats.append(device.model_steps)
            self._world.watch.notify()
        receive(self, connection, frame)

    monkeypatch.setattr(gateway.Gateway, "_receive", counted)
    device = BusyDevice()
    async with moved_in(tmp_path, device=device, jobs={"waiting_per_member": 100}) as house:
        story = await computing(house, device)
        beats.clear()
        acks = []
        for number in range(12):
            handles = [
                await house.sam.command("queue", in_=house.stories),
                await house.robin.command("paint", in_=house.stories, text=f"{FOX} {number}"),
                await house.sam.autocomplete("paint", "style", "st", in_=house.stories),
                await house.sam.command("story", in_=house.stories, image=("a.txt", b"no picture")),
            ]
            acks += [(await handle.acked()).after for handle in handles]
        computed = device.model_steps
        # each heartbeat has this looked at again; on a busy machine a model step takes longer than many of them
        await house.sandbox.world.watch.until(lambda: len(beats) >= 10 and beats[-1] > computed, 60.0)
        assert beats[-1] > beats[0], "the worker computed between the heartbeats"
        assert story.original is not None
        assert "Cancel" in story.original.labels, "it was computing all the time"
        device.let_go()
        await house.result(house.sam, story)
        assert len(acks) == 48
        assert max(acks) < IN_TIME + TURNS * witness.longest
        lag = house.app.telemetry.snapshot().timing("loop.lag")
        assert lag.count >= 4
        assert lag.longest < LAG + witness.longest
        assert house.sandbox.gateway.identified == 1
        assert house.sandbox.gateway.resumed == 0


async def test_a_cancelled_job_takes_no_further_model_step(tmp_path: Path) -> None:
    device = BusyDevice()
    async with moved_in(tmp_path, device=device) as house:
        story = await computing(house, device)
        assert story.original is not None
        await (await house.sam.press(story.original, "Cancel")).response()
        await house.status(story, "was cancelled")
        assert device.model_steps > 0
        assert device.after_cancel <= 1
        (job,) = await house.app.jobs.recent(house.stories.guild_id or 0, house.sam.id, 1)
        assert job.state == "cancelled"
        before = device.model_steps
        device.let_go()
        assert await house.painting(house.sam, text=FOX), "the worker is free again"
        assert device.model_steps == before
