"""The whole bot beside the bare libraries: stories and pictures through the sandbox, then the same model work alone.

One run, one machine, the same process: every round asks the bot for a story and a picture as a member would, from
the command to the posted message, and then has the libraries do the same steps (same prompts, pictures, tokens,
sizes). P6 is their time divided by the bot's; P6_models and P6_rest say where the difference lies. P10 starts a bot
in a process of its own and asks it as soon as it can be asked.
"""

from __future__ import annotations

import asyncio
import importlib.util
import io
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image

from benchmarks.raw import Libraries
from benchmarks.report import Figure
from bot.app import App, running_bot
from bot.embeds import job_mark
from bot.sandbox.handles import Handle
from bot.sandbox.person import Person
from bot.sandbox.seed import OWNER
from bot.sandbox.server import Sandbox
from ravsg.config import Config, load_config
from ravsg.errors import RavsgError
from ravsg.jobs.step import Device, Step, Watch
from ravsg.models.choosing import choose
from ravsg.models.device import ModelDevice
from ravsg.models.probe import look
from ravsg.models.profiles import Profile, pocket
from ravsg.types import Output, Role, Task

STORY_GOAL: Final = 10.0
PICTURE_GOAL: Final = 15.0
MEMORY_GOAL: Final = 2.5
CONFIG: Final = Path("config.toml")
SHIPPED: Final = Path("bot/sandbox/static/sample.webp")
"""The picture where scikit-image and its photographs are not installed; both are 512 pixels square."""
P6_NOTE: Final = (
    "the libraries' time for a job's model work, divided by the bot's time from the command to the posted message. "
    "What is missing to 1 is what the bot adds. In the models (P6_models): answers are held to their schema, and "
    "tokens are drawn with penalties against repetition. Around them (P6_rest): pictures are read and written, "
    "results are checked, kept and posted, and the sandbox answers as Discord, in this same process and on the same "
    "cores. Both weigh the more, the quicker the models are."
)


class Recorder:
    """A device that keeps what it was asked and gave, and is otherwise the one it holds."""

    def __init__(self, inner: Device) -> None:
        self._inner = inner
        self.done: list[tuple[Task, Output]] = []
        self.seconds = 0.0
        """Spent in the models."""

    def batch_limit(self, step: Step) -> int:
        """As the inner one."""
        return self._inner.batch_limit(step)

    def is_resident(self, step: Step) -> bool:
        """As the inner one."""
        return self._inner.is_resident(step)

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        """As the inner one, noted."""
        started = time.perf_counter()
        outcomes = self._inner.run(steps, watches)
        self.seconds += time.perf_counter() - started
        self.done += [
            (step.task, outcome)
            for step, outcome in zip(steps, outcomes, strict=True)
            if not isinstance(outcome, RavsgError)
        ]
        return outcomes

    def free_memory(self, *, keep: Role | None = None) -> None:
        """As the inner one."""
        self._inner.free_memory(keep=keep)

    def close(self) -> None:
        """As the inner one."""
        self._inner.close()


@dataclass
class Times:
    """Seconds per round."""

    bot_story: list[float] = field(default_factory=list)
    bot_picture: list[float] = field(default_factory=list)
    in_models: list[float] = field(default_factory=list)
    """Of both together, what the bot's own model steps took."""
    raw_story: list[float] = field(default_factory=list)
    raw_picture: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)


def run(*, rounds: int, weights: Path | None) -> list[Figure]:
    """All figures. `weights` takes the place of the pocket models' folder."""
    return asyncio.run(_run(rounds, weights))


async def _run(rounds: int, weights: Path | None) -> list[Figure]:
    config = load_config(CONFIG)
    profile = choose(config.models, look()) if weights is None else pocket(weights)
    starts = [await _start_to_acknowledgement() for _ in range(rounds)]
    photo = await asyncio.to_thread(picture)
    times, peak = await _rounds(config, profile, photo.png, rounds)
    story, painting = statistics.median(times.bot_story), statistics.median(times.bot_picture)
    raw_story, raw_picture = statistics.median(times.raw_story), statistics.median(times.raw_picture)
    raw, through = sum(times.raw_story + times.raw_picture), sum(times.bot_story + times.bot_picture)
    in_models = sum(times.in_models)
    return [
        Figure("story", f"story of {photo.name} through the bot ({profile.name})", story, "s", STORY_GOAL),
        Figure("story_raw", "the same steps by the libraries alone", raw_story, "s"),
        Figure("picture", f"picture of that story through the bot ({profile.name})", painting, "s", PICTURE_GOAL),
        Figure("picture_raw", "the same steps by the libraries alone", raw_picture, "s"),
        Figure("P6", "libraries' time / bot's time, all rounds", raw / through, "", 0.95, False, P6_NOTE),
        Figure("P6_models", "libraries' time / the bot's time in the models", raw / in_models, ""),
        Figure("P6_rest", "a story and a picture, outside the models", (through - in_models) / rounds, "s"),
        Figure("ack", "command to acknowledgement, worst", max(times.acknowledged), "s", 1.0),
        Figure("P10", "start of the process to first acknowledgement", statistics.median(starts), "s", 1.0),
        Figure("memory", "peak memory, bot and sandbox", peak, "GB", MEMORY_GOAL),
    ]


async def _rounds(config: Config, profile: Profile, photo: bytes, rounds: int) -> tuple[Times, float]:
    """One round to warm up, peak memory, then the measured rounds, the bot and the libraries taking turns."""
    times = Times()
    with tempfile.TemporaryDirectory() as folder:
        apart = config.model_copy(update={"bot": config.bot.model_copy(update={"data_dir": Path(folder)})})
        recorder = Recorder(ModelDevice(profile))
        async with Sandbox() as sandbox:
            base = sandbox.page_url.rstrip("/")
            async with running_bot(
                apart, token=sandbox.token, sandbox_base=base, profile=profile, device=lambda: recorder
            ) as app:
                one = _Round(app, sandbox.person(OWNER), recorder, photo)
                await one.run(None, Times())
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
                libraries = await asyncio.to_thread(Libraries, profile)
                await asyncio.to_thread(_replay, libraries, recorder)
                for _ in range(rounds):
                    await one.run(libraries, times)
    return times, peak


@dataclass(frozen=True, slots=True)
class _Round:
    """A story of a picture and a picture of that story, by the bot and, where they are given, by the libraries."""

    app: App
    person: Person
    recorder: Recorder
    photo: bytes

    async def run(self, libraries: Libraries | None, times: Times) -> None:
        """Add one measurement of each kind to `times`."""
        self.recorder.seconds = 0.0
        story = await self._asked(times.bot_story, times, "story", image=("photo.png", self.photo))
        await self._replayed(libraries, times.raw_story)
        await self._asked(times.bot_picture, times, "paint", text=story)
        await self._replayed(libraries, times.raw_picture)
        times.in_models.append(self.recorder.seconds)

    async def _asked(self, seconds: list[float], times: Times, command: str, **options: Any) -> str:
        self.recorder.done.clear()
        started = time.perf_counter()
        handle = await self.person.command(command, **options)
        times.acknowledged.append((await handle.acked()).after)
        told = await _posted(self.app, self.person, handle)
        seconds.append(time.perf_counter() - started)
        return told

    async def _replayed(self, libraries: Libraries | None, seconds: list[float]) -> None:
        if libraries is not None:
            seconds.append(await asyncio.to_thread(_replay, libraries, self.recorder))


def _replay(libraries: Libraries, recorder: Recorder) -> float:
    started = time.perf_counter()
    for task, output in recorder.done:
        libraries.do(task, output)
    return time.perf_counter() - started


async def _posted(app: App, person: Person, handle: Handle) -> str:
    """Wait for the message with the result; gives its text, at most what `/paint` takes."""
    await handle.response()
    guild_id = person.where(None).guild_id or 0
    (job,) = await app.jobs.recent(guild_id, person.id, 1)
    message = await person.wait_for(None, lambda one: job_mark(job.id) in one.text, timeout=600)
    await app.jobs.wait(job.id)
    return str(message.embeds[0].get("description") or "")[:1500]


async def _start_to_acknowledgement() -> float:
    """Seconds from starting a process until a command was acknowledged that was typed as soon as it existed."""
    async with Sandbox() as sandbox:
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "config.toml"
            # an own data folder; everything else as it ships
            text = await asyncio.to_thread(CONFIG.read_text, encoding="utf-8")
            await asyncio.to_thread(
                config.write_text, text.replace('data_dir = "data"', f'data_dir = "{folder}/data"')
            )
            environment = {
                **os.environ,
                "DISCORD_TOKEN": sandbox.token,
                "RAVSG_SANDBOX": sandbox.page_url.rstrip("/"),
            }
            started = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "--config", str(config)),
                env=environment,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                await sandbox.until_command("queue")
                await sandbox.until_connected()
                handle = await sandbox.person(OWNER).command("queue")
                await handle.acked()
                return time.perf_counter() - started
            finally:
                process.terminate()
                await process.wait()


@dataclass(frozen=True, slots=True)
class Photo:
    """What stories are told of; `name` says to people which picture it is."""

    name: str
    png: bytes


def picture() -> Photo:
    """A real photograph where scikit-image is installed, as for the tests; else one that ships with the sandbox."""
    if importlib.util.find_spec("skimage") is None:
        with Image.open(SHIPPED) as image:
            return Photo("the sandbox's fox", _png(image.convert("RGB")))
    from skimage import data  # noqa: PLC0415

    return Photo("scikit-image's astronaut", _png(Image.fromarray(data.astronaut())))


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
