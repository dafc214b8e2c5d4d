"""All that a chapter is measured by, in one report: figures, findings for readers, and what the writer should mend.

What each check can and cannot see stands in its own module; how often each is right is measured on labelled chapters
(`python -m tests.story.calibration`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ravsg.languages import is_english
from ravsg.story.conflict import measure_advance, measure_conflicts
from ravsg.story.contradictions import Told, measure_contradictions
from ravsg.story.ending import measure_cliffhanger, measure_closure
from ravsg.story.lengths import count_words
from ravsg.story.measure import Check, Measure, Similarity
from ravsg.story.mood import measure_mood
from ravsg.story.naming import measure_names
from ravsg.story.plan import Plan
from ravsg.story.repetition import measure_repetition
from ravsg.story.tasks import Fix

LEAST_WORDS: Final = 250
"""Words under which a chapter is corrected."""
MOST_FIXES: Final = 3
"""Things that a writer is asked to mend at once; of more it forgets some."""
_ORDER: Final[tuple[Check, ...]] = (
    "words",
    "repetition",
    "names",
    "cliffhanger",
    "closure",
    "conflicts",
    "mood",
    "advance",
    "characterisation",
    "style",
    "world",
    "timeline",
    "detail",
)
"""What is mended first: what a reader notices most."""


@dataclass(frozen=True, slots=True)
class Report:
    """All measures of one chapter."""

    measures: tuple[Measure, ...]

    @property
    def failed(self) -> tuple[Measure, ...]:
        """Those that missed their limits, the worst for readers first."""
        return tuple(
            sorted((one for one in self.measures if not one.passed), key=lambda one: _ORDER.index(one.check))
        )

    @property
    def passed(self) -> bool:
        """Whether all limits were kept."""
        return not self.failed

    @property
    def notes(self) -> tuple[str, ...]:
        """The honest sentences, one for each limit that was missed."""
        return tuple(one.note for one in self.failed)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """What the writer is asked to mend, `MOST_FIXES` at most, each once."""
        return tuple(dict.fromkeys(fix for one in self.failed for fix in one.fixes))[:MOST_FIXES]

    @property
    def figures(self) -> dict[str, float]:
        """Every check with its figure."""
        return {one.check: one.value for one in self.measures}


def validate(
    text: str,
    plan: Plan,
    number: int,
    *,
    earlier: Sequence[str] = (),
    similarity: Similarity | None = None,
    language: str = "",
) -> Report:
    """Measure chapter `number` of a plan against it, against the `earlier` chapters (their texts, oldest first) and
    against itself. Some milliseconds for 300 words; call it off the event loop. Raises ValueError for a chapter
    outside of the plan.

    Of a chapter in another language than English only its length and what it repeats are measured: all other checks
    know English words and would find nothing of what they look for.
    """
    beat, seen = plan.beat(number), plan.analysis
    if not is_english(language):
        return Report((measure_words(text), measure_repetition(text, earlier)))
    there = "; ".join((seen.setting, *seen.characters, *seen.objects, *beat.conflicts, *(o.looks for o in plan.cast)))
    told = Told(text, plan.cast, tuple(earlier), seen.setting, seen.objects)
    measures = (
        measure_words(text),
        measure_mood(text, seen.mood, ignoring=there, similarity=similarity),
        measure_conflicts(text, beat.conflicts, similarity),
        measure_advance(text, beat.conflicts),
        measure_cliffhanger(text) if beat.opens else measure_closure(text),
        measure_names(text, plan.cast, earlier),
        measure_repetition(text, earlier),
        *measure_contradictions(told),
    )
    return Report(tuple(one for one in measures if one is not None))


def measure_words(text: str) -> Measure:
    """How many words, against `LEAST_WORDS`."""
    words = count_words(text)
    note = f"This chapter stayed short: {words} words, where at least {LEAST_WORDS} are wanted."
    return Measure("words", words, LEAST_WORDS, note, (Fix("longer", str(LEAST_WORDS)),))
