"""What the writer learns from: prompts exactly as `ravsg.story` builds them, with the right answers.

Every lesson is made from a scene and a random generator; nothing is read from disk but the fragments. Names in
`names.UNKNOWN` never occur, and held-out pairs only where the scene that is given holds them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from ravsg.pocket.captions import caption, card
from ravsg.pocket.lessons_book import (
    branch_lesson,
    chapter_lesson,
    describe_lesson,
    keywords_lesson,
    recap_lesson,
    summary_lesson,
    title_lesson,
)
from ravsg.pocket.lessons_mending import correction_lesson, rewrite_lesson
from ravsg.pocket.plots import plot_of
from ravsg.pocket.recollections import remembered
from ravsg.pocket.stories import Told, tell
from ravsg.pocket.teaching import Lesson, analysis, material
from ravsg.pocket.world import Scene
from ravsg.story.prompts import ANALYSE, scene_prompt, story_prompt
from ravsg.types import Length, Recalled

__all__ = ["LENGTHS", "Lesson", "analysis", "analysis_lesson", "lesson", "remembered", "scene_lesson", "story_lesson"]

LENGTHS: Final[tuple[Length, ...]] = ("short", "medium", "long")


def analysis_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """Picture to JSON."""
    return Lesson("analysis", ANALYSE, analysis(scene, rng).to_json(), True)


def story_lesson(scene: Scene, rng: random.Random, length: Length | None = None) -> Lesson:
    """Picture and analysis to a story, perhaps with memories, a cast, a direction or what came before."""
    seen = analysis(scene, rng)
    asked = rng.choice(LENGTHS) if length is None else length
    goes_on = rng.random() < 0.15
    made = material(scene, rng, named=goes_on, most=1 if asked == "short" else 3)
    before: Told | None = None
    if goes_on:
        second = plot_of(seen.conflicts[1]) if len(seen.conflicts) > 1 else None
        before = tell(scene, rng, "short", name=made.hero, friend=made.friend, plot=second)
    told = tell(
        scene,
        rng,
        asked,
        name=made.hero,
        friend=made.friend,
        plot=plot_of(seen.conflicts[0]),
        guests=made.guests,
        wishes=(*made.reminders, *made.wish.sentences),
        resumed=goes_on,
        remembers=made.remembers,
    )
    prompt = story_prompt(
        seen,
        length=asked,
        cast=made.cast,
        woven=made.woven,
        direction=made.wish.direction,
        continues=before.text if before else "",
    )
    return Lesson("story", prompt, told.answer, True)


def scene_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """A story, a piece of one, or a member's own words, to a scene card."""
    kind = rng.random()
    woven: tuple[Recalled, ...] = ()
    if kind < 0.45:
        text = caption(scene, rng)
    else:
        made = material(scene, rng, most=1)
        told = tell(scene, rng, rng.choice(LENGTHS), name=made.hero, friend=made.friend)
        text = f"{told.title}\n\n{told.text}" if kind < 0.7 else told.text
        woven = made.woven
        if rng.random() < 0.3:
            text = told.paragraphs[0]
    return Lesson("scene", scene_prompt(text, woven), card(scene, rng).to_json(), False)


KINDS: Final[tuple[tuple[Callable[[Scene, random.Random], Lesson], float], ...]] = (
    (story_lesson, 0.29),
    (chapter_lesson, 0.16),
    (analysis_lesson, 0.22),
    (scene_lesson, 0.08),
    (summary_lesson, 0.04),
    (correction_lesson, 0.08),
    (title_lesson, 0.02),
    (keywords_lesson, 0.02),
    (describe_lesson, 0.02),
    (rewrite_lesson, 0.03),
    (recap_lesson, 0.02),
    (branch_lesson, 0.02),
)
"""Every kind of lesson with its share of the draw."""


def lesson(scene: Scene, rng: random.Random) -> Lesson:
    """One of all kinds."""
    make = rng.choices([make for make, _ in KINDS], [weight for _, weight in KINDS])[0]
    return make(scene, rng)
