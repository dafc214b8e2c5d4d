"""The whole bot beside the bare libraries: stories and pictures through the sandbox, then the same model work alone.

One run, one machine, the same process: every round asks the bot for a story and a picture as a member would, from
the command to the posted message, and then has the libraries do the same steps (same prompts, pictures, tokens,
sizes). P6 is their time divided by the bot's. P10 starts a bot in a process of its own and asks it as soon as it can
be asked.
"""

from __future__ import annotations

import asyncio
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
from typing import Final

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
from ravsg.jobs.step import Step, Watch
from ravsg.models.device import ModelDevice
from ravsg.models.probe import look
from ravsg.models.profiles import Profile, choose, pocket
from ravsg.types import Output, Role, Task

STORY_GOAL: Final = 10.0
PICTURE_GOAL: Final = 15.0
MEMORY_GOAL: Final = 2.5
CONFIG: Final = Path("config.toml")


class Recorder:
    """A device that keeps what it was asked and gave, and is otherwise the one it holds."""

    def __init__(self, inner: ModelDevice) -> None:
        self._inner = inner
        self.done: list[tuple[Task, Output]] = []

    def batch_limit(self, step: Step) -> int:
        """As the inner one."""
        return self._inner.batch_limit(step)

    def is_resident(self, step: Step) -> bool:
        """As the inner one."""
        return self._inner.is_resident(step)

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        """As the inner one, noted."""
        outcomes = self._inner.run(steps, watches)
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
    times, peak = await _rounds(config, profile, rounds)
    story, picture = statistics.median(times.bot_story), statistics.median(times.bot_picture)
    raw_story, raw_picture = statistics.median(times.raw_story), statistics.median(times.raw_picture)
    raw, through = sum(times.raw_story + times.raw_picture), sum(times.bot_story + times.bot_picture)
    return [
        Figure("story", f"story through the bot ({profile.name})", story, "s", STORY_GOAL),
        Figure("story_raw", "the same steps by the libraries alone", raw_story, "s"),
        Figure("picture", f"picture through the bot ({profile.name})", picture, "s", PICTURE_GOAL),
        Figure("picture_raw", "the same steps by the libraries alone", raw_picture, "s"),
        Figure("P6", "libraries' time / bot's time, all rounds", raw / through, "", 0.95, at_most=False),
        Figure("ack", "command to acknowledgement, worst", max(times.acknowledged), "s", 1.0),
        Figure("P10", "start of the process to first acknowledgement", statistics.median(starts), "s", 1.0),
        Figure("memory", "peak memory, bot and sandbox", peak, "GB", MEMORY_GOAL),
    ]


async def _rounds(config: Config, profile: Profile, rounds: int) -> tuple[Times, float]:
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
                person = sandbox.person(OWNER)
                await _round(app, person, recorder, None, Times())
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
                libraries = await asyncio.to_thread(Libraries, profile)
                await asyncio.to_thread(_replay, libraries, recorder)
                for _ in range(rounds):
                    await _round(app, person, recorder, libraries, times)
    return times, peak


async def _round(app: App, person: Person, recorder: Recorder, libraries: Libraries | None, times: Times) -> None:
    recorder.done.clear()
    started = time.perf_counter()
    handle = await person.command("story", image=("photo.png", _photo()))
    times.acknowledged.append((await handle.acked()).after)
    story = await _posted(app, person, handle)
    times.bot_story.append(time.perf_counter() - started)
    if libraries is not None:
        times.raw_story.append(await asyncio.to_thread(_replay, libraries, recorder))
        recorder.done.clear()
    started = time.perf_counter()
    handle = await person.command("paint", text=story)
    times.acknowledged.append((await handle.acked()).after)
    await _posted(app, person, handle)
    times.bot_picture.append(time.perf_counter() - started)
    if libraries is not None:
        times.raw_picture.append(await asyncio.to_thread(_replay, libraries, recorder))


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


def _photo() -> bytes:
    from PIL import Image  # noqa: PLC0415
    from skimage import data  # noqa: PLC0415 - a real photograph

    file = io.BytesIO()
    Image.fromarray(data.astronaut()).save(file, "PNG")
    return file.getvalue()
