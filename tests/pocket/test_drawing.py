"""Drawn pictures and the truth of their places. Drawing needs skia-python, which the bot itself does without."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ravsg.pocket.drawn import draw_all, read, sample_scenes
from ravsg.pocket.world import CHARACTERS, MOODS, SETTINGS, THINGS, Figure, Scene, reference_scene, sample_scene

pytest.importorskip("skia", reason="drawing needs skia-python (requirements-train.txt)", exc_type=ImportError)

from ravsg.pocket.brush import Brush
from ravsg.pocket.characters import PEOPLE
from ravsg.pocket.features import Pose
from ravsg.pocket.illustrator import LIGHTS, ROWS, SIDE, Illustrator
from ravsg.pocket.objects import AURAS, EXTENTS, FLOATING, LARGE, STOCK
from ravsg.pocket.pages import COLUMNS, shown
from ravsg.pocket.scenery import PLACES

if TYPE_CHECKING:
    import numpy.typing as npt


@pytest.fixture(scope="module")
def illustrator() -> Illustrator:
    return Illustrator()


def scenes(count: int, seed: int = 31) -> list[Scene]:
    rng = random.Random(seed)
    return [sample_scene(rng, held_out=number % 2 == 1) for number in range(count)]


def changed(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Which pixels differ enough to be seen, [side, side]."""
    return np.abs(one.astype(np.int16) - other).max(axis=2) > 8


PEOPLE_AS_THEY_ARE = dict(PEOPLE)


def unseen(brush: Brush, look: int, pose: Pose) -> None:
    """Stands in for the painter of a figure that shall not be there."""


def within(box: npt.NDArray[np.float32], slack: float = 1.5) -> npt.NDArray[np.bool_]:
    """The pixels of a box of shares, and `slack` pixels around it, [side, side]."""
    left, top, right, bottom = (float(edge) * SIDE for edge in box[1:])
    across = np.arange(SIDE) + 0.5
    columns = (across > left - slack) & (across < right + slack)
    rows = (across > top - slack) & (across < bottom + slack)
    return rows[:, None] & columns[None, :]


def test_everything_in_the_world_can_be_drawn() -> None:
    assert set(PEOPLE) == {one.key for one in CHARACTERS}
    assert set(STOCK) == {one.key for one in THINGS}
    assert set(PLACES) == {one.key for one in SETTINGS}
    assert set(LIGHTS) == {one.key for one in MOODS}
    assert set(AURAS) | set(EXTENTS) | FLOATING | LARGE <= set(STOCK)


def test_a_scene_is_drawn_alike_by_every_illustrator(illustrator: Illustrator) -> None:
    another = Illustrator()
    for scene in scenes(6):
        first, second = illustrator.picture(scene), another.picture(scene)
        assert np.array_equal(first.pixels, second.pixels)
        assert np.array_equal(first.boxes, second.boxes)


def test_another_seed_gives_another_picture(illustrator: Illustrator) -> None:
    one, other = illustrator.draw(reference_scene(1)), illustrator.draw(reference_scene(2))
    assert changed(one, other).mean() > 0.1


def test_boxes_name_who_is_there_and_stay_in_the_picture(illustrator: Illustrator) -> None:
    classes = [one.key for one in CHARACTERS] + [one.key for one in THINGS]
    for scene in scenes(60):
        boxes = illustrator.picture(scene).boxes
        present = [*(figure.key for figure in scene.figures), *scene.things]
        assert boxes.shape == (ROWS, 5)
        assert [classes[round(float(number))] for number in boxes[: len(present), 0]] == present
        assert (boxes[len(present) :] == -1).all()
        used = boxes[: len(present), 1:]
        assert (used >= 0).all()
        assert (used <= 1).all()
        assert (used[:, 2:] > used[:, :2]).all()


def test_figures_and_things_are_large(illustrator: Illustrator) -> None:
    least = {1: 0.55, 2: 0.41, 3: 0.34}
    for scene in scenes(120):
        boxes = illustrator.picture(scene).boxes
        count = len(scene.figures)
        hero = boxes[0]
        assert least[count] < hero[4] - hero[2] < 0.68
        for thing in boxes[count : count + len(scene.things)]:
            assert max(thing[3] - thing[1], thing[4] - thing[2]) > 26 / SIDE


def test_no_companion_stands_before_the_hero(illustrator: Illustrator, monkeypatch: pytest.MonkeyPatch) -> None:
    met = hidden = 0
    for seed in range(20):
        scene = Scene("meadow", "sunny", (Figure("bear", 0), Figure("dragon", 0), Figure("owl", 0)), (), seed)
        everybody = illustrator.draw(scene)
        with monkeypatch.context() as patched:
            patched.setitem(PEOPLE, "bear", unseen)
            without_hero = illustrator.draw(scene)
            for key in ("dragon", "owl"):
                patched.setitem(PEOPLE, key, unseen)
            nobody = illustrator.draw(scene)
            patched.setitem(PEOPLE, "bear", PEOPLE_AS_THEY_ARE["bear"])
            alone = illustrator.draw(scene)
        hero, others = changed(alone, nobody), changed(without_hero, nobody)
        meeting = hero & others
        met += int(meeting.sum())
        hidden += int((changed(everybody, alone) & meeting).sum())
    assert met > 200
    assert hidden < 0.35 * met  # the soft edge of the hero's contour lets the companion through


@pytest.mark.parametrize("number", range(len(CHARACTERS)))
def test_a_figures_box_holds_the_figure(
    illustrator: Illustrator, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    key = CHARACTERS[number].key
    scene = Scene("seashore", "sunny", (Figure(key, number % 2),), (), 100 + number)
    picture = illustrator.picture(scene)
    monkeypatch.setitem(PEOPLE, key, unseen)
    body = changed(picture.pixels, illustrator.draw(scene))
    inside = within(picture.boxes[0])
    assert body[inside].sum() > 0.99 * body.sum()
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    tight = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    assert tight > 0.85 * inside.sum()


@pytest.mark.parametrize("key", sorted(STOCK))
def test_a_things_box_holds_the_thing(illustrator: Illustrator, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    scene = Scene("seashore", "sunny", (Figure("rabbit", 0),), (key,), 7)
    picture = illustrator.picture(scene)
    monkeypatch.setitem(STOCK, key, lambda brush: None)
    body = changed(picture.pixels, illustrator.draw(scene))
    inside = within(picture.boxes[1])
    assert body[inside].sum() > 0.99 * body.sum()
    assert body.sum() > 0.2 * inside.sum()


def test_the_first_thing_is_seen_beside_the_hero(illustrator: Illustrator) -> None:
    covered = []
    for scene in scenes(150):
        if not scene.things:
            continue
        boxes = illustrator.picture(scene).boxes
        hero, thing = boxes[0], boxes[len(scene.figures)]
        left, right = max(hero[1], thing[1]), min(hero[3], thing[3])
        top, bottom = max(hero[2], thing[2]), min(hero[2] + 0.5 * (hero[4] - hero[2]), thing[4])
        shared = max(0.0, right - left) * max(0.0, bottom - top)
        covered.append(shared / ((thing[3] - thing[1]) * (thing[4] - thing[2])))
    assert np.mean(np.array(covered) > 0.25) < 0.05


def test_a_drawn_folder_is_read_back_with_its_boxes(tmp_path: Path, illustrator: Illustrator) -> None:
    drawn = draw_all(tmp_path, 3, 4, workers=1)
    assert drawn.scenes == tuple(sample_scenes(3, 4, held_out=False))
    assert drawn.boxes.shape == (3, ROWS, 5)
    again = read(tmp_path)
    for number, scene in enumerate(again.scenes):
        picture = illustrator.picture(scene)
        assert np.array_equal(again.pictures[number], picture.pixels)
        assert np.array_equal(again.boxes[number], picture.boxes)


def test_the_page_shows_the_whole_world() -> None:
    page = shown(5 * COLUMNS)
    assert page[0].setting == "moon"
    assert {scene.setting for scene in page} == {one.key for one in SETTINGS}
    assert {scene.mood for scene in page} == {one.key for one in MOODS}
    assert {figure.key for scene in page for figure in scene.figures} == {one.key for one in CHARACTERS}
    assert {key for scene in page for key in scene.things} == {one.key for one in THINGS}
    assert not any(scene.held_out for scene in page)
