"""`scripts/try --once IMAGE --out DIR`: the main job without a person, through the same doors that people use.

A scripted person in the sandbox agrees to be remembered, asks `/story` for IMAGE, `/paint` for the words of that
story, and `/story` for IMAGE again, which must recall the first. What the channel shows is written to DIR. The bot is
the whole one, the discord.py client is unchanged; only Discord is the sandbox.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.app import App, running_bot
from bot.embeds import job_mark
from bot.sandbox.errors import Refused, SandboxError
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from bot.sandbox.seed import OWNER
from bot.sandbox.server import Sandbox
from ravsg.config import Config
from ravsg.errors import BadInput, RavsgError
from ravsg.jobs.job import Job, JobState
from ravsg.jobs.step import Device
from ravsg.models.profiles import Profile

CHANNEL: Final = "#stories"
SECOND_DIRECTION: Final = "We have been here before."
ANSWER_SECONDS: Final = 60.0
"""Patience for an acknowledgement; a job itself has the time that [jobs] timeout_minutes gives it."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    story: Message
    painting: Message
    recalled: Message


async def once(
    config: Config,
    image: Path,
    out: Path,
    *,
    say: Callable[[str], object] | None = None,
    profile: Profile | None = None,
    device: Callable[[], Device] | None = None,
) -> Made:
    """Do it and write DIR/story.md, picture.png, recalled.md and transcript.json; `say` hears of the progress.

    `config` must name a data folder of its own; `profile` and `device` are other models, for tests. Raises
    RavsgError with the sentence that says what failed.
    """
    tell = say or Teller()
    data = await read_in(image, out)
    async with Sandbox() as sandbox:
        base = sandbox.page_url.rstrip("/")
        async with running_bot(config, token=sandbox.token, sandbox_base=base, profile=profile, device=device) as app:
            tell(f"models: {app.profile.name} ({app.profile.why})")
            visit = _Visit(sandbox, app, sandbox.person(OWNER), tell)
            try:
                made = await visit.run(image.name, data)
            except Refused as error:
                raise BadInput(f"Discord would not send this: {error}.", "Please take a smaller picture.") from error
            except (TimeoutError, SandboxError) as error:
                raise RavsgError("The bot did not answer.", detail=str(error)) from error
            finally:
                transcript = [shown(message) for message in visit.person.read(CHANNEL)]
                await asyncio.to_thread(write_json, out / "transcript.json", transcript)
            picture = await visit.person.download(made.painting.files[0])
    await asyncio.to_thread(_write, out, made, picture)
    return made


@dataclass(frozen=True, slots=True)
class _Visit:
    """One person's way through the main job."""

    sandbox: Sandbox
    app: App
    person: Person
    tell: Callable[[str], object]

    async def run(self, name: str, data: bytes) -> Made:
        self.app.jobs.on_change.append(progress(self.tell))
        self.person.go(CHANNEL)
        self.tell("/privacy optin")
        await (await self.person.command("privacy optin")).response(ANSWER_SECONDS)
        self.tell(f"/story image:{name}")
        story = await self._result(await self.person.command("story", image=(name, data)))
        self.tell("/paint text:(the story)")
        painting = await self._result(await self.person.command("paint", text=_words(story)))
        if not painting.files:
            raise RavsgError("The painting came without a picture.")
        self.tell(f"/story image:{name} direction:{SECOND_DIRECTION}")
        again = await self.person.command("story", image=(name, data), direction=SECOND_DIRECTION)
        recalled = await self._result(again)
        if str(story.id) not in recalled.text:
            raise RavsgError("The second story does not name the first among what it was woven from.")
        return Made(story, painting, recalled)

    async def _result(self, handle: Handle) -> Message:
        """The message with the result of what was asked. Raises RavsgError with the bot's own words."""
        answer = await handle.response(ANSWER_SECONDS)
        guild_id, author_id = self.person.where(None).guild_id or 0, self.person.id
        newest = await self.app.jobs.recent(guild_id, author_id, 1)
        if not newest or newest[0].id not in answer.text:
            raise RavsgError(answer.content, "")
        async with asyncio.timeout(self.app.config.jobs.timeout_minutes * 60 + ANSWER_SECONDS):
            job = await self.app.jobs.wait(newest[0].id)
        if job.state is not JobState.DONE:
            raise RavsgError(f"Job {job.id} ended as {job.state}: {job.error}", "")
        return next(message for message in self.person.read() if job_mark(job.id) in message.text)


async def read_in(image: Path, out: Path) -> bytes:
    """The picture's bytes; makes the folder `out`. Raises BadInput naming the path that cannot be used."""
    try:
        data = await asyncio.to_thread(image.read_bytes)
        await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{error.filename} cannot be used: {error.strerror}.", "Name another path.") from error
    return data


def progress(tell: Callable[[str], object]) -> Callable[[Job], None]:
    """Tells every stage of every job once."""
    told: set[tuple[str, str, str]] = set()

    def on_change(job: Job) -> None:
        step = (job.id, job.state.value, job.stage)
        if step not in told:
            told.add(step)
            tell(f"  {job.kind} {job.id}: {job.stage or job.state}")

    return on_change


class Teller:
    """Lines on stderr, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, line: str) -> None:
        print(f"[{time.monotonic() - self._started:5.1f} s] {line}", file=sys.stderr, flush=True)


def shown(message: Message) -> dict[str, Any]:
    """A message as the channel shows it."""
    return {
        "id": str(message.id),
        "author": message.author.display_name,
        "only_for_its_reader": message.ephemeral,
        "content": message.content,
        "embeds": message.embeds,
        "files": [
            {"name": file.filename, "alt_text": file.description, "bytes": len(file.data)} for file in message.files
        ],
        "buttons": message.labels,
        "answers": str(message.reference.message_id) if message.reference else None,
    }


def _words(story: Message) -> str:
    """What a story's message tells, its title first."""
    told = [part for embed in story.embeds for part in (embed.get("title"), embed.get("description")) if part]
    return "\n\n".join(told)


def _story_text(message: Message) -> str:
    """A story's message as Markdown: title, text, what it was woven from, the small print."""
    parts = []
    for embed in message.embeds:
        if embed.get("title"):
            parts.append(f"# {embed['title']}")
        parts.append(str(embed.get("description") or ""))
        parts += [f"**{field['name']}**\n\n{field['value']}" for field in embed.get("fields", [])]
        parts.append(f"*{(embed.get('footer') or {}).get('text', '')}*")
    return "\n\n".join(parts) + "\n"


def _write(out: Path, made: Made, picture: bytes) -> None:
    (out / "story.md").write_text(_story_text(made.story), encoding="utf-8")
    (out / "recalled.md").write_text(_story_text(made.recalled), encoding="utf-8")
    (out / "picture.png").write_bytes(picture)


def write_json(path: Path, data: object) -> None:
    """Indented, as people read it."""
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
