"""What can honestly be said of any picture from its pixels alone: colours, light, contrast and coarse shapes.

Nothing here recognises things. Every word is computed from a picture of 128 × 128 pixels in OKLab (B. Ottosson, "A
perceptual color space for image processing", 2020: lightness from 0 to 1, chroma of pure colours 0.1 to 0.3), so that
made pictures and real photographs are described by the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from ravsg.pocket.elsewhere_shapes import (
    box,
    has_horizon,
    is_busy,
    is_fine,
    is_soft,
    lights,
    line_words,
    round_shapes,
    stands_in_the_middle,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.pocket.elsewhere_shapes import Field

SIDE: Final = 128
"""Pixels to which a picture is brought before it is looked at, as the writer's own eye does."""
COLOURS: Final = (
    "black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown",
)  # fmt: skip
SECOND: Final = 0.16
"""Share of the picture, vivid places counting more, that a second colour must have to be named."""
VIVID: Final = 5.0
"""What a place counts for more than 1, as a multiple of its chroma up to 0.2: eyes are drawn to vivid colours."""
DARK, DIM, SOFT = 0.34, 0.52, 0.70
"""Mean lightness below which a picture is dark, dim, or soft; above it is bright. Middle grey (119 of 255) is
0.57."""
WARM: Final = 0.022
"""Mean of OKLab's a + b above which a picture is warm, and below whose negative it is cool. The sum is positive for
reds, oranges, yellows and browns, negative for blues and teals, and near zero for greens and greys."""
STRONG, GENTLE = 0.55, 0.30
"""Span of lightness between the darkest and the lightest twentieth above which contrast is strong, or gentle."""
LEANING: Final = 0.13
"""Difference of mean lightness between one third and the opposite one that is seen as light from that side."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a picture shows to an eye that recognises nothing."""

    colours: tuple[str, ...]
    """One or two of `COLOURS`, the main one first."""
    brightness: str
    """ "bright", "soft", "dim" or "dark"."""
    warmth: str
    """ "warm", "cool" or "neutral"."""
    contrast: str
    """ "strong", "gentle" or "faint"."""
    light: str
    """Where it is lightest: "light from the left" (right, above, below), "light in the middle", or empty."""
    shapes: tuple[str, ...]
    """One to three coarse shapes, the most telling first: "a wide horizon", "points of light", "round shapes",
    "a large shape in the middle", "upright lines", "level lines", "slanting lines", "corners and straight edges",
    "fine texture", "soft shapes without edges"; where none of these is there, "many small shapes" or "a few broad
    shapes"."""


def look(picture: npt.NDArray[np.uint8]) -> Sight:
    """Describe a picture, uint8 [height, width, 3] in sRGB; the middle square is looked at."""
    lab = oklab(_square(picture))
    lightness: Field = lab[..., 0]
    mean = float(lightness.mean())
    low, high = np.quantile(lightness, (0.05, 0.95))
    tint = float(lab[..., 1:].sum(axis=2).mean())
    return Sight(
        colours=main_colours(lab),
        brightness="dark" if mean < DARK else "dim" if mean < DIM else "soft" if mean < SOFT else "bright",
        warmth="warm" if tint > WARM else "cool" if tint < -WARM else "neutral",
        contrast="strong" if high - low > STRONG else "gentle" if high - low > GENTLE else "faint",
        light=_lightest(lightness),
        shapes=_shapes(lab),
    )


def oklab(picture: npt.NDArray[np.uint8]) -> Field:
    """OKLab float32 [h, w, 3] of an sRGB picture uint8 [h, w, 3]."""
    cones = np.cbrt(_LINEAR[picture] @ _TO_CONES)
    return np.asarray(cones @ _TO_LAB, dtype=np.float32)


def colour_names(lab: Field) -> npt.NDArray[np.int64]:
    """The index in `COLOURS` of each OKLab colour [..., 3].

    Shades are what has chroma under 0.03 (0.06 where it is very dark or very light): black to lightness 0.3, white
    from 0.88. The rest is parted by hue in degrees; among reds, oranges and yellows, dull or dark ones are brown and
    light reds pink.
    """
    light = lab[..., 0]
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    shade = (chroma < 0.03) | ((light < 0.28) & (chroma < 0.06)) | ((light > 0.9) & (chroma < 0.05)) | (light < 0.16)
    reddish = (hue >= 345) | (hue < 38)
    rules = (
        (shade & (light < 0.3), "black"),
        (shade & (light > 0.88), "white"),
        (shade, "grey"),
        ((hue >= 24) & (hue < 38) & (light >= 0.64) & (chroma >= 0.13), "orange"),
        ((hue >= 33) & (hue < 38) & (light >= 0.5) & (chroma >= 0.13), "orange"),
        (reddish & (light >= 0.68), "pink"),
        (reddish & (chroma < 0.085) & (hue >= 12) & (hue < 345), "brown"),
        (reddish & ((chroma >= 0.085) | (light < 0.45)), "red"),
        (reddish, "pink"),
        ((hue < 85) & (light >= 0.60) & (chroma >= 0.10), "orange"),
        ((hue < 70) & (light >= 0.50) & (chroma >= 0.14), "orange"),
        ((hue < 80) & (light < 0.86), "brown"),
        ((hue < 100) & (light < 0.70), "brown"),
        (hue < 112, "yellow"),
        (hue < 195, "green"),
        (hue < 282, "blue"),
        ((hue < 320) | (light < 0.62), "purple"),
    )
    numbers = [COLOURS.index(name) for _, name in rules]
    return np.select([where for where, _ in rules], numbers, COLOURS.index("pink"))


def main_colours(lab: Field) -> tuple[str, ...]:
    """The colour that fills most of 32 × 32 places, and a second one that fills `SECOND` of them."""
    places = lab.reshape(32, SIDE // 32, 32, SIDE // 32, 3).mean(axis=(1, 3))
    chroma = np.minimum(np.hypot(places[..., 1], places[..., 2]), 0.2).ravel()
    counts = np.bincount(colour_names(places).ravel(), 1 + VIVID * chroma, minlength=len(COLOURS)) / 32**2
    first, second = np.argsort(-counts, kind="stable")[:2]
    return (COLOURS[first], COLOURS[second]) if counts[second] >= SECOND else (COLOURS[first],)


def _lightest(lightness: Field) -> str:
    third = SIDE // 3
    columns, rows = lightness.mean(axis=0), lightness.mean(axis=1)
    leans = {
        "light from the left": float(columns[:third].mean() - columns[-third:].mean()),
        "light from above": float(rows[:third].mean() - rows[-third:].mean()),
    }
    leans |= {"light from the right": -leans["light from the left"], "light from below": -leans["light from above"]}
    where = max(leans, key=lambda name: leans[name])
    if leans[where] > LEANING:
        return where
    inner = float(lightness[third:-third, third:-third].mean())
    outer = (float(lightness.sum()) - inner * (SIDE - 2 * third) ** 2) / (SIDE**2 - (SIDE - 2 * third) ** 2)
    return "light in the middle" if inner - outer > LEANING else ""


def _shapes(lab: Field) -> tuple[str, ...]:
    lightness = lab[..., 0]
    calm = box(lightness, 1)
    horizon = has_horizon(lab)
    found = ["a wide horizon"] * horizon
    found += ["points of light"] * lights(lightness)
    found += ["round shapes"] * round_shapes(calm)
    found += ["a large shape in the middle"] * (not horizon and stands_in_the_middle(lab))
    lines = [word for word in line_words(calm) if not (horizon and word == "level lines")]
    # Lines that stand close together are rough in every block as well.
    found += lines or ["fine texture"] * is_fine(lightness)
    if set(found) <= {"a large shape in the middle"} and is_soft(calm):
        found.append("soft shapes without edges")
    return tuple(found[:3]) or ("many small shapes" if is_busy(calm) else "a few broad shapes",)


def _square(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The middle square of a picture, `SIDE` pixels wide."""
    height, width = picture.shape[:2]
    if (height, width) == (SIDE, SIDE):
        return picture
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    image: Any = Image.fromarray(np.ascontiguousarray(picture[top : top + side, left : left + side]))
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def _linear() -> Field:
    """Linear light of the 256 values of an sRGB channel (IEC 61966-2-1)."""
    value = np.arange(256) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR: Final = _linear()
_TO_CONES: Final = np.array(
    [
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ],
    dtype=np.float32,
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 1.9779984951, 0.0259040371],
        [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ],
    dtype=np.float32,
)
