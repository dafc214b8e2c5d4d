"""How a running job's recipe reaches the models: each call becomes one step in the queue. Implements `StepRunner`.

It also keeps the job's progress: a stage ends at a share of the whole, and a step's own progress fills the stage.
It does not decide what a step costs or when it runs: that is the queue's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar, cast

from ravsg.jobs.line import Entry
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.step import Operation, Step, Watch
from ravsg.types import (
    Counted,
    CountTask,
    Embedded,
    EmbedTask,
    Output,
    Painted,
    PaintTask,
    Role,
    Task,
    WriteTask,
    Written,
)

_O = TypeVar("_O", bound=Output)


class JobRunner:
    """One for each run of a job; used on the event loop."""

    def __init__(self, entry: Entry, queue: GpuQueue, progressed: Callable[[str, float], None]) -> None:
        """`progressed` is told the stage's name and the share of the whole job that is done, in [0, 1]."""
        self._entry = entry
        self._queue = queue
        self._progressed = progressed
        self._loop = asyncio.get_running_loop()
        self._name = ""
        self._from = 0.0
        self._to = 0.0
        self._share = 0.0

    @property
    def job_id(self) -> str:
        """The running job."""
        return self._entry.job.id

    @property
    def guild_id(self) -> int:
        """Its server, which is charged for the work."""
        return self._entry.guild_id

    async def write(self, task: WriteTask) -> Written:
        """Queue one writing step. Raises JobCancelled, ModelError."""
        # one batch decodes as long as its longest row, and a picture makes the prompt another shape
        sort = "picture" if task.picture is not None else "text"
        form = "free" if task.schema is None else "schema"
        return await self._step("writer", "write", task, f"{sort} {form} {task.max_tokens}", Written)

    async def paint(self, task: PaintTask) -> Painted:
        """Queue one painting step. Raises JobCancelled, ModelError."""
        sort = "text" if task.reference is None else f"reference {task.strength}"
        shape = f"{task.width}x{task.height} {task.steps} steps, guidance {task.guidance}, {sort}"
        return await self._step("painter", "paint", task, shape, Painted)

    async def embed(self, task: EmbedTask) -> Embedded:
        """Queue one embedding step. Raises JobCancelled, ModelError."""
        return await self._step("embedder", "embed", task, "any", Embedded)

    async def count(self, task: CountTask) -> Counted:
        """Queue one counting step. Raises JobCancelled, ModelError."""
        return await self._step("painter", "count", task, "any", Counted)

    def stage(self, name: str, share: float) -> None:
        """Say what begins now and which share of the whole job in [0, 1] it ends at."""
        self._name = name
        self._from = self._share = max(self._share, self._to)
        self._to = min(1.0, max(self._from, share))
        self._progressed(name, self._share)

    async def _step(self, role: Role, operation: Operation, task: Task, shape: str, answer: type[_O]) -> _O:
        step = Step(
            role=role,
            operation=operation,
            task=task,
            guild_id=self.guild_id,
            job_id=self.job_id,
            shape=shape,
            cost=self._queue.expected_cost((role, operation, shape)),
        )
        watch = Watch(cancelled=self._entry.cancelled, on_progress=self._report)
        output = await self._queue.submit(step, watch)
        if not isinstance(output, answer):
            raise TypeError(f"a {operation} step gave {type(output).__name__}")
        return cast(_O, output)

    def _report(self, done: int, total: int) -> None:
        """Called on the worker thread."""
        self._loop.call_soon_threadsafe(self._fill, self._name, done / max(1, total))

    def _fill(self, stage: str, part: float) -> None:
        share = self._from + (self._to - self._from) * min(1.0, part)
        if stage == self._name and share > self._share:  # several steps of a stage: the furthest one counts
            self._share = share
            self._progressed(stage, share)
