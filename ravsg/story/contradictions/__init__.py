"""Contradictions in five kinds, each found by rules: characterisation, detail, style, timeline, world.

The kinds are those by which research counts the inconsistencies of long stories: characterisation, factual detail,
narrative style, timeline and plot logic, world-building. A rule speaks only where words are explicit; what has to be
understood, such as motives or magic that breaks its own law, nobody judges here.
"""

from __future__ import annotations

from ravsg.story.contradictions.character import character_contradictions
from ravsg.story.contradictions.detail import detail_contradictions
from ravsg.story.contradictions.finding import Contradiction, Told
from ravsg.story.contradictions.style import style_contradictions
from ravsg.story.contradictions.timeline import timeline_contradictions
from ravsg.story.contradictions.world import world_contradictions
from ravsg.story.measure import Check, Measure
from ravsg.story.prose import number_word
from ravsg.story.tasks import Fix

__all__ = ["Contradiction", "Told", "measure_contradictions"]

_KINDS = {
    "characterisation": character_contradictions,
    "detail": detail_contradictions,
    "style": style_contradictions,
    "timeline": timeline_contradictions,
    "world": world_contradictions,
}


def measure_contradictions(told: Told) -> tuple[Measure, ...]:
    """One figure for each kind, in the order above: how many contradictions of it were found, against none."""
    checks: tuple[Check, ...] = ("characterisation", "detail", "style", "timeline", "world")
    return tuple(_measure(check, _KINDS[check](told)) for check in checks)


def _measure(check: Check, found: tuple[Contradiction, ...]) -> Measure:
    plural = "" if len(found) == 1 else "s"
    what = " ".join(one.note for one in found)
    where = f"{number_word(len(found))} place{plural}"
    note = f"This chapter seems to contradict itself or what came before in {where}: {what}"
    fixes = tuple(Fix("keep", one.keep) for one in found)
    return Measure(check, len(found), 0, note, fixes, at_most=True)
