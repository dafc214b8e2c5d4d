"""What a picture file says of itself in its first bytes: kind, size, frames. Nothing is decoded.

Own code, because opening a file with Pillow may already allocate by the size it claims (WebP does), and counting
frames there walks through them. Sources: PNG 3rd edition (W3C, 2025), GIF89a, RFC 9649 (WebP), ITU-T T.81 (JPEG).
This module believes no name and no content type, and does not judge whether a size is too large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ravsg.errors import BadPicture

Kind = Literal["PNG", "JPEG", "WEBP", "GIF"]
NAMES: Final[dict[Kind, str]] = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP", "GIF": "GIF"}

_FOREIGN: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"II*\0", "a TIFF"),
    (0, b"MM\0*", "a TIFF"),
    (0, b"II+\0", "a TIFF"),
    (0, b"MM\0+", "a TIFF"),
    (0, b"%PDF", "a PDF"),
    (0, b"%!PS", "a PostScript file"),
    (0, b"BM", "a BMP"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"\0\0\1\0", "an icon"),
    (0, b"\xff\x0a", "a JPEG XL"),
    (4, b"JXL ", "a JPEG XL"),
    (4, b"jP  ", "a JPEG 2000"),
    (4, b"ftypavi", "an AVIF"),
    (4, b"ftyphei", "a HEIC photo"),
    (4, b"ftyphev", "a HEIC photo"),
    (4, b"ftypmif1", "a HEIC photo"),
    (4, b"ftyp", "a film"),
    (0, b"\x1aE\xdf\xa3", "a film"),
    (0, b"PK\3\4", "a ZIP archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
)
"""Offset, bytes there, and what such a file is; the first that fits counts."""
_MOST_CHUNKS: Final = 100_000
"""Chunks of one file that are looked at: a walk over more would take longer than decoding."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says it holds; all of it is a claim until it is decoded."""

    kind: Kind
    width: int
    height: int
    frames: int = 1
    coefficients: int = 0
    """Channels of a progressive JPEG: its decoder keeps every coefficient, two bytes each, at whatever size."""


def read_header(data: bytes) -> Header:
    """Raises BadPicture that names what the file is instead, or that its beginning is damaged."""
    if not data:
        raise BadPicture("That file is empty.")
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            header = _png(data)
        elif data.startswith(b"\xff\xd8\xff"):
            header = _jpeg(data)
        elif data.startswith((b"GIF87a", b"GIF89a")):
            header = _gif(data)
        elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            header = _webp(data)
        else:
            raise BadPicture(_sentence(data))
    except IndexError:
        header = None
    if header is None or header.width < 1 or header.height < 1:
        raise BadPicture(
            "That picture is cut off or damaged at its very beginning.", "Please save it again and send it once more."
        )
    return header


def _png(data: bytes) -> Header | None:
    if data[12:16] != b"IHDR" or len(data) < 33:
        return None
    before_pixels = data[: data.find(b"IDAT") % (len(data) + 1)]
    animation = before_pixels.find(b"acTL")
    frames = _big(data, animation + 4, 4) if animation >= 0 else 1
    return Header("PNG", _big(data, 16, 4), _big(data, 20, 4), max(1, frames))


def _gif(data: bytes) -> Header | None:
    width, height = _little(data, 6, 2), _little(data, 8, 2)
    at = 13 + _colours(data[10])
    frames = 0
    try:
        while frames < _MOST_CHUNKS and data[at] in (0x21, 0x2C):
            if data[at] == 0x21:
                at = _after_blocks(data, at + 2)
                continue
            frames += 1
            # Pillow widens the canvas to a frame that reaches beyond it
            width = max(width, _little(data, at + 1, 2) + _little(data, at + 5, 2))
            height = max(height, _little(data, at + 3, 2) + _little(data, at + 7, 2))
            at = _after_blocks(data, at + 11 + _colours(data[at + 9]))
    except IndexError:  # cut off somewhere: decoding will say so
        pass
    return Header("GIF", width, height, frames) if frames else None


def _webp(data: bytes) -> Header | None:
    if data[12:16] == b"VP8 ":
        return Header("WEBP", _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF)
    if data[12:16] == b"VP8L":
        bits = _little(data, 21, 4)
        return Header("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if data[12:16] != b"VP8X":
        return None
    frames, at = 0, 12
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            break
        frames += data[at : at + 4] == b"ANMF"
        size = _little(data, at + 4, 4)
        at += 8 + size + size % 2
    return Header("WEBP", _little(data, 24, 3) + 1, _little(data, 27, 3) + 1, max(1, frames))


def _jpeg(data: bytes) -> Header | None:
    at = 2
    for _ in range(_MOST_CHUNKS):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # markers without a body
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            progressive = marker in (0xC2, 0xC6, 0xCA, 0xCE)
            return Header(
                "JPEG", _big(data, at + 7, 2), _big(data, at + 5, 2), coefficients=data[at + 9] if progressive else 0
            )
        elif marker in (0xD9, 0xDA):  # pixels or the end, before any size
            return None
        else:
            at += 2 + max(2, _big(data, at + 2, 2))
    return None


def _sentence(data: bytes) -> str:
    """What to say of a file of another kind."""
    name = _name(data)
    return (
        f"That file is {name}, which I do not read as a picture." if name else "That file is no picture that I know."
    )


def _name(data: bytes) -> str:
    """What a file of another kind is, in words; empty where nothing tells."""
    for offset, magic, name in _FOREIGN:
        if data.startswith(magic, offset):
            return name
    if data.startswith(b"RIFF"):
        return "a sound or a film"
    head = data[:4096]
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # a letter cut in two at the end is no sign of anything
            return ""
        text = head[: error.start].decode()
    if "\0" in text:
        return ""
    if "<svg" in text.lower():
        return "an SVG drawing"
    return "a web page" if "<html" in text.lower() else "text"


def _colours(flags: int) -> int:
    """Bytes of a GIF colour table."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Where a chain of GIF data blocks ends."""
    while data[at]:
        at += data[at] + 1
    return at + 1


def _little(data: bytes, at: int, count: int) -> int:
    if at + count > len(data):
        raise IndexError(at)
    return int.from_bytes(data[at : at + count], "little")


def _big(data: bytes, at: int, count: int) -> int:
    if at + count > len(data):
        raise IndexError(at)
    return int.from_bytes(data[at : at + count], "big")
