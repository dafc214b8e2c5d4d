"""Two sheets of painted pictures, each over what was asked: `python -m ravsg.pocket.showing --to docs`.

`painted-best.png` holds the best 24 of 96 held-out scenes as the examiner scores them, `painted-random.png` 24 of the
same 96 taken at random; both say so. Options: `--weights DIR`, `--cache FILE` as in `evaluate`.
"""

from __future__ import annotations

import argparse
import logging
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ravsg.models.loading import calm_threads
from ravsg.pocket.evaluate import CACHE, WEIGHTS

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.pocket.examiner import Examiner
    from ravsg.pocket.world import Scene

PAINTED: Final = 96
SHOWN: Final = 24
COLUMNS: Final = 6
SEED: Final = 900_003
"""Of the scenes: others than those that are examined."""

_SIDE: Final = 200
_GAP: Final = 14
_LINES: Final = 5
_LINE: Final = 15
_HEAD: Final = 66
_PAPER: Final = "#fbf6ea"
_INK: Final = "#3a3040"
_PALE: Final = "#7a6f80"


def ranking(examiner: Examiner, scenes: Sequence[Scene], pictures: npt.NDArray[np.uint8]) -> list[int]:
    """Numbers of pictures, uint8 [n, side, side, 3], best first: how much of the scene the examiner finds in each.

    A right setting and a right mood count one each, the main character two, everybody and everything else a share
    of one; what is found for certain counts more than what is guessed.
    """
    verdict = examiner.judge(pictures)

    def found(number: int) -> float:
        scene = scenes[number]
        rest = [*(figure.key for figure in scene.figures[1:]), *scene.things]
        sure = [verdict.surely(number, key) for key in rest]
        return (
            (verdict.settings[number] == scene.setting)
            + (verdict.moods[number] == scene.mood)
            + 2 * verdict.surely(number, scene.figures[0].key)
            + (sum(sure) / len(sure) if sure else 1.0)
        )

    return sorted(range(len(scenes)), key=found, reverse=True)


def sheet(title: str, remark: str, pictures: Sequence[npt.NDArray[np.uint8]], asked: Sequence[str]) -> Image.Image:
    """Pictures in rows of six, enlarged, what was asked below each, under a title and a remark."""
    wide, high = _SIDE + _GAP, _SIDE + _LINES * _LINE + _GAP
    rows = -(-len(pictures) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * wide + _GAP, _HEAD + rows * high + _GAP), _PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((_GAP, 12), title, _INK, _font(22))
    draw.text((_GAP, 42), remark, _PALE, _font(13))
    for number, (picture, words) in enumerate(zip(pictures, asked, strict=True)):
        left, top = _GAP + number % COLUMNS * wide, _HEAD + number // COLUMNS * high
        page.paste(Image.fromarray(picture).resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), (left, top))
        for line, text in enumerate(wrapped(words, _SIDE, _LINES)):
            draw.text((left, top + _SIDE + 4 + line * _LINE), text, _INK, _font(12))
    return page


def wrapped(text: str, width: int, most: int) -> list[str]:
    """The text in at most so many lines of the captions' font, each at most `width` pixels; a rest becomes "…"."""
    font = _font(12)
    lines: list[str] = []
    words = text.split()
    while words:
        count = next((n for n in range(len(words), 1, -1) if font.getlength(" ".join(words[:n])) <= width), 1)
        if len(lines) == most - 1 and count < len(words):
            while count > 1 and font.getlength(" ".join(words[:count]) + " …") > width:
                count -= 1
            return [*lines, " ".join(words[:count]) + " …"]
        lines.append(" ".join(words[:count]))
        words = words[count:]
    return lines


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line, paint, judge, write both sheets."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.showing")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the examiner is kept")
    parser.add_argument("--to", type=Path, default=Path("docs"))
    chosen = parser.parse_args(arguments)
    calm_threads()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    from ravsg.pocket.drawn import sample_scenes
    from ravsg.pocket.examine_pictures import asked_of
    from ravsg.pocket.examiner_training import examiner_at
    from ravsg.pocket.hands import STYLE, Painter

    scenes = sample_scenes(PAINTED, SEED, held_out=True)
    painter = Painter(chosen.weights)
    prompts = asked_of(painter, scenes)
    pictures = painter.paint(prompts, seed=SEED)
    best = ranking(examiner_at(chosen.cache), scenes, pictures)[:SHOWN]
    some = sorted(random.Random(SEED).sample(range(PAINTED), SHOWN))
    remark = "Every hero is in a place where training never showed it. Below each: what was asked, without the style."
    for name, title, numbers in (
        ("best", f"The best {SHOWN} of {PAINTED} paintings, as the examiner scores them", best),
        ("random", f"{SHOWN} of the same {PAINTED} paintings, taken at random", some),
    ):
        asked = [prompts[number].removesuffix(f", {STYLE.suffix}") for number in numbers]
        page = sheet(title, remark, [pictures[number] for number in numbers], asked)
        # Every fourth level is enough for the eye, and the file is little more than half as large.
        page.point(lambda level: level // 4 * 4 + 2).save(chosen.to / f"painted-{name}.png", optimize=True)


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow is built with FreeType
    return font


if __name__ == "__main__":
    main()
