"""The recipes of books, each in a straight line: a chapter, a turn in a thread, another illustration, a rewriting.

A job brings what is told so far (`ravsg.story.book.Book`, as an input blob) and takes the plan with it as it has
grown; what is kept in between is the bot's. Writing a chapter is `chapters`, painting it is `illustrating`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ravsg.config import Config
from ravsg.engine.book_memory import BookMemory, Kept
from ravsg.engine.book_results import (
    BOOK,
    PASSAGE,
    PICTURE,
    PREMISE,
    BookRequest,
    ChapterResult,
    Replated,
    RewriteResult,
    TurnResult,
    book_request,
    book_result,
)
from ravsg.engine.casting import Casting, Role
from ravsg.engine.chapters import Chronicler
from ravsg.engine.condensing import book_title_of, summary_of
from ravsg.engine.illustrating import Illustrator
from ravsg.engine.places import Places
from ravsg.engine.premises import seen_in_words
from ravsg.engine.remembering import Remembering
from ravsg.engine.rewriting import Rewriter
from ravsg.engine.telling import Teller, analyse
from ravsg.engine.words import judge
from ravsg.errors import BadInput, BadPicture
from ravsg.jobs.job import Job, JobKind, JobResult, Recipe
from ravsg.models.profiles import Profile
from ravsg.story.book import Book, ChapterTold
from ravsg.story.condense import SUMMARY_EVERY, extract_keywords
from ravsg.story.lengths import tail
from ravsg.story.plan import Plan, make_plan, with_names
from ravsg.story.prompts import CastSheet
from ravsg.types import Analysis, Embedded, EmbedTask, Recalled, StepRunner, StoryRequest

LAST_WORDS = 300
"""Characters of the last passage that memory and the cast are asked with, beside the plan."""


class BookRecipes:
    """Turns jobs of books into results. One for the process; it holds no state between jobs."""

    def __init__(
        self, *, config: Config, profile: Profile, remembering: Remembering, places: Places, casting: Casting
    ) -> None:
        self._config = config
        self._profile = profile
        self._memory = BookMemory(remembering, config.memory, own_book=profile.recalls_own_book)
        self._places = places
        self._casting = casting
        self._illustrator = Illustrator(config, profile, casting)
        self._rewriter = Rewriter(config.story, profile)

    @property
    def recipes(self) -> Mapping[JobKind, Recipe]:
        """What to run for each kind of job."""
        return {"chapter": self.chapter, "turn": self.turn, "plate": self.plate, "rewrite": self.rewrite}

    async def chapter(self, job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        """The next chapter with its illustration; of a book that begins, with its plan and its title. Raises BadInput
        where there is nothing to begin from, Unfit, ModelError, JobCancelled."""
        request, picture = book_request(job), inputs.get(PICTURE)
        language = self._profile.told_in(request.language)

        run.stage("looking at the picture", 0.05)
        before = await self._begun(request, inputs, run)
        await judge(before.plan.analysis.to_json(), request.title, request.direction, adult=False)

        run.stage("remembering", 0.1)
        book, roles = await self._cast(job, request, before)
        words = _about(book.plan.seen(book.next_number), book, request)
        seen = await run.embed(EmbedTask(texts=(words,), pictures=(picture,) if picture else ()))
        woven = await self._woven(job, request, seen, words)

        run.stage("writing", 0.6)
        chronicler = Chronicler(self._profile, self._config.story.temperature)
        told = await chronicler.write_chapter(
            book, picture, run, woven=woven, direction=request.direction, language=request.language
        )
        chapter = told.chapters[-1]
        book_title = request.title
        if request.number == 1 and not book_title:
            book_title = await book_title_of(told, run, self._profile, language)

        run.stage("painting", 0.95)
        plated = await self._illustrator.illustrate(
            chapter.title,
            chapter.text,
            told.plan,
            roles,
            run,
            style=request.style,
            seed=request.seed,
            language=language,
        )
        run.stage("keeping it", 1.0)
        own = picture if request.number == 1 and job.request.get("own_picture", True) else None
        kept = Kept(chapter.title, chapter.text, chapter.keywords, told.plan, plated.plate, own)
        keepsakes = await self._memory.prepare(job, kept, seen, run)
        result = ChapterResult(
            number=chapter.number,
            title=chapter.title,
            text=chapter.text,
            keywords=chapter.keywords,
            figures=chapter.figures,
            notes=(*chapter.notes, *plated.notes),
            tries=chapter.tries,
            book=bare(told),
            plate=plated.plate,
            book_title=book_title,
            woven=tuple(one for one in woven if one.memory_id in chapter.woven),
            cast=tuple(role.used for role in roles),
            seed=request.seed,
            profile=self._profile.name,
        )
        return book_result(result, {**keepsakes, **self._memory.question(seen, words, result.woven)})

    async def turn(self, job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        """What the bot tells on in a thread, from what is told there, a picture or a premise. Raises BadInput where
        there is nothing to go on from, Unfit, ModelError, JobCancelled."""
        request, picture = book_request(job), inputs.get(PICTURE)

        run.stage("reading what is told", 0.1)
        book = await self._beginning(request, inputs, run)
        await judge(book.plan.analysis.to_json(), request.direction, request.what_if, *book.texts[-1:], adult=False)

        run.stage("remembering", 0.2)
        book, roles = await self._cast(job, request, book)
        words = _about(book.plan.analysis, book, request)
        seen = await run.embed(EmbedTask(texts=(words,), pictures=(picture,) if picture else ()))
        woven = await self._woven(job, request, seen, words)

        run.stage("writing", 0.9)
        asked = StoryRequest(request.direction, "short", request.seed, _so_far(book), request.language)
        sheets = [(role.used, role.sheet) for role in roles]
        teller = Teller(
            asked, picture, book.plan.analysis, woven, self._config.story, self._profile, sheets, request.what_if
        )
        story = await teller.tell(run)
        told = await asyncio.to_thread(_with_turn, book, story.title, story.text)
        if due := len(told.chapters) - told.summed_up >= SUMMARY_EVERY:
            told = told.with_summary(
                await summary_of(told, run, self._profile, self._profile.told_in(request.language))
            )

        run.stage("keeping it", 1.0)
        keywords = await asyncio.to_thread(extract_keywords, story.text, book.texts[-SUMMARY_EVERY:])
        keepsakes = await self._memory.prepare(job, Kept(story.title, story.text, keywords, told.plan), seen, run)
        result = TurnResult(
            title=story.title,
            text=story.text,
            book=bare(told),
            summary=told.summary if due else "",
            keywords=keywords,
            notes=story.notes,
            woven=story.woven,
            cast=story.cast,
            seed=story.seed,
            profile=story.profile,
        )
        return book_result(result, {**keepsakes, **self._memory.question(seen, words, story.woven)})

    async def plate(self, job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        """Another illustration of a chapter. `inputs` holds its words and the book's plan. Raises BadInput without
        them, JobCancelled."""
        request = book_request(job)
        title, text = _passage(inputs)
        book = Book.from_json(inputs[BOOK].decode())
        run.stage("painting", 0.95)
        guild_id, figures = job.origin.guild_id, book.plan.analysis.characters
        roles = await self._casting.fitting(guild_id, text, figures, book_id=request.book_id, chapter=request.number)
        plated = await self._illustrator.illustrate(
            title,
            text,
            book.plan,
            roles,
            run,
            style=request.style,
            seed=request.seed,
            language=self._profile.told_in(request.language),
        )
        return book_result(Replated(plated.plate, plated.notes, cast=plated.cast), {})

    async def rewrite(self, job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        """A chapter whose passage fits its illustration. `inputs` holds both. Raises BadInput without them, Unfit,
        ModelError, JobCancelled."""
        request = book_request(job)
        title, text = _passage(inputs)
        if PICTURE not in inputs:
            raise BadPicture("There is no picture that this chapter could fit.")
        run.stage("looking at the picture", 0.3)
        analysis = await analyse(inputs[PICTURE], run)
        run.stage("writing", 1.0)
        before, after = await self._rewriter.fit(
            text, analysis, request.scene, run, seed=request.seed, language=request.language
        )
        return book_result(RewriteResult(title, text.replace(before, after, 1), before, after), {})

    # ------------------------------------------------------------------ inside

    async def _begun(self, request: BookRequest, inputs: Mapping[str, bytes], run: StepRunner) -> Book:
        """The book as it is told, or a new one, with a plan for as many chapters as are wanted by now, and the seed
        of this request: a chapter that is told anew has another one than the book."""
        book = _told(inputs)
        book = None if book is None else replace(book, seed=request.seed)
        count = max(request.wanted, 1 if book is None else book.next_number)
        if book is not None and book.plan.analysis.setting and book.plan.count == count:
            return book
        analysis = await self._seen(request, book, inputs, run)
        if book is None:
            return Book(make_plan(analysis, count), request.seed)
        return replace(book, plan=make_plan(analysis, count, book.plan.cast))

    async def _beginning(self, request: BookRequest, inputs: Mapping[str, bytes], run: StepRunner) -> Book:
        """A thread as it is told, or a new one; it has no plan but what is seen at its beginning."""
        book = _told(inputs)
        analysis = await self._seen(request, book, inputs, run)
        if book is None:
            return Book(Plan(analysis, (), ()), request.seed)
        return replace(book, plan=replace(book.plan, analysis=analysis))

    async def _seen(
        self, request: BookRequest, book: Book | None, inputs: Mapping[str, bytes], run: StepRunner
    ) -> Analysis:
        """What was seen at the beginning, or is now: in the picture, else in the premise, else in what is told.
        Raises BadInput where there is none of these."""
        if book is not None and book.plan.analysis.setting:
            return book.plan.analysis
        if PICTURE in inputs:
            return await analyse(inputs[PICTURE], run)
        words = inputs.get(PREMISE, b"").decode() or "\n\n".join(book.texts if book else ())
        if not words.strip():
            raise BadInput("There is nothing to begin from.", "Please give a picture, or write the first sentences.")
        spoken = self._profile.told_in(request.language)
        return await seen_in_words(words, run, self._profile, request.seed, language=spoken)

    async def _cast(self, job: Job, request: BookRequest, book: Book) -> tuple[Book, tuple[Role, ...]]:
        """The book with the server's sheets for those who belong into it, dressed for this chapter, and they."""
        roles = await self._casting.fitting(
            job.origin.guild_id,
            "\n".join((request.direction, request.what_if, *book.texts[-1:])),
            book.plan.analysis.characters,
            book_id=request.book_id,
            chapter=request.number,
        )
        sheets: dict[str, CastSheet] = {one.name: one for one in book.plan.cast}
        sheets |= {role.sheet.name: role.sheet for role in roles}
        return replace(book, plan=replace(book.plan, cast=tuple(sheets.values()))), roles

    async def _woven(self, job: Job, request: BookRequest, seen: Embedded, words: str) -> Sequence[Recalled]:
        woven = await self._memory.recall(job, request, seen, words)
        return await self._places.marked(job, seen, woven) if request.number == 1 and len(seen.pictures) else woven


def _told(inputs: Mapping[str, bytes]) -> Book | None:
    return Book.from_json(inputs[BOOK].decode()) if BOOK in inputs else None


def bare(book: Book) -> str:
    """A book's plan and summary as JSON, without its chapters."""
    return replace(book, chapters=()).to_json()


def _about(analysis: Analysis, book: Book, request: BookRequest) -> str:
    """What memory is asked with."""
    last = tail(book.texts[-1], LAST_WORDS) if book.chapters else ""
    seen = (analysis.setting, *analysis.characters, *analysis.objects, *analysis.conflicts)
    return " ".join(filter(None, (*seen, request.direction, request.what_if, last)))


def _so_far(book: Book) -> str:
    """What a turn goes on from: the summary, then what was told since word for word."""
    return "\n\n".join(filter(None, (book.summary, *book.texts[book.summed_up :])))


def _with_turn(book: Book, title: str, text: str) -> Book:
    """The thread with one passage more, and the names that it gives."""
    told = ChapterTold(book.next_number, title, text, keywords=(), prompt="", figures={})
    return book.with_chapter(told, with_names(book.plan, text))


def _passage(inputs: Mapping[str, bytes]) -> tuple[str, str]:
    if PASSAGE not in inputs or (BOOK not in inputs and PICTURE not in inputs):
        raise BadInput("The words of this chapter are not there any more.", "Please choose another one.")
    title, _, text = inputs[PASSAGE].decode().partition("\n\n")
    return title, text
