"""Drawings that travel in one file."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from ravsg.pocket.drawn import Batches, Drawn, read, to_plain
from ravsg.pocket.packed import pack, unpack
from ravsg.pocket.world import sample_scene


@pytest.fixture
def drawings(tmp_path: Path) -> Drawn:
    """Six smooth pictures that stand in for drawings."""
    folder = tmp_path / "drawn"
    folder.mkdir()
    rng = random.Random(4)
    scenes = [sample_scene(rng) for _ in range(6)]
    ramp = np.linspace(0, 255, 128, dtype=np.uint8)
    pictures = np.stack([np.stack(np.meshgrid(np.roll(ramp, 9 * i), ramp), 2)[..., [0, 1, 0]] for i in range(6)])
    np.save(folder / "pictures.npy", pictures)
    np.save(folder / "boxes.npy", np.random.default_rng(1).random((6, 6, 5), dtype=np.float32))
    (folder / "scenes.json").write_text(json.dumps([to_plain(scene) for scene in scenes]))
    return read(folder)


def test_what_was_packed_comes_back(tmp_path: Path, drawings: Drawn) -> None:
    pack(tmp_path / "drawn", tmp_path / "some.pack", 4)
    back = unpack(tmp_path / "some.pack", tmp_path / "elsewhere")
    assert back.scenes == drawings.scenes[:4]
    assert np.array_equal(back.boxes, drawings.boxes[:4])
    difference = np.abs(back.pictures.astype(int) - drawings.pictures[:4])
    assert difference.mean() < 4, "WebP changes pixels a little, and mixes up no pictures"
    assert (tmp_path / "some.pack").stat().st_size < drawings.pictures[:4].nbytes / 4


def test_more_than_there_is_cannot_be_packed(tmp_path: Path, drawings: Drawn) -> None:
    with pytest.raises(ValueError, match="6 pictures, not 7"):
        pack(tmp_path / "drawn", tmp_path / "some.pack", 7)


def test_batches_follow_from_the_step_alone() -> None:
    one, other = Batches(10, 3, seed=5), Batches(10, 3, seed=5)
    straight = [one.at(number).tolist() for number in range(9)]
    assert [other.at(number).tolist() for number in (7, 2, 4)] == [straight[7], straight[2], straight[4]]
    for epoch in (straight[:3], straight[3:6]):
        seen = [number for batch in epoch for number in batch]
        assert len(set(seen)) == 9
    assert straight[:3] != straight[3:6]
