"""A `StepRunner` over the quick answers of the bot's tests: books need many steps, and here no model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from ravsg.errors import RavsgError
from ravsg.jobs.step import Step
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
from tests.sandbox.quick import answer


@dataclass
class QuickRun:
    """`instead` may answer a task in another way: with an output, or with an error to raise; None lets it be."""

    instead: Callable[[Task], Output | RavsgError | None] = lambda task: None
    tasks: list[Task] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    job_id: str = "aaaaaaaa"
    guild_id: int = 100

    async def write(self, task: WriteTask) -> Written:
        return cast(Written, self._done(task, "writer", "write"))

    async def paint(self, task: PaintTask) -> Painted:
        return cast(Painted, self._done(task, "painter", "paint"))

    async def embed(self, task: EmbedTask) -> Embedded:
        return cast(Embedded, self._done(task, "embedder", "embed"))

    async def count(self, task: CountTask) -> Counted:
        return cast(Counted, self._done(task, "painter", "count"))

    def stage(self, name: str, share: float) -> None:
        self.stages.append(name)

    @property
    def prompts(self) -> list[str]:
        """What the writer was asked."""
        return [task.prompt for task in self.tasks if isinstance(task, WriteTask)]

    def _done(self, task: Task, role: Role, operation: Any) -> Output:
        self.tasks.append(task)
        given = self.instead(task)
        if isinstance(given, RavsgError):
            raise given
        return given or answer(Step(role, operation, task, self.guild_id, self.job_id, "any"))
