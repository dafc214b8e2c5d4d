"""A book as a typeset PDF, and its front as a picture: the manuscript turned into what the templates read.

The templates are `templates/book.typ` and `templates/front.typ`; `Press` sets them. Both functions block.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ravsg.book.manuscript import Manuscript, Section
from ravsg.book.plates import Drawn, Plate, jpeg
from ravsg.book.press import Press, Printed
from ravsg.book.prose import Paragraph

COVER_PPI: Final = 190
"""Makes the front of A5 about 1,100 by 1,570 pixels, which fills the screens of readers."""


def pdf(script: Manuscript, press: Press, story_map: Plate | None = None) -> Printed:
    """The book in A5, tagged (PDF/UA-1), its fonts inside; the same manuscript gives the same bytes."""
    data = {
        **_front(script, press),
        "authors": list(script.authors),
        "spaced": not script.rtl,
        "sections": [_section(section) for section in script.sections],
        "map": _plate(story_map),
        "contributors": [
            {"name": one.name, "parts": list(one.parts), "count": one.count} for one in script.contributors
        ],
        "made": script.made,
        "models": [{"task": one.task, "name": one.name, "licence": one.licence} for one in script.models],
        "notes": list(script.notes),
        "labels": {
            name: getattr(script.labels, name) for name in ("contents", "map", "credits", "colophon", "machines")
        },
    }
    files = {plate.name: plate.data for plate in (*script.plates, *([story_map] if story_map else []))}
    return press.pdf("book.typ", data, files, datetime.fromisoformat(script.modified))


def front(script: Manuscript, press: Press) -> Drawn:
    """The title page as a JPEG, for the EPUB and for whoever shows the book."""
    files = {script.cover.name: script.cover.data} if script.cover else {}
    drawn = press.picture("front.typ", _front(script, press), files, ppi=COVER_PPI)
    described = f"{script.labels.cover}: {script.title}"
    alt = f"{described}. {script.cover.alt}" if script.cover else described
    return Drawn(jpeg("front", drawn.data, alt), drawn.missing)


def _front(script: Manuscript, press: Press) -> dict[str, Any]:
    language, *rest = script.language.split("-")
    return {
        "title": script.title,
        "subtitle": script.subtitle,
        "byline": " · ".join(script.authors[:6]) + (" · …" if len(script.authors) > 6 else ""),
        "lang": language.lower(),
        "region": next((part.upper() for part in rest if len(part) == 2), None),
        "fonts": press.families(script.language),
        "cover": _plate(script.cover),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "title": section.title,
        "name": section.name,
        "byline": section.byline,
        "opening": _plate(section.opening),
        "blocks": [
            {
                "kind": "text",
                "rtl": one.rtl,
                "spans": [{"text": span.text, "style": span.style} for span in one.spans],
            }
            if isinstance(one, Paragraph)
            else {"kind": "picture", **(_plate(one) or {})}
            for one in section.blocks
        ],
    }


def _plate(plate: Plate | None) -> dict[str, Any] | None:
    if plate is None:
        return None
    return {
        "file": plate.name,
        "alt": plate.alt,
        "caption": plate.caption,
        "width": plate.width,
        "height": plate.height,
    }
