"""What all formats set: a book with its texts cleaned and parsed, its pictures encoded, its own words looked up.

It decides what stands where (the first picture of a chapter before its text, the others among its paragraphs), so
that EPUB, PDF and HTML are the same book. It knows no format. `manuscript` blocks (pictures): callers use a thread.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from ravsg.book.labels import Labels, labels_for, right_to_left
from ravsg.book.model import Book, Chapter, Credit, Illustration, ModelNote
from ravsg.book.plates import ROOM, Plate, prepare
from ravsg.book.prose import Paragraph, line, paragraphs

RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
MOST_TITLE: Final = 120
MOST_NAME: Final = 64
MOST_NOTE: Final = 500
"""Characters of lines; what is longer ends in an ellipsis, so that a title fits its page."""
NAME_BYTES: Final = 80
"""Bytes of a file's stem: file systems take 255 for a name, and messages show less."""


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter as it is set: `heading` is “Chapter 3”, `byline` who told it, `opening` is its first picture."""

    number: int
    heading: str
    title: str
    byline: str
    opening: Plate | None
    blocks: tuple[Paragraph | Plate, ...]

    @property
    def name(self) -> str:
        """Title for the contents and the running head; the number where the chapter has no title."""
        return self.title or self.heading


@dataclass(frozen=True, slots=True)
class Contributor:
    """A line of the credits: who, how many of them (members without a name stand together), and what they gave."""

    name: str
    parts: tuple[str, ...]
    count: int = 1
    named: bool = True


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A book ready to be set. `modified` is UTC in ISO 8601; `file_stem` is a name that every file system takes."""

    identifier: str
    title: str
    subtitle: str
    language: str
    rtl: bool
    modified: str
    labels: Labels
    cover: Plate | None
    sections: tuple[Section, ...]
    contributors: tuple[Contributor, ...]
    made: str
    models: tuple[ModelNote, ...]
    notes: tuple[str, ...]
    file_stem: str

    @property
    def authors(self) -> tuple[str, ...]:
        """Everybody who agreed to be named, in the order of the credits."""
        return tuple(dict.fromkeys(one.name for one in self.contributors if one.named))

    @property
    def plates(self) -> tuple[Plate, ...]:
        """All pictures, the cover's first, in the order of reading."""
        inside = [
            plate
            for section in self.sections
            for plate in (section.opening, *section.blocks)
            if isinstance(plate, Plate)
        ]
        return (self.cover, *inside) if self.cover else tuple(inside)


def manuscript(book: Book, room: int = ROOM) -> Manuscript:
    """Everything that a format needs, its pictures in `room` bytes. Raises BadPicture for a picture that cannot be
    read; blocks."""
    labels = labels_for(book.language)
    plates = iter(prepare(list(_illustrations(book)), labels.picture, room))
    title = line(book.title, MOST_TITLE, labels.untitled)
    return Manuscript(
        identifier=book.identifier,
        title=title,
        subtitle=line(book.subtitle, MOST_TITLE),
        language=book.language,
        rtl=right_to_left(book.language),
        modified=book.modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        labels=labels,
        cover=next(plates) if book.cover else None,
        sections=tuple(
            _section(number, chapter, [next(plates) for _ in chapter.illustrations], labels, book.language)
            for number, chapter in enumerate(book.chapters, 1)
        ),
        contributors=_contributors(book.credits, labels),
        made=labels.made.format(date=book.colophon.made_on.isoformat()),
        models=tuple(
            ModelNote(*(line(text, MOST_NOTE) for text in (one.task, one.name, one.licence)))
            for one in book.colophon.models
        ),
        notes=tuple(line(note, MOST_NOTE) for note in book.colophon.notes if note.strip()),
        file_stem=file_stem(title),
    )


def file_stem(title: str) -> str:
    """A file name without its ending: letters, digits and single hyphens, never reserved, at most 80 bytes."""
    letters = unicodedata.normalize("NFC", line(title, MOST_TITLE))
    stem = re.sub(r"[^\w]+", "-", letters.replace("'", "").replace("’", "")).strip("-_")
    stem = stem.encode()[:NAME_BYTES].decode(errors="ignore").strip("-_")
    return f"book-{stem}".rstrip("-") if not stem or RESERVED.fullmatch(stem) else stem


def _illustrations(book: Book) -> Iterator[tuple[str, Illustration]]:
    if book.cover:
        yield "cover", book.cover
    for number, chapter in enumerate(book.chapters, 1):
        for place, illustration in enumerate(chapter.illustrations, 1):
            yield f"chapter-{number:02}-{place}", illustration


def _section(number: int, chapter: Chapter, plates: list[Plate], labels: Labels, language: str) -> Section:
    names = tuple(filter(None, (line(name, MOST_NAME) for name in chapter.authors)))
    text = list(paragraphs(chapter.text, language))
    blocks: list[Paragraph | Plate] = []
    later = plates[1:]
    # the later pictures stand at even distances: before paragraph 1/2 of one, 1/3 and 2/3 of two, and so on
    places = Counter(
        max(1, round(len(text) * share / (len(later) + 1))) if text else 0 for share in range(1, len(later) + 1)
    )
    waiting = iter(later)
    for position, paragraph in enumerate([*text, None]):
        blocks.extend(next(waiting) for _ in range(places[position]))
        if paragraph is not None:
            blocks.append(paragraph)
    return Section(
        number,
        labels.chapter.format(n=number),
        line(chapter.title, MOST_TITLE),
        labels.told_by.format(names=", ".join(dict.fromkeys(names))) if names else "",
        plates[0] if plates else None,
        tuple(blocks),
    )


def _contributors(credits_given: tuple[Credit, ...], labels: Labels) -> tuple[Contributor, ...]:
    """The named ones in their order, then those without a name: one line for each set of parts."""
    named, unnamed = [], Counter[tuple[str, ...]]()
    for credit in credits_given:
        parts = tuple(str(getattr(labels, part)) for part in dict.fromkeys(credit.parts))
        name = line(credit.name or "", MOST_NAME)
        if name:
            named.append(Contributor(name, parts))
        else:
            unnamed[parts] += 1
    return (
        *named,
        *(Contributor(labels.member, parts, count, named=False) for parts, count in unnamed.items()),
    )
