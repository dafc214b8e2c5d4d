"""Small real devices: they run steps on the worker thread as a model would, under the test's control."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from ravsg.errors import DeviceLost, DeviceOutOfMemory, JobCancelled, RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, Painted, PaintTask, Role, WriteTask, Written

PATIENCE = 20.0
"""Seconds after which a test that waits for a device is broken."""


class EchoDevice:
    """Answers with its prompts. Notes every batch; takes `most` steps at once, keeps the model that it ran last."""

    def __init__(self, most: int = 4, model_steps: int = 3) -> None:
        self.most = most
        self.model_steps = model_steps
        self.batches: list[list[Step]] = []
        self.freed: list[Role | None] = []
        self.resident: set[Role] = set()
        self.closed = False
        self.threads: set[str] = set()
        self.broken: dict[str, Exception] = {}
        """Raised for a batch that holds the prompt."""

    def batch_limit(self, step: Step) -> int:
        return self.most

    def is_resident(self, step: Step) -> bool:
        return step.role in self.resident

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        self.threads.add(threading.current_thread().name)
        self.batches.append(list(steps))
        self.resident = {steps[0].role}
        for step in steps:
            if prompt_of(step) in self.broken:
                raise self.broken[prompt_of(step)]
        for done in range(self.model_steps):
            self.model_step(steps, watches, done)
        return [JobCancelled() if w.cancelled.is_set() else answer(s) for s, w in zip(steps, watches, strict=True)]

    def model_step(self, steps: Sequence[Step], watches: Sequence[Watch], done: int) -> None:
        for watch in watches:
            watch.report(done + 1, self.model_steps)

    def free_memory(self, *, keep: Role | None = None) -> None:
        self.freed.append(keep)
        self.resident &= {keep} if keep else set()

    def close(self) -> None:
        self.closed = True

    @property
    def prompts(self) -> list[list[str]]:
        return [[prompt_of(step) for step in batch] for batch in self.batches]


class GatedDevice(EchoDevice):
    """Each model step waits until the test lets it pass; `entered` says that a batch has come on."""

    def __init__(self, most: int = 4, model_steps: int = 3) -> None:
        super().__init__(most, model_steps)
        self.entered = threading.Semaphore(0)
        self.gate = threading.Semaphore(0)
        self.steps_done = 0

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        self.entered.release()
        return super().run(steps, watches)

    def model_step(self, steps: Sequence[Step], watches: Sequence[Watch], done: int) -> None:
        if all(watch.cancelled.is_set() for watch in watches):
            return
        assert self.gate.acquire(timeout=PATIENCE), "the test never opened the gate"
        self.steps_done += 1
        super().model_step(steps, watches, done)

    def open(self, model_steps: int = 1_000) -> None:
        self.gate.release(model_steps)


class SmallDevice(EchoDevice):
    """Out of memory above `room` steps at once, and always for the prompts in `hopeless`."""

    def __init__(self, most: int = 8, room: int = 2) -> None:
        super().__init__(most)
        self.room = room
        self.bloated = False
        """No room even for one, until everything was given back."""
        self.hopeless: set[str] = set()

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        fits = len(steps) <= self.room and not self.bloated and self.hopeless.isdisjoint(map(prompt_of, steps))
        if not fits:
            self.batches.append(list(steps))
            raise DeviceOutOfMemory(detail=f"{len(steps)} at once")
        return super().run(steps, watches)

    def free_memory(self, *, keep: Role | None = None) -> None:
        super().free_memory(keep=keep)
        if keep is None:
            self.bloated = False


class LostDevice(EchoDevice):
    """Its context goes with the first step."""

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        raise DeviceLost(detail="sticky error")


def prompt_of(step: Step) -> str:
    task = step.task
    assert isinstance(task, WriteTask | PaintTask)
    return task.prompt


def answer(step: Step) -> Output:
    task = step.task
    if isinstance(task, PaintTask):
        return Painted(png=f"picture of {task.prompt}".encode(), seed=task.seed)
    assert isinstance(task, WriteTask)
    return Written(text=task.prompt.upper(), prompt_tokens=1, tokens=1, complete=True)


def write_step(prompt: str, guild: int = 1, job: str = "", shape: str = "text", cost: float = 1.0) -> Step:
    return Step("writer", "write", WriteTask(prompt), guild, job or prompt, shape, cost)


def paint_step(prompt: str, guild: int = 1, job: str = "", shape: str = "64x64", cost: float = 1.0) -> Step:
    task = PaintTask(prompt, "", 64, 64, steps=3, guidance=1.0, seed=7)
    return Step("painter", "paint", task, guild, job or prompt, shape, cost)


async def entered(device: GatedDevice) -> None:
    """Wait until a batch is on the device."""
    assert await asyncio.to_thread(device.entered.acquire, timeout=PATIENCE)
