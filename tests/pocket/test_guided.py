"""Image-to-image with the shipped painter: a picture shows through, and the more the less is painted anew."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pytest
import torch

from ravsg.jobs.step import Watch
from ravsg.models.painter import Painter, PromptCounter
from ravsg.models.profiles import pocket
from ravsg.pocket.captions import caption
from ravsg.pocket.drawn import from_plain
from ravsg.pocket.hands import STYLE, pixels_of
from ravsg.types import Painted, PaintTask

FIXTURES: Final = Path(__file__).parent / "fixtures"
TRUTH: Final = {key: from_plain(raw) for key, raw in json.loads((FIXTURES / "scenes.json").read_text()).items()}
FEW: Final = 4


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Threads that wait for each other are slow on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def coarse(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Mean colours of 8 × 8 fields, [8, 8, 3] from 0 to 255: what a picture keeps of another before its lines."""
    side = picture.shape[0] // 8
    return picture.reshape(8, side, 8, side, 3).mean(axis=(1, 3))


def test_a_guided_painting_keeps_more_of_its_reference_than_a_free_one() -> None:
    """Each scene's caption is painted from nothing, and over the drawing of another scene, a little and much anew."""
    profile = pocket()
    scenes = list(TRUTH.values())[:FEW]
    references = [(FIXTURES / f"{key}.png").read_bytes() for key in [*TRUTH][FEW : 2 * FEW]]
    painter = Painter(profile, PromptCounter(profile.painter))
    away: dict[float, list[float]] = {0.0: [], 0.4: [], 0.8: []}
    for number, (scene, reference) in enumerate(zip(scenes, references, strict=True)):
        free = PaintTask(
            f"{caption(scene, random.Random(number))}, {STYLE.suffix}",
            STYLE.negative,
            profile.native_side,
            profile.native_side,
            profile.steps,
            profile.guidance,
            seed=number + 1,
        )
        kept = coarse(pixels_of(reference))
        for strength, found in away.items():
            task = replace(free, reference=reference, strength=strength) if strength else free
            (done,) = painter.paint([task], [Watch()])
            assert isinstance(done, Painted)
            found.append(float(np.abs(coarse(pixels_of(done.png)) - kept).mean()))
    none, little, much = (np.array(away[strength]) for strength in (0.0, 0.4, 0.8))
    assert (little < none).all()
    assert little.mean() < 0.6 * none.mean()
    assert little.mean() < much.mean() < none.mean()
    assert (little > 1).all(), "something was painted"
