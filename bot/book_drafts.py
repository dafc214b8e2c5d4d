"""What the jobs of books are asked for: chapters, turns, illustrations and rewritings as drafts, out of what is kept.

A draft holds all that its result depends on. What others wrote travels in its input blobs, and `writers` names the
members whose words those are, so that they go with them (`ravsg.store.lineage`). Nothing is accepted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot import texts_books
from bot.binding import canon
from bot.drafts import Draft, new_seed
from ravsg.engine.book_results import BOOK, PASSAGE, PICTURE, PREMISE
from ravsg.errors import BadInput
from ravsg.store.book_rows import BookRow, Branch, NewBook, Piece, new_book_id
from ravsg.store.books import BookStore
from ravsg.story.book import Book, ChapterTold
from ravsg.story.plan import MOST, Plan
from ravsg.types import Analysis

NOTHING_SEEN: Final = Analysis("", (), "", (), ())


class BookDrafts:
    """Makes drafts; reads what is kept. Every call raises StoreError when the database does not answer."""

    def __init__(self, store: BookStore) -> None:
        self.store = store

    async def begin(self, new: NewBook, picture: bytes, *, own_picture: bool = True) -> Draft:
        """The first chapter of a book that begins with it. Nothing is kept before its job is: a request that is
        refused leaves no book behind. `own_picture`: whether the picture is the member's own, and may be remembered.
        """
        request = {
            "book_id": new.id or new_book_id(),
            "number": 1,
            "wanted": new.wanted,
            "title": new.title if new.title_given else "",
            "direction": new.direction,
            "style": new.style,
            "language": new.language,
            "seed": new.seed or new_seed(),
            "own_picture": own_picture,
        }
        return Draft("chapter", request, {PICTURE: picture})

    async def next_chapter(self, book: BookRow, *, direction: str = "", branch_id: int | None = None) -> Draft:
        """The chapter after the last one that a branch tells, the canon's where none is named; one more than was
        wanted where all are told. Raises BadInput for a book that is as long as books get."""
        branch = await self._branch(book, branch_id)
        path = await self.store.path(book.guild_id, branch.id)
        if len(path) >= MOST:
            raise BadInput(texts_books.FULL, texts_books.FULL_REMEDY)
        more = {"wanted": max(book.wanted, len(path) + 1), "seed": book.seed}
        return await self._chapter(book, branch, path, direction, more)

    async def again(self, book: BookRow, piece: Piece) -> Draft:
        """A chapter with another seed, which takes the place of one that is told."""
        branch = await self._branch(book, piece.branch_id)
        whole = await self.store.path(book.guild_id, branch.id)
        path = [one for one in whole if one.position < piece.position]
        before = {"instead_of": [piece.job_id]} if piece.job_id else {}
        more = {"wanted": max(book.wanted, len(path) + 1), "seed": new_seed(), "piece_id": piece.id, **before}
        return await self._chapter(book, branch, path, "", more)

    async def turn(
        self,
        book: BookRow,
        branch_id: int,
        *,
        direction: str = "",
        what_if: str = "",
        instead_of: Piece | None = None,
    ) -> Draft:
        """What the bot tells on in a thread; `instead_of`: its last turn, which this one takes the place of."""
        branch = await self._branch(book, branch_id)
        path = await self.store.path(book.guild_id, branch.id)
        request: dict[str, Any] = {"seed": new_seed(), "style": book.style}
        if instead_of is not None:
            path = [one for one in path if one.position < instead_of.position]
            request["piece_id"] = instead_of.id
            if instead_of.job_id is not None:
                request["instead_of"] = [instead_of.job_id]
        request |= await self._place(book, branch, path)
        request |= {
            "number": path[-1].position + 1 if path else 1,
            "direction": "\n".join(filter(None, (book.direction, direction))),
            "what_if": what_if,
        }
        inputs = await self._inputs(book, branch, path)
        return Draft("turn", request, inputs)

    async def repaint(self, book: BookRow, piece: Piece) -> Draft:
        """Another illustration of a chapter."""
        return await self._of_piece(book, piece, "plate", {}, {})

    async def canonise(self, book: BookRow, piece: Piece) -> Draft:
        """A chapter that fits its illustration. Raises BadInput where it has none."""
        plate = await self.store.plate_of(book.guild_id, piece.id)
        if plate is None:
            raise BadInput(texts_books.NO_PLATE, texts_books.NO_PLATE_REMEDY)
        return await self._of_piece(book, piece, "rewrite", {"scene": plate.alt}, {PICTURE: plate.picture})

    # ------------------------------------------------------------------ inside

    async def _branch(self, book: BookRow, branch_id: int | None) -> Branch:
        branches = await self.store.branches(book.guild_id, book.id)
        found = [one for one in branches if branch_id in (None, one.id)]
        if not found or book.state == "gone":
            raise BadInput(texts_books.BOOK_UNKNOWN, texts_books.BOOK_UNKNOWN_REMEDY)
        return canon(found)

    async def _chapter(
        self, book: BookRow, branch: Branch, path: Sequence[Piece], direction: str, more: Mapping[str, Any]
    ) -> Draft:
        request = {
            **await self._place(book, branch, path),
            "number": len(path) + 1,
            "title": book.title,
            "direction": "\n".join(filter(None, (book.direction, direction))),
            "style": book.style,
            "own_picture": False,  # it is remembered with the first chapter
            **more,
        }
        return Draft("chapter", request, await self._inputs(book, branch, path))

    async def _of_piece(
        self, book: BookRow, piece: Piece, kind: Any, more: Mapping[str, Any], inputs: Mapping[str, bytes]
    ) -> Draft:
        branch = await self._branch(book, piece.branch_id)
        path = await self.store.path(book.guild_id, branch.id)
        request = {
            **await self._place(book, branch, [one for one in path if one.position <= piece.position]),
            "number": piece.position,
            "style": book.style,
            "seed": new_seed(),
            "piece_id": piece.id,
            **more,
        }
        plan = whole(book, branch, ()).to_json().encode()
        passage = f"{piece.title}\n\n{piece.text}".encode()
        return Draft(kind, request, {PASSAGE: passage, BOOK: plan, **inputs})

    async def _place(self, book: BookRow, branch: Branch, path: Sequence[Piece]) -> dict[str, Any]:
        """Where a job belongs, and whose words it goes on from."""
        people = {book.author_id, *(who for one in path for who in (one.author_id, one.asked_by, one.edited_by))}
        return {
            "book_id": book.id,
            "language": book.language,
            "branch_id": branch.id,
            "branches": await self.store.ancestry(book.guild_id, branch.id),
            "writers": sorted(people - {0}),
        }

    async def _inputs(self, book: BookRow, branch: Branch, path: Sequence[Piece]) -> dict[str, bytes]:
        inputs: dict[str, bytes] = {}
        if path or branch.story:
            inputs[BOOK] = whole(book, branch, path).to_json().encode()
        if book.premise:
            inputs[PREMISE] = book.premise.encode()
        if (picture := await self.store.picture(book.guild_id, book.id)) is not None:
            inputs[PICTURE] = picture
        return inputs


def whole(book: BookRow, branch: Branch, path: Sequence[Piece]) -> Book:
    """A branch's plan and summary with the chapters of its path; a summary of more than those is left out."""
    story = Book.from_json(branch.story) if branch.story else Book(Plan(NOTHING_SEEN, (), ()), book.seed)
    told = tuple(
        ChapterTold(number, one.title, one.text, one.keywords, "", dict(one.figures), one.notes, one.tries)
        for number, one in enumerate(path, start=1)
    )
    known = story.summed_up <= len(told) or not told
    return replace(
        story,
        chapters=told,
        summary=story.summary if known else "",
        summed_up=min(story.summed_up, len(told)) if known else 0,
    )
