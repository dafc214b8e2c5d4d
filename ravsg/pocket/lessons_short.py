"""Lessons of one thing, for the beginning of a training: an analysis, a card, how a story begins, who is who."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from ravsg.pocket.captions import caption, card
from ravsg.pocket.lessons import Lesson, analysis_lesson, story_lesson
from ravsg.pocket.names import given
from ravsg.pocket.stories import tell
from ravsg.pocket.world import CHARACTERS, Scene
from ravsg.story.prompts import CastSheet, cast_block, scene_prompt


def short_lesson(scene: Scene, rng: random.Random) -> tuple[Lesson, bool]:
    """An analysis, the card of one sentence, a drill, or how a story begins; and whether the answer is whole."""
    kind = rng.choices(("analysis", "card", "story", "drill"), (5, 1, 4, 4))[0]
    if kind == "drill":
        return drill(scene, rng), False
    if kind == "analysis":
        return analysis_lesson(scene, rng), True
    if kind == "card":
        prompt = scene_prompt(caption(scene, rng))
        return Lesson("scene", prompt, card(scene, rng).to_json(), with_picture=False), True
    one = story_lesson(scene, rng, "short")
    title, _, body = one.answer.partition("\n\n")
    begun = re.split(r"(?<=[.!?]) ", body.split("\n\n")[0])[:4]
    return replace(one, answer=f"{title}\n\n{' '.join(begun)}", with_picture=rng.random() < 0.3), False


def drill(scene: Scene, rng: random.Random) -> Lesson:
    """Who the people of a prompt are, in another order, and sentences about one of them.

    To look back for a name, and for what stood after it, is the hardest thing that stories ask of a writer, and they
    ask it seldom. Here nearly every word depends on it.
    """
    kinds = rng.sample(CHARACTERS, rng.randint(1, 4))
    people = [CastSheet(given(rng, one.pronoun), rng.choice(one.looks)) for one in kinds]
    hero = people[0].name
    told = tell(scene, rng, "medium", name=hero, friend=given(rng, "they"))
    about = [one for one in re.split(r"(?<=[.!?]) ", " ".join(told.paragraphs)) if hero in one and '"' not in one]
    rng.shuffle(people)
    roll = [f"{one.name} is {one.looks}." for one in people]
    rng.shuffle(roll)
    said = [*roll, *rng.sample(about, min(len(about), 5))]
    return Lesson("drill", f"{cast_block(people)}\nTell of {hero}.", " ".join(said), with_picture=False)
