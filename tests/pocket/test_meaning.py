"""The shipped weights on held-out scenes: stories about their pictures, pictures of their stories, memory reused.

No training scene shows these heroes in these places. Paintings are judged by the examiner, none of the models. All
has its seed, and what is asked for lies well under the shares of the examination (`docs/pocket.md`).
`python -m ravsg.pocket.redraw` draws the scenes anew.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from ravsg.models.profiles import POCKET_WEIGHTS
from ravsg.pocket.drawn import from_plain
from ravsg.pocket.examine_pictures import asked_of, distilled
from ravsg.pocket.examine_text import (
    keeps_hero,
    kinds_named,
    names_somebody,
    repeats_nothing,
    takes_place,
)
from ravsg.pocket.examine_writer import Seen, look, memory_of, right_setting, tell
from ravsg.pocket.examiner import Examiner, Verdict, load
from ravsg.pocket.hands import Painter, Writer, embeddings, pixels_of
from ravsg.pocket.names import KNOWN, UNKNOWN
from ravsg.pocket.teaching import analysis
from ravsg.pocket.world import setting
from ravsg.story.lengths import count_words
from ravsg.story.parse import Told

FIXTURES = Path(__file__).parent / "fixtures"
TRUTH = {key: from_plain(raw) for key, raw in json.loads((FIXTURES / "scenes.json").read_text()).items()}
SCENES = list(TRUTH.values())
PICTURES = [(FIXTURES / f"{key}.png").read_bytes() for key in TRUTH]
FEW = 8
"""Stories are slow: they are told of the first eight scenes."""

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def painter() -> Painter:
    return Painter()


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    return load(FIXTURES / "examiner.safetensors")


@pytest.fixture(scope="module")
def seen(writer: Writer) -> list[Seen]:
    return look(writer, PICTURES)


@pytest.fixture(scope="module")
def stories(writer: Writer, seen: list[Seen]) -> list[Told]:
    """Told from what the writer itself saw."""
    return tell(writer, [one.used for one in seen[:FEW]], PICTURES[:FEW], length="short")


@pytest.fixture(scope="module")
def paintings(painter: Painter, examiner: Examiner) -> Verdict:
    """What the examiner sees in a painting of each scene."""
    return examiner.judge(painter.paint(asked_of(painter, SCENES)))


def test_every_scene_is_held_out_and_the_examiner_knows_its_drawing(examiner: Examiner) -> None:
    assert len(SCENES) == 14
    assert all(scene.held_out for scene in SCENES)
    verdict = examiner.judge(np.stack([pixels_of(picture) for picture in PICTURES]))
    assert verdict.settings == [scene.setting for scene in SCENES]
    assert sum(verdict.sees(i, scene.figures[0].key) for i, scene in enumerate(SCENES)) >= 13


def test_the_writer_names_most_settings_of_unseen_scenes(seen: list[Seen]) -> None:
    assert sum(one.free is not None for one in seen) >= 13
    assert sum(right_setting(one.used, scene) for scene, one in zip(SCENES, seen, strict=True)) >= 11


def test_the_writer_names_who_is_there(seen: list[Seen]) -> None:
    pairs = zip(SCENES, seen, strict=True)
    assert sum(scene.figures[0].key in kinds_named(*one.used.characters) for scene, one in pairs) >= 12


def test_a_story_takes_place_where_its_picture_does(stories: list[Told]) -> None:
    assert all(story.titled and count_words(story.text) >= 120 for story in stories)
    assert sum(repeats_nothing(story.text) for story in stories) >= 7
    assert sum(takes_place(story.text, scene.setting) for scene, story in zip(SCENES, stories, strict=False)) >= 5


def test_a_story_keeps_the_hero_of_its_picture(stories: list[Told]) -> None:
    pairs = zip(SCENES, stories, strict=False)
    assert sum(keeps_hero(story.text, scene.figures[0].key) for scene, story in pairs) >= 6


def test_a_remembered_name_returns_and_none_comes_unasked(writer: Writer, stories: list[Told]) -> None:
    rng = random.Random(6)
    scenes = [*SCENES[:FEW]] * 2
    memories = [memory_of(scene, rng, KNOWN if n < FEW else UNKNOWN, n) for n, scene in enumerate(scenes)]
    told = tell(
        writer,
        [analysis(scene, rng) for scene in scenes],
        PICTURES[:FEW] * 2,
        length="short",
        woven=[(memory,) for _, memory in memories],
    )
    pairs = zip(told, memories, strict=True)
    returned = [names_somebody(f"{story.title} {story.text}", name) for story, (name, _) in pairs]
    assert sum(returned[:FEW]) >= 6
    assert sum(returned[FEW:]) >= 6
    assert not any(names_somebody(story.text, name) for story in stories for name in UNKNOWN)


def test_a_picture_shows_the_place_and_the_light_that_were_asked_for(paintings: Verdict) -> None:
    assert sum(there == scene.setting for there, scene in zip(paintings.settings, SCENES, strict=True)) >= 12
    assert sum(there == scene.mood for there, scene in zip(paintings.moods, SCENES, strict=True)) >= 11


def test_a_picture_shows_its_main_character(paintings: Verdict) -> None:
    assert sum(paintings.sees(i, scene.figures[0].key) for i, scene in enumerate(SCENES)) >= 11


def test_a_picture_of_a_story_shows_where_it_is_and_whom_it_is_about(
    writer: Writer, painter: Painter, examiner: Examiner, stories: list[Told]
) -> None:
    painted = painter.paint([painter.prompt(card) for card in distilled(writer, stories)], seed=3)
    verdict = examiner.judge(painted)
    assert sum(verdict.settings[i] == scene.setting for i, scene in enumerate(SCENES[:FEW])) >= 5
    assert sum(verdict.sees(i, scene.figures[0].key) for i, scene in enumerate(SCENES[:FEW])) >= 4


def test_the_embedder_prefers_the_right_setting() -> None:
    phrases = [setting(scene.setting).phrase for scene in SCENES]
    told, shown = embeddings(POCKET_WEIGHTS, phrases, PICTURES)
    assert int(((shown @ told.T).argmax(1) == np.arange(len(SCENES))).sum()) >= 9
