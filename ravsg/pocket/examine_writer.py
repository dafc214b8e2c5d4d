"""What the writer is examined in: what it sees, tells and remembers. Definitions are in `examine_text`.

Prompts, budgets of tokens, temperature and habits of decoding are the bot's; a story is its first try, never mended.
Analyses are decoded freely, without a grammar's help; one that is no valid JSON is asked for again under the schema,
as the bot always does, before a story is told from it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ravsg.config import StorySection
from ravsg.pocket.examine_text import (
    LEAST_WORDS,
    analysis_of,
    keeps_hero,
    kinds_named,
    moods_named,
    names_somebody,
    repeats_nothing,
    takes_place,
    things_named,
)
from ravsg.pocket.examine_words import broken_words
from ravsg.pocket.hands import Writer
from ravsg.pocket.measures import Measure, f1, mean, mean_share, share
from ravsg.pocket.names import HERS, HIS, KNOWN, UNKNOWN
from ravsg.pocket.recollections import line, passage
from ravsg.pocket.teaching import analysis
from ravsg.pocket.world import Scene, sample_scene
from ravsg.story.lengths import answer_bounds, count_words
from ravsg.story.parse import Told, parse_story
from ravsg.story.prompts import ANALYSE, story_prompt
from ravsg.story.unfamiliar import is_unfamiliar
from ravsg.types import ANALYSIS_SCHEMA, Analysis, Length, Recalled

ANALYSIS_TOKENS: Final = 300
"""About twice what the longest analysis of a drawn scene takes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the writer sees in one picture: its free answer where that is valid, and what a story is told from."""

    free: Analysis | None
    used: Analysis


def look(writer: Writer, pictures: Sequence[bytes]) -> list[Seen]:
    """Analyse pictures, PNG bytes, greedily."""
    answers = writer.write([ANALYSE] * len(pictures), pictures, most=ANALYSIS_TOKENS, temperature=0, what="analyses")
    free = [analysis_of(answer.text) for answer in answers]
    again = [number for number, one in enumerate(free) if one is None]
    held = writer.write(
        [ANALYSE] * len(again),
        [pictures[number] for number in again],
        most=3 * ANALYSIS_TOKENS,
        temperature=0,
        schema=ANALYSIS_SCHEMA,
        what="analyses under the schema",
    )
    mended = {number: Analysis.from_json(answer.text) for number, answer in zip(again, held, strict=True)}
    return [Seen(one, one or mended[number]) for number, one in enumerate(free)]


def tell(
    writer: Writer,
    seen: Sequence[Analysis],
    pictures: Sequence[bytes],
    *,
    length: Length,
    woven: Sequence[tuple[Recalled, ...]] = (),
    seed: int = 1,
    what: str = "stories",
) -> list[Told]:
    """The bot's first try at a story of each picture, with its memories where there are any."""
    bot = StorySection()
    profile = writer.profile
    bounds = [
        answer_bounds(
            length,
            bot.minimum_words,
            profile.context_tokens,
            profile.tokens_per_word_outside if is_unfamiliar(one) else profile.tokens_per_word,
        )
        for one in seen
    ]
    memories = woven or [()] * len(seen)
    prompts = [story_prompt(one, length=length, woven=recalled) for one, recalled in zip(seen, memories, strict=True)]
    answers = writer.write(
        prompts,
        pictures,
        most=[one.most for one in bounds],
        least=[one.least for one in bounds],
        temperature=bot.temperature,
        seed=seed,
        what=what,
    )
    return [parse_story(answer.text, complete=answer.complete) for answer in answers]


def analysis_measures(scenes: Sequence[Scene], seen: Sequence[Seen]) -> dict[str, Measure]:
    """How true the free analyses are; an invalid one is wrong in every point.

    - `analysis_valid`: JSON that keeps to `ANALYSIS_SCHEMA`
    - `analysis_setting`, `analysis_mood`: the right one is named, and no other
    - `analysis_characters_f1`, `analysis_objects_f1`: mean F1 of the kinds named and those in the picture
    """
    pairs = [(scene, one.free) for scene, one in zip(scenes, seen, strict=True)]
    return {
        "analysis_valid": share([one is not None for _, one in pairs]),
        "analysis_setting": share([one is not None and right_setting(one, scene) for scene, one in pairs]),
        "analysis_mood": share([one is not None and moods_named(one.mood) == {scene.mood} for scene, one in pairs]),
        "analysis_characters_f1": mean_share(
            [
                f1(kinds_named(*one.characters), {figure.key for figure in scene.figures}) if one else 0.0
                for scene, one in pairs
            ]
        ),
        "analysis_objects_f1": mean_share(
            [f1(things_named(*one.objects), set(scene.things)) if one else 0.0 for scene, one in pairs]
        ),
    }


def right_setting(seen: Analysis, scene: Scene) -> bool:
    """Whether an analysis names the scene's setting and no other."""
    return takes_place(seen.setting, scene.setting)


def story_measures(scenes: Sequence[Scene], stories: Sequence[Told]) -> dict[str, Measure]:
    """Stories that were asked for with length "long", from a picture and the writer's own analysis of it.

    - `story_words`: 250 words or more at the first try; `story_words_mean` is their mean number
    - `story_setting`: the opening names the right setting first, and no other with it
    - `story_hero`: the right main character, the same to the end (`examine_text.keeps_hero`)
    - `story_no_repeat`: no sentence of more than 25 characters twice
    - `story_titled`: the answer began with its title
    - `story_unbroken`: every word but names stands in the recipe's lessons (`examine_words.broken_words`)
    """
    words = [count_words(story.text) for story in stories]
    pairs = list(zip(scenes, stories, strict=True))
    return {
        "story_words": share([count >= LEAST_WORDS for count in words]),
        "story_setting": share([takes_place(story.text, scene.setting) for scene, story in pairs]),
        "story_hero": share([keeps_hero(story.text, scene.figures[0].key) for scene, story in pairs]),
        "story_no_repeat": share([repeats_nothing(story.text) for story in stories]),
        "story_words_mean": mean(words, least=0),
        "story_titled": share([story.titled for story in stories]),
        "story_unbroken": share([not broken_words(story.text) for story in stories]),
    }


def memory_measures(
    writer: Writer, scenes: Sequence[Scene], pictures: Sequence[bytes], plain: Sequence[Told]
) -> dict[str, Measure]:
    """Whether a remembered name returns in a story of medium length, told from the true analysis.

    - `memory_name_known`: a name that training uses, with a hero and a place that it never shows together
    - `memory_name_unseen`: a name that no training text holds
    - `memory_name_absent`: not one of all the unseen names stands in a story told without memory (`plain`)
    - `memory_name_by_chance`: the same known name stands in the story told without memory
    """
    rng = random.Random(17)
    found: dict[str, Measure] = {}
    for kind, names in (("known", KNOWN), ("unseen", UNKNOWN)):
        memories = [memory_of(scene, rng, names, number) for number, scene in enumerate(scenes)]
        chosen = [name for name, _ in memories]
        told = tell(
            writer,
            [analysis(scene, rng) for scene in scenes],
            pictures,
            length="medium",
            woven=[(memory,) for _, memory in memories],
            what=f"stories with a name {kind}",
        )
        found[f"memory_name_{kind}"] = share(
            [names_somebody(_whole(story), name) for name, story in zip(chosen, told, strict=True)]
        )
        if kind == "known":
            chance = [names_somebody(_whole(story), name) for name, story in zip(chosen, plain, strict=True)]
    absent = [not any(names_somebody(_whole(story), name) for name in UNKNOWN) for story in plain]
    return {**found, "memory_name_absent": share(absent), "memory_name_by_chance": share(chance)}


def memory_of(scene: Scene, rng: random.Random, names: Sequence[str], number: int) -> tuple[str, Recalled]:
    """A name, and something remembered of it that fits the scene: about the hero's kind elsewhere, or about somebody
    in the same place.

    By turns (of `number`) a passage of an earlier story or a single line; the name always stands in it.
    """
    other = sample_scene(rng)
    about_hero, single = number % 2 == 0, number % 4 >= 2
    if about_hero:
        figures = (scene.figures[0], *(one for one in other.figures[1:] if one.key != scene.figures[0].key))
        earlier = replace(other, figures=figures)
    else:
        earlier = replace(other, setting=scene.setting, mood=scene.mood)
    wrong = HERS if earlier.figures[0].character.pronoun == "he" else HIS
    name = rng.choice([one for one in names if one not in wrong])
    while True:
        memory, _ = line(earlier, rng, name, 1) if single else passage(earlier, rng, name, 1)
        if names_somebody(memory.text, name):
            return name, memory


def _whole(story: Told) -> str:
    return f"{story.title}\n\n{story.text}"
