"""Rows of a told book as a book to be bound: chapters, pictures, who gave what, and how it was made.

Members stand here by name only if they agreed to be remembered in this server; all others are “a member”. What a
model wrote or painted is told in the colophon, with the licences, and what the checks found. Pure functions; how a
file is made of it is `ravsg.book`, and who asks for one is `bot.book_files`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bot import texts_books as texts
from ravsg.book.model import (
    Book,
    Chapter,
    Colophon,
    Credit,
    Illustration,
    ModelNote,
    Node,
    Part,
    StoryMap,
)
from ravsg.book.model import Branch as MapBranch
from ravsg.languages import tag_of
from ravsg.models.profiles import Profile
from ravsg.picture.alt import seen_alt
from ravsg.store.book_rows import BookRow, Branch, Piece, Plate
from ravsg.story.book import Book as Story
from ravsg.story.chapters import CHAPTER_WORDS
from ravsg.story.lengths import count_words
from ravsg.story.unfamiliar import english_only

NAMESPACE: Final = uuid.UUID("0b4f3b0e-7a53-5f0c-9a41-6f2e5d3c1b70")
"""Of the identifiers of books: the same book has the same one in every file."""
LEAST_WORDS: Final = 100
"""Words of turns that make a chapter of their own at the end of a thread."""
SNIPPET: Final = 6
"""Words that name a piece without a title on the map."""
PARTS: Final[tuple[Part, ...]] = ("words", "pictures", "ideas", "editing")
"""In the order in which a credit names them."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that is known of one line of telling of a book; `path` is what stands on it, ancestors first."""

    book: BookRow
    branches: Sequence[Branch]
    pieces: Sequence[Piece]
    """Every piece that is told on some branch."""
    path: Sequence[Piece]
    plates: Mapping[int, Plate]
    """The picture that counts, by piece."""
    picture: Illustration | None
    """What the book began from."""
    named: Collection[int]
    """Ids of the members who agreed to be named."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Of those among them whom no row names: who only asked or edited."""


def bound(told: Told, profile: Profile) -> Book:
    """The book to be bound. Raises ValueError where nothing is told yet."""
    row = told.book
    modified = datetime.fromtimestamp(row.updated_ms / 1000, UTC)
    return Book(
        identifier=uuid.uuid5(NAMESPACE, f"{row.guild_id}:{row.id}").urn,
        title=row.title,
        language=_language(row, profile),
        modified=modified,
        chapters=tuple(_chapter(pieces, told) for pieces in chapters_of(told.path)),
        colophon=Colophon(
            modified.date(),
            tuple(ModelNote(texts.TASKS[one.role], one.label, one.licence) for one in profile.models),
            tuple(_notes(told, profile)),
        ),
        cover=told.picture or _first_plate(told),
        credits=_credits(told),
        map=story_map(told, profile) if len(told.branches) > 1 else None,
    )


def chapters_of(path: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of each chapter: of a book one each, of a thread as many turns as come nearest to the length of a
    book's chapters; a short rest joins the chapter before it."""
    chapters: list[list[Piece]] = []
    words = 0
    for piece in path:
        more = count_words(piece.text)
        nearer = abs(CHAPTER_WORDS - words - more) < CHAPTER_WORDS - words
        if not chapters or piece.kind == "chapter" or not nearer:
            chapters.append([])
            words = 0
        chapters[-1].append(piece)
        words += more
    if len(chapters) > 1 and words < LEAST_WORDS and chapters[-1][0].kind != "chapter":
        rest = chapters.pop()
        chapters[-1] += rest
    return chapters


def canon(branches: Sequence[Branch]) -> Branch:
    """The line that counts: the newest that was chosen; the trunk, which comes first, where none is."""
    return max((one for one in branches if one.fate == "canon"), key=lambda one: one.id, default=branches[0])


def seen_of(story: str) -> str:
    """What the picture of a book shows, as its plan has it; empty where there is no plan."""
    try:
        return seen_alt(Story.from_json(story).plan.analysis)
    except ValueError:
        return ""


def story_map(told: Told, profile: Profile) -> StoryMap:
    """The branches as a map. Raises ValueError where nothing is told yet."""
    pieces = sorted(told.pieces, key=lambda one: (one.branch_id, one.position, one.id))
    nodes = []
    for piece in pieces:
        parent = _before(piece, pieces, told.branches)
        nodes.append(
            Node(
                key=str(piece.id),
                parent=None if parent is None else str(parent),
                title=piece.title or _snippet(piece.text),
                author=_teller(piece, told.named),
                branch=str(piece.branch_id),
            )
        )
    branches = tuple(MapBranch(str(one.id), one.title, one.fate) for one in told.branches)
    return StoryMap(told.book.title, tuple(nodes), branches, _language(told.book, profile))


def _before(piece: Piece, pieces: Sequence[Piece], branches: Sequence[Branch]) -> int | None:
    """The piece that one follows: on its own branch, else where that left, else before where that left, if the piece
    that it left after was deleted."""
    opened = {one.id: one for one in branches}
    branch = opened[piece.branch_id]
    while True:
        fork = next((one.id for one in pieces if one.id == branch.fork_piece_id), None)
        own = [
            one
            for one in pieces
            if one.branch_id == branch.id and one.position < piece.position and one.state == "told"
        ]
        if own:
            return max(own, key=lambda one: one.position).id
        if fork is not None or branch.parent_id is None:
            return fork
        branch = opened[branch.parent_id]


def _language(book: BookRow, profile: Profile) -> str:
    """The tag of the language that it is told in: of a thread, the one that its people chose."""
    return tag_of(book.language if book.kind == "thread" else profile.told_in(book.language))


def _teller(piece: Piece, named: Collection[int]) -> str:
    if not piece.author_id:
        return texts.THE_BOT
    return piece.author_name if piece.author_id in named else texts.A_MEMBER


def _snippet(text: str) -> str:
    words = text.split()
    return " ".join(words[:SNIPPET]) + ("…" if len(words) > SNIPPET else "")


def _chapter(pieces: Sequence[Piece], told: Told) -> Chapter:
    plates = [told.plates[one.id] for one in pieces if one.id in told.plates]
    return Chapter(
        title=next((one.title for one in pieces if one.title), ""),
        text="\n\n".join(one.text for one in pieces),
        illustrations=tuple(Illustration(one.picture, one.alt) for one in plates),
        authors=tuple(
            dict.fromkeys(one.author_name for one in pieces if one.author_id and one.author_id in told.named)
        ),
    )


def _first_plate(told: Told) -> Illustration | None:
    plate = next((told.plates[one.id] for one in told.path if one.id in told.plates), None)
    return None if plate is None else Illustration(plate.picture, plate.alt)


def _credits(told: Told) -> tuple[Credit, ...]:
    """Who gave what, in the order in which they first gave something. Whose rows were unwoven (id 0) is nobody."""
    names: dict[int, str] = {**told.names, told.book.author_id: told.book.author_name}
    gave: dict[int, set[Part]] = {told.book.author_id: {"ideas"}}
    if told.picture is not None:
        gave[told.book.author_id].add("pictures")
    for piece in told.path:
        if piece.author_id:
            names.setdefault(piece.author_id, piece.author_name)
            gave.setdefault(piece.author_id, set()).add("words")
        elif piece.asked_by:
            gave.setdefault(piece.asked_by, set()).add("ideas")
        if piece.edited_by:
            gave.setdefault(piece.edited_by, set()).add("editing")
    return tuple(
        Credit(
            names.get(member) if member in told.named else None,
            tuple(part for part in PARTS if part in parts),
        )
        for member, parts in gave.items()
        if member
    )


def _notes(told: Told, profile: Profile) -> Iterator[str]:
    """What the book says of its making, in whole sentences."""
    if profile.note:
        yield profile.note
    if told.picture is not None:
        yield texts.told_from_picture()
    numbers = {one.id: number for number, pieces in enumerate(chapters_of(told.path), 1) for one in pieces}
    plates = [told.plates[one.id] for one in told.path if one.id in told.plates]
    if plates:
        yield texts.round_trip(sum(one.verdict != "differs" for one in plates), len(plates))
    for plate in plates:
        if plate.verdict == "differs":
            yield texts.plate_differs(numbers[plate.piece_id])
        elif plate.verdict == "canon":
            yield texts.plate_canon(numbers[plate.piece_id])
    measured = [one for one in told.path if one.figures]
    if measured:
        spoken = english_only(told.book.language)
        kept = sum(set(one.notes) <= {spoken} for one in measured)
        yield texts.measured(kept, len(measured))
