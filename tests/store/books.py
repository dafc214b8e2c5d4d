"""What the tests of books begin with: a book of Ana's with three chapters, and a branch after the second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ravsg.store.book_rows import BookRow, Branch, NewBook, NewPiece, NewPlate, Piece
from ravsg.store.books import BookStore

GUILD, OTHER, CHANNEL = 1, 2, 50
ANA, BEN, CARA = 7, 8, 9


@dataclass(frozen=True, slots=True)
class Told:
    """A book, its pieces in order, and its branch with one piece of its own."""

    book: BookRow
    pieces: list[Piece]
    branch: Branch
    aside: Piece


def turn(branch_id: int, text: str, author: int, number: int, **more: Any) -> NewPiece:
    """A member's turn in message `number`."""
    return NewPiece(branch_id, "turn", text, author, f"Member {author}", author, message_id=number, **more)


def chapter(branch_id: int, text: str, asked_by: int, job_id: str, **more: Any) -> NewPiece:
    """A chapter of the bot's."""
    return NewPiece(branch_id, "chapter", text, 0, "", asked_by, job_id=job_id, **more)


def plate(piece: Piece, job_id: str, picture: bytes = b"png") -> NewPlate:
    """An illustration."""
    return NewPlate(piece.id, picture, "a fox", 3, "storybook", "fits", job_id, {"whole": 0.8})


async def begin(store: BookStore, guild_id: int = GUILD, author: int = ANA, **more: Any) -> BookRow:
    """A book without chapters."""
    new = NewBook(kind="book", channel_id=CHANNEL, author_id=author, author_name=f"Member {author}", wanted=3, **more)
    return await store.start(guild_id, new, b"picture")


async def tell(store: BookStore) -> Told:
    """The book with all that belongs to it."""
    book = await begin(store, title="The Lamp")
    trunk = book.trunk_id
    pieces = [
        await store.add_piece(GUILD, chapter(trunk, f"Chapter {number}.", ANA, f"job{number}"))
        for number in (1, 2, 3)
    ]
    branch = await store.fork(GUILD, book.id, pieces[1].id, "What if it rains?", BEN, thread_id=77)
    aside = await store.add_piece(GUILD, turn(branch.id, "It rains.", BEN, 99))
    return Told(book, pieces, branch, aside)
