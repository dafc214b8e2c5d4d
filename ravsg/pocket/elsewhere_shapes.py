"""Coarse shapes of a picture of 128 × 128 pixels, found by counting edges: no model, no recognition.

A picture's lightness is a float32 field [128, 128] from 0 (black) to 1 (white). Each test is one sentence of its
docstring with the threshold in it; all were set by looking at made pictures and photographs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy.typing as npt

    Field: TypeAlias = npt.NDArray[np.float32]

EDGE: Final = 0.03
"""Change of lightness a pixel from which a place counts as an edge."""
RADII: Final = (7, 10, 14, 19, 25, 32)
"""Radii in pixels of the circles that are looked for."""
SECTORS: Final = 12


def box(field: Field, reach: int) -> Field:
    """The mean of each place's square of 2 × reach + 1 pixels; edges are repeated outwards."""
    for axis in (0, 1):
        padded = np.pad(field, [(reach + 1, reach) if one == axis else (0, 0) for one in (0, 1)], mode="edge")
        summed = np.cumsum(padded, axis=axis, dtype=np.float64)
        size = 2 * reach + 1
        ahead, behind = (summed[size:], summed[:-size]) if axis == 0 else (summed[:, size:], summed[:, :-size])
        field = ((ahead - behind) / size).astype(np.float32)
    return field


def slopes(calm: Field) -> tuple[Field, Field, Field]:
    """Change of lightness a pixel to the right, downwards, and its size."""
    down, right = (np.asarray(one, np.float32) for one in np.gradient(calm))
    return right, down, np.hypot(right, down)


def has_horizon(lab: Field) -> bool:
    """Whether one level border parts the picture: between its upper and lower fifth there is a row at which the bands
    of 10 rows above and below differ by 0.09 in OKLab, and in four of five of 32 columns the border is that strong
    (by half), in the same direction, and within 6 rows; and no border more than 12 rows away is three quarters as
    strong."""
    columns = lab.reshape(128, 32, 4, 3).mean(axis=2)
    summed = np.concatenate([np.zeros((1, 32, 3), np.float32), np.cumsum(columns, axis=0, dtype=np.float32)])
    rows = np.arange(24, 105)
    step = (summed[rows + 10] - 2 * summed[rows] + summed[rows - 10]) / 10
    whole = step.mean(axis=1)
    strength = np.linalg.norm(whole, axis=1)
    best = int(strength.argmax())
    elsewhere = np.delete(strength, slice(max(0, best - 12), best + 13))
    if strength[best] < 0.09 or float(elsewhere.max()) > 0.75 * strength[best]:
        return False
    along = step @ (whole[best] / strength[best])
    near = slice(max(0, best - 6), best + 7)
    there = (along[near].max(axis=0) > 0.5 * strength[best]) & (np.abs(along.argmax(axis=0) - best) <= 6)
    return bool(there.mean() >= 0.8)


def lights(lightness: Field) -> bool:
    """Whether at least four small lights (a place lighter than 0.6, lighter by 0.25 than the mean of its 19 × 19
    pixels, and the lightest of its 7 × 7) stand in a picture whose median is darker than 0.4, and
    lighter than 0.6 in at most 8 % of it."""
    if float(np.median(lightness)) > 0.4:
        return False
    bright = (lightness > 0.6) & (lightness - box(lightness, 9) > 0.25)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(lightness, 3, mode="edge"), (7, 7))
    if float((lightness > 0.6).mean()) > 0.08:
        return False
    peaks = bright & (lightness >= windows.max(axis=(2, 3)))
    # Neighbours of equal lightness are one light: counted in cells of 8 × 8.
    cells = peaks.reshape(16, 8, 16, 8).any(axis=(1, 3))
    return bool(cells.sum() >= 4)


def round_shapes(calm: Field) -> bool:
    """Whether there is a circle: a point to which, or from which, the edges of at least 11 of 12 sectors around it
    point at one radius of 7 to 32 pixels, four times as often as at other points (after G. Loy and A. Zelinsky,
    "Fast radial symmetry for detecting points of interest", 2003)."""
    right, down, size = slopes(calm)
    y, x = np.nonzero(size > EDGE)
    if len(y) < 16:
        return False
    across, along = right[y, x] / size[y, x], down[y, x] / size[y, x]
    sector = ((np.arctan2(along, across) + np.pi) / (2 * np.pi) * SECTORS).astype(np.int64) % SECTORS
    for radius in RADII:
        for sign in (1, -1):
            cy = np.rint((y + sign * radius * along) / 2).astype(np.int64)
            cx = np.rint((x + sign * radius * across) / 2).astype(np.int64)
            inside = (cy >= 0) & (cy < 64) & (cx >= 0) & (cx < 64)
            votes = np.bincount(
                (sector[inside] * 64 + cy[inside]) * 64 + cx[inside], minlength=SECTORS * 64 * 64
            ).reshape(SECTORS, 64, 64)
            # A vote may fall into a neighbouring cell of 2 × 2 pixels.
            near = votes[:, :-1, :-1] + votes[:, 1:, :-1] + votes[:, :-1, 1:] + votes[:, 1:, 1:]
            each = 2 * np.pi * radius / SECTORS
            full = (near >= max(1.0, 0.4 * each)).sum(axis=0)
            # Edges are two or three pixels wide; dense texture votes everywhere alike.
            total = np.minimum(near, 2 * each).sum(axis=0)
            if bool(((full >= 11) & (total > 0.9 * 2 * np.pi * radius) & (total > 4 * total.mean())).any()):
                return True
    return False


def stands_in_the_middle(lab: Field) -> bool:
    """Whether the middle differs from the frame: the mean colours of the inner disc (radius 28 pixels) and of the
    outer 12 pixels are 0.14 apart in OKLab, and further apart than the frame's own colours are from their mean."""
    down, across = np.mgrid[:128, :128] - 63.5
    inner = lab[np.hypot(down, across) < 28]
    frame = lab[np.maximum(np.abs(down), np.abs(across)) > 51.5]
    apart = float(np.linalg.norm(inner.mean(axis=0) - frame.mean(axis=0)))
    spread = float(np.linalg.norm(frame - frame.mean(axis=0), axis=1).mean())
    return apart > 0.14 and apart > 1.1 * spread


def line_words(calm: Field) -> list[str]:
    """Which straight directions the edges keep to, where edges are at least 3 % of the picture: "upright lines" or
    "level lines" where 38 % of their weight lies within 12 degrees of it (chance: 13 %), "slanting lines" where 38 %
    does for a direction between; "corners and straight edges" where upright and level have 24 % each."""
    right, down, size = slopes(calm)
    edges = size > EDGE
    if float(edges.mean()) < 0.03:
        return []
    angle = np.degrees(np.arctan2(down[edges], right[edges])) % 180
    weight = np.minimum(size[edges], 0.2)
    total = float(weight.sum())

    def share(middle: int) -> float:
        return float(weight[np.abs((angle - middle + 90) % 180 - 90) <= 12].sum()) / total

    upright, level = share(0), share(90)
    if upright >= 0.24 and level >= 0.24:
        return ["corners and straight edges"]
    if max(upright, level) >= 0.38:
        return ["upright lines" if upright > level else "level lines"]
    slanting = max(share(middle) for middle in (30, 40, 50, 60, 120, 130, 140, 150))
    return ["slanting lines"] if slanting >= 0.38 else []


def is_fine(lightness: Field) -> bool:
    """Whether at least 55 % of 64 blocks differ from their own blur (5 × 5) by 0.025 in the mean."""
    rough = np.abs(lightness - box(lightness, 2)).reshape(8, 16, 8, 16).mean(axis=(1, 3))
    return bool((rough > 0.025).mean() >= 0.55)


def is_soft(calm: Field) -> bool:
    """Whether less than 1.5 % of the picture is an edge."""
    return bool((slopes(calm)[2] > EDGE).mean() < 0.015)


def is_busy(calm: Field) -> bool:
    """Whether at least 10 % of the picture is an edge."""
    return bool((slopes(calm)[2] > EDGE).mean() >= 0.1)
