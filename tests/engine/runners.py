"""Two ways to run a recipe's steps without a queue: answers written down beforehand, and a real device."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from ravsg.errors import ModelError, PromptTooLong, RavsgError
from ravsg.jobs.job import Job, JobKind, JobResult, JobState
from ravsg.jobs.step import Device, Operation, Step, Watch
from ravsg.types import (
    Counted,
    CountTask,
    Embedded,
    EmbedTask,
    Origin,
    Output,
    Painted,
    PaintRequest,
    PaintTask,
    Role,
    StoryRequest,
    Task,
    WriteTask,
    Written,
)

GUILD, CHANNEL, ANN = 100, 200, 300


def job_of(
    request: StoryRequest | PaintRequest,
    job_id: str = "aaaaaaaa",
    *,
    guild: int = GUILD,
    author: int = ANN,
    channel: int = CHANNEL,
    result: JobResult | None = None,
    parent: str | None = None,
    **more: Any,
) -> Job:
    """A job as it comes out of its row; `more` are keys that the bot adds to the request."""
    kind: JobKind = "story" if isinstance(request, StoryRequest) else "paint"
    return Job(
        id=job_id,
        kind=kind,
        origin=Origin(guild, channel, author, "Ann"),
        request={**asdict(request), **more},
        state=JobState.RUNNING,
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        result=None if result is None else result.data,
        parent_id=parent,
    )


@dataclass
class Answers:
    """A `StepRunner` whose writer gives these texts in turn, and which has no other model.

    `context` is how many tokens of four characters its prompts may have.
    """

    texts: list[str]
    context: int = 100_000
    asked: list[WriteTask] = field(default_factory=list)
    stages: list[tuple[str, float]] = field(default_factory=list)
    job_id: str = "aaaaaaaa"
    guild_id: int = GUILD

    async def write(self, task: WriteTask) -> Written:
        self.asked.append(task)
        if len(task.prompt) // 4 > self.context:
            raise PromptTooLong
        text = self.texts.pop(0)
        return Written(text, prompt_tokens=len(task.prompt) // 4, tokens=len(text.split()) * 2, complete=True)

    async def paint(self, task: PaintTask) -> Painted:
        raise ModelError(detail="there is no painter here")

    async def embed(self, task: EmbedTask) -> Embedded:
        raise ModelError(detail="there is no embedder here")

    async def count(self, task: CountTask) -> Counted:
        raise ModelError(detail="there is no painter here")

    def stage(self, name: str, share: float) -> None:
        self.stages.append((name, share))


@dataclass
class OnDevice:
    """A `StepRunner` that runs each step alone on a real device, on one thread."""

    device: Device
    watch: Watch = field(default_factory=Watch)
    stages: list[tuple[str, float]] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    job_id: str = "aaaaaaaa"
    guild_id: int = GUILD
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def write(self, task: WriteTask) -> Written:
        output = await self._run("writer", "write", task)
        assert isinstance(output, Written)
        return output

    async def paint(self, task: PaintTask) -> Painted:
        output = await self._run("painter", "paint", task)
        assert isinstance(output, Painted)
        return output

    async def embed(self, task: EmbedTask) -> Embedded:
        output = await self._run("embedder", "embed", task)
        assert isinstance(output, Embedded)
        return output

    async def count(self, task: CountTask) -> Counted:
        output = await self._run("painter", "count", task)
        assert isinstance(output, Counted)
        return output

    def stage(self, name: str, share: float) -> None:
        self.stages.append((name, share))

    async def _run(self, role: Role, operation: Operation, task: Task) -> Output:
        self.tasks.append(task)
        step = Step(role, operation, task, self.guild_id, self.job_id, shape="one")
        async with self._one:
            (outcome,) = await asyncio.to_thread(self.device.run, [step], [self.watch])
        if isinstance(outcome, RavsgError):
            raise outcome
        return outcome
