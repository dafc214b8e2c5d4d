"""`scripts/try --book IMAGE --out DIR`: from one picture to a bound book without a person, through the usual doors.

A scripted person in the sandbox agrees to be remembered, asks `/book start` for IMAGE, waits until all chapters stand
in the channel, reads the book, and asks `/book export` for each of the three forms. What the checks measured of every
chapter is told as it comes and written to DIR. The bot is the whole one; only Discord is the sandbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.app import App, running_bot
from bot.once import ANSWER_SECONDS, CHANNEL, Teller, progress, read_in, shown, write_json
from bot.sandbox.errors import Refused, SandboxError
from bot.sandbox.handles import Handle
from bot.sandbox.person import Person
from bot.sandbox.seed import OWNER
from bot.sandbox.server import Sandbox
from ravsg.book.binding import MEDIA_TYPES, Form
from ravsg.config import Config
from ravsg.errors import BadInput, RavsgError
from ravsg.jobs.job import Job
from ravsg.jobs.step import Device
from ravsg.models.profiles import Profile
from ravsg.store.book_rows import BookRow, Piece, Plate
from ravsg.story.lengths import count_words

FORMS: Final[tuple[Form, ...]] = tuple(MEDIA_TYPES)
EXPORT_SECONDS: Final = 180.0
"""Patience for a bound book: on a busy computer its pages take a while."""


@dataclass(frozen=True, slots=True)
class MadeBook:
    """What came of it."""

    title: str
    chapters: list[dict[str, Any]]
    files: Mapping[str, bytes]
    """Bound books by the names of their files."""


async def once_book(
    config: Config,
    image: Path,
    out: Path,
    *,
    chapters: int = 5,
    say: Callable[[str], object] | None = None,
    profile: Profile | None = None,
    device: Callable[[], Device] | None = None,
) -> MadeBook:
    """Do it and write the three files, validation.json and transcript.json; `say` hears of the progress.

    `config` must name a data folder of its own; `profile` and `device` are other models, for tests. Raises
    RavsgError with the sentence that says what failed.
    """
    tell = say or Teller()
    data = await read_in(image, out)
    async with Sandbox() as sandbox:
        base = sandbox.page_url.rstrip("/")
        async with running_bot(config, token=sandbox.token, sandbox_base=base, profile=profile, device=device) as app:
            tell(f"models: {app.profile.name} ({app.profile.why})")
            visit = _Visit(app, sandbox.person(OWNER), tell)
            try:
                made = await visit.run(image.name, data, chapters)
            except Refused as error:
                raise BadInput(f"Discord would not send this: {error}.", "Please take a smaller picture.") from error
            except (TimeoutError, SandboxError) as error:
                raise RavsgError("The bot did not answer.", detail=str(error)) from error
            finally:
                transcript = [shown(message) for message in visit.person.read(CHANNEL)]
                await asyncio.to_thread(write_json, out / "transcript.json", transcript)
    await asyncio.to_thread(_write, out, made)
    return made


@dataclass(slots=True)
class _Visit:
    """One person's way to a book."""

    app: App
    person: Person
    tell: Callable[[str], object]
    told: int = 0
    stopped: str | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, name: str, data: bytes, chapters: int) -> MadeBook:
        books = self.app.bot.parts.books
        self.app.jobs.on_change.append(progress(self.tell))
        books.on_told.append(self._on_told)
        books.on_stopped.append(self._on_stopped)
        self.person.go(CHANNEL)
        self.tell("/privacy optin")
        await (await self.person.command("privacy optin")).response(ANSWER_SECONDS)
        self.tell(f"/book start image:{name} chapters:{chapters}")
        await self._accepted(await self.person.command("book start", image=(name, data), chapters=chapters))
        while self.told < chapters and self.stopped is None:
            await self._next()
        if self.stopped is not None:
            raise RavsgError(self.stopped, "")
        self.tell("/book read")
        await (await self.person.command("book read")).response(ANSWER_SECONDS)
        files = dict([await self._export(form) for form in FORMS])
        book, path, plates = await self._kept()
        return MadeBook(book.title, [figures_of(one, plates.get(one.id)) for one in path], files)

    async def _accepted(self, handle: Handle) -> None:
        answer = await handle.response(ANSWER_SECONDS)
        newest = await self.app.jobs.recent(self.person.where(None).guild_id or 0, self.person.id, 1)
        if not newest or newest[0].id not in answer.text:
            raise RavsgError(answer.content, "")

    async def _next(self) -> None:
        """Wait until a chapter is told or the book stops; each chapter has the time that a job is given."""
        async with asyncio.timeout(self.app.config.jobs.timeout_minutes * 60 + ANSWER_SECONDS):
            await self.changed.wait()
        self.changed.clear()

    async def _on_told(self, job: Job, book: BookRow, piece: Piece) -> None:
        plate = await self.app.bot.parts.books.store.plate_of(book.guild_id, piece.id)
        for line in _lines(figures_of(piece, plate)):
            self.tell(line)
        self.told += 1
        self.changed.set()

    async def _on_stopped(self, job: Job, book: BookRow | None) -> None:
        self.stopped = f"Job {job.id} ended as {job.state}: {job.error}"
        self.changed.set()

    async def _export(self, form: Form) -> tuple[str, bytes]:
        self.tell(f"/book export form:{form}")
        answer = await (await self.person.command("book export", form=form)).response(EXPORT_SECONDS)
        if not answer.files:
            raise RavsgError(answer.content, "")
        data = await self.person.download(answer.files[0])
        self.tell(f"  {answer.files[0].filename}: {len(data):,} bytes")
        return answer.files[0].filename, data

    async def _kept(self) -> tuple[BookRow, Sequence[Piece], Mapping[int, Plate]]:
        guild_id = self.person.where(None).guild_id or 0
        store = self.app.bot.parts.books.store
        (book,) = await store.books(guild_id)
        return book, await store.path(guild_id, book.trunk_id), await store.plates(guild_id, book.id)


def figures_of(piece: Piece, plate: Plate | None) -> dict[str, Any]:
    """All that the checks measured of a chapter and of its picture."""
    return {
        "number": piece.position,
        "title": piece.title,
        "words": count_words(piece.text),
        "tries": piece.tries,
        "figures": {name: round(value, 3) for name, value in piece.figures.items()},
        "notes": list(piece.notes),
        "keywords": list(piece.keywords),
        "summary": piece.summary,
        "picture": plate
        and {
            "verdict": plate.verdict,
            "figures": {name: round(value, 3) for name, value in plate.figures.items()},
            "seed": plate.seed,
            "alt_text": plate.alt,
        },
    }


def _lines(chapter: Mapping[str, Any]) -> list[str]:
    """A chapter's figures as people read them."""
    measured = ", ".join(f"{name} {value:g}" for name, value in chapter["figures"].items())
    head = f"chapter {chapter['number']}: {chapter['title']} ({chapter['words']} words, tries: {chapter['tries']})"
    lines = [head, f"  {measured}"]
    if picture := chapter["picture"]:
        found = ", ".join(f"{name} {value:g}" for name, value in picture["figures"].items())
        lines.append(f"  picture {picture['verdict']}: {found}")
    return lines + [f"  note: {note}" for note in chapter["notes"]]


def _write(out: Path, made: MadeBook) -> None:
    for name, data in made.files.items():
        (out / name).write_bytes(data)
    write_json(out / "validation.json", {"title": made.title, "chapters": made.chapters})
