"""The recipes of books: what a chapter, a turn, an illustration and a rewriting ask, recall, give and keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ravsg.config import Config
from ravsg.engine import KEEPSAKES, Engine
from ravsg.engine.book_results import (
    BOOK,
    PASSAGE,
    PICTURE,
    PREMISE,
    ChapterResult,
    chapter_of,
    plate_of,
    rewrite_of,
    turn_of,
)
from ravsg.engine.illustrating import NOT_PAINTED, STYLE_GONE
from ravsg.errors import BadInput, ModelError, RavsgError
from ravsg.jobs.job import Job, JobKind, JobResult, JobState
from ravsg.memory.service import Memory
from ravsg.models.profiles import Profile
from ravsg.store.cast import CastStore
from ravsg.story.book import Book, ChapterTold
from ravsg.story.plan import Plan
from ravsg.types import Analysis, Origin, Output, PaintTask, Task, WriteTask, Written
from tests.engine.quick_run import QuickRun
from tests.sandbox.quick import picture

GUILD, CHANNEL, ANN = 100, 200, 300
PHOTO = picture("a photo")
Instead = Callable[[Task], Output | RavsgError | None]


def job_of(kind: JobKind, job_id: str = "aaaaaaaa", **asked: Any) -> Job:
    request = {"book_id": "bookbook", "seed": 7, **asked}
    origin = Origin(GUILD, CHANNEL, ANN, "Ann")
    return Job(job_id, kind, origin, request, JobState.RUNNING, datetime(2026, 11, 20, tzinfo=UTC))


def done(job: Job, result: JobResult) -> Job:
    return replace(job, result=result.data)


def as_told(made: ChapterResult) -> bytes:
    """The book after a chapter, as the next job is given it."""
    chapter = ChapterTold(made.number, made.title, made.text, made.keywords, "", dict(made.figures))
    return replace(made.story, chapters=(chapter,)).to_json().encode()


async def first(engine: Engine, **asked: Any) -> tuple[Job, JobResult, ChapterResult]:
    job = job_of("chapter", wanted=3, **asked)
    result = await engine.recipes["chapter"](job, {PICTURE: PHOTO}, QuickRun())
    return job, result, chapter_of(done(job, result), result.blobs)


def saying(begin: str, answer: str) -> Instead:
    """The writer answers so to prompts that begin so."""

    def instead(task: Task) -> Output | None:
        if isinstance(task, WriteTask) and task.prompt.startswith(begin):
            return Written(answer, 1, len(answer.split()), complete=True)
        return None

    return instead


async def test_a_first_chapter_brings_plan_title_and_illustration(engine: Engine) -> None:
    run = QuickRun(saying("Give this text a title", '"The Lamp"'))
    job = job_of("chapter", wanted=3, direction="Let it rain.")
    result = await engine.recipes["chapter"](job, {PICTURE: PHOTO}, run)
    made = chapter_of(done(job, result), result.blobs)
    assert (made.number, made.book_title, made.story.plan.count) == (1, "The Lamp", 3)
    assert made.story.chapters == (), "its words stand once in the result"
    assert made.story.plan.analysis.setting == "harbour"
    assert made.plate is not None
    assert (made.plate.seed, made.plate.verdict, made.plate.png[:4]) == (7, "fits", b"\x89PNG")
    assert made.plate.figures["whole"] >= 0.5
    assert any("Write chapter 1 of 3" in prompt and "Let it rain." in prompt for prompt in run.prompts)
    assert run.stages == ["looking at the picture", "remembering", "writing", "painting", "keeping it"]


async def test_the_next_chapter_goes_on_from_what_is_told(engine: Engine) -> None:
    _, _, made = await first(engine)
    run = QuickRun()
    job = job_of("chapter", number=2, wanted=3, branch_id=1)
    result = await engine.recipes["chapter"](job, {PICTURE: PHOTO, BOOK: as_told(made)}, run)
    second = chapter_of(done(job, result))
    asked = next(prompt for prompt in run.prompts if "Write chapter 2 of 3" in prompt)
    assert made.text[-80:] in asked
    assert (second.number, second.book_title) == (2, "")
    assert not any(prompt.startswith("Look at the picture") for prompt in run.prompts[:1]), "it was seen before"
    assert second.plate is not None


async def test_one_more_chapter_than_was_planned_and_a_plan_that_was_forgotten(engine: Engine) -> None:
    _, _, made = await first(engine)
    longer = job_of("chapter", number=2, wanted=5, branch_id=1)
    result = await engine.recipes["chapter"](longer, {PICTURE: PHOTO, BOOK: as_told(made)}, QuickRun())
    assert chapter_of(done(longer, result)).story.plan.count == 5
    book = Book.from_json(as_told(made).decode())
    bare = replace(book, plan=replace(book.plan, beats=(), analysis=replace(book.plan.analysis, setting="")))
    run = QuickRun()
    anew = job_of("chapter", number=2, wanted=3, branch_id=1)
    result = await engine.recipes["chapter"](anew, {BOOK: bare.to_json().encode()}, run)
    assert chapter_of(done(anew, result)).story.plan.analysis.setting == "harbour", "read from the words"
    with pytest.raises(BadInput):
        await engine.recipes["chapter"](job_of("chapter"), {}, QuickRun())


async def test_a_picture_that_differs_is_painted_once_more_and_the_better_one_is_kept(engine: Engine) -> None:
    readings = iter(('"desert", "characters": ["a lamp"]', '"harbour", "characters": ["a grey fox"]'))
    rest = '"mood": "calm", "objects": [], "conflicts": ["a storm"]'
    painted: list[int] = []

    def instead(task: Task) -> Output | None:
        if isinstance(task, PaintTask):
            painted.append(task.seed)
        elif isinstance(task, WriteTask) and task.schema and task.picture and task.picture != PHOTO:
            return Written(f'{{"setting": {next(readings)}, {rest}}}', 1, 1, complete=True)
        return None

    job = job_of("chapter", wanted=3)
    result = await engine.recipes["chapter"](job, {PICTURE: PHOTO}, QuickRun(instead))
    plate = chapter_of(done(job, result), result.blobs).plate
    assert plate is not None
    assert len(painted) == len(set(painted)) == 2
    assert (plate.tries, plate.seed, plate.verdict) == (2, painted[1], "fits")


async def test_a_picture_that_never_fits_is_said_to_differ(engine: Engine) -> None:
    elsewhere = '{"setting": "desert", "characters": [], "mood": "dry", "objects": [], "conflicts": ["thirst"]}'

    def instead(task: Task) -> Output | None:
        asked = isinstance(task, WriteTask) and task.schema and task.picture and task.picture != PHOTO
        return Written(elsewhere, 1, 1, complete=True) if asked else None

    job = job_of("chapter", wanted=3)
    result = await engine.recipes["chapter"](job, {PICTURE: PHOTO}, QuickRun(instead))
    plate = chapter_of(done(job, result), result.blobs).plate
    assert plate is not None
    assert (plate.tries, plate.verdict, plate.figures["whole"]) == (2, "differs", 0.0)
    assert plate.seed == 7, "of two that are as bad, the first"


async def test_a_chapter_does_not_fail_for_its_illustration(engine: Engine) -> None:
    run = QuickRun(lambda task: ModelError() if isinstance(task, PaintTask) else None)
    job = job_of("chapter", wanted=3)
    result = await engine.recipes["chapter"](job, {PICTURE: PHOTO}, run)
    made = chapter_of(done(job, result), result.blobs)
    assert made.plate is None
    assert NOT_PAINTED in made.notes
    assert "picture-0" not in result.blobs


async def test_a_book_goes_on_in_the_usual_style_where_its_own_is_not_configured_any_more(engine: Engine) -> None:
    _, _, made = await first(engine, style="cubism")
    assert made.plate is not None
    assert made.plate.style == "storybook"
    assert STYLE_GONE in made.notes
    _, _, usual = await first(engine, style="Storybook")
    assert STYLE_GONE not in usual.notes


async def test_a_chapter_without_words_to_paint_does_not_fail_either(engine: Engine) -> None:
    told = Book(Plan(Analysis("harbour", ("a fox",), "calm", (), ()), (), ()), 7).to_json().encode()
    job = job_of("plate", number=2, branch_id=1)
    result = await engine.recipes["plate"](job, {BOOK: told, PASSAGE: "…\n\n…".encode()}, QuickRun())
    made = plate_of(done(job, result), result.blobs)
    assert (made.plate, made.notes) == (None, (NOT_PAINTED,))


async def test_what_is_told_is_remembered_with_its_place_and_recalled_in_its_branch_only(
    config: Config, tiny: Profile, memory: Memory, cast: CastStore
) -> None:
    engine = Engine(config=config, profile=replace(tiny, recalls_own_book=True), memory=memory, cast=cast)
    await memory.set_consent(GUILD, ANN, True)
    job, result, made = await first(engine)
    assert KEEPSAKES in result.blobs
    await engine.remember(job, result.blobs, 55, {"book_id": "bookbook", "chapter": 1, "branch": "1"})
    recent = await memory.recent(GUILD, 10)
    assert {(one.book_id, one.chapter, one.branch) for one in recent} == {("bookbook", 1, "1")}
    assert len(recent) == 3, "its words, its illustration, and the picture that it was told from"

    async def woven(**asked: Any) -> list[int | None]:
        job = job_of("chapter", "bbbbbbbb", **{"number": 2, "wanted": 9, "branch_id": 1, **asked})
        result = await engine.recipes["chapter"](job, {PICTURE: PHOTO, BOOK: as_told(made)}, QuickRun())
        return [one.chapter for one in chapter_of(done(job, result)).woven]

    assert set(await woven(branches=[["1", None]])) == {1}
    assert set(await woven(branches=[["2", None], ["1", 1]])) == {1}, "an ancestor, up to where it leaves"
    assert await woven(branches=[["2", None]]) == [], "another branch"
    assert await woven(branches=[["1", None]], number=6) == [], "too long ago"
    assert await woven(branches=[["1", None]], book_id="another2") == [], "another book"
    await memory.pin(GUILD, recent[0].memory_id, by=ANN)
    assert await woven(branches=[["1", None]], number=6) == [1], "pinned"
    assert await woven(branches=[["2", None]], number=6) == [], "pinned in another branch"


async def test_a_small_writer_is_not_shown_its_own_book_again_unless_it_is_pinned(
    engine: Engine, memory: Memory
) -> None:
    await memory.set_consent(GUILD, ANN, True)
    job, result, made = await first(engine)
    await engine.remember(job, result.blobs, 55, {"book_id": "bookbook", "chapter": 1, "branch": "1"})

    async def woven() -> list[int]:
        job = job_of("chapter", "bbbbbbbb", number=2, wanted=9, branch_id=1, branches=[["1", None]])
        result = await engine.recipes["chapter"](job, {PICTURE: PHOTO, BOOK: as_told(made)}, QuickRun())
        return [one.memory_id for one in chapter_of(done(job, result)).woven]

    assert await woven() == []
    pinned = (await memory.recent(GUILD, 10))[0].memory_id
    await memory.pin(GUILD, pinned, by=ANN)
    assert await woven() == [pinned]


async def test_a_turn_goes_on_from_a_premise_a_story_and_a_what_if(engine: Engine) -> None:
    run = QuickRun()
    job = job_of("turn", branch_id=1)
    result = await engine.recipes["turn"](job, {PREMISE: b"A fox finds a lamp at the harbour."}, run)
    begun = turn_of(done(job, result))
    assert "A fox finds a lamp" in run.prompts[0]
    assert Book.from_json(begun.book).plan.analysis.setting == "harbour"
    assert begun.summary == ""
    chapters = tuple(ChapterTold(n, "", f"Passage {n} was told.", (), "", {}) for n in range(1, 5))
    told = replace(Book.from_json(begun.book), chapters=chapters).to_json().encode()
    run = QuickRun()
    job = job_of("turn", branch_id=1, number=5)
    fifth = turn_of(done(job, await engine.recipes["turn"](job, {BOOK: told}, run)))
    assert any("Passage 4 was told." in prompt for prompt in run.prompts)
    assert fifth.summary, "the fifth passage sums up"
    assert Book.from_json(fifth.book).summed_up == 5
    run = QuickRun()
    job = job_of("turn", branch_id=2, number=5, what_if="the lamp breaks")
    await engine.recipes["turn"](job, {BOOK: told}, run)
    assert any("turn another way" in prompt and "the lamp breaks" in prompt for prompt in run.prompts)
    with pytest.raises(BadInput):
        await engine.recipes["turn"](job_of("turn", branch_id=1), {}, QuickRun())


async def test_another_illustration_and_a_chapter_that_fits_it(engine: Engine) -> None:
    _, _, made = await first(engine)
    passage = f"{made.title}\n\n{made.text}".encode()
    job = job_of("plate", branch_id=1, piece_id=5, seed=99)
    result = await engine.recipes["plate"](job, {BOOK: as_told(made), PASSAGE: passage}, QuickRun())
    plate = plate_of(done(job, result), result.blobs).plate
    assert plate is not None
    assert plate.seed == 99
    before = max(made.text.split("\n\n"), key=len)
    after = "The sea lay still. " * (len(before.split()) // 4 + 1)
    job = job_of("rewrite", branch_id=1, piece_id=5, scene=before)
    inputs = {PICTURE: plate.png, PASSAGE: passage}
    result = await engine.recipes["rewrite"](job, inputs, QuickRun(saying("Change this text", after)))
    fitted = rewrite_of(done(job, result))
    assert (fitted.before, fitted.after) == (before, after.strip())
    assert fitted.text == made.text.replace(before, after.strip())
    with pytest.raises(ModelError):
        await engine.recipes["rewrite"](job, inputs, QuickRun(saying("Change this text", "Too short.")))
