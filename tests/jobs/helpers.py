"""A job service over a real database and a small real device, as the tests of this folder start it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ravsg.config import JobsSection
from ravsg.jobs.job import Job, JobKind, JobResult, Recipe
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.service import JobService
from ravsg.jobs.step import Device, Step, Watch
from ravsg.store.connection import Database
from ravsg.store.jobs import JobStore
from ravsg.types import Origin, Output, PaintTask, StepRunner, WriteTask
from tests.jobs.devices import GatedDevice

ANNA = Origin(guild_id=1, channel_id=10, author_id=100, author_name="Anna")
BEN = Origin(guild_id=1, channel_id=10, author_id=200, author_name="Ben")
CARA = Origin(guild_id=2, channel_id=20, author_id=300, author_name="Cara")


async def story(job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
    """Two steps of the writer."""
    run.stage("looking", 0.5)
    seen = await run.write(WriteTask(f"{job.request['text']} look"))
    run.stage("writing", 1.0)
    told = await run.write(WriteTask(f"{job.request['text']} write"))
    return JobResult({"text": f"{seen.text} / {told.text}", "bytes": len(inputs["picture"])})


async def paint(job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
    """One step of the painter."""
    run.stage("painting", 1.0)
    painted = await run.paint(PaintTask(job.request["text"], "", 64, 64, steps=3, guidance=1.0, seed=7))
    return JobResult({"seed": painted.seed}, {"picture-0": painted.png})


RECIPES: Mapping[JobKind, Recipe] = {"story": story, "paint": paint}


@dataclass
class World:
    """One running service and what it told."""

    service: JobService
    queue: GpuQueue
    store: JobStore
    changes: list[Job] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)

    async def ask(self, text: str = "hello", origin: Origin = ANNA, kind: JobKind = "story") -> Job:
        """A request with a small picture."""
        return await self.service.accept(kind, origin, {"text": text}, {"picture": b"picture"})

    def states(self, job_id: str) -> list[str]:
        """The states that were told, without repetitions in a row."""
        states = [job.state.value for job in self.changes if job.id == job_id]
        return [state for i, state in enumerate(states) if i == 0 or states[i - 1] != state]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that a change of a job brings about."""
        changed = asyncio.Event()

        def listener(job: Job) -> None:
            changed.set()

        self.service.on_change.append(listener)
        async with asyncio.timeout(20):
            while not holds():
                changed.clear()
                await changed.wait()
        self.service.on_change.remove(listener)


@asynccontextmanager
async def world(
    path: Path,
    device: Device,
    *,
    recipes: Mapping[JobKind, Recipe] = RECIPES,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    started: bool = True,
    **options: Any,
) -> AsyncIterator[World]:
    """Open, start, and close everything. Keys of [jobs] and `at_once` are options; grace is short unless told."""
    service_options = {name: options.pop(name) for name in ("at_once", "keep_inputs_days") if name in options}
    config = JobsSection(**{"grace_seconds": 0.2, **options})
    async with Database(path / "ravsg.sqlite") as db:
        store = JobStore(db)
        queue = GpuQueue(lambda: device)
        service = JobService(store=store, queue=queue, recipes=recipes, config=config, clock=now, **service_options)
        here = World(service, queue, store)

        async def deliver(job: Job) -> None:
            here.delivered.append(job.id)

        service.deliver = deliver
        service.on_change.append(here.changes.append)
        if started:
            await service.start()
        try:
            yield here
        finally:
            await service.close()
            if isinstance(device, GatedDevice):
                device.open()  # a step that was told to stop reaches its end
            await queue.close(5)


MakeQueue = Callable[..., GpuQueue]
"""A device, and options of the queue over it; the fixture `make_queue`."""


def submit(queue: GpuQueue, step: Step, watch: Watch | None = None) -> asyncio.Task[Output]:
    """A step on its way to the device."""
    return asyncio.create_task(queue.submit(step, watch or Watch()))
