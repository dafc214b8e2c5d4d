"""Books of the pocket world by the bot's own recipe: how good their chapters are, with memory and without.

Each held-out scene is drawn and becomes a book in a server of its own, twice, with the same seed: once with memory,
which holds a tale of the book's hero from before and every chapter as it is told, and once with nothing recalled.
Chapters are judged by the checks that the bot corrects them by; what readers see of a book is its last try. Drawing
needs skia-python (requirements-train.txt).
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from benchmarks.memory_cases import Case, cases
from benchmarks.memory_effect import ROOT, SIDE
from benchmarks.report import CannotMeasureError, Figure
from ravsg.config import Config, load_config
from ravsg.engine import Engine
from ravsg.engine.book_results import BOOK, PICTURE, BookRequest, ChapterResult, chapter_of
from ravsg.engine.chapters import TRIES
from ravsg.jobs.ids import new_job_id
from ravsg.jobs.job import Job, JobState
from ravsg.jobs.line import Entry
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.runner import JobRunner
from ravsg.memory.service import Memory
from ravsg.models.device import ModelDevice
from ravsg.models.profiles import pocket
from ravsg.pocket.drawn import CannotDrawError, draw_all
from ravsg.pocket.examine_text import names_somebody
from ravsg.pocket.hands import png_of
from ravsg.pocket.measures import Measure, mean, share
from ravsg.store.cast import CastStore
from ravsg.store.connection import Database
from ravsg.story.book import Book, ChapterTold
from ravsg.story.conflict import LEAST_ADVANCE, LEAST_CONFLICTS
from ravsg.story.ending import LEAST_OPEN, MOST_OPEN
from ravsg.story.lengths import count_words
from ravsg.story.mood import LEAST_MOOD
from ravsg.story.naming import LEAST_NAMES
from ravsg.story.plan import CHAPTERS
from ravsg.story.repetition import MOST_REPEATED
from ravsg.story.validation import LEAST_WORDS
from ravsg.types import EmbedTask, Memorable, MemoryKind, Origin

if TYPE_CHECKING:
    from ravsg.story.measure import Check

Arm = Literal["with", "without"]
ARMS: Final[dict[Arm, str]] = {"with": "with memory", "without": "without"}
AT_ONCE: Final = 16
"""Books that are written side by side: as many as the writer takes in one batch."""
CHANNEL, MEMBER = 10, 7
AT_LEAST: Final[dict[Check, float]] = {
    "words": LEAST_WORDS,
    "mood": LEAST_MOOD,
    "conflicts": LEAST_CONFLICTS,
    "advance": LEAST_ADVANCE,
    "cliffhanger": LEAST_OPEN,
    "names": LEAST_NAMES,
}
AT_MOST: Final[dict[Check, float]] = {
    "closure": MOST_OPEN,
    "repetition": MOST_REPEATED,
    "characterisation": 0,
    "detail": 0,
    "style": 0,
    "timeline": 0,
    "world": 0,
}
"""The limits of every check, as `ravsg.story` has them."""
TOLD: Final[tuple[Check, ...]] = ("mood", "advance", "names", "repetition")
"""Checks whose figure is told beside the share that keeps the limit."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One arm's books, each with the name that its server remembers."""

    books: tuple[tuple[ChapterResult, ...], ...]
    names: tuple[str, ...]


def run(*, n: int) -> list[Figure]:
    """All figures of `n` books. Raises CannotMeasureError."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            drawn = draw_all(Path(folder) / "drawn", n, seed=78, held_out=True, workers=1)
        except CannotDrawError as error:
            raise CannotMeasureError(str(error)) from error
        pictures = [png_of(np.array(picture)) for picture in drawn.pictures]
        known = cases(drawn.scenes)
        shelves = {
            arm: asyncio.run(written(known, pictures, Path(folder) / arm, recall=arm == "with")) for arm in ARMS
        }
    return [one for arm, shelf in shelves.items() for one in figures(shelf, arm)]


async def written(known: Sequence[Case], pictures: Sequence[bytes], folder: Path, *, recall: bool) -> Shelf:
    """A book of each case, side by side."""
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(Database(folder / "ravsg.sqlite"))
        config = settings(recall=recall)
        memory = Memory(db, config.memory)
        stack.push_async_callback(memory.close)
        profile = pocket()
        queue = GpuQueue(lambda: ModelDevice(profile))
        stack.push_async_callback(queue.close, 2.0)
        engine = Engine(config=config, profile=profile, memory=memory, cast=CastStore(db))
        desk = Desk(engine, memory, queue)
        room = asyncio.Semaphore(AT_ONCE)

        async def book(number: int) -> tuple[ChapterResult, ...]:
            async with room:
                return await desk.book(known[number], pictures[number], number)

        books = await asyncio.gather(*(book(number) for number in range(len(known))))
    return Shelf(tuple(books), tuple(case.before.name for case in known))


def settings(*, recall: bool) -> Config:
    """What ships, with everybody's agreement and small pictures; without `recall` nothing is recalled."""
    config = load_config(ROOT / "config.toml")
    changes: dict[str, object] = {"consent": "opt-out"} if recall else {"consent": "opt-out", "recall": 0}
    return config.model_copy(
        update={
            "memory": config.memory.model_copy(update=changes),
            "paint": config.paint.model_copy(update={"size": SIDE}),
        }
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """Where books are written."""

    engine: Engine
    memory: Memory
    queue: GpuQueue

    async def book(self, case: Case, picture: bytes, number: int) -> tuple[ChapterResult, ...]:
        """All chapters of one book, each remembered before the next."""
        origin = Origin(number + 1, CHANNEL, MEMBER, "Ana")
        await self._remember(case, origin)
        asked = BookRequest(book_id=f"book{number}", branch_id=1, seed=number, branches=(("1", None),))
        told: list[ChapterResult] = []
        book: Book | None = None
        while len(told) < CHAPTERS:
            request = replace(asked, number=len(told) + 1)
            result, blobs, job = await self._chapter(origin, request, picture, book)
            place = {"book_id": asked.book_id, "chapter": result.number, "branch": "1"}
            await self.engine.remember(job, blobs, None, place)
            told.append(result)
            book = _whole(told)
        return tuple(told)

    async def _chapter(
        self, origin: Origin, request: BookRequest, picture: bytes, book: Book | None
    ) -> tuple[ChapterResult, Mapping[str, bytes], Job]:
        job = Job(new_job_id(), "chapter", origin, asdict(request), JobState.RUNNING, datetime.now(UTC))
        inputs = {PICTURE: picture} | ({} if book is None else {BOOK: book.to_json().encode()})
        runner = JobRunner(Entry(job, 0), self.queue, lambda name, share: None)
        result = await self.engine.recipes["chapter"](job, inputs, runner)
        return chapter_of(replace(job, result=result.data)), result.blobs, job

    async def _remember(self, case: Case, origin: Origin) -> None:
        """What happened to the scene's hero before."""
        before = case.before
        job = Job(new_job_id(), "story", origin, {}, JobState.RUNNING, datetime.now(UTC))
        runner = JobRunner(Entry(job, 0), self.queue, lambda name, share: None)
        seen = await runner.embed(EmbedTask((f"{before.title}. {before.text}",)))
        item = Memorable(
            MemoryKind.STORY, before.text, before.title, MEMBER, "Ana", CHANNEL, None, f"earlier{origin.guild_id}"
        )
        await self.memory.remember(origin.guild_id, item, [before.text], seen.texts, seen.model)


def _whole(told: Sequence[ChapterResult]) -> Book:
    """The book with its chapters, as the next one's job brings it."""
    chapters = [ChapterTold(one.number, one.title, one.text, one.keywords, "", dict(one.figures)) for one in told]
    return replace(Book.from_json(told[-1].book), chapters=tuple(chapters))


def missed(chapter: ChapterResult) -> set[str]:
    """The checks whose limit a chapter as delivered does not keep."""
    found = chapter.figures
    under = {check for check, limit in AT_LEAST.items() if found.get(check, limit) < limit}
    return under | {check for check, limit in AT_MOST.items() if found.get(check, limit) > limit}


def figures(shelf: Shelf, arm: Arm) -> list[Figure]:
    """What is told of one arm."""
    chapters = [chapter for book in shelf.books for chapter in book]
    failed = [missed(one) for one in chapters]
    first = [one.tries == 1 and not wrong for one, wrong in zip(chapters, failed, strict=True)]
    rows: list[tuple[str, str, Measure]] = [
        ("first", "chapters that keep every limit at the first try", share(first)),
        ("kept", f"chapters that keep every limit after {TRIES} tries at most", share([not one for one in failed])),
        ("tries", "tries of a chapter", mean([one.tries for one in chapters], least=0)),
        ("length", "words of a chapter", mean([count_words(one.text) for one in chapters], least=0)),
    ]
    for check in (*AT_LEAST, *AT_MOST):
        own = [check not in wrong for one, wrong in zip(chapters, failed, strict=True) if check in one.figures]
        if own:
            rows.append((check, f"chapters that keep the limit of {check}", share(own)))
    for check in TOLD:
        values = [one.figures[check] for one in chapters if check in one.figures]
        rows.append((f"{check}-mean", f"{check}, as a figure", mean(values, least=0)))
    plates = [one.plate for one in chapters if one.plate is not None]
    rows.append(("plates", "illustrations that show their chapter", share([one.verdict == "fits" for one in plates])))
    met = [
        any(names_somebody(one.text, name) for one in book)
        for book, name in zip(shelf.books, shelf.names, strict=True)
    ]
    rows.append(("name", "books in which the remembered name returns", share(met)))
    return [_figure(key, what, measure, arm) for key, what, measure in rows]


def _figure(key: str, what: str, measure: Measure, arm: Arm) -> Figure:
    wide = f"95 %: {measure.low:.3f} to {measure.high:.3f}, n = {measure.n}"
    return Figure(f"{key}-{arm}", f"{what} ({ARMS[arm]}; {wide})", measure.value, "")
