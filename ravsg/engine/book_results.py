"""The JSON of books' jobs and its meaning: what a chapter, a turn, a plate or a rewriting asks for, and what it is.

As in `ravsg.engine.results`, fields are only ever added, with defaults, because rows are read after upgrades. A
plate's picture travels beside the JSON as the blob `picture-0`. Texts of a book that others wrote travel as input
blobs and never in the request or the result, so that they go with their authors.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Final, Literal, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from ravsg.errors import BadInput, StoreError
from ravsg.jobs.job import Job, JobKind, JobResult
from ravsg.story.book import Book
from ravsg.story.plan import CHAPTERS
from ravsg.types import CastUsed, Recalled

BOOK: Final = "book"
"""Input blob: `ravsg.story.book.Book` as JSON, with what is told so far; absent where nothing is."""
PREMISE: Final = "premise"
"""Input blob of a turn: what a thread without a picture begins from, in UTF-8."""
PASSAGE: Final = "passage"
"""Input blob of a plate and of a rewriting: the chapter as `Title`, an empty line, and its text, in UTF-8."""
PICTURE: Final = "picture"
"""Input blob: the picture that the book began from; of a rewriting, the plate that counts."""
PLATE: Final = "picture-0"
"""Result blob: the illustration, PNG."""
OF_BOOKS: Final[frozenset[JobKind]] = frozenset({"chapter", "turn", "plate", "rewrite"})
"""The kinds of job that belong to a book."""


@dataclass(frozen=True, slots=True)
class BookRequest:
    """What every job of a book says of its place; further fields are for some kinds only."""

    book_id: str
    branch_id: int | None = None
    """None: the first chapter of a book that is begun with it."""
    number: int = 1
    """The chapter, counted from 1; of a turn, its position along the path."""
    wanted: int = CHAPTERS
    """Chapters of the whole book."""
    title: str = ""
    """The book's, where a member gave one: none is looked for then."""
    direction: str = ""
    what_if: str = ""
    """A turn that tells how the story goes on if it turns another way."""
    style: str = ""
    language: str = ""
    """The language that the book is told in, as `ravsg.languages.checked` gives it; empty for English."""
    seed: int = 0
    branches: tuple[tuple[str, int | None], ...] = ()
    """The branch and its ancestors, as `MemoryFilter.branches` has them."""
    piece_id: int | None = None
    """The piece that is painted or rewritten, or whose place a chapter takes."""
    scene: str = ""
    """Of a rewriting: what its plate shows, in words."""


@dataclass(frozen=True, slots=True)
class PlateResult:
    """An illustration, and how much of its chapter was found in it again."""

    alt: str
    seed: int
    style: str
    figures: Mapping[str, float]
    """`ravsg.story.roundtrip`: setting, characters, objects and their mean, in [0, 1]; those that a chapter does not
    name are missing."""
    verdict: Literal["fits", "differs"]
    tries: int = 1
    """How often it was painted."""
    png: bytes = b""


@dataclass(frozen=True, slots=True)
class ChapterResult:
    """A chapter with its illustration, and the book's plan as it has grown."""

    number: int
    title: str
    text: str
    keywords: tuple[str, ...]
    figures: Mapping[str, float]
    notes: tuple[str, ...]
    tries: int
    book: str
    """`ravsg.story.book.Book` as JSON without chapters."""
    plate: PlateResult | None = None
    """None where it could not be painted."""
    book_title: str = ""
    """Of the first chapter: how the book is called."""
    woven: tuple[Recalled, ...] = ()
    cast: tuple[CastUsed, ...] = ()
    seed: int = 0
    profile: str = ""

    @property
    def story(self) -> Book:
        """The plan and the summary."""
        return Book.from_json(self.book)


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What the bot told on in a thread."""

    title: str
    text: str
    book: str
    """`ravsg.story.book.Book` as JSON without chapters: what is seen, who is in it, what happened so far."""
    summary: str = ""
    """Where one was due: three sentences of all that was told before and in this turn."""
    keywords: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    woven: tuple[Recalled, ...] = ()
    cast: tuple[CastUsed, ...] = ()
    seed: int = 0
    profile: str = ""


@dataclass(frozen=True, slots=True)
class RewriteResult:
    """A chapter that fits its picture."""

    title: str
    text: str
    before: str
    """The passage that was changed."""
    after: str
    """What stands in its place."""
    notes: tuple[str, ...] = ()
    woven: tuple[Recalled, ...] = ()


@dataclass(frozen=True, slots=True)
class Replated:
    """Another illustration of a chapter."""

    plate: PlateResult | None
    notes: tuple[str, ...] = ()
    woven: tuple[Recalled, ...] = ()
    cast: tuple[CastUsed, ...] = ()


_T = TypeVar("_T")
_R = TypeVar("_R", ChapterResult, TurnResult, RewriteResult, Replated)


def book_request(job: Job) -> BookRequest:
    """What a job of a book asks for; keys that belong to the bot are left aside. Raises BadInput."""
    names = {one.name for one in fields(BookRequest)}
    try:
        return _adapter(BookRequest).validate_python({k: v for k, v in job.request.items() if k in names})
    except ValidationError as error:
        raise BadInput(detail=f"job {job.id}: {error}") from error


def book_result(result: _R, blobs: Mapping[str, bytes]) -> JobResult:
    """The row's result; a plate's picture goes to the blobs, beside those given."""
    kept = dict(blobs)
    bare: Any = result
    if isinstance(result, ChapterResult | Replated) and result.plate is not None:
        kept[PLATE] = result.plate.png
        bare = replace(result, plate=replace(result.plate, png=b""))
    return JobResult(data=_adapter(type(result)).dump_python(bare, mode="json"), blobs=kept)


def chapter_of(job: Job, blobs: Mapping[str, bytes] | None = None) -> ChapterResult:
    """The chapter that a finished job holds; its plate has a picture where its blobs are given. Raises StoreError."""
    return _with_picture(_read(ChapterResult, job), blobs)


def turn_of(job: Job) -> TurnResult:
    """What a finished job told on. Raises StoreError when the row holds none."""
    return _read(TurnResult, job)


def rewrite_of(job: Job) -> RewriteResult:
    """What a finished job rewrote. Raises StoreError when the row holds none."""
    return _read(RewriteResult, job)


def plate_of(job: Job, blobs: Mapping[str, bytes] | None = None) -> Replated:
    """What a finished job painted anew; with its picture where its blobs are given. Raises StoreError."""
    return _with_picture(_read(Replated, job), blobs)


_Plated = TypeVar("_Plated", ChapterResult, Replated)


def _with_picture(result: _Plated, blobs: Mapping[str, bytes] | None) -> _Plated:
    if result.plate is None:
        return result
    return replace(result, plate=replace(result.plate, png=(blobs or {}).get(PLATE, b"")))


# Building an adapter takes some milliseconds, which a job must not cost each time.
@cache
def _built(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _adapter(kind: type[_T]) -> TypeAdapter[_T]:
    return _built(cast(Hashable, kind))  # mypy takes dataclasses' own __hash__ for their class's


def _read(kind: type[_R], job: Job) -> _R:
    if job.result is None:
        raise StoreError(detail=f"job {job.id} has no result")
    try:
        return _adapter(kind).validate_python(dict(job.result))
    except ValidationError as error:
        raise StoreError(detail=f"job {job.id}: {error}") from error
