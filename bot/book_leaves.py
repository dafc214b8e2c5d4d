"""A told path as pages to be read in Discord: a chapter each, or several short turns together.

A page is found again by the position of its first piece, so that edits and new chapters shift no bookmark. Texts come
in as they were told and go out safe to be shown. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.markup import quote, safe, split
from ravsg.store.book_rows import Piece

PAGE: Final = 3200
"""Characters of a page's text: heading, place and alt text fit beside it in a layout's 4,000."""
TOGETHER: Final = 1800
"""Characters up to which turns are gathered on one page."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page. `part` counts the pages of a piece that is too long for one, from 0."""

    pieces: tuple[Piece, ...]
    text: str
    part: int = 0

    @property
    def position(self) -> int:
        """Of its first piece, by which it is found again."""
        return self.pieces[0].position

    @property
    def last(self) -> int:
        """Of its last piece: whoever read the page has read so far."""
        return self.pieces[-1].position

    @property
    def title(self) -> str:
        """Of the piece that has one."""
        return next((one.title for one in self.pieces if one.title), "")

    @property
    def stale(self) -> bool:
        """Whether something before it was changed since it was told."""
        return any(one.stale for one in self.pieces)


def leaves_of(path: Sequence[Piece]) -> list[Leaf]:
    """The pages of a path, in order."""
    gathered: list[list[Piece]] = []
    for piece in path:
        if gathered and _belongs(gathered[-1], piece):
            gathered[-1].append(piece)
        else:
            gathered.append([piece])
    return [leaf for pieces in gathered for leaf in _leaves(tuple(pieces))]


def leaf_at(leaves: Sequence[Leaf], position: int, part: int = 0) -> int:
    """The index of the page that holds a position; the last one before it where that went. There must be a page."""
    there = [at for at, leaf in enumerate(leaves) if leaf.position <= position]
    if not there:
        return 0
    first = next(at for at in there if leaves[at].position == leaves[there[-1]].position)
    return min(first + part, there[-1])


def _belongs(pieces: Sequence[Piece], piece: Piece) -> bool:
    """Chapters stand alone; turns stand together until a page is full or a titled piece begins another."""
    if piece.kind == "chapter" or pieces[-1].kind == "chapter" or piece.title:
        return False
    return sum(len(one.text) for one in pieces) + len(piece.text) <= TOGETHER


def _leaves(pieces: tuple[Piece, ...]) -> list[Leaf]:
    text = "\n\n".join(_words(piece) for piece in pieces)
    return [Leaf(pieces, page, part) for part, page in enumerate(split(text, PAGE) or ["…"])]


def _words(piece: Piece) -> str:
    """A piece's words; of a turn, who wrote it stands before it."""
    words = safe(piece.text)
    return f"**{quote(piece.author_name, 60)}**: {words}" if piece.kind == "turn" and piece.author_name else words
