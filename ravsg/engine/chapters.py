"""Picture → book, a chapter at a time: write, measure, say what failed, write again, deliver the best with its notes.

Every `run.write` is one step in the queue. After each call the book is complete plain data (`ravsg.story.book`), so
that a stopped process goes on with the next call. The same book, seed and models give the same chapter. What is
recalled before and kept afterwards is the affair of `remembering`.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from ravsg.engine.condensing import keywords_of, summary_of, title_of
from ravsg.engine.telling import SEED_STEP, SEEDS, UNFIT, UNFIT_REMEDY, shrinking, unspoken
from ravsg.engine.words import fits
from ravsg.errors import ModelError, Unfit
from ravsg.models.profiles import Profile
from ravsg.story.book import LAST_CHARACTERS, Book, ChapterTold
from ravsg.story.chapters import CHAPTER_WORDS, chapter_prompt
from ravsg.story.condense import SUMMARY_EVERY, left_open
from ravsg.story.lengths import (
    HELD_OPEN,
    TOKENS_PER_FOREIGN_WORD,
    characters_left,
    count_words,
    fit_memories,
    head,
    tail,
)
from ravsg.story.measure import Similarity
from ravsg.story.parse import Told, parse_story
from ravsg.story.plan import with_found, with_names
from ravsg.story.prose import is_prose, split_sentences
from ravsg.story.tasks import correction_prompt
from ravsg.story.unfamiliar import OUTSIDE_NOTE, is_unfamiliar
from ravsg.story.validation import LEAST_WORDS, Report, validate
from ravsg.types import Recalled, StepRunner, WriteTask, Written

_log = logging.getLogger(__name__)

TRIES: Final = 4
"""Drafts of a chapter at most: one, and three that are told what failed or are asked for anew."""
_CORRECTION_FRAME: Final = 900
"""Characters of a correction's prompt beside the text and what it failed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One try at a chapter."""

    told: Told
    report: Report
    prompt: str
    woven: tuple[Recalled, ...]
    fit: bool
    """Whether its words may be shown."""

    @property
    def passes(self) -> bool:
        """Whether no other try is needed."""
        return self.fit and self.report.passed and is_prose(self.told.text)

    @property
    def rank(self) -> tuple[bool, bool, bool, int, int]:
        """Orders drafts, best first: fit to be shown, readable, prose, fewest limits missed, most words."""
        words = count_words(self.told.text)
        return (not self.fit, not words, not is_prose(self.told.text), len(self.report.failed), -words)


@dataclass(frozen=True, slots=True)
class Chronicler:
    """Writes one chapter after the other."""

    profile: Profile
    temperature: float = 0.8
    tries: int = TRIES
    similarity: Similarity | None = None
    """How near texts are to each other, where an embedder is asked as well; see `ravsg.story.measure`."""

    async def write_chapter(
        self,
        book: Book,
        picture: bytes | None,
        run: StepRunner,
        *,
        woven: Sequence[Recalled] = (),
        direction: str = "",
        language: str = "",
    ) -> Book:
        """The book with its next chapter, the chapter's keywords, and its summary where one is due. Without a
        picture, which may have been forgotten, the plan's analysis has to do. A chapter that is not told in the
        `language` that was asked for, because its writer does not know it, has a note that says so.

        Raises ValueError for a finished book, ModelError when no try gave readable words, Unfit when none gave words
        that may be shown, JobCancelled.
        """
        spoken = self.profile.told_in(language)
        best, tries = await self._best(_Asking(self, book, picture, run, tuple(woven), direction, spoken))
        number, text = book.next_number, best.told.text
        title, taken = best.told.title, {one.title.casefold() for one in book.chapters}
        if title.casefold() in taken and not is_unfamiliar(book.plan.analysis):
            title = await title_of(text, run, self.profile, spoken, taken=taken) or title
        chapter = ChapterTold(
            number=number,
            title=title,
            text=text,
            keywords=await keywords_of(text, book.texts, run, self.profile, spoken),
            prompt=best.prompt,
            figures=best.report.figures,
            notes=(*best.report.notes, *outside(self.profile, book), *unspoken(self.profile, language)),
            tries=tries,
            woven=tuple(memory.memory_id for memory in best.woven),
        )
        told = await asyncio.to_thread(_grown, book, chapter)
        due = number % SUMMARY_EVERY == 0 or number == book.plan.count
        return told.with_summary(await summary_of(told, run, self.profile, spoken)) if due else told

    async def _best(self, ask: _Asking) -> tuple[Draft, int]:
        """The best of up to `tries` drafts, and how many there were. A writer that mends is given its draft back with
        what it failed; where it does not, or that did not help, the chapter is asked for anew with another seed."""
        drafts: list[Draft] = []
        corrected = False
        while len(drafts) < self.tries and not (drafts and drafts[-1].passes):
            best = min(drafts, key=lambda draft: draft.rank, default=None)
            helped = not corrected or best is drafts[-1]
            corrected = bool(self.profile.mends and best and best.fit and best.told.text and helped)
            drafts.append(await (ask.correct(best, len(drafts)) if best and corrected else ask.anew(len(drafts))))
        best = min(drafts, key=lambda draft: draft.rank)
        if not best.fit:
            raise Unfit(UNFIT, UNFIT_REMEDY, detail="the writer's words")
        if not count_words(best.told.text):
            raise ModelError("The writer gave no readable words.", "Please try again, or with another picture.")
        return best, len(drafts)


def outside(profile: Profile, book: Book) -> tuple[str, ...]:
    """What readers of a book's first chapter are told of a picture that a pocket writer does not know."""
    unknown = profile.name == "pocket" and is_unfamiliar(book.plan.analysis)
    return (OUTSIDE_NOTE,) if unknown and not book.chapters else ()


def _grown(book: Book, chapter: ChapterTold) -> Book:
    """The book with the chapter, whose names and open conflict are in the plan for the next."""
    plan = with_names(book.plan, chapter.text)
    found = left_open(chapter.text, book.plan.beat(chapter.number).conflicts)
    return book.with_chapter(chapter, with_found(plan, chapter.number, found))


@dataclass(frozen=True, slots=True)
class _Asking:
    """One chapter's material, and the two ways of asking for it."""

    by: Chronicler
    book: Book
    picture: bytes | None
    run: StepRunner
    woven: tuple[Recalled, ...]
    direction: str
    language: str
    """That the writer is asked for; empty for English."""

    async def anew(self, number: int) -> Draft:
        """Draft `number` from the plan."""

        async def write(share: float) -> tuple[str, tuple[Recalled, ...], Written]:
            prompt, woven = await asyncio.to_thread(self._prompt, share)
            return prompt, woven, await self._write(prompt, self.picture, number)

        prompt, woven, written = await shrinking(write)
        return await self._draft(prompt, woven, written)

    async def correct(self, before: Draft, number: int) -> Draft:
        """Draft `number` from an earlier one and what it failed. What was cut off for room is not lost: the draft
        before stays the best one unless this one is better."""

        async def write(share: float) -> tuple[str, Written]:
            room = characters_left(self.by.profile.context_tokens, self._most, _CORRECTION_FRAME, 0)
            text = head(before.told.text, math.floor(room * share)) or before.told.text[:room]
            prompt = correction_prompt(
                f"Title: {before.told.title}\n\n{text}", before.report.fixes, language=self.language
            )
            return prompt, await self._write(prompt, None, number)

        prompt, written = await shrinking(write)
        return await self._draft(prompt, before.woven, written)

    def _prompt(self, share: float) -> tuple[str, tuple[Recalled, ...]]:
        """The chapter's prompt that fits the context, and the memories in it. The direction takes what it needs of
        the room, then the last words before, then what happened so far, then memories, best first."""
        book, number = self.book, self.book.next_number
        plan = book.plan
        build = partial(
            chapter_prompt,
            plan.seen(number),
            number=number,
            count=plan.count,
            cast=plan.cast,
            language=self.language,
        )
        bare = build(summary="-", last="-", direction="-")
        room = math.floor(characters_left(self.by.profile.context_tokens, self._most, len(bare)) * share)
        direction = head(self.direction, room)
        room -= len(direction)
        last = tail(book.texts[-1], min(LAST_CHARACTERS, room)) if book.chapters else ""
        room -= len(last)
        summary = head(book.so_far(), room)
        woven = fit_memories(self.woven, room - len(summary))
        return build(summary=summary, last=last, woven=woven, direction=direction), woven

    async def _write(self, prompt: str, picture: bytes | None, number: int) -> Written:
        least = math.ceil(LEAST_WORDS * self._per_word * HELD_OPEN)
        task = WriteTask(
            prompt=prompt,
            picture=picture,
            max_tokens=self._most,
            min_tokens=min(self._most, least),
            temperature=self.by.temperature,
            seed=(self.book.seed + (self.book.next_number * self.by.tries + number) * SEED_STEP) % SEEDS,
            avoid=self._told(),
        )
        return await self.run.write(task)

    def _told(self) -> tuple[str, ...]:
        """The sentences of earlier chapters that a new one should not say again: all but those that name a conflict,
        which each chapter has to do. Of a picture that it does not know a pocket writer can say only so much: there
        it is the chapter before alone."""
        texts = self.book.texts[-1:] if is_unfamiliar(self.book.plan.analysis) else self.book.texts
        conflicts = [one.casefold() for beat in self.book.plan.beats for one in beat.conflicts]
        sentences = (one for text in texts for one in split_sentences(text))
        return tuple(one for one in sentences if not any(conflict in one.casefold() for conflict in conflicts))

    async def _draft(self, prompt: str, woven: tuple[Recalled, ...], written: Written) -> Draft:
        """What was written, judged and measured, off the event loop: that takes some ten milliseconds."""
        book = self.book
        told = parse_story(written.text, complete=written.complete)
        measured = partial(validate, earlier=book.texts, similarity=self.by.similarity, language=self.language)
        report = await asyncio.to_thread(measured, told.text, book.plan, book.next_number)
        for measure in report.failed:
            _log.info("chapter %d misses %s: %.2f", book.next_number, measure.check, measure.value)
        fit = await fits(self.direction, told.title, told.text, adult=False)
        return Draft(told, report, prompt, woven, fit)

    @property
    def _most(self) -> int:
        """Tokens of an answer at most: half again what was asked for, and no more than half of the context."""
        profile = self.by.profile
        return min(profile.context_tokens // 2, math.ceil(CHAPTER_WORDS * self._per_word * 1.5))

    @property
    def _per_word(self) -> float:
        usual = self.by.profile.tokens_per_word
        return max(usual, TOKENS_PER_FOREIGN_WORD) if self.language else usual
