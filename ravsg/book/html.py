"""A book as one HTML page: pictures within, no scripts, nothing loaded, for light and dark, phone and paper.

A content security policy in the page says the same to the browser: pictures from `data:` and this one stylesheet, by
its hash. Blocks: callers use a thread.
"""

from __future__ import annotations

import base64
import hashlib

from ravsg.book.manuscript import Manuscript
from ravsg.book.markup import TEMPLATES, environment
from ravsg.book.plates import Plate


def html(script: Manuscript, story_map: Plate | None = None) -> bytes:
    """The whole book in UTF-8."""
    style = (TEMPLATES / "book.css").read_text(encoding="utf-8")
    plates = (*script.plates, story_map) if story_map else script.plates
    page = environment().get_template("book.html.j2")
    return page.render(
        script=script,
        map=story_map,
        src={plate.name: inline(plate.media_type, plate.data) for plate in plates},
        style=style,
        style_hash=f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}",
    ).encode()


def inline(media_type: str, data: bytes) -> str:
    """A picture as an address that holds it."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
