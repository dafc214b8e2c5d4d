"""What made pictures are put together from: noise, gradients, palettes, masks, and the marks of a camera.

Pictures in the making are float32 [128, 128, 3] in sRGB from 0 to 1; masks are float32 [128, 128] from 0 to 1. Chance
comes from the numpy generator that is given.
"""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy.typing as npt

    Field: TypeAlias = npt.NDArray[np.float32]

SIDE: Final = 128
LARGE: Final = 2
"""Masks are drawn at twice the size and made smaller, so that their edges are smooth."""

# Hue, saturation and value ranges, in hundredths, of places that people photograph.
PALETTES: Final[dict[str, tuple[tuple[int, int, int, int, int, int], ...]]] = {
    "sky": ((54, 64, 15, 75, 55, 100), (52, 62, 2, 25, 80, 100), (8, 16, 5, 30, 60, 95)),
    "sea": ((46, 60, 25, 85, 25, 75), (44, 54, 15, 50, 55, 90), (56, 66, 30, 70, 12, 45)),
    "leaves": ((19, 37, 25, 80, 15, 60), (15, 28, 35, 85, 40, 85), (25, 42, 20, 60, 6, 30)),
    "autumn": ((2, 12, 45, 95, 35, 90), (8, 14, 40, 90, 50, 95), (0, 8, 40, 80, 15, 45)),
    "earth": ((5, 12, 20, 60, 20, 70), (6, 13, 10, 45, 45, 90), (3, 9, 20, 60, 8, 35)),
    "stone": ((0, 100, 0, 9, 20, 80), (0, 100, 0, 7, 50, 95), (55, 65, 2, 14, 12, 60)),
    "snow": ((50, 65, 0, 15, 82, 100), (50, 65, 4, 30, 55, 90), (0, 100, 0, 5, 75, 100)),
    "sunset": ((2, 11, 50, 95, 65, 100), (90, 100, 25, 75, 45, 90), (68, 90, 20, 65, 15, 55)),
    "night": ((58, 72, 25, 80, 3, 22), (0, 100, 0, 30, 1, 12), (7, 14, 45, 95, 55, 100)),
    "room": ((6, 13, 8, 45, 45, 92), (4, 11, 25, 65, 15, 55), (0, 100, 0, 10, 60, 98)),
    "blossom": ((84, 98, 20, 75, 60, 100), (72, 86, 20, 70, 40, 90), (20, 36, 20, 65, 25, 70)),
    "fruit": ((96, 103, 65, 100, 45, 95), (10, 17, 65, 100, 75, 100), (22, 34, 40, 90, 35, 80)),
    "skin": ((3, 9, 20, 60, 30, 95), (4, 9, 30, 65, 12, 55), (0, 100, 0, 15, 5, 60)),
    "violet": ((70, 82, 25, 80, 25, 85), (64, 74, 20, 65, 20, 75), (80, 92, 10, 45, 60, 95)),
    "signs": ((98, 102, 75, 100, 60, 95), (58, 66, 60, 100, 40, 90), (12, 17, 75, 100, 80, 100)),
    "any": ((0, 100, 0, 100, 5, 100), (0, 100, 0, 70, 15, 100), (0, 100, 10, 90, 5, 80)),
}


def palette(rng: np.random.Generator, name: str = "", count: int = 4) -> list[Field]:
    """Colours of one palette (of a random one without a name), each [3]; the first three are one of each range."""
    ranges = PALETTES[name or str(rng.choice(list(PALETTES)))]
    order = [*rng.permutation(3), *rng.integers(0, 3, max(0, count - 3))]
    return [_coloured(rng, ranges[number]) for number in order[:count]]


def _coloured(rng: np.random.Generator, within: tuple[int, ...]) -> Field:
    hue, saturation, value = (rng.integers(within[i], within[i + 1] + 1) / 100 for i in (0, 2, 4))
    return np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value), np.float32)


def grid() -> tuple[Field, Field]:
    """Rows and columns of every pixel, from −1 to 1."""
    down, across = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    return down.astype(np.float32), across.astype(np.float32)


def noise(rng: np.random.Generator, slope: float, *, stretch: float = 1.0, turn: float = 0.0) -> Field:
    """Noise whose amplitude falls with frequency to the power `slope` (photographs: about 1), from 0 to 1.

    `stretch` above 1 draws it out along the direction `turn`, in radians.
    """
    fy, fx = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None, :]
    along, over = fx * np.cos(turn) + fy * np.sin(turn), fy * np.cos(turn) - fx * np.sin(turn)
    size = np.hypot(along * stretch, over)
    size[0, 0] = 1.0
    waves = np.fft.rfft2(rng.standard_normal((SIDE, SIDE))) / size**slope
    waves[0, 0] = 0.0
    field = np.fft.irfft2(waves, s=(SIDE, SIDE))
    return np.clip(0.5 + field / (5 * field.std() + 1e-9), 0, 1).astype(np.float32)


def between(colours: list[Field], where: Field) -> Field:
    """Colours [n, 3] laid along a mask: 0 is the first, 1 the last, [128, 128, 3]."""
    stops = np.linspace(0, 1, len(colours))
    channels = [np.interp(where, stops, [one[channel] for one in colours]) for channel in range(3)]
    return np.asarray(np.stack(channels, axis=2), np.float32)


def gradient(rng: np.random.Generator, colours: list[Field], turn: float | None = None) -> Field:
    """Colours that pass into each other along a direction in radians (pi / 2 is downwards), bent a little."""
    down, across = grid()
    angle = rng.uniform(0, 2 * np.pi) if turn is None else turn
    way = across * np.cos(angle) + down * np.sin(angle)
    way = way + 0.25 * rng.random() * (noise(rng, 2.0) - 0.5)
    return between(colours, np.asarray(np.clip(way / 2.4 + 0.5, 0, 1) ** rng.uniform(0.6, 1.6), np.float32))


def drawn(marks: list[tuple[str, list[tuple[float, float]], float]]) -> Field:
    """A mask of filled marks ("polygon", "ellipse" by two corners, or "line"), points as (x, y) from −1 to 1, each
    with its strength from 0 to 1; later marks lie over earlier ones."""
    side = SIDE * LARGE
    image = Image.new("L", (side, side))
    pencil = ImageDraw.Draw(image)
    for kind, points, strength in marks:
        placed = [((x + 1) / 2 * side, (y + 1) / 2 * side) for x, y in points]
        ink = round(255 * strength)
        if kind == "polygon":
            pencil.polygon(placed, fill=ink)
        elif kind == "ellipse":
            pencil.ellipse(placed, fill=ink)
        else:
            pencil.line(placed, fill=ink, width=2 * LARGE)
    small: Any = image.resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small, np.float32) * np.float32(1 / 255)


def blob(rng: np.random.Generator, x: float, y: float, *, wide: float, high: float, rough: float) -> Field:
    """An uneven rounded mass; `rough` from 0 (an ellipse) to 0.5."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    reach = np.ones(48)
    for wave in range(2, 7):
        reach += rough * rng.normal() / wave * np.cos(wave * angle + rng.uniform(0, 6.3))
    points = zip(x + wide * reach * np.cos(angle), y + high * reach * np.sin(angle), strict=True)
    return drawn([("polygon", [(float(a), float(b)) for a, b in points], 1.0)])


def over(picture: Field, mask: Field, paint: Field) -> Field:
    """The picture with `paint` (a colour [3] or a picture) laid over it where the mask says."""
    return np.asarray(picture + mask[..., None] * (paint - picture), np.float32)


def shaded(rng: np.random.Generator, colour: Field, strength: float = 0.6) -> Field:
    """A colour lit from a random side, with a little noise."""
    down, across = grid()
    angle = rng.uniform(0, 2 * np.pi)
    lit = 1 + strength * (across * np.cos(angle) + down * np.sin(angle)) * 0.7
    return np.clip(colour * (lit + 0.25 * (noise(rng, 1.2) - 0.5))[..., None], 0, 1).astype(np.float32)


def blurred(picture: Field, radius: float) -> Field:
    """Out of focus by a Gaussian of so many pixels."""
    if radius < 0.2:
        return picture
    whole = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    soft: Any = whole.filter(ImageFilter.GaussianBlur(float(radius)))
    return np.asarray(soft, np.float32) * np.float32(1 / 255)


def developed(taken: Field, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """What a camera does to a picture: exposure, contrast, a cast of colour, light from a side, dark corners, blur,
    grain; now and then black and white. uint8 [128, 128, 3]."""
    down, across = grid()
    picture: npt.NDArray[np.floating[Any]] = taken
    if rng.random() < 0.25:
        picture = blurred(taken, rng.uniform(0.3, 1.6))
    if rng.random() < 0.3:
        angle, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.6)
        picture = picture * (1 + strength * (across * np.cos(angle) + down * np.sin(angle)))[..., None]
    if rng.random() < 0.35:
        picture = picture * (1 - rng.uniform(0.1, 0.6) * (across**2 + down**2) / 2)[..., None]
    picture = np.clip(picture, 0, 1) ** np.exp(rng.normal(0, 0.35))
    if rng.random() < 0.4:
        picture = picture * rng.uniform(0.82, 1.15, 3)
    if rng.random() < 0.4:
        middle = rng.uniform(0.2, 0.8)
        picture = middle + (picture - middle) * rng.uniform(0.35, 1.35)
    grey = picture.mean(axis=2, keepdims=True)
    kept = 0.0 if rng.random() < 0.07 else rng.uniform(0.7, 1.5)
    picture = grey + kept * (picture - grey)
    if rng.random() < 0.6:
        grain = rng.standard_normal((SIDE, SIDE, 1 if rng.random() < 0.6 else 3))
        picture = picture + abs(rng.normal(0, 0.025)) * grain
    return np.asarray(np.clip(picture, 0, 1) * 255 + 0.5).clip(0, 255).astype(np.uint8)
