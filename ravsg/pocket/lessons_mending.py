"""Lessons of mending: a text that failed a check, and a passage that its picture contradicts."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Final

from ravsg.pocket.fragments import pool
from ravsg.pocket.names import given
from ravsg.pocket.plots import plot_of
from ravsg.pocket.stories import Told, slots_of, tell
from ravsg.pocket.teaching import Lesson, analysis, material
from ravsg.pocket.teller import Teller, voiced
from ravsg.pocket.world import MOODS, SETTINGS, THINGS, Scene, mood
from ravsg.story.answers import sentences
from ravsg.story.chapters import Step
from ravsg.story.tasks import Fix, Need, correction_prompt, rewrite_prompt
from ravsg.types import Length

LEAST: Final = 250
"""Words that a chapter must have."""

_NEEDS: Final[tuple[Need, ...]] = ("longer", "conflict", "cliffhanger", "name", "mood", "once")


def correction_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """A text with one fault, and the same text without it."""
    need = rng.choice(_NEEDS)
    made = material(scene, rng, named=True, most=0)
    plot = plot_of(analysis(scene, rng).conflicts[0])
    step: Step | None = "grow" if need == "cliffhanger" or (need != "longer" and rng.random() < 0.4) else None
    length: Length = "medium" if need == "longer" else "short"
    good = tell(scene, rng, length, name=made.hero, friend=made.friend, plot=plot, step=step)
    bad, value = _spoilt(good, need, scene, rng, made.friend)
    return Lesson("correction", correction_prompt(bad.answer, [Fix(need, value)]), good.answer, False)


def _spoilt(good: Told, need: Need, scene: Scene, rng: random.Random, friend: str) -> tuple[Told, str]:
    """The text with one fault, and what the fix says of it."""
    paragraphs = list(good.paragraphs)
    if need == "longer":
        kept = [" ".join(sentences(one)[: rng.randint(1, 2)]) for one in paragraphs]
        return replace(good, paragraphs=tuple(kept)), str(LEAST)
    if need == "conflict":
        conflict = good.plot.conflict
        kept = [_without(one, conflict) for one in paragraphs]
        return replace(good, paragraphs=tuple(one for one in kept if one)), conflict
    if need == "cliffhanger":
        teller = Teller(rng, slots_of(scene, friend, good.plot, rng))
        end = teller.take(pool(f"ending {scene.mood}"), naming=True)
        paragraphs[-1] = voiced(end, good.hero, scene.figures[0].character.pronoun)
        return replace(good, paragraphs=tuple(paragraphs)), ""
    if need == "name":
        other = given(rng, scene.figures[0].character.pronoun, (good.hero, friend))
        half = len(paragraphs) // 2
        changed = [one.replace(good.hero, other) if number >= half else one for number, one in enumerate(paragraphs)]
        return replace(good, paragraphs=tuple(changed)), good.hero
    if need == "mood":
        hour = mood(scene.mood)
        others = [one for one in MOODS if one.key != hour.key]
        strange = [one for one in pool(f"hour {rng.choice(others).key}") if not re.search("[<{]", one)]
        own = pool(f"hour {scene.mood}")
        swapped = [
            strange.pop() if any(_told_from(one, fragment) for fragment in own) else one
            for one in sentences(paragraphs[0])
        ]
        paragraphs[0] = " ".join(swapped)
        return replace(good, paragraphs=tuple(paragraphs)), hour.feeling
    doubled = list(sentences(paragraphs[0]))
    paragraphs[-1] = f"{doubled[-1]} {paragraphs[-1]}"
    return replace(good, paragraphs=tuple(paragraphs)), ""


def _told_from(sentence: str, fragment: str) -> bool:
    """Whether a sentence is that fragment with its slots filled."""
    pattern = "".join(
        ".+" if part[:1] in "<{" else re.escape(part) for part in re.split(r"(<\w+>|\{[^}]*\})", fragment) if part
    )
    return re.fullmatch(pattern, sentence, re.IGNORECASE) is not None


def _without(paragraph: str, conflict: str) -> str:
    """A paragraph without the sentences that speak the conflict out."""
    return " ".join(one for one in sentences(paragraph) if conflict.lower() not in one.lower())


def rewrite_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """A passage about another picture, and the same passage as this picture shows it."""
    made = material(scene, rng, named=True, most=0)
    told_of = _otherwise(scene, rng)
    plot = plot_of(analysis(scene, rng).conflicts[0])
    opening = rng.choice(pool("opening"))
    around = Teller(rng, {})
    trait, feeling = around.take(pool(f"trait {scene.figures[0].key}")), around.take(pool("feeling"))
    # What both pictures share is told in the same words.
    own: dict[str, list[str]] = {}
    passages = []
    for one in (told_of, scene):
        kinds = [f"detail {one.setting}", f"hour {one.mood}", *(f"seen {key}" for key in one.things[:1])]
        shown = [said for kind in kinds for said in own.setdefault(kind, around.take(pool(kind)))]
        said = [Teller(rng, slots_of(one, made.friend, plot, rng)).fill(opening), *trait, *shown]
        pronoun = scene.figures[0].character.pronoun
        passages.append(f"{voiced(said, made.hero, pronoun, sure=2)} {voiced(feeling, made.hero, pronoun)}")
    seen = analysis(scene, rng)
    return Lesson("rewrite", rewrite_prompt(passages[0], seen), passages[1], True)


def _otherwise(scene: Scene, rng: random.Random) -> Scene:
    """The same hero elsewhere, at another hour, or with another thing."""
    kind = rng.randrange(3)
    if kind == 0:
        where = rng.choice([one for one in SETTINGS if one.key != scene.setting])
        return replace(scene, setting=where.key)
    if kind == 1:
        return replace(scene, mood=rng.choice([one.key for one in MOODS if one.key != scene.mood]))
    return replace(scene, things=(rng.choice([one.key for one in THINGS if one.key not in scene.things]),))
