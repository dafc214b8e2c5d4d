"""Sizes of pictures: what a model paints by itself, and what is delivered.

A painter is good at the size it was trained at, so shapes keep about that area, and a larger picture is enlarged
afterwards. All sizes are multiples of 8, the step of the usual VAE. `enlarge` blocks: callers use a thread.
This module paints nothing.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from ravsg.types import Shape

STEP: Final = 8
ASPECT: Final[dict[Shape, float]] = {"square": 1.0, "portrait": 3 / 4, "landscape": 4 / 3}
"""Width divided by height."""
Size = tuple[int, int]


def native_size(shape: Shape, side: int) -> Size:
    """(width, height) in pixels, of about the area that a square of `side` has."""
    root = ASPECT[shape] ** 0.5
    return (_rounded(side * root), _rounded(side / root))


def delivered_size(shape: Shape, side: int, native_side: int) -> Size:
    """(width, height) in pixels of the picture that is posted: the native size scaled, nothing stretched."""
    width, height = native_size(shape, native_side)
    return (_rounded(width * side / native_side), _rounded(height * side / native_side))


def enlarge(png: bytes, width: int, height: int) -> bytes:
    """The same picture at another size, resampled with Lanczos; untouched where the size is right already."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        if image.size == (width, height):
            return png
        return _png(image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS))


def thumbnail(png: bytes, side: int = 256) -> bytes:
    """A small copy for receipts, at most `side` pixels long, as PNG."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        small = image.convert("RGB")
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        return _png(small)


def colours(png: bytes, cells: int = 12) -> bytes:
    """The same picture as a field of soft colours: the means of cells × cells patches, with even transitions.

    Light and colours stay where they were; twelve cells a side show no face and no figure any more.
    """
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        patches = image.convert("RGB").resize((cells, cells), Image.Resampling.BOX)
        return _png(patches.resize(image.size, Image.Resampling.BICUBIC))


def _rounded(pixels: float) -> int:
    return max(STEP, round(pixels / STEP) * STEP)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=4)
    return file.getvalue()
