"""Picture → story: look, write, check and judge, and write again where that fails.

Every `run.write` is one step in the queue. The same request with the same seed, memories and models gives the same
story. What is recalled before and kept afterwards is the affair of `remembering`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import floor
from typing import Final, TypeVar

from ravsg.config import StorySection
from ravsg.engine.words import fits
from ravsg.errors import ModelError, PromptTooLong, Unfit
from ravsg.languages import is_english
from ravsg.models.profiles import Profile
from ravsg.story.checks import Finding, check_story
from ravsg.story.lengths import (
    TOKENS_PER_FOREIGN_WORD,
    Bounds,
    answer_bounds,
    characters_left,
    count_words,
    first_words,
    fit_memories,
    head,
    read_in_part,
    tail,
)
from ravsg.story.parse import Told, parse_story
from ravsg.story.prompts import ANALYSE, WORDS, CastSheet, cast_block, story_prompt
from ravsg.story.tasks import branch_prompt
from ravsg.story.unfamiliar import OUTSIDE_NOTE, english_only, is_unfamiliar
from ravsg.types import (
    ANALYSIS_SCHEMA,
    Analysis,
    CastUsed,
    Recalled,
    StepRunner,
    Story,
    StoryRequest,
    WriteTask,
    Written,
)

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

ANALYSIS_TOKENS: Final = 900
"""More than the longest analysis that the schema allows (about 700 characters), even spelt letter by letter."""
SEED_STEP: Final = 1_000_003
"""Distance between the seeds of two tries: far from the neighbours that a member would type."""
SEEDS: Final = 2**32
UNFIT: Final = "My writer wrote what I may not show, more than once."
UNFIT_REMEDY: Final = "Please try again, or with other words or another picture."


async def analyse(picture: bytes, run: StepRunner) -> Analysis:
    """What the writer sees in a picture. Decoded greedily: a picture holds what it holds. Raises ModelError."""
    schema = json.dumps(ANALYSIS_SCHEMA)
    task = WriteTask(prompt=ANALYSE, picture=picture, max_tokens=ANALYSIS_TOKENS, schema=schema, temperature=0)
    written = await run.write(task)
    try:
        return Analysis.from_json(written.text)
    except ValueError as error:
        raise ModelError(
            "I could not make out what this picture shows.", "Please try another picture.", detail=str(error)
        ) from error


@dataclass(frozen=True, slots=True)
class Asked:
    """What the writer was given."""

    prompt: str
    woven: tuple[Recalled, ...]
    cast: tuple[CastUsed, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """One try at a story, with what the checks found."""

    asked: Asked
    told: Told
    findings: tuple[Finding, ...]
    tokens: int
    fit: bool
    """Whether its words may be shown."""

    @property
    def passes(self) -> bool:
        """Whether no other try is needed."""
        return self.fit and not self.findings

    @property
    def empty(self) -> bool:
        """Whether there is nothing to deliver."""
        return any(finding.fault == "empty" for finding in self.findings)

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        """Orders drafts, best first: fit to be shown, readable, fewest faults, most words."""
        return (not self.fit, self.empty, len(self.findings), -count_words(self.told.text))

    @property
    def tokens_per_word(self) -> float:
        """What a word really cost, at most 4: beyond that the vocabulary is not the reason for few words."""
        return min(4.0, self.tokens / max(1, count_words(self.told.text)))


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes one story. `woven` are the memories that may shape it, best first; `cast` those of the server's cast who
    belong into it, with their sheets. Without a picture the analysis has to do."""

    request: StoryRequest
    picture: bytes | None
    analysis: Analysis
    woven: Sequence[Recalled]
    config: StorySection
    profile: Profile
    cast: Sequence[tuple[CastUsed, CastSheet]] = ()
    what_if: str = ""
    """How the story so far turns, where it is to turn another way."""

    async def tell(self, run: StepRunner) -> Story:
        """Write until a story passes its checks, at most `config.tries` times; then the best one, with honest notes.

        Raises ModelError when no try gave readable words, Unfit when none gave words that may be shown.
        """
        drafts: list[Draft] = []
        while len(drafts) < self.config.tries and not (drafts and drafts[-1].passes):
            drafts.append(await self._draft(len(drafts), drafts[-1] if drafts else None, run))
        best = min(drafts, key=lambda draft: draft.rank)
        if not best.fit:
            raise Unfit(UNFIT, UNFIT_REMEDY, detail="the writer's words")
        if best.empty:
            raise ModelError(best.findings[0].note, "Please try again, or with another picture.")
        return Story(
            title=best.told.title,
            text=best.told.text,
            analysis=self.analysis,
            woven=best.asked.woven,
            prompt=best.asked.prompt,
            profile=self.profile.name,
            seed=self.request.seed,
            notes=(*best.asked.notes, *self._lacking, *(finding.note for finding in best.findings)),
            cast=best.asked.cast,
        )

    @property
    def _outside(self) -> bool:
        """Whether the picture is outside the one world that a pocket writer knows."""
        return self.profile.name == "pocket" and is_unfamiliar(self.analysis)

    @property
    def _lacking(self) -> tuple[str, ...]:
        """What readers are told of that the writer does not know."""
        outside = (OUTSIDE_NOTE,) if self._outside else ()
        return (*outside, *unspoken(self.profile, self.request.language))

    @property
    def _language(self) -> str:
        return self.profile.told_in(self.request.language)

    @property
    def _per_word(self) -> float:
        usual = self.profile.tokens_per_word_outside if self._outside else self.profile.tokens_per_word
        return max(usual, TOKENS_PER_FOREIGN_WORD) if self._language else usual

    async def _draft(self, number: int, before: Draft | None, run: StepRunner) -> Draft:
        """Another seed each time; after a story that was too short, as many tokens as its words really cost."""
        short = before is not None and any(finding.fault in {"short", "empty"} for finding in before.findings)
        usual = self._per_word
        per_word = max(usual, before.tokens_per_word * 1.1) if before and short else usual
        bounds = answer_bounds(self.request.length, self.config.minimum_words, self.profile.context_tokens, per_word)
        seed = (self.request.seed + number * SEED_STEP) % SEEDS
        asked, written = await shrinking(lambda share: self._write(bounds, seed, share, run))
        told = parse_story(written.text, complete=written.complete)
        sources = [self.request.continues, *(memory.text for memory in asked.woven)]
        findings = check_story(told, minimum_words=self.config.minimum_words, sources=sources)
        fit = await fits(self.request.direction, told.title, told.text, adult=False)
        return Draft(asked, told, findings, written.tokens, fit)

    async def _write(self, bounds: Bounds, seed: int, share: float, run: StepRunner) -> tuple[Asked, Written]:
        asked = self._ask(bounds.most, share)
        task = WriteTask(
            prompt=asked.prompt,
            picture=self.picture,
            max_tokens=bounds.most,
            min_tokens=bounds.least,
            temperature=self.config.temperature,
            seed=seed,
        )
        return asked, await run.write(task)

    def _ask(self, answer_tokens: int, share: float) -> Asked:
        """The prompt that fits the writer's context beside the picture and the answer, and the memories in it.

        The direction takes what it needs of the room, then sheets of the cast (a third of the rest), then the end of
        the story so far (half of what is left where there are memories), then memories, best first. `share` of the
        estimated room is used.
        """
        ask, length = self.request, self.request.length
        language = self._language
        bare = story_prompt(self.analysis, length=length, direction="-", continues="-", language=language)
        room = floor(characters_left(self.profile.context_tokens, answer_tokens, len(bare)) * share)
        direction = head(ask.direction, room) or first_words(ask.direction, room)
        room -= len(direction)
        cast = fit_cast(self.cast, room // 3)
        sheets = [sheet for _, sheet in cast]
        room -= len(cast_block(sheets))
        continues = tail(ask.continues, room // 2 if self.woven else room)
        woven = fit_memories(self.woven, room - len(continues))
        if self.what_if and continues:
            woven = ()
            prompt = branch_prompt(continues, self.what_if, self.analysis, WORDS[length], language=language)
        else:
            prompt = story_prompt(
                self.analysis,
                length=length,
                woven=woven,
                direction=direction,
                continues=continues,
                cast=sheets,
                language=language,
            )
        cut = len(direction) < len(ask.direction)
        notes = (read_in_part(len(direction), len(ask.direction)),) if cut else ()
        return Asked(prompt, woven, tuple(used for used, _ in cast), notes)


def unspoken(profile: Profile, language: str) -> tuple[str, ...]:
    """What readers are told where a writer does not know the language that was asked for; nothing where it does."""
    return () if is_english(language) or profile.told_in(language) else (english_only(language),)


def fit_cast(cast: Sequence[tuple[CastUsed, CastSheet]], characters: int) -> tuple[tuple[CastUsed, CastSheet], ...]:
    """The first of the cast whose whole sheets fit together, marks included: half a description is another one."""
    count = len(cast)
    while count and len(cast_block([sheet for _, sheet in cast[:count]])) > characters:
        count -= 1
    return tuple(cast[:count])


async def shrinking(write: Callable[[float], Awaitable[_T]]) -> _T:
    """Call with the whole room, and with less of it where the writer finds the prompt too long: rooms are estimates,
    and letters that a vocabulary does not know cost a token each."""
    for share in (1.0, 0.5):
        try:
            return await write(share)
        except PromptTooLong as error:
            _log.info("taking less material: %s", error)
    return await write(0.2)
