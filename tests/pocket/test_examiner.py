"""The examiner of pictures: it learns who is where, judges by thresholds, and knows which world it was trained on."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from ravsg.pocket.drawn import Drawn
from ravsg.pocket.examine_pictures import examiner_measures, judged
from ravsg.pocket.examiner import BODIES, CELLS, Examiner, load, save, truth_of, world_of
from ravsg.pocket.examiner_training import best_threshold, learn, moved, settle, spots, worn
from ravsg.pocket.world import SETTINGS, Figure, Scene

PAINTS = {"fox": (230, 90, 30), "owl": (120, 80, 50), "star": (250, 230, 60), "book": (240, 240, 250)}
"""Colours of the few bodies of a world of blots."""
GROUNDS = {"forest": (20, 90, 40), "moon": (30, 30, 60)}


def blots(count: int, seed: int) -> Drawn:
    """A world that can be learnt in seconds: a ground of one colour, and a square for everybody."""
    rng = random.Random(seed)
    scenes, pictures = [], np.zeros((count, 128, 128, 3), np.uint8)
    boxes = np.full((count, 6, 5), -1, np.float32)
    for number in range(count):
        where, hour = rng.choice(list(GROUNDS)), rng.choice(("sunny", "night"))
        who, what = rng.choice(("fox", "owl")), rng.sample(("star", "book"), rng.randrange(3))
        scenes.append(Scene(where, hour, (Figure(who, 0),), tuple(what), number))
        pictures[number] = np.array(GROUNDS[where]) // (1 if hour == "sunny" else 3)
        for row, key in enumerate((who, *what)):
            left, top, side = 8 + 40 * row, rng.randrange(10, 80), 30
            pictures[number, top : top + side, left : left + side] = PAINTS[key]
            boxes[number, row] = (
                BODIES.index(key), left / 128, top / 128, (left + side) / 128, (top + side) / 128,
            )  # fmt: skip
    return Drawn(tuple(scenes), pictures, boxes)


@pytest.fixture(scope="module")
def taught() -> Examiner:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(4)
    examiner = Examiner()
    losses = learn(examiner, blots(96, 1), 90, size=16)
    torch.set_num_threads(before)
    assert sum(losses[-10:]) < sum(losses[:10]) / 4
    settle(examiner, blots(64, 2))
    return examiner


def test_it_learns_who_is_where(taught: Examiner) -> None:
    found = examiner_measures(taught, blots(80, 3))
    for name in ("examiner_setting", "examiner_mood", "examiner_hero", "examiner_object"):
        assert found[name].value >= 0.9, name
    assert found["examiner_hero_by_chance"].value <= 0.1
    assert found["examiner_objects_f1"].value >= 0.9


def test_it_does_not_see_what_is_not_there(taught: Examiner) -> None:
    shown = blots(40, 5)
    swapped = [
        Scene(s.setting, s.mood, (Figure("owl" if s.figures[0].key == "fox" else "fox", 0),), (), 0)
        for s in shown.scenes
    ]
    found = judged(taught, swapped, shown.pictures, [""] * 40)
    assert found["picture_hero"].value <= 0.1
    assert found["picture_object"].n == 0


def test_the_object_that_counts_is_one_that_the_prompt_names(taught: Examiner) -> None:
    shown = blots(40, 6)
    asked = judged(taught, shown.scenes, shown.pictures, ["a red fox reading an open book"] * 40)
    assert asked["picture_object"].n == sum("book" in scene.things for scene in shown.scenes)


def test_it_is_kept_with_the_world_that_it_knows(taught: Examiner, tmp_path: Path) -> None:
    path = tmp_path / "kept" / "examiner.safetensors"
    assert world_of(path) == ""
    save(taught, path, "abc")
    assert world_of(path) == "abc"
    assert path.stat().st_size < 1_100_000
    shown = blots(24, 7)
    again = load(path).judge(shown.pictures)
    assert again.settings == taught.judge(shown.pictures).settings
    assert {key for i in range(24) for key in again.characters(i)} == {"fox", "owl"}


def test_pictures_of_another_size_are_brought_to_its_own(taught: Examiner) -> None:
    shown = blots(8, 8)
    large = shown.pictures.repeat(2, axis=1).repeat(2, axis=2)
    assert taught.judge(large).settings == [scene.setting for scene in shown.scenes]


def test_a_body_is_looked_for_in_the_cell_of_its_middle() -> None:
    boxes = torch.tensor([[[2.0, 0.25, 0.5, 0.5, 1.0], [-1.0] * 5]])
    truth = spots(boxes)
    assert truth.shape == (1, len(BODIES), CELLS, CELLS)
    assert (truth == 1).sum() == 1
    assert truth[0, 2, 12, 6] == 1
    assert 0 < truth[0, 2, 12, 7] < 1
    assert truth[0, [0, 1, 3]].sum() == 0


def test_boxes_move_with_their_pictures() -> None:
    torch.manual_seed(1)
    shown = blots(12, 9)
    picture = torch.from_numpy(shown.pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    cut, boxes = moved(picture, torch.from_numpy(shown.boxes))
    for number, scene in enumerate(shown.scenes):
        _, left, top, right, bottom = boxes[number, 0].tolist()
        x, y = int((left + right) * 64), int((top + bottom) * 64)
        wanted = torch.tensor(PAINTS[scene.figures[0].key]) / 127.5 - 1
        if 1 < x < 126 and 1 < y < 126:
            assert (cut[number, :, y, x] - wanted).abs().max() < 0.05
    assert (boxes[:, 3:] == -1).all()


def test_wear_keeps_what_there_is_to_see() -> None:
    torch.manual_seed(2)
    picture = torch.from_numpy(blots(6, 10).pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    softened = worn(picture)
    assert softened.shape == picture.shape
    assert softened.abs().max() <= 1
    assert 0.01 < (softened - picture).abs().mean() < 0.4


def test_the_threshold_is_where_f1_is_best() -> None:
    assert best_threshold([3, 2, 1, 0], [1, 1, 0, 0]) == pytest.approx(1.5)
    assert best_threshold([3, 2, 1, 0], [0, 1, 0, 0]) == pytest.approx(1.5)
    assert best_threshold([3, 2], [1, 1]) < 2
    assert best_threshold([3, 2], [0, 0]) == 0


def test_truth_names_everybody() -> None:
    where, _, who, what = truth_of([Scene("moon", "night", (Figure("cat", 1), Figure("owl", 0)), ("bell",), 0)])
    assert SETTINGS[int(where)].key == "moon"
    assert who.sum() == 2
    assert what.sum() == 1
