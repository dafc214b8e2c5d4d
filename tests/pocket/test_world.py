"""The world's truth, and that nothing held out is ever drawn for training."""

from __future__ import annotations

import random

from ravsg.pocket.captions import alt_text, painter_prompt, settings_named
from ravsg.pocket.drawn import from_plain, sample_scenes, to_plain
from ravsg.pocket.world import (
    CHARACTERS,
    HELD_OUT,
    MOODS,
    SETTINGS,
    THINGS,
    Relation,
    reference_scene,
    sample_scene,
    setting,
    thing,
)


def test_the_world_is_large_enough() -> None:
    assert len(SETTINGS) >= 12
    assert len(CHARACTERS) >= 12
    assert len(THINGS) >= 16
    assert len(MOODS) >= 6


def test_every_setting_holds_out_one_known_character() -> None:
    assert set(HELD_OUT) == {one.key for one in SETTINGS}
    assert set(HELD_OUT.values()) <= {one.key for one in CHARACTERS}


def test_training_never_shows_a_held_out_pair() -> None:
    scenes = sample_scenes(4000, 1, held_out=False)
    assert {scene.setting for scene in scenes} == set(HELD_OUT)
    assert not any(scene.held_out for scene in scenes)


def test_every_examination_scene_shows_its_held_out_character_first() -> None:
    for scene in sample_scenes(500, 900_001, held_out=True):
        assert scene.figures[0].key == HELD_OUT[scene.setting]
        assert scene.mood in setting(scene.setting).moods
        assert len({figure.key for figure in scene.figures}) == len(scene.figures)


def test_the_reference_scene_may_be_trained_on() -> None:
    scene = reference_scene()
    assert not scene.held_out
    assert alt_text(scene) == "An astronaut in white and a red flower on the moon, a starry night"


def test_scenes_survive_json() -> None:
    rng = random.Random(4)
    for scene in (sample_scene(rng) for _ in range(50)):
        assert from_plain(to_plain(scene)) == scene


def test_every_setting_phrase_names_its_setting() -> None:
    for one in SETTINGS:
        assert one.key in settings_named(one.phrase)
        assert one.key in settings_named(one.place)


def test_painter_prompts_name_their_setting_and_stay_short() -> None:
    rng = random.Random(6)
    for scene in (sample_scene(rng) for _ in range(500)):
        prompt = painter_prompt(scene, rng)
        assert scene.setting in settings_named(prompt)
        assert len(prompt) < 330


def test_the_reference_scene_knows_who_plants_the_flower() -> None:
    assert reference_scene().relations == (Relation("astronaut", "plants", "flower"),)


def test_every_thing_has_one_who_uses_it_and_every_companion_is_with_the_hero() -> None:
    rng = random.Random(8)
    for scene in (sample_scene(rng) for _ in range(400)):
        hero, *companions = (figure.key for figure in scene.figures)
        with_things = [one for one in scene.relations if one.what in scene.things]
        assert [one.what for one in with_things] == list(scene.things)
        assert all(one.does in thing(one.what).acts for one in with_things)
        assert all(one.who in {hero, *companions} for one in with_things)
        assert not with_things or with_things[0].who == hero
        others = [one for one in scene.relations if one not in with_things]
        assert others == [Relation(key, "is with", hero) for key in companions]


def test_a_scene_keeps_its_relations_through_json() -> None:
    rng = random.Random(9)
    for scene in (sample_scene(rng) for _ in range(50)):
        assert from_plain(to_plain(scene)).relations == scene.relations
