"""Draws a scene as a picture: sky, place, objects and characters, weather, paper.

The same scene gives the same pixels. Needs skia-python (`requirements-train.txt`); the bot never comes here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import skia

from ravsg.pocket.brush import Brush, Ink, Light, colour, mix, packed
from ravsg.pocket.layout import OUTLINE, Stand, arrange
from ravsg.pocket.objects import AURAS, FLOATING, LARGE
from ravsg.pocket.scenery import HORIZON, PLACES
from ravsg.pocket.shapes import cloud
from ravsg.pocket.world import CHARACTERS, THINGS, Scene

if TYPE_CHECKING:
    import numpy.typing as npt

SIDE: Final = 128
"""Pixels of a training picture's side."""

LIGHTS: Final = {
    "sunny": Light(("4fa8e6", "9fd6f5", "f5f3dc"), "fff3c4", 0.05),
    "sunset": Light(("e8794f", "f7a95c", "fbe3a1"), "f08a3c", 0.22),
    "night": Light(("10163f", "2a2f6b", "5a5596"), "232a63", 0.46, 0.72),
    "rain": Light(("76869a", "98a5b3", "bcc4c8"), "6f7f90", 0.34, 0.9),
    "storm": Light(("2b2d3f", "4a4a63", "7d6f83"), "3b3a55", 0.42, 0.76),
    "mist": Light(("cfd6da", "dfe3e0", "efece0"), "e3e6e3", 0.46),
    "dawn": Light(("9a8fd0", "f0a8c4", "fbd9c0"), "f29bbb", 0.24),
}
"""The light of each mood."""

_SHARES: Final = {"sunny": 0.3, "sunset": 0.24, "night": 0.14, "rain": 0.2, "storm": 0.14, "mist": 0.12, "dawn": 0.24}
"""How much of the light figures and things take: little where it would hide their colours."""

_DIM: Final = frozenset({"night", "storm", "moon", "cave"})
"""Moods and settings before which figures have a pale contour."""

ROWS: Final = 6
"""At most three figures and three things."""

_UNDER_A_ROOF: Final = frozenset({"cave", "library", "reef"})


def textures(count: int = 6, seed: int = 7) -> list[Any]:
    """Grains of paper: soft blots and fine specks around middle grey, as skia images of 256 × 256."""
    generator = np.random.default_rng(seed)
    images = []
    for _ in range(count):
        grain = generator.normal(0, 1, (256, 256))
        for cells, weight in ((8, 2.2), (24, 1.4), (64, 0.9)):
            coarse = generator.normal(0, 1, (cells, cells))
            grain += weight * np.kron(coarse, np.ones((256 // cells + 1, 256 // cells + 1)))[:256, :256]
        blurred = _blur(grain)
        grey = np.clip(128 + 26 * (0.75 * blurred / blurred.std() + 0.25 * grain / grain.std()), 0, 255)
        pixels = np.dstack([grey, grey, grey, np.full_like(grey, 255)]).astype(np.uint8)
        images.append(skia.Image.fromarray(np.ascontiguousarray(pixels)))
    return images


def _blur(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    for axis in (0, 1):
        values = sum((np.roll(values, step, axis) for step in range(-4, 5)), np.zeros_like(values)) / 9
    return values


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and the truth of its places."""

    pixels: npt.NDArray[np.uint8]
    """RGB, [side, side, 3]."""
    boxes: npt.NDArray[np.float32]
    """[ROWS, 5]: figures, then things, in the scene's order; unused rows are -1. Columns: the class (the character's
    index in CHARACTERS, or len(CHARACTERS) + the thing's index in THINGS), left, top, right, bottom as shares of the
    side, of the body with its contour, without shadow, glow and string, whether or not something is before it."""


class Illustrator:
    """Keeps one surface and the paper, to draw many scenes quickly (a few milliseconds each)."""

    def __init__(self, side: int = SIDE) -> None:
        self.side = side
        self._surface = skia.Surface(side, side)
        self._papers = textures()

    def draw(self, scene: Scene) -> npt.NDArray[np.uint8]:
        """RGB pixels, [side, side, 3]."""
        return self.picture(scene).pixels

    def picture(self, scene: Scene) -> Picture:
        """The drawing, and where everybody is in it."""
        rng = random.Random(scene.seed)
        canvas = self._surface.getCanvas()
        canvas.save()
        canvas.scale(self.side / 100, self.side / 100)
        brush = Brush(canvas, rng, LIGHTS[scene.mood])
        _heaven(brush, scene)
        PLACES[scene.setting](brush)
        _weather(brush, scene)
        boxes = _cast(brush, scene)
        if scene.mood in ("rain", "storm") and scene.setting not in _UNDER_A_ROOF:
            _drops(brush, 16, 0.4)
        brush.paper(self._papers)
        canvas.restore()
        pixels = self._surface.makeImageSnapshot().toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)
        return Picture(np.ascontiguousarray(pixels[:, :, :3]), boxes)


def _heaven(brush: Brush, scene: Scene) -> None:
    rng = brush.rng
    if scene.setting == "moon":
        glow = brush.light.sky[1]
        dark = [packed(mix(colour(glow), (8, 8, 20), share)) for share in (0.97, 0.9, 0.72)]
        brush.sky(0, 100, [f"{value & 0xFFFFFF:06x}" for value in dark])
    else:
        brush.sky(0, HORIZON + 16)
    if scene.mood == "night" or scene.setting == "moon":
        for _ in range(34):
            size = rng.uniform(0.25, 0.75)
            brush.glow(rng.uniform(0, 100), rng.uniform(0, HORIZON), size * 1.6, "ffffff", 0.95)
    if scene.setting == "moon":
        return
    _sun_or_moon(brush, scene)
    _clouds(brush, scene)


def _sun_or_moon(brush: Brush, scene: Scene) -> None:
    rng = brush.rng
    x, y = rng.uniform(12, 88), rng.uniform(9, 20)
    match scene.mood:
        case "sunny":
            brush.glow(x, y, 26, "fff7c8", 0.8)
            brush.glow(x, y, 9, "fffbe0", 1.0)
        case "sunset":
            y = HORIZON - rng.uniform(14, 26)
            brush.glow(x, y, 40, "fff0b0", 0.8)
            brush.glow(x, y, 12, "fffbe6", 1.0)
        case "dawn":
            y = HORIZON - rng.uniform(8, 16)
            brush.glow(x, y, 40, "fff0da", 0.7)
        case "night":
            brush.glow(x, y, 20, "dfe6ff", 0.5)
            brush.glow(x, y, 8.5, "fdfbe6", 1.0)


def _clouds(brush: Brush, scene: Scene) -> None:
    rng = brush.rng
    if scene.mood in ("sunny", "sunset", "dawn"):
        for _ in range(rng.randint(1, 3)):
            hue = {"sunny": "ffffff", "sunset": "ffd9b0", "dawn": "ffe3ea"}[scene.mood]
            cloud(brush, rng.uniform(5, 95), rng.uniform(8, 34), rng.uniform(9, 16), 0.65, hue=hue)
    if scene.mood in ("rain", "storm"):
        hue = "8d98a6" if scene.mood == "rain" else "3a3a50"
        for _ in range(6):
            cloud(brush, rng.uniform(0, 100), rng.uniform(0, 20), rng.uniform(14, 24), 0.7, hue=hue)


def _cast(brush: Brush, scene: Scene) -> npt.NDArray[np.float32]:
    """Things at the back, companions, the hero, things in front. Their boxes, as `Picture.boxes` has them."""
    figures, things = arrange(scene, brush.rng)
    brush.share = _SHARES[scene.mood]
    back = [one for one in things if one.key in LARGE]
    front = sorted((one for one in things if one.key not in LARGE), key=lambda one: one.foot)
    companions = sorted(figures[1:], key=lambda one: one.foot)
    dim = scene.mood in _DIM or scene.setting in _DIM
    for one in (*back, *companions, figures[0], *front):
        _put(brush, one, "f4e6c4" if dim else "33233f")
    brush.share = 1.0
    boxes = np.full((ROWS, 5), -1, dtype=np.float32)
    for number, one in enumerate((*figures, *things)):
        boxes[number] = (_classes()[one.key], *(min(1.0, max(0.0, edge / 100)) for edge in one.box))
    return boxes


def _put(brush: Brush, one: Stand, contour: str) -> None:
    canvas = brush.canvas
    if one.key not in FLOATING:
        wide = (one.box[2] - one.box[0]) * (0.4 if one.hop else 0.5)
        brush.oval((one.box[0] + one.box[2]) / 2, one.foot + one.hop, wide, 2.6, "2a2440", alpha=0.3)
    canvas.save()
    canvas.translate(one.x, one.foot)
    canvas.scale(-one.size if one.mirrored else one.size, one.size)
    canvas.rotate(one.pose.lean)
    if one.key in AURAS:
        AURAS[one.key](brush)
    brush.ink = Ink(contour, OUTLINE / one.size)
    one.paint(brush)
    brush.ink = None
    one.paint(brush)
    canvas.restore()


@cache
def _classes() -> dict[str, int]:
    keys = [one.key for one in CHARACTERS] + [one.key for one in THINGS]
    return {key: number for number, key in enumerate(keys)}


def _weather(brush: Brush, scene: Scene) -> None:
    """What is in the air behind the figures."""
    rng = brush.rng
    roofed = scene.setting in _UNDER_A_ROOF
    if scene.mood in ("rain", "storm") and not roofed:
        _drops(brush, 60, 0.5)
    if scene.mood == "storm" and not roofed:
        x = rng.uniform(15, 85)
        bolt = [(x, -2), (x - 5, 14), (x + 1, 15), (x - 6, 36), (x + 9, 11), (x + 3, 10.5), (x + 8, -2)]
        brush.share = 0.0
        brush.poly(bolt, "fff6b8", 0.95)
        brush.share = 1.0
    if scene.mood == "mist":
        for _ in range(6):
            y = rng.uniform(28, 92)
            brush.glow(rng.uniform(0, 100), y, rng.uniform(24, 46), "f3f1ea", 0.34)
    if scene.mood == "sunset":
        brush.glow(rng.uniform(20, 80), rng.uniform(30, 60), 60, "ffd08a", 0.28)


def _drops(brush: Brush, count: int, alpha: float) -> None:
    rng = brush.rng
    lean = rng.uniform(-2.5, 2.5)
    for _ in range(count):
        x, y, long = rng.uniform(-4, 104), rng.uniform(-4, 98), rng.uniform(3, 6)
        brush.line([(x, y), (x + lean, y + long)], 0.5, "e3eef7", alpha)
