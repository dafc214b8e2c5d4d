"""A page of samples for the documentation: `python -m ravsg.pocket.pages --to FILE`.

Above, drawn scenes of every setting; below, held-out scenes as the painter paints them, each over its drawing.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from ravsg.pocket.captions import card
from ravsg.pocket.drawn import sample_scenes
from ravsg.pocket.evaluate import WEIGHTS, painter_prompt_of
from ravsg.pocket.hands import Painter
from ravsg.pocket.illustrator import Illustrator
from ravsg.pocket.world import SETTINGS, Scene, reference_scene, sample_scene

if TYPE_CHECKING:
    import numpy.typing as npt

COLUMNS: Final = 8


def page(weights: Path) -> Image.Image:
    """Three rows of drawings, then two pairs of rows: painted, and the drawing of the same scene."""
    illustrator = Illustrator()
    rng = random.Random(12)
    shown = [reference_scene(3), *(_scene_in(one.key, rng) for one in (*SETTINGS, *SETTINGS))]
    above = [illustrator.draw(scene) for scene in shown[: 3 * COLUMNS]]
    asked = sample_scenes(2 * COLUMNS, 900_002, held_out=True)
    painted = Painter(weights / "painter").paint([painter_prompt_of(card(scene, rng)) for scene in asked], seed=7)
    paintings = ((painted + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    rows = _rows(above)
    for half in (slice(0, COLUMNS), slice(COLUMNS, 2 * COLUMNS)):
        rows += [*_rows(list(paintings[half])), *_rows([illustrator.draw(scene) for scene in asked[half]])]
    return Image.fromarray(np.concatenate(rows))


def _scene_in(key: str, rng: random.Random) -> Scene:
    while True:
        scene = sample_scene(rng)
        if scene.setting == key:
            return scene


def _rows(pictures: list[npt.NDArray[np.uint8]]) -> list[npt.NDArray[np.uint8]]:
    return [np.concatenate(pictures[i : i + COLUMNS], axis=1) for i in range(0, len(pictures), COLUMNS)]


def main() -> None:
    """Parse the command line and write the page, in 256 colours, so that it stays small."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.pages")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--to", type=Path, required=True)
    chosen = parser.parse_args()
    page(chosen.weights).quantize(256, dither=Image.Dither.NONE).save(chosen.to, optimize=True)


if __name__ == "__main__":
    main()
