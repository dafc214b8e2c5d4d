"""Pictures of a book at the size and in the format that print and screens need, small enough to be posted.

Discord takes files of 10 MiB everywhere, so all pictures of a book together stay below `ROOM`, also when the HTML
page spells them in base64. They are decoded and encoded anew, so that nothing of the original file (place, camera,
thumbnails, trailing bytes) comes along. Everything here blocks: callers use a thread.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from ravsg.book.model import Illustration
from ravsg.book.prose import line
from ravsg.errors import BadPicture

ROOM: Final = 5 * 1024 * 1024
"""Bytes for all pictures together: 6.7 MiB in base64, which leaves over a million letters below 8 MiB."""
STEPS: Final = ((1400, 88), (1200, 85), (1000, 80), (800, 75), (640, 70), (480, 60), (320, 50))
"""(longest side in pixels, JPEG quality), tried in this order. Between its margins A5 has 1,300 at 300 dpi."""
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
FEW_COLOURS: Final = 256
MOST_ALT: Final = 1024
"""Characters, as many as Discord takes for an attachment."""
MOST_CAPTION: Final = 300

Encoded = tuple[str, bytes, tuple[int, int]]
"""Ending of the file's name, bytes, (width, height)."""


@dataclass(frozen=True, slots=True)
class Plate:
    """One picture, encoded for the book; `name` is a safe file name, sizes are in pixels."""

    name: str
    media_type: str
    data: bytes
    width: int
    height: int
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plate that was typeset here, and the letters on it that no font of this machine has."""

    plate: Plate
    missing: frozenset[str]


def prepare(illustrations: Sequence[tuple[str, Illustration]], undescribed: str, room: int = ROOM) -> list[Plate]:
    """A plate for each (stem of the file name, illustration), each in an equal share of `room` bytes.

    `undescribed` is the alt text of pictures that came without one. Raises BadPicture for bytes that are no picture.
    """
    share = room // max(1, len(illustrations))
    encoded = [_fitting(_opened(illustration.picture), share) for _, illustration in illustrations]
    return [
        Plate(
            f"{stem}.{kind}",
            "image/jpeg" if kind == "jpg" else "image/png",
            data,
            *size,
            line(illustration.alt, MOST_ALT, undescribed),
            line(illustration.caption, MOST_CAPTION),
        )
        for (stem, illustration), (kind, data, size) in zip(illustrations, encoded, strict=True)
    ]


def jpeg(stem: str, png: bytes, alt: str) -> Plate:
    """A page that was rendered as PNG, as a JPEG of the same size: a tenth of the bytes."""
    image = _opened(png)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88, optimize=True, progressive=True)
    return Plate(f"{stem}.jpg", "image/jpeg", file.getvalue(), *image.size, alt)


def _opened(data: bytes) -> Image.Image:
    """The upright picture in RGB, transparent parts on white."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            whole = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture(
            "A picture of this book cannot be read any more.", "Please paint it again.", detail=repr(error)
        ) from error
    return Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB")


def _fitting(image: Image.Image, most: int) -> Encoded:
    """The first of `STEPS` that takes no more than so many bytes, else the last."""
    encoded = _encoded(image, *STEPS[0])
    for side, quality in STEPS[1:]:
        if len(encoded[1]) <= most:
            break
        encoded = _encoded(image, side, quality)
    return encoded


def _encoded(image: Image.Image, side: int, quality: int) -> Encoded:
    """PNG where few colours make it smaller and sharper, else JPEG."""
    scaled = image.copy()
    scaled.thumbnail((side, side), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    scaled.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
    if scaled.getcolors(FEW_COLOURS) is not None:
        flat = io.BytesIO()
        scaled.quantize(FEW_COLOURS).save(flat, "PNG", optimize=True)
        if flat.tell() < file.tell():
            return "png", flat.getvalue(), scaled.size
    return "jpg", file.getvalue(), scaled.size
