"""A book as EPUB 3: a zip of XHTML pages, pictures and one stylesheet, made to pass epubcheck without a warning.

The rules are those of EPUB 3.2 with the accessibility metadata of schema.org. The archive is deterministic: entries
in a fixed order with one fixed date (zip knows no time zone), so that the same manuscript gives the same bytes.
No scripts, no fonts, no addresses outside the archive. Blocks: callers use a thread.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any, Final

from ravsg.book.manuscript import Manuscript
from ravsg.book.markup import TEMPLATES, environment
from ravsg.book.plates import Plate

CONTAINER: Final = """\
<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip archive can hold."""


@dataclass(frozen=True, slots=True)
class Page:
    """One XHTML file; `listed` pages stand in the table of contents."""

    name: str
    kind: str
    title: str
    listed: bool = True
    section: int = -1


def epub(script: Manuscript, front: Plate, story_map: Plate | None = None) -> bytes:
    """The whole book; `front` is the picture of its title page, as `ravsg.book.pdf.front` makes it."""
    pages = _pages(script, with_map=story_map is not None)
    plates = [front, *(plate for plate in script.plates if plate is not script.cover)]
    if story_map:
        plates.append(story_map)
    shared: dict[str, Any] = {
        "script": script,
        "cover": front,
        "map": story_map,
        "pages": pages,
        "src": {plate.name: f"images/{plate.name}" for plate in plates},
    }
    templates = environment()
    page = templates.get_template("page.xhtml.j2")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        _put(archive, "mimetype", b"application/epub+zip", stored=True)
        _put(archive, "META-INF/container.xml", CONTAINER.encode())
        package = templates.get_template("package.opf.j2").render(shared, plates=plates)
        _put(archive, "EPUB/package.opf", package.encode())
        _put(archive, "EPUB/style.css", (TEMPLATES / "epub.css").read_bytes())
        for one in pages:
            section = script.sections[one.section] if one.section >= 0 else None
            text = page.render(shared, kind=one.kind, title=one.title, section=section)
            _put(archive, f"EPUB/{one.name}", text.encode())
        for plate in plates:
            _put(archive, f"EPUB/images/{plate.name}", plate.data, stored=True)
    return file.getvalue()


def _pages(script: Manuscript, *, with_map: bool) -> list[Page]:
    labels = script.labels
    pages = [
        Page("cover.xhtml", "cover", labels.cover, listed=False),
        Page("title.xhtml", "title", script.title, listed=False),
        Page("nav.xhtml", "nav", labels.contents, listed=False),
        *(
            Page(f"chapter-{section.number:02}.xhtml", "chapter", section.name, section=index)
            for index, section in enumerate(script.sections)
        ),
    ]
    if with_map:
        pages.append(Page("map.xhtml", "map", labels.map))
    if script.contributors:
        pages.append(Page("credits.xhtml", "credits", labels.credits))
    return [*pages, Page("colophon.xhtml", "colophon", labels.colophon)]


def _put(archive: zipfile.ZipFile, name: str, data: bytes, *, stored: bool = False) -> None:
    """One entry without anything of this machine in it; pictures are compressed already."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
