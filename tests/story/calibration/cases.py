"""All labelled cases of every check, from both sources, half of them for setting thresholds and half for
examining."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ravsg.story.conflict import measure_advance, measure_conflicts
from ravsg.story.contradictions import Told, measure_contradictions
from ravsg.story.ending import measure_cliffhanger, measure_closure
from ravsg.story.measure import Measure
from ravsg.story.mood import measure_mood
from ravsg.story.naming import measure_names
from ravsg.story.people import names_of
from ravsg.story.prose import split_sentences
from ravsg.story.repetition import measure_repetition
from ravsg.story.validation import validate
from tests.story.calibration.books import chapters, spoilt
from tests.story.calibration.passages import Passage, passages

Part = Literal["tune", "test"]

SEEDS: Final[dict[Part, range]] = {"tune": range(12), "test": range(10_000, 10_012)}
"""Books of five chapters; no lesson is made of these seeds alone, and nothing was set by those of the test."""


@dataclass(frozen=True, slots=True)
class Case:
    """One judgement: which check, what it should say, and what it said."""

    check: str
    good: bool
    passed: bool
    value: float
    where: str

    @property
    def right(self) -> bool:
        """Whether the check said what it should."""
        return self.good == self.passed


def case(check: str, good: bool, measure: Measure | None, where: str) -> Case:
    """A measure becomes a case; one that says nothing lets the chapter pass."""
    return Case(check, good, measure is None or measure.passed, measure.value if measure else 1.0, where)


def general(part: Part) -> Iterator[Case]:
    """The cases of the hand-written passages."""
    own = [one for one in passages() if one.number % 2 == (part == "test")]
    for at, one in enumerate(own):
        yield from _of_passage(one, own[(at + len(own) // 2) % len(own)], own[at - 1])


def _of_passage(one: Passage, far: Passage, near: Passage) -> Iterator[Case]:
    there = "; ".join((one.setting, one.conflict, *(sheet.looks for sheet in one.cast)))
    yield case("mood", True, measure_mood(one.text, one.mood, ignoring=there), one.name)
    for other in one.other_moods:
        yield case("mood", False, measure_mood(one.text, other, ignoring=there), f"{one.name} as {other}")
    yield case("conflicts", True, measure_conflicts(one.text, [one.conflict]), one.name)
    yield case("conflicts", False, measure_conflicts(one.text, [far.conflict]), f"{one.name} with {far.name}'s")
    if not one.flat:
        yield case("advance", True, measure_advance(one.text, [one.conflict]), one.name)
    yield case("advance", False, measure_advance(one.text, [far.conflict]), f"{one.name} with {far.name}'s")
    yield case("cliffhanger", one.ends_open, measure_cliffhanger(one.text), one.name)
    yield case("closure", not one.ends_open, measure_closure(one.text), one.name)
    yield case("names", True, measure_names(one.text, one.cast), one.name)
    for text in renamed(one):
        yield case("names", False, measure_names(text, one.cast), text[:60])
    yield case("repetition", True, measure_repetition(one.text, [far.text, near.text]), one.name)
    half = " ".join(split_sentences(one.text)[::2])
    yield case("repetition", False, measure_repetition(one.text, [far.text, half]), one.name)
    for measure in measure_contradictions(Told(one.text, one.cast, (), one.setting)):
        yield case(measure.check, True, measure, one.name)
    for fault in one.faults:
        for measure in measure_contradictions(Told(fault.text, one.cast, (), one.setting)):
            if measure.check == fault.kind:
                yield case(measure.check, False, measure, f"{one.name}: {fault.text}")


def renamed(one: Passage) -> Iterator[str]:
    """The passage with its leading name changed from the middle on: into another, and into one nearly like it."""
    names = names_of(one.text)
    if not names:
        return
    name, count = names.most_common(1)[0]
    sentences = split_sentences(one.text)
    half = len(sentences) // 2
    first, second = " ".join(sentences[:half]), " ".join(sentences[half:])
    if count > 2 and name in first and second.count(name) > 1:
        for other in ("Roderick", f"{name[:-1]}{'y' if name[-1] != 'y' else 'i'}"):
            yield f"{first} {second.replace(name, other)}"


def pocket(part: Part) -> Iterator[Case]:
    """The cases of the pocket world's chapters."""
    for one in chapters(SEEDS[part]):
        where = f"book {one.seed}, chapter {one.number}"
        for measure in validate(one.told.text, one.plan, one.number, earlier=one.earlier).measures:
            yield case(measure.check, True, measure, where)
        for check, text in spoilt(one):
            found = validate(text, one.plan, one.number, earlier=one.earlier).measures
            its = next((measure for measure in found if measure.check == check), None)
            yield case(check, False, its, f"{where}: {text}")
