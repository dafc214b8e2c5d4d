"""The plan of a book: who is in it, where and in which mood, and what each chapter does for the conflicts.

A plan is made of a picture's analysis by rule, without a model, so that the same picture always has the same plan. It
grows while the book is written: names that the first chapter gives, and conflicts that a chapter leaves open for the
next. It is plain data and travels as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ravsg.story.chapters import Step, step_of
from ravsg.story.people import names_of
from ravsg.story.prompts import CastSheet
from ravsg.story.prose import content_stems
from ravsg.types import Analysis

CHAPTERS: Final = 5
"""Chapters of a book, unless somebody asks for another number."""
FEWEST, MOST = 1, 12

UNNAMED_CONFLICT: Final = "something here is not as it should be"
"""What a book is about whose picture shows no conflict: without one it would not move."""
MOST_CONFLICTS: Final = 2
"""Conflicts that one chapter is asked to carry; a writer loses the thread of more in 300 words."""
_PEAK: Final = 1.0
_FIRST_TENSION: Final = 0.25
_LAST_TENSION: Final = 0.1


@dataclass(frozen=True, slots=True)
class Beat:
    """What one chapter does."""

    number: int
    step: Step
    tension: float
    """How much is at stake, in [0, 1]: it rises from chapter to chapter, and falls in the last."""
    conflicts: tuple[str, ...]
    """What it must name, the leading conflict first; the last chapter ends them all."""
    opens: bool
    """Whether it ends on a cliffhanger."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A book before and while it is written. Beats are in order, beat i is chapter i + 1."""

    analysis: Analysis
    cast: tuple[CastSheet, ...]
    beats: tuple[Beat, ...]

    @property
    def count(self) -> int:
        """How many chapters."""
        return len(self.beats)

    def beat(self, number: int) -> Beat:
        """The beat of a chapter, counted from 1. Raises ValueError for a chapter outside."""
        if not 1 <= number <= self.count:
            raise ValueError(f"there is no chapter {number} in a book of {self.count}")
        return self.beats[number - 1]

    def seen(self, number: int) -> Analysis:
        """The analysis as the prompt of a chapter has it: with that chapter's conflicts."""
        return replace(self.analysis, conflicts=self.beat(number).conflicts)


def make_plan(analysis: Analysis, count: int = CHAPTERS, cast: Sequence[CastSheet] = ()) -> Plan:
    """An arc over `count` chapters: the leading conflict from the first on, another from the second third on, all
    tied up in the last. Raises ValueError unless there are `FEWEST` to `MOST` chapters."""
    if not FEWEST <= count <= MOST:
        raise ValueError(f"a book has {FEWEST} to {MOST} chapters, not {count}")
    conflicts = tuple(dict.fromkeys(analysis.conflicts)) or (UNNAMED_CONFLICT,)
    beats = tuple(_beat(number, count, conflicts) for number in range(1, count + 1))
    return Plan(analysis, tuple(cast), beats)


def with_found(plan: Plan, number: int, found: str) -> Plan:
    """The plan after chapter `number` left a conflict open: the next chapter takes it up beside the leading one, in
    place of an older second one. The same plan where nothing was found or no chapter follows."""
    if not found or number >= plan.count:
        return plan
    following = plan.beat(number + 1)
    conflicts = (following.conflicts[0], found)[:MOST_CONFLICTS]
    beats = tuple(replace(one, conflicts=conflicts) if one is following else one for one in plan.beats)
    return replace(plan, beats=beats)


def with_names(plan: Plan, text: str) -> Plan:
    """The plan with the names that a chapter gave to those whom the picture shows: "Bruno, a boy in a green coat" is
    cast from then on. Those who have a sheet already keep it."""
    cast = list(plan.cast)
    taken = {one.name for one in cast}
    called = names_of(text)
    for looks in plan.analysis.characters:
        if any(_same(looks, one.looks) for one in cast):
            continue
        name = _named(looks, text, [name for name in called if name not in taken])
        if name:
            cast.append(CastSheet(name, looks))
            taken.add(name)
    return replace(plan, cast=tuple(cast))


def _beat(number: int, count: int, conflicts: tuple[str, ...]) -> Beat:
    step = step_of(number, count)
    joined = step == "end" or number > max(1, count // 3)
    carried = conflicts[:MOST_CONFLICTS] if joined else conflicts[:1]
    return Beat(number, step, _tension(number, count), carried, opens=step != "end")


def _tension(number: int, count: int) -> float:
    """From the first chapter to the one before the last in even steps; the last chapter brings it down."""
    if number == count:
        return _LAST_TENSION
    steps = max(1, count - 2)
    return round(_FIRST_TENSION + (_PEAK - _FIRST_TENSION) * (number - 1) / steps, 2) if count > 2 else _PEAK


def _named(looks: str, text: str, names: Sequence[str]) -> str:
    """The name that stands beside these looks, or beside their kind: "Bruno, a boy"; empty for none."""
    bare = re.split(r" (?:with|in) ", looks, maxsplit=1)[0]
    kind = bare.rpartition(" ")[2]
    for phrase in (re.escape(looks), rf"(?:a|an|the) (?:[a-z]+ ){{0,2}}{re.escape(kind)}\b"):
        for name in names:
            if re.search(rf"\b{re.escape(name)}(?:,| was| the)? {phrase}", text) or re.search(
                rf"{phrase}(?: [a-z ]{{0,30}})? (?:called|named) {re.escape(name)}\b", text
            ):
                return name
    return ""


def _same(looks: str, other: str) -> bool:
    return looks.casefold() == other.casefold() or content_stems(looks) == content_stems(other)
