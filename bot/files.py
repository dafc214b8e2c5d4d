"""Makes a picture file small enough for Discord, which takes 10 MiB unless a server was boosted.

A PNG that fits stays as it is. One that does not becomes a JPEG of falling quality, then of falling size. It takes
clean pictures only (`ravsg.picture`), and it takes time: call it off the event loop.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image

from ravsg.errors import DeliveryError

QUALITIES: Final = (92, 80, 65)
SMALLEST_SIDE: Final = 64


@dataclass(frozen=True, slots=True)
class Fitted:
    """A file's bytes and the ending of its name."""

    data: bytes
    extension: str


def fitted(data: bytes, limit: int) -> Fitted:
    """The picture in at most `limit` bytes. Raises DeliveryError where even a tiny one does not fit."""
    extension = "png" if data.startswith(b"\x89PNG") else "jpg"
    if len(data) <= limit:
        return Fitted(data, extension)
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    while min(picture.size) >= SMALLEST_SIDE:
        for quality in QUALITIES:
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality, optimize=True)
            if file.tell() <= limit:
                return Fitted(file.getvalue(), "jpg")
        picture = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
    raise DeliveryError(detail=f"a picture of {len(data)} bytes does not fit into {limit}")
