"""Memory makes a difference, measured as the benchmark does: shipped weights, held-out scenes, few cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.memory_cases import cases
from benchmarks.memory_effect import EXAMINER, Arm, figures, measured, palette_distance
from benchmarks.paired import mcnemar
from ravsg.pocket.drawn import from_plain
from ravsg.pocket.examine_text import names_somebody
from ravsg.pocket.names import KNOWN, UNKNOWN

FIXTURES = EXAMINER.parent
TRUTH = {key: from_plain(raw) for key, raw in json.loads((FIXTURES / "scenes.json").read_text()).items()}
FEW = 6


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Threads that wait for each other are slow on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
async def test_a_remembered_name_returns_with_memory_and_not_without_or_from_another_scene(tmp_path: Path) -> None:
    known = cases(list(TRUTH.values())[:FEW])
    pictures = [(FIXTURES / f"{key}.png").read_bytes() for key in list(TRUTH)[:FEW]]
    found = await measured(known, pictures, tmp_path, paint=False)
    returned = {arm: sum(values) for arm, values in found["name"].items()}
    assert returned["with"] >= FEW - 1
    assert returned["without"] <= 1
    assert returned["other"] <= 1


def test_what_is_remembered_names_its_hero_and_is_not_in_the_picture() -> None:
    made = cases(list(TRUTH.values()))
    assert made == cases(list(TRUTH.values()))
    for case in made:
        there = {figure.key for figure in case.scene.figures}
        earlier = case.earlier.scene
        assert case.elsewhere == (earlier.figures[0] == case.scene.figures[0])
        assert case.elsewhere or (earlier.setting == case.scene.setting and earlier.figures[0].key not in there)
        assert case.before.scene == case.scene
        assert all(names_somebody(one.text, one.name) for one in (case.earlier, case.before))
    names = [case.earlier.name for case in made]
    assert any(name in KNOWN for name in names)
    assert any(name in UNKNOWN for name in names)


def test_mcnemar_counts_only_the_cases_that_differ() -> None:
    assert mcnemar([True] * 5 + [False] * 9, [False] * 14) == pytest.approx(2 / 32)
    assert mcnemar([True, False] * 4, [False, True] * 4) == 1
    assert mcnemar([True, False], [True, False]) == 1
    one, other = [True] * 8 + [False], [False] * 8 + [True]
    assert mcnemar(one, other) == mcnemar(other, one) == pytest.approx(2 * (1 + 9) / 2**9)


def test_the_distance_of_palettes_knows_colours_and_no_places() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    assert palette_distance(picture, np.flip(picture, axis=(0, 1))) == 0
    assert palette_distance(np.zeros_like(picture), np.full_like(picture, 255)) == 1
    assert palette_distance(picture, picture // 2) > 0.1


def test_a_lead_is_met_only_where_its_whole_interval_is_above_nothing() -> None:
    sure: dict[Arm, list[float]] = {"with": [1.0] * 9 + [0.0], "without": [0.0] * 10, "other": [1.0] * 5 + [0.0] * 5}
    near: dict[Arm, list[float]] = {"with": [0.2, 0.1] * 5, "without": [0.1, 0.2] * 5, "other": [0.9] * 10}
    met = {one.id: one.met for one in figures({"name": sure, "palette": near}) if one.goal is not None}
    assert met == {
        "name_over_without": True,
        "name_over_other": True,
        "palette_over_without": False,
        "palette_over_other": True,
    }
