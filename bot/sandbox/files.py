"""Files: links that are signed and expire, sizes of pictures, and the place that serves them.

It never decodes a picture (a hostile one must not reach a decoder here) and writes nothing to the disk.
"""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
import re
import secrets
import struct
from urllib.parse import quote

from aiohttp import web

from .clock import Clock
from .contents import Attachment
from .model import Message

LINK_SECONDS = 24 * 3600
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def content_type_of(filename: str) -> str | None:
    """The type that the name suggests; Discord guesses by name too."""
    if filename.lower().endswith(".webp"):
        return "image/webp"
    return mimetypes.guess_type(filename)[0]


def clean_filename(filename: str) -> str:
    """The name as Discord stores it: spaces become `_`, other unusual characters are dropped."""
    name = re.sub(r"[^\w.\-]", "", filename.replace(" ", "_"), flags=re.ASCII).strip(".")
    return name or "unknown"


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the header of a PNG, GIF, WebP or JPEG; None where there is none."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp_size(data)
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        if marker == 0xFF:
            at += 1
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


class FileStore:
    """Keeps every file by its id and serves it under a signed link for 24 hours."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._files: dict[int, Attachment] = {}
        self.base_url = ""

    def add(self, attachment: Attachment) -> None:
        """Keep a file."""
        self._files[attachment.id] = attachment

    def forget(self, attachment: Attachment) -> None:
        """Drop a file, for instance with its message."""
        self._files.pop(attachment.id, None)

    def forget_with(self, message: Message) -> None:
        """Drop a message's files, those that it forwards too."""
        for one in [*message.files, *(message.snapshot.files if message.snapshot is not None else [])]:
            self.forget(one)

    def link(self, attachment: Attachment) -> str:
        """A link that works until 24 hours from now."""
        issued = int(self._clock.now())
        expires = issued + LINK_SECONDS
        path = self._path(attachment)
        signature = self._sign(path, expires, issued)
        return f"{self.base_url}{path}?ex={expires:x}&is={issued:x}&hm={signature}&"

    def by_link(self, url: str) -> Attachment | None:
        """The file behind one of our links, whatever its signature."""
        match = re.search(r"/attachments/\d+/(\d+)/", url)
        return self._files.get(int(match.group(1))) if match else None

    async def serve(self, request: web.Request) -> web.Response:
        """GET /attachments/{channel_id}/{attachment_id}/{filename}: 404 for a link that expired or was not ours."""
        attachment = self._files.get(int(request.match_info["attachment_id"]))
        if attachment is None or not self._genuine(request, attachment):
            return web.Response(status=404, text="This content is no longer available.")
        kind = attachment.content_type or "application/octet-stream"
        shown = kind in SHOWN_INLINE
        return web.Response(
            body=attachment.data,
            content_type=kind if shown else "application/octet-stream",
            headers={
                "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{attachment.filename}"',
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, max-age=86400",
            },
        )

    def _genuine(self, request: web.Request, attachment: Attachment) -> bool:
        try:
            expires, issued = int(request.query["ex"], 16), int(request.query["is"], 16)
        except (KeyError, ValueError):
            return False
        signature = self._sign(self._path(attachment), expires, issued)
        given = request.query.get("hm", "").encode()
        return hmac.compare_digest(signature.encode(), given) and self._clock.now() < expires

    def _path(self, attachment: Attachment) -> str:
        return f"/attachments/{attachment.channel_id}/{attachment.id}/{quote(attachment.filename)}"

    def _sign(self, path: str, expires: int, issued: int) -> str:
        return hmac.new(self._key, f"{path}|{expires}|{issued}".encode(), hashlib.sha256).hexdigest()
