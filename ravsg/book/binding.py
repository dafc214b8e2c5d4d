"""One call from a book to a file: EPUB, PDF or HTML, with a safe name and a note about letters that have no font.

Blocks for up to some seconds (pictures are encoded anew, pages are set): callers use a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ravsg.book.epub import epub
from ravsg.book.html import html
from ravsg.book.manuscript import manuscript
from ravsg.book.map import draw
from ravsg.book.model import Book
from ravsg.book.pdf import front, pdf
from ravsg.book.plates import ROOM
from ravsg.book.press import BOX, Press, scripts

Form = Literal["epub", "pdf", "html"]
MEDIA_TYPES: Final[dict[Form, str]] = {"epub": "application/epub+zip", "pdf": "application/pdf", "html": "text/html"}


@dataclass(frozen=True, slots=True)
class BookFile:
    """A bound book. `unshown` names the writing systems of letters for which boxes stand in it."""

    name: str
    media_type: str
    data: bytes
    unshown: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What readers and operators should know, in one or two sentences; empty where nothing is missing."""
        if not self.unshown:
            return ""
        where = "On the cover of this EPUB" if self.media_type == MEDIA_TYPES["epub"] else "In this file"
        return (
            f"{where}, boxes ({BOX}) stand for letters that no font of this machine has: {', '.join(self.unshown)}. "
            "The operator can install fonts for them (on Debian and Ubuntu: fonts-noto); the words of the EPUB and "
            "HTML are whole."
        )


def bind(book: Book, form: Form, press: Press, *, room: int = ROOM) -> BookFile:
    """The book in one form, its pictures in `room` bytes together; the same book on the same machine gives the same
    bytes. Raises BadPicture."""
    script = manuscript(book, room)
    story_map = draw(book.map, press, form="png" if form == "epub" else "svg") if book.map else None
    plate = story_map.plate if story_map else None
    missing = story_map.missing if story_map else frozenset()
    if form == "pdf":
        printed = pdf(script, press, plate)
        data, missing = printed.data, missing | printed.missing
    elif form == "epub":
        cover = front(script, press)
        data, missing = epub(script, cover.plate, plate), missing | cover.missing
    else:
        data = html(script, plate)
    return BookFile(f"{script.file_stem}.{form}", MEDIA_TYPES[form], data, tuple(scripts(missing)))
