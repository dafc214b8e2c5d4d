"""Draws anew what the tests ask the shipped weights about: `python -m ravsg.pocket.redraw`.

One held-out scene of each setting as a PNG with its truth, and the examiner that judges paintings in the tests, so
that they need neither skia nor training. To be run whenever the world is drawn otherwise. Option: `--to DIR`.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from pathlib import Path
from typing import Final

import torch
from PIL import Image

from ravsg.pocket.drawn import to_plain
from ravsg.pocket.examiner_training import examiner_at
from ravsg.pocket.illustrator import Illustrator
from ravsg.pocket.world import SETTINGS, Scene, sample_scene

TO: Final = Path("tests/pocket/fixtures")
SEED: Final = 900_004


def chosen_scenes(seed: int = SEED) -> list[Scene]:
    """A held-out scene for each setting, in their order, each with a thing, in as many moods as there are."""
    rng = random.Random(seed)
    scenes: list[Scene] = []
    for where in SETTINGS:
        offers = [one for one in (sample_scene(rng, held_out=True) for _ in range(400)) if one.setting == where.key]
        with_things = [one for one in offers if one.things]
        moods = [one.mood for one in scenes]
        scenes.append(min(with_things, key=lambda one: moods.count(one.mood)))
    return scenes


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line, draw, and train the examiner where the kept one knows another world."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.redraw")
    parser.add_argument("--to", type=Path, default=TO)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    illustrator = Illustrator()
    scenes = chosen_scenes()
    for scene in scenes:
        Image.fromarray(illustrator.draw(scene)).save(chosen.to / f"{scene.setting}.png", optimize=True)
    truth = {scene.setting: to_plain(scene) for scene in scenes}
    (chosen.to / "scenes.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    examiner_at(chosen.to / "examiner.safetensors")


if __name__ == "__main__":
    main()
