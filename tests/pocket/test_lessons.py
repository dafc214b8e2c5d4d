"""What the writer is taught fits the schemas, the prompts, and the promises about stories."""

from __future__ import annotations

import random
import re

import pytest
from jsonschema import Draft202012Validator

from ravsg.pocket.captions import settings_named
from ravsg.pocket.lessons import LENGTHS, Lesson, analysis_lesson, lesson, scene_lesson, story_lesson
from ravsg.pocket.names import KNOWN, UNKNOWN
from ravsg.pocket.plots import all_plots, plot_of
from ravsg.pocket.stories import RANGES, Guest, tell
from ravsg.pocket.world import THINGS, mood, sample_scene
from ravsg.story.prompts import ANALYSE
from ravsg.types import ANALYSIS_SCHEMA, SCENE_SCHEMA, Analysis, SceneCard


def test_analyses_fit_the_schema() -> None:
    rng = random.Random(1)
    check = Draft202012Validator(ANALYSIS_SCHEMA)
    for _ in range(300):
        one = analysis_lesson(sample_scene(rng), rng)
        seen = Analysis.from_json(one.answer)
        check.validate(
            {name: list(v) if isinstance(v := getattr(seen, name), tuple) else v for name in seen.__slots__}
        )
        assert one.prompt == ANALYSE
        assert one.with_picture


def test_scene_cards_fit_the_schema() -> None:
    rng = random.Random(2)
    check = Draft202012Validator(SCENE_SCHEMA)
    for _ in range(300):
        one = scene_lesson(sample_scene(rng), rng)
        card = SceneCard.from_json(one.answer)
        check.validate({name: getattr(card, name) for name in card.__slots__})
        assert not one.with_picture
        assert settings_named(card.setting) & settings_named(one.prompt)


@pytest.mark.parametrize("length", LENGTHS)
def test_stories_keep_their_length_and_repeat_no_sentence(length: str) -> None:
    rng = random.Random(3)
    for _ in range(300):
        told = tell(sample_scene(rng), rng, length, name="Mira", friend="Tilo")  # type: ignore[arg-type]
        count = len(told.text.split())
        low, high = RANGES[length]  # type: ignore[index]
        assert low <= count <= high
        sentences = [one for one in re.split(r"(?<=[.!?\"]) ", told.text) if len(one) > 25]
        assert len(sentences) == len(set(sentences))


def test_stories_keep_hero_and_setting_and_leave_no_slot_open() -> None:
    rng = random.Random(4)
    for _ in range(300):
        scene = sample_scene(rng)
        told = tell(scene, rng, "medium", name="Mira", friend="Tilo", guests=(Guest("Zuri", "a red fox"),))
        assert "Mira" in told.paragraphs[0]
        assert scene.figures[0].phrase in told.paragraphs[0]
        assert scene.setting in settings_named(told.paragraphs[0])
        assert "Zuri" in told.text
        assert not re.search(r"[<>{}|]", told.answer)
        assert told.answer.startswith("Title: ")


def test_a_lesson_takes_up_what_is_remembered() -> None:
    rng = random.Random(5)
    with_memory = [one for one in _stories(rng, 300) if "[memory 1 |" in one.prompt]
    assert len(with_memory) > 60
    taken_up = 0
    for one in with_memory:
        named = set(re.findall(r"[A-Z][a-z]+", one.prompt)) & set(KNOWN)
        by_picture = any(word in one.answer for word in ("picture that", "dreamed of it", "long ago"))
        taken_up += by_picture or bool(named & set(re.findall(r"[A-Z][a-z]+", one.answer)))
    # A passage from the middle of a story may name nobody at all: nothing of it can return.
    assert taken_up / len(with_memory) > 0.95


def test_a_story_that_goes_on_keeps_its_hero() -> None:
    rng = random.Random(6)
    going_on = [one for one in _stories(rng, 200) if "[so far]" in one.prompt]
    assert len(going_on) > 10
    for one in going_on:
        earlier = one.prompt.partition("[so far]")[2]
        heroes = set(re.findall(r"[A-Z][a-z]+", earlier)) & set(KNOWN)
        assert heroes & set(re.findall(r"[A-Z][a-z]+", one.answer))


def test_unknown_names_are_never_taught() -> None:
    assert not set(KNOWN) & set(UNKNOWN)
    rng = random.Random(7)
    for _ in range(300):
        one = lesson(sample_scene(rng), rng)
        assert not set(re.findall(r"[A-Z][a-z]+", one.prompt + one.answer)) & set(UNKNOWN)


def test_every_thing_and_mood_has_its_plot() -> None:
    kinds = {plot.kind for plot in all_plots()}
    assert {f"thing {one.key}" for one in THINGS} <= kinds
    for plot in all_plots():
        assert plot_of(plot.conflict) is plot
        assert 4 <= len(plot.conflict) <= 90
        assert min(len(step) for step in (plot.trouble, plot.tries, plot.turn, plot.solved)) >= 2


def test_the_same_seed_tells_the_same_story() -> None:
    scene = sample_scene(random.Random(8))
    assert story_lesson(scene, random.Random(9)) == story_lesson(scene, random.Random(9))
    assert mood(scene.mood).feeling in story_lesson(scene, random.Random(9)).prompt


def _stories(rng: random.Random, count: int) -> list[Lesson]:
    return [story_lesson(sample_scene(rng), rng) for _ in range(count)]
