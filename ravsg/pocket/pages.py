"""Pages of samples for the documentation: `python -m ravsg.pocket.pages --to FILE [--drawn-only]`.

The world's page (`--drawn-only`) shows drawn scenes, the reference scene first, with every setting, character and
thing among them. The other shows two rows of it, then held-out scenes as painted, each over its drawing.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from ravsg.models.profiles import POCKET_WEIGHTS
from ravsg.pocket.captions import card
from ravsg.pocket.drawn import sample_scenes
from ravsg.pocket.hands import Painter
from ravsg.pocket.illustrator import Illustrator
from ravsg.pocket.world import SETTINGS, Scene, reference_scene, sample_scene

if TYPE_CHECKING:
    import numpy.typing as npt

COLUMNS: Final = 8
ROWS: Final = 5


def shown(count: int, seed: int = 12) -> list[Scene]:
    """The reference scene and others, the settings in turn, each chosen for what has not been seen before it."""
    rng = random.Random(seed)
    scenes = [reference_scene(3)]
    seen = _holds(scenes[0])
    while len(scenes) < count:
        where = SETTINGS[(len(scenes) * 5) % len(SETTINGS)].key
        offers = [_scene_in(where, rng) for _ in range(12)]
        scenes.append(max(offers, key=lambda one: len(_holds(one) - seen)))
        seen |= _holds(scenes[-1])
    return scenes


def drawn_page() -> Image.Image:
    """COLUMNS × ROWS drawn scenes."""
    illustrator = Illustrator()
    return Image.fromarray(np.concatenate(_rows([illustrator.draw(scene) for scene in shown(COLUMNS * ROWS)])))


def painted_page(weights: Path) -> Image.Image:
    """Two rows of drawings, then two pairs of rows: painted, and the drawing of the same scene."""
    illustrator = Illustrator()
    rng = random.Random(12)
    asked = sample_scenes(2 * COLUMNS, 900_002, held_out=True)
    painter = Painter(weights)
    painted = list(painter.paint([painter.prompt(card(scene, rng)) for scene in asked], seed=7))
    rows = _rows([illustrator.draw(scene) for scene in shown(2 * COLUMNS)])
    for half in (slice(0, COLUMNS), slice(COLUMNS, 2 * COLUMNS)):
        rows += [*_rows(painted[half]), *_rows([illustrator.draw(scene) for scene in asked[half]])]
    return Image.fromarray(np.concatenate(rows))


def _holds(scene: Scene) -> set[str]:
    return {scene.mood, *(figure.phrase for figure in scene.figures), *scene.things}


def _scene_in(key: str, rng: random.Random) -> Scene:
    while True:
        scene = sample_scene(rng)
        if scene.setting == key:
            return scene


def _rows(pictures: list[npt.NDArray[np.uint8]]) -> list[npt.NDArray[np.uint8]]:
    return [np.concatenate(pictures[i : i + COLUMNS], axis=1) for i in range(0, len(pictures), COLUMNS)]


def main() -> None:
    """Parse the command line and write the page."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.pages")
    parser.add_argument("--weights", type=Path, default=POCKET_WEIGHTS)
    parser.add_argument("--drawn-only", action="store_true", help="the world as it is drawn, without the painter")
    parser.add_argument("--to", type=Path, required=True)
    chosen = parser.parse_args()
    page = drawn_page() if chosen.drawn_only else painted_page(chosen.weights)
    page.save(chosen.to, optimize=True)


if __name__ == "__main__":
    main()
