"""What the writer is taught fits the schemas, the prompts, and the promises about stories."""

from __future__ import annotations

import random
import re

import pytest
from jsonschema import Draft202012Validator

from ravsg.pocket.captions import settings_named
from ravsg.pocket.lessons import KINDS, LENGTHS, Lesson, analysis_lesson, lesson, scene_lesson, story_lesson
from ravsg.pocket.names import UNKNOWN
from ravsg.pocket.world import mood, sample_scene
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
def test_a_story_lesson_tells_the_conflict_of_its_analysis(length: str) -> None:
    rng = random.Random(3)
    for _ in range(100):
        one = story_lesson(sample_scene(rng), rng, length)  # type: ignore[arg-type]
        conflict = re.search(r"^conflicts: ([^;\n]*)", one.prompt, re.MULTILINE)
        assert conflict is not None
        assert conflict[1].lower() in one.answer.lower()


def test_most_stories_are_given_a_name() -> None:
    rng = random.Random(4)
    marked = [_marks(one) & {"memory", "cast", "direction", "so"} for one in _stories(rng, 600)]
    assert 0.55 < sum(bool(marks) for marks in marked) / len(marked) < 0.9
    for mark in ("memory", "cast", "direction", "so"):
        assert sum(mark in marks for marks in marked) > 30


def test_a_story_takes_up_everybody_who_is_given() -> None:
    rng = random.Random(5)
    seen = 0
    for one in _stories(rng, 600):
        cast = re.search(r"\[cast\]\n(.*?)\n\[/cast\]", one.prompt, re.DOTALL)
        for sheet in cast[1].splitlines() if cast else ():
            assert sheet.partition(":")[0] in one.answer
            seen += 1
        memory = re.search(r"\[memory 1 \| (\w+) the (?:\w+ )?\w+ by [^\]]*\]\n([^\n]*)\n\[/memory\]", one.prompt)
        if memory and memory[1] in memory[2]:
            assert one.answer.count(memory[1]) >= 3
            seen += 1
    assert seen > 100


def test_a_story_that_goes_on_keeps_its_hero() -> None:
    rng = random.Random(6)
    going_on = [one for one in _stories(rng, 300) if "[so far]" in one.prompt]
    assert len(going_on) > 20
    for one in going_on:
        earlier = one.prompt.partition("[so far]\n")[2]
        hero = re.search(
            r"([A-Z][a-z]+), [a-z]|named ([A-Z][a-z]+)|called ([A-Z][a-z]+)|name was ([A-Z]\w+)", earlier
        )
        capitals = set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]+|^[A-Z][a-z]+", earlier))
        shared = [name for name in capitals if one.answer.count(name) >= 6 and earlier.count(name) >= 6]
        assert hero is not None or shared
        assert shared, one


@pytest.mark.parametrize("make", [make for make, _ in KINDS], ids=lambda make: make.__name__)
def test_a_lesson_is_whole_and_never_holds_a_kept_name(make: object) -> None:
    assert callable(make)
    rng = random.Random(7)
    for _ in range(150):
        one: Lesson = make(sample_scene(rng), rng)
        words = set(re.findall(r"\w+", f"{one.prompt} {one.answer}"))
        assert not words & set(UNKNOWN)
        assert one.answer.strip() == one.answer != ""
        if one.kind not in {"analysis", "scene"}:
            assert not re.search(r"[<>{}|]|=>|\n\n\n|  ", one.answer)
            assert "[" not in one.answer


def test_the_shares_of_the_draw() -> None:
    weights = {make.__name__: weight for make, weight in KINDS}
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["story_lesson"] + weights["chapter_lesson"] == pytest.approx(0.45)
    rng = random.Random(8)
    drawn = {lesson(sample_scene(rng), rng).kind for _ in range(800)}
    assert len(drawn) == len(KINDS)


def test_the_same_seed_tells_the_same_story() -> None:
    scene = sample_scene(random.Random(8))
    assert story_lesson(scene, random.Random(9)) == story_lesson(scene, random.Random(9))
    assert mood(scene.mood).feeling in story_lesson(scene, random.Random(9)).prompt


def _stories(rng: random.Random, count: int) -> list[Lesson]:
    return [story_lesson(sample_scene(rng), rng) for _ in range(count)]


def _marks(one: Lesson) -> set[str]:
    return set(re.findall(r"^\[(\w+)", one.prompt, re.MULTILINE))
