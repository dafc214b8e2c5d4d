"""Takes a picture file in: from bytes that anyone may have sent to a small, upright, plain RGB PNG.

Only PNG, JPEG, WebP and GIF, told by content. Sizes are checked before anything is decoded, the first frame is
used, the camera's orientation is applied, transparent parts are put on white, and all metadata stays behind.
Everything here blocks: callers use a thread. This module does not judge what a picture shows.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import ExifTags, Image

from ravsg.errors import BadPicture
from ravsg.picture.headers import NAMES, Header, read_header

if TYPE_CHECKING:
    from ravsg.config import LimitsSection

LONGEST: Final = 1024
"""Pixels of the longer side at most: more than any of the models looks at."""
SHORTEST: Final = 16
"""Pixels of the shorter side at least, after shrinking. Image processors scale the *shorter* side up to 224 or 336:
from a strip of one pixel they would make a picture of gigabytes."""
DECODING_BYTES: Final = 200 * 2**20
"""Memory that decoding may take, so that with everything around it a picture stays under 300 MB."""
_TURNS: Final = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
"""EXIF orientation (CIPA DC-008, tag 0x0112) and what turns the stored picture upright."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture that is safe to keep, show and hand to the models."""

    png: bytes
    width: int
    height: int
    sha256: str
    """Of `png`, in hexadecimal."""
    notes: tuple[str, ...]
    """What was done to it that its owner may want to know, for instance "used the first of 12 frames"."""


def clean_picture(data: bytes, limits: LimitsSection) -> CleanPicture:
    """Check, decode and clean one file. Raises BadPicture with a sentence that names what is wrong with it."""
    most = limits.picture_megabytes * 1_000_000
    if len(data) > most:
        raise BadPicture(
            f"That file has {len(data) / 1_000_000:.1f} MB, and I take at most {most / 1_000_000:g} MB.",
            "Please send a smaller version.",
        )
    header = read_header(data)
    _check_size(header, limits)
    notes: list[str] = []
    image = _decode(data, header, notes)
    if header.frames > 1:
        notes.append(f"used the first of {header.frames:,} frames")
    if max(image.size) < max(header.width, header.height):
        notes.append(f"made it smaller than its {header.width:,} × {header.height:,} pixels")
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=4)
    png = file.getvalue()
    return CleanPicture(png, image.width, image.height, hashlib.sha256(png).hexdigest(), tuple(notes))


def _check_size(header: Header, limits: LimitsSection) -> None:
    """Raises BadPicture where the picture is too large to decode, or too thin for anyone to see."""
    # Pillow refuses what is above its own bound whatever ours is
    most = min(limits.picture_megapixels * 1_000_000, Image.MAX_IMAGE_PIXELS or float("inf"))
    pixels = header.width * header.height * header.frames
    size = f"{header.width:,} × {header.height:,} pixels"
    if pixels > most:
        many = f"{header.frames:,} frames of {size}" if header.frames > 1 else size
        raise BadPicture(
            f"That {NAMES[header.kind]} says it holds {many}, {pixels / 1_000_000:,.0f} megapixels in all, "
            f"and I read at most {most / 1_000_000:,.0f}.",
            "Please send a smaller version.",
        )
    if header.width * header.height * _bytes_per_pixel(header) > DECODING_BYTES:
        name = "progressive JPEG" if header.coefficients else NAMES[header.kind]
        raise BadPicture(
            f"A {name} of {size} takes more memory to open than I may use.",
            "Please send a smaller version, or the same as a plain JPEG.",
        )
    shrunk = min(1.0, LONGEST / max(header.width, header.height))
    if min(header.width, header.height) * shrunk < SHORTEST:
        raise BadPicture(
            f"That picture is {size}: too small or too thin to see anything in it.", "Please send a larger one."
        )


def _bytes_per_pixel(header: Header) -> int:
    """What decoding needs at its height, measured: WebP keeps two canvases and hands out copies of them."""
    if header.kind == "WEBP":
        return 16
    return max(4, 2 * header.coefficients)


def _decode(data: bytes, header: Header, notes: list[str]) -> Image.Image:
    """The first frame as upright RGB with no metadata, at most LONGEST on its longer side."""
    # Idempotent, and without the catch_warnings that would swap the filters of other threads
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    name = NAMES[header.kind]
    try:
        with Image.open(io.BytesIO(data), formats=(header.kind,)) as image:
            if image.width * image.height > header.width * header.height:
                raise BadPicture(f"That {name} is larger than its beginning says.", "Please save it again.")
            if header.kind == "JPEG":
                shrink = min(1.0, 2 * LONGEST / max(image.size))
                image.draft(None, (int(image.width * shrink), int(image.height * shrink)))
            image.load()
            turn = _orientation(image)
            small = _plain(image, notes)
    except BadPicture:
        raise
    except Exception as error:
        # A decoder meets hostile bytes here, and its plugins raise nearly anything (OSError, SyntaxError, ValueError,
        # struct.error, EOFError, MemoryError …): whatever it is, this picture cannot be opened.
        cut = "truncated" in str(error).lower() or isinstance(error, EOFError)
        how = "is cut off: its end is missing" if cut else "is damaged, so I could not open it"
        raise BadPicture(
            f"That {name} {how}.",
            "Please save it again and send it once more.",
            detail=f"{type(error).__name__}: {error}",
        ) from error
    if turn in _TURNS:
        for step in _TURNS[turn]:
            small = small.transpose(step)
        notes.append("turned it the way its camera said")
    return small


def _orientation(image: Image.Image) -> int:
    """What the camera noted, 1 to 8; 1 where it noted nothing that can be read."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        # a damaged note is no reason to refuse a sound picture, and its reader raises nearly anything
        return 1


def _plain(image: Image.Image, notes: list[str]) -> Image.Image:
    """RGB at its final size, made band by band: a second copy of a large picture never exists."""
    scale = min(1.0, LONGEST / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    factor = max(1, max(image.size) // (2 * LONGEST))
    rows = factor * max(1, 256 // factor)
    reduced = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    seen: set[str] = set()
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(image.height, top + rows)))
        reduced.paste(_rgb(band, seen).reduce(factor), (0, top // factor))
    notes += sorted(seen)
    return reduced if reduced.size == size else reduced.resize(size, Image.Resampling.LANCZOS)


def _rgb(band: Image.Image, seen: set[str]) -> Image.Image:
    """Any mode as RGB; remarks go to `seen`."""
    if band.mode.startswith("I"):
        # Pillow's own conversion clips 16 bits at 255: nearly all would be white
        seen.add("brought its 16-bit greys to 8 bits")
        greys = np.clip(np.asarray(band), 0, 65535).astype(np.uint16) >> 8
        return Image.fromarray(greys.astype(np.uint8)).convert("RGB")
    if band.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in band.info:
        clear = band.convert("RGBA")
        if clear.getchannel("A").getextrema() == (255, 255):
            return clear.convert("RGB")
        seen.add("put its transparent parts on white")
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
    if band.mode == "CMYK":
        seen.add("brought its print colours (CMYK) to RGB")
    return band.convert("RGB")
