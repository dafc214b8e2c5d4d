"""What is asked about a chapter once it is told: its keywords, of the first one the book's title, and every few
chapters what happened so far.

Keywords and summaries fall back on the text itself where the writer's answer is unusable, so that no chapter is lost
for them. `language` is the one that the writer is asked for, empty for English.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from ravsg.engine.telling import shrinking
from ravsg.engine.words import fits
from ravsg.errors import ModelError
from ravsg.models.profiles import Profile
from ravsg.story.answers import is_summary, is_title, read_keywords, read_title
from ravsg.story.book import Book
from ravsg.story.condense import extract_keywords, extract_summary
from ravsg.story.lengths import characters_left, head
from ravsg.story.people import names_of
from ravsg.story.tasks import KEYWORDS, keywords_prompt, summary_prompt, title_prompt
from ravsg.story.unfamiliar import is_unfamiliar
from ravsg.types import StepRunner, WriteTask

_log = logging.getLogger(__name__)

SUMMARY_TOKENS: Final = 240
"""Three long sentences."""
KEYWORD_TOKENS: Final = 60
TITLE_TOKENS: Final = 40
TITLES: Final = 3
"""Titles asked for at most, where the first is taken."""
_OTHER_TITLES: Final = 0.9
"""The temperature of the second and third."""
LEAST_KEYWORDS: Final = 3
_FRAME: Final = 400
"""Characters of these prompts beside their material."""


async def keywords_of(
    text: str, others: Sequence[str], run: StepRunner, profile: Profile, language: str = ""
) -> tuple[str, ...]:
    """Up to `KEYWORDS` keywords of a chapter: the writer's that stand in it, and where those are too few, such as
    tell it from the `others`. Raises JobCancelled."""

    async def write(share: float) -> str:
        room = characters_left(profile.context_tokens, KEYWORD_TOKENS, _FRAME, 0)
        prompt = keywords_prompt(head(text, int(room * share)) or text[: int(room * share)], language=language)
        return (await run.write(WriteTask(prompt=prompt, max_tokens=KEYWORD_TOKENS, temperature=0))).text

    found = read_keywords(await _asked(write), text)[:KEYWORDS]
    if len(found) >= LEAST_KEYWORDS:
        return found
    own = await asyncio.to_thread(extract_keywords, text, others)
    kept = {word.casefold(): word for word in (*found, *own)}
    return tuple(kept.values())[:KEYWORDS]


async def title_of(
    text: str, run: StepRunner, profile: Profile, language: str = "", *, taken: Collection[str] = ()
) -> str:
    """What a text may be called: the writer's first usable title that is not
    `taken`; empty where it has none. Raises JobCancelled."""
    known = {one.casefold() for one in taken}

    async def write(share: float, *, number: int) -> str:
        room = int(characters_left(profile.context_tokens, TITLE_TOKENS, _FRAME, 0) * share)
        prompt = title_prompt(head(text, room) or text[:room], language=language)
        task = WriteTask(prompt=prompt, max_tokens=TITLE_TOKENS, temperature=0)
        return (await run.write(replace(task, temperature=_OTHER_TITLES, seed=number) if number else task)).text

    for number in range(TITLES if known else 1):
        title = read_title(await _asked(partial(write, number=number)))
        if is_title(title) and title.casefold() not in known and await fits(title, adult=False):
            return title
    return ""


async def book_title_of(book: Book, run: StepRunner, profile: Profile, language: str = "") -> str:
    """What a book with its first chapter is called. Of a picture that it does not know a small writer finds no other
    title than that chapter's. Raises JobCancelled."""
    first = book.chapters[0]
    asked = "" if is_unfamiliar(book.plan.analysis) else await title_of(first.text, run, profile, language)
    return asked or first.title


async def summary_of(book: Book, run: StepRunner, profile: Profile, language: str = "") -> str:
    """All chapters of a book in three sentences: the writer's, from its earlier summary and the chapters since, where
    they are three, fit to be shown and speak of somebody who is in the book; else sentences of the chapters
    themselves. Raises JobCancelled."""
    since = book.texts[book.summed_up :]
    conflicts = tuple(conflict for beat in book.plan.beats for conflict in beat.conflicts)

    async def write(share: float) -> str:
        room = characters_left(profile.context_tokens, SUMMARY_TOKENS, _FRAME + len(book.summary), 0) * share
        texts: Sequence[str] = since
        if sum(map(len, since)) > room:
            # Chapters that do not fit are told by their own sentences: ends matter as much as beginnings.
            shortened = [await asyncio.to_thread(extract_summary, [one], conflicts) for one in since]
            texts = [head(one, int(room / len(since))) for one in shortened]
        prompt = summary_prompt(texts, book.summary, language=language)
        return (await run.write(WriteTask(prompt=prompt, max_tokens=SUMMARY_TOKENS, temperature=0))).text

    answer = " ".join((await _asked(write)).split())
    if is_summary(answer) and await asyncio.to_thread(_speaks_of, answer, book) and await fits(answer, adult=False):
        return answer
    _log.info("the writer's summary is unusable")
    return await asyncio.to_thread(extract_summary, [*([book.summary] if book.summary else []), *since], conflicts)


async def _asked(write: Callable[[float], Awaitable[str]]) -> str:
    """The writer's answer; nothing where it has none, for there is a way without it."""
    try:
        return await shrinking(write)
    except ModelError as error:
        _log.warning("going on without the writer's answer: %s", error)
        return ""


def _speaks_of(answer: str, book: Book) -> bool:
    """Whether an answer names somebody of the book, where the book names anybody."""
    names = names_of("\n".join(book.texts))
    return not names or any(name in answer for name in names)
