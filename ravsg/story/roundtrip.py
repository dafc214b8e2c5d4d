"""The round-trip check: how much of a chapter's scene is found again in what the writer sees in its illustration.

Three figures in [0, 1], each left out where the scene names nothing of its sort: the setting (share of its words
that are seen), the characters (half for somebody of their kind, half for the rest of their looks) and the objects
(share of their words that are seen). Their mean decides. Words are compared by their stems: a synonym counts as
missing, so a figure is rather too low than too high. This module asks no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ravsg.story.figures import Candidate, kind_of, place_of, with_looks
from ravsg.story.prompts import CastSheet
from ravsg.story.prose import content_stems
from ravsg.types import Analysis, SceneCard

FITS: Final = 0.5
"""Mean from which an illustration counts as one of its chapter: half of what the scene names is seen again. The wrong
place or the wrong figure alone takes a third away, both together two thirds. Of 20 scenes that the pocket painter
painted and the pocket writer read, 95 % reach it, and 4 % of the same pictures beside another's scene; from 0.4 they
are 100 % and 4 %, from 0.6 80 % and 1 %."""
_KIND: Final = 0.5
"""Share of a character's figure for their kind; a fox that lost its scarf is a fox still."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an illustration should show, phrase by phrase."""

    setting: str
    characters: tuple[str, ...]
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What was found again: "setting", "characters", "objects" as far as they are named, and "whole", their mean."""

    figures: Mapping[str, float]

    @property
    def whole(self) -> float:
        """The mean; 1 where the scene names nothing, 0 where nothing could be seen."""
        return self.figures["whole"]

    @property
    def fits(self) -> bool:
        """Whether it shows its chapter."""
        return self.whole >= FITS


UNSEEN: Final = RoundTrip({"whole": 0.0})
"""A picture that the writer could make nothing of."""


def dressed(card: SceneCard, cast: Sequence[CastSheet]) -> SceneCard:
    """The scene with looks in the place of names, which say nothing to a painter."""
    subjects = card.subjects
    for one in cast:
        if place_of(one.name, subjects) >= 0:
            subjects = with_looks(subjects, Candidate(one.name, one.looks)) or subjects
    return replace(card, subjects=subjects)


def wanted(card: SceneCard, text: str, cast: Sequence[CastSheet], seen_before: Analysis) -> Wanted:
    """What a chapter's scene names: the setting, whoever of the cast is in it (else its subjects as they stand), and
    the keywords, with those things of the book's first picture that the chapter speaks of."""
    said = card.subjects
    there = [one.looks for one in cast if place_of(one.name, said) >= 0 or _same_kind(one.looks, said)]
    told = set(content_stems(text))
    things = [one for one in seen_before.objects if told.issuperset(content_stems(one))]
    named = [part.strip() for part in re.split(r"[,;]", card.keywords) if part.strip()]
    objects = tuple(dict.fromkeys((*named, *things)))
    characters = tuple(dict.fromkeys(there)) or tuple(filter(None, (card.subjects.strip(),)))
    return Wanted(card.setting or seen_before.setting, characters, objects)


def compare(asked: Wanted, seen: Analysis) -> RoundTrip:
    """What of a scene the writer sees in its picture."""
    everything = set(content_stems(" ".join((seen.setting, *seen.characters, *seen.objects, seen.mood))))
    figures = {
        "setting": _mean([_share(asked.setting, everything)] if asked.setting else ()),
        "characters": _mean(_likeness(one, seen.characters, everything) for one in asked.characters),
        "objects": _mean(_share(one, everything) for one in asked.objects),
    }
    known = {name: round(value, 2) for name, value in figures.items() if value is not None}
    mean = _mean(known.values())
    return RoundTrip({**known, "whole": 1.0 if mean is None else round(mean, 2)})


def _likeness(looks: str, figures: Sequence[str], everything: set[str]) -> float:
    """How much of somebody's looks is seen: their kind among the figures, and their other words anywhere."""
    kind = kind_of(looks)
    found = any(kind == kind_of(one) for one in figures) or bool(set(content_stems(kind)) & everything)
    others = [stem for stem in content_stems(looks) if stem not in content_stems(kind)]
    if not others:
        return float(found)
    return _KIND * found + (1 - _KIND) * sum(stem in everything for stem in others) / len(others)


def _share(phrase: str, everything: set[str]) -> float:
    stems = content_stems(phrase)
    return sum(stem in everything for stem in stems) / len(stems) if stems else 1.0


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _same_kind(looks: str, subjects: str) -> bool:
    kind = kind_of(looks)
    return bool(kind) and place_of(kind, subjects) >= 0
