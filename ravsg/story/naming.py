"""Whether a chapter keeps its names: nobody drifts into another spelling, nobody takes somebody else's place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from ravsg.story.measure import Measure
from ravsg.story.people import names_of
from ravsg.story.prompts import CastSheet
from ravsg.story.prose import split_sentences
from ravsg.story.tasks import Fix

LEAST_NAMES: Final = 0.85
"""Share of the mentions of people that must belong to people who are there."""
_ALIKE: Final = 0.72
"""Likeness of two spellings from which on one is taken for the other."""
_INTRODUCED: Final = (
    r"(?:called|named|name was|name is|I am|I'm|This is|this is) {0}\b",
    r"\b{0}, (?:a|an|the|his|her|who|whose|one|my|their|our)\b",
    r"\b(?:a|an|the|his|her|my|their|our|old|young|little) (?!of|to|for|from|with|at|by|and|in|on)(?:\w+ )?{0}\b",
)
"""How prose makes somebody known: "a man named Otto", "Otto, her brother", "old Otto"."""


def measure_names(text: str, cast: Sequence[CastSheet] = (), earlier: Sequence[str] = ()) -> Measure:
    """Share in [0, 1] of all mentions of people that are of nobody strayed, against `LEAST_NAMES`."""
    strays = stray_names(text, cast, earlier)
    mentions = names_of(text, strays)
    total = mentions.total()
    share = 1 - sum(mentions[name] for name in strays) / total if total else 1.0
    told = ", ".join(f"{wrong} for {right}" for wrong, right in strays.items())
    figures = f"{share:.0%} of them are kept, where {LEAST_NAMES:.0%} is wanted"
    note = f"This chapter seems to confuse names ({told}): {figures}."
    fixes = tuple(Fix("name", right) for right in dict.fromkeys(strays.values()))
    return Measure("names", round(share, 3), LEAST_NAMES, note, fixes)


def stray_names(text: str, cast: Sequence[CastSheet] = (), earlier: Sequence[str] = ()) -> dict[str, str]:
    """Names that stand for somebody else's, each with the name that is meant; empty where all is well.

    A name that was not there before strays where it is spelt nearly like a known one, or where it comes without an
    introduction and the person who led the story before it is not heard of again.
    """
    known = _known(cast, earlier)
    names = names_of(text, known)
    strays: dict[str, str] = {}
    for name in names:
        if name not in known and (meant := _spelt_like(name, [*known, *_older(name, text, names)])):
            strays[name] = meant
    for name, count in names.items():
        fresh = name not in known and name not in strays
        if fresh and count > 1 and not is_introduced(name, text) and (lost := _replaced(name, text, names, known)):
            strays[name] = lost
    return strays


def is_introduced(name: str, text: str) -> bool:
    """Whether a text makes the bearer of a name known where it first says it; "Otto, who had never run" on a later
    page introduces nobody."""
    first = re.search(rf"\b{re.escape(name)}\b", text)
    found = (re.search(pattern.format(re.escape(name)), text) for pattern in _INTRODUCED)
    return first is not None and any(one is not None and one.start() <= first.start() < one.end() for one in found)


def _known(cast: Sequence[CastSheet], earlier: Sequence[str]) -> dict[str, int]:
    """The names of cast and earlier chapters with their weight: the cast leads, then who was named most."""
    given = [word for one in cast for word in re.findall(r"[A-ZÀ-Þ][\w'-]+", one.name)]
    before: Counter[str] = Counter()
    for chapter in earlier:
        before.update(names_of(chapter, given))
    often = {name: count for name, count in before.items() if count > 1}
    return {name: max(often.get(name, 0), 5) for name in given} | {k: v for k, v in often.items() if k not in given}


def _older(name: str, text: str, names: Counter[str]) -> list[str]:
    """The names that the text itself gave before this one, and more often."""
    first = text.find(name)
    return [one for one in names if text.find(one) < first and names[one] >= names[name]]


def _spelt_like(name: str, others: Sequence[str]) -> str:
    for other in others:
        longer = max(len(name), len(other))
        same = SequenceMatcher(None, name.lower(), other.lower()).ratio()
        nested = name.startswith(other) or other.startswith(name)
        if name != other and longer > 3 and name[0] == other[0] and same >= _ALIKE and not nested:
            return other
    return ""


def _replaced(name: str, text: str, names: Counter[str], known: dict[str, int]) -> str:
    """Who led the story until this name came and is not heard of afterwards; empty where nobody is."""
    sentences = split_sentences(text)
    comes = next((at for at, one in enumerate(sentences) if name in one), 0)
    before, after = " ".join(sentences[:comes]), " ".join(sentences[comes:])
    leading = {one: names_of(before, known)[one] + known.get(one, 0) for one in {*names_of(before, known), *known}}
    lost = {one: led for one, led in leading.items() if led > 1 and one != name and one not in after}
    return max(lost, key=lambda one: lost[one]) if lost else ""
