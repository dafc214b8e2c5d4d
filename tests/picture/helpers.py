"""Pictures that people really send, and those that they should not."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image
from skimage import data
from sklearn.datasets import load_sample_image

from ravsg.config import LimitsSection
from ravsg.errors import BadPicture
from ravsg.picture.intake import CleanPicture, clean_picture

LIMITS: Final = LimitsSection()


def astronaut() -> Image.Image:
    """A photograph, 512 × 512."""
    return Image.fromarray(data.astronaut())


def china() -> Image.Image:
    """A photograph, 640 × 427."""
    return Image.fromarray(load_sample_image("china.jpg"))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The file's bytes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(png: bytes) -> Image.Image:
    """A decoded PNG."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        image.load()
        return image


def chunk(name: bytes, body: bytes) -> bytes:
    """One PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_bomb(width: int, height: int) -> bytes:
    """A valid small file that decodes into width × height black pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures' channels, in steps of 255."""
    a, b = (np.asarray(image.convert("RGB"), dtype=np.float64) for image in (one, other))
    return float(np.abs(a - b).mean())


def clean(data: bytes) -> CleanPicture:
    """A file as it is taken in under the usual limits."""
    return clean_picture(data, LIMITS)


def refusal(data: bytes, limits: LimitsSection = LIMITS) -> str:
    """The sentence with which a file is refused; it comes with a remedy."""
    with pytest.raises(BadPicture) as refused:
        clean_picture(data, limits)
    assert refused.value.remedy
    return refused.value.user_message
