"""The bot's own recipes over the pocket weights, for one server after another that remembers one thing or nothing.

Everything goes through `ravsg.engine.Engine` and a real memory: recall, prompts with the bot's bounds, checks, tries,
and whose picture lends its colours. Only the floor of similarity is taken away, so that a memory of another scene
is recalled as well: it is the control. Steps run one by one, for a batch would make results depend on its company.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from benchmarks.memory_cases import Chapter
from ravsg.engine import Engine, painting_of, story_of
from ravsg.errors import RavsgError
from ravsg.jobs.job import Job, JobKind, JobState
from ravsg.jobs.step import Operation, Step, Watch
from ravsg.memory.service import Memory
from ravsg.picture.shapes import thumbnail
from ravsg.pocket.captions import spoken
from ravsg.pocket.world import setting
from ravsg.store.cast import CastStore
from ravsg.story.lengths import head
from ravsg.types import (
    Counted,
    CountTask,
    Embedded,
    EmbedTask,
    Memorable,
    MemoryKind,
    Origin,
    Painted,
    Painting,
    PaintRequest,
    PaintTask,
    Role,
    Story,
    StoryRequest,
    Task,
    WriteTask,
    Written,
)

if TYPE_CHECKING:
    from ravsg.config import Config
    from ravsg.models.device import ModelDevice
    from ravsg.models.profiles import Profile
    from ravsg.store.connection import Database

CHANNEL: Final = 10
MEMBER: Final = 7
TELLER: Final = "Ana"
CAPTION: Final = 300
"""Characters of a story's beginning under its picture, as the bot keeps them."""

_Output = TypeVar("_Output", Written, Painted, Embedded, Counted)


@dataclass
class Alone:
    """A `StepRunner` that runs each step alone, and the same step once: all weights give the same answer again."""

    device: ModelDevice
    job_id: str = "measured"
    guild_id: int = 1
    _known: dict[Task, object] = field(default_factory=dict)

    async def write(self, task: WriteTask) -> Written:
        """One writing step."""
        return await self._run("writer", "write", task, Written)

    async def paint(self, task: PaintTask) -> Painted:
        """One painting step."""
        return await self._run("painter", "paint", task, Painted)

    async def embed(self, task: EmbedTask) -> Embedded:
        """One embedding step."""
        return await self._run("embedder", "embed", task, Embedded)

    async def count(self, task: CountTask) -> Counted:
        """One counting step."""
        return await self._run("painter", "count", task, Counted)

    def stage(self, name: str, share: float) -> None:
        """Nobody waits to be told."""

    async def _run(self, role: Role, operation: Operation, task: Task, kind: type[_Output]) -> _Output:
        if task not in self._known:
            step = Step(role, operation, task, self.guild_id, self.job_id, shape="alone")
            (self._known[task],) = await asyncio.to_thread(self.device.run, [step], [Watch()])
        outcome = self._known[task]
        if isinstance(outcome, RavsgError):
            raise outcome
        assert isinstance(outcome, kind), outcome
        return outcome


class Life:
    """Servers with numbers from 1, each with what it remembers."""

    def __init__(self, config: Config, profile: Profile, device: ModelDevice, db: Database) -> None:
        self._memory = Memory(db, config.memory)
        self._engine = Engine(config=config, profile=profile, memory=self._memory, cast=CastStore(db))
        self._run = Alone(device)
        self._servers = 0

    async def tell(self, picture: bytes, seed: int, remembered: Chapter | None) -> Story:
        """A short story of a picture (PNG), in a new server that remembers a chapter's words or nothing."""
        job = await self._job("story", StoryRequest(length="short", seed=seed), remembered, None)
        result = await self._engine.tell_story(job, {"picture": picture}, self._run)
        return story_of(replace(job, result=result.data))

    async def paint(self, asked: PaintRequest, remembered: Chapter | None, picture: bytes | None) -> Painting:
        """A painting, in a new server that remembers a chapter with its picture (PNG) or nothing."""
        job = await self._job("paint", asked, remembered, picture)
        result = await self._engine.paint(job, {}, self._run)
        return painting_of(replace(job, result=result.data), result.blobs)

    async def _job(
        self, kind: JobKind, asked: StoryRequest | PaintRequest, remembered: Chapter | None, picture: bytes | None
    ) -> Job:
        self._servers += 1
        if remembered is not None:
            await self._remember(remembered, picture)
        origin = Origin(self._servers, CHANNEL, MEMBER + 1, "Ben")
        return Job("measured", kind, origin, asdict(asked), JobState.RUNNING, datetime.now(UTC))

    async def _remember(self, chapter: Chapter, picture: bytes | None) -> None:
        """A chapter's words and, where it is given, its picture, as the bot keeps them."""
        seen = await self._run.embed(
            EmbedTask((f"{chapter.title}. {chapter.text}",), () if picture is None else (picture,))
        )
        story = Memorable(MemoryKind.STORY, chapter.text, chapter.title, MEMBER, TELLER, CHANNEL, None, "earlier1")
        await self._memory.remember(self._servers, story, [chapter.text], seen.texts, seen.model)
        if picture is not None:
            scene = chapter.scene
            who = spoken([figure.phrase for figure in scene.figures])
            caption = f"{setting(scene.setting).phrase}, {who}. {head(chapter.text, CAPTION)}"
            shown = replace(story, kind=MemoryKind.PICTURE, text=caption)
            small = thumbnail(picture)
            await self._memory.remember(self._servers, shown, [caption], seen.pictures, seen.model, picture=small)
