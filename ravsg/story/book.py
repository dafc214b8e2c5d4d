"""A book while it is written: plain data that is kept after every chapter, so that a stopped book goes on from
there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from ravsg.story.condense import extract_summary
from ravsg.story.plan import Plan

LAST_CHARACTERS: Final = 400
"""Characters of the chapter before that the next one is shown word for word."""


@dataclass(frozen=True, slots=True)
class ChapterTold:
    """One finished chapter."""

    number: int
    title: str
    text: str
    keywords: tuple[str, ...]
    prompt: str
    """What the writer was given at last, for receipts."""
    figures: dict[str, float]
    """Every check with its figure."""
    notes: tuple[str, ...] = ()
    """Honest remarks for readers: what was not kept, although the writer was told."""
    tries: int = 1
    woven: tuple[int, ...] = ()
    """Ids of the memories that stood in the prompt."""


@dataclass(frozen=True, slots=True)
class Book:
    """A plan, what is told of it, and what happened so far in three sentences."""

    plan: Plan
    seed: int
    chapters: tuple[ChapterTold, ...] = ()
    summary: str = ""
    """Of the first `summed_up` chapters; empty until there is one."""
    summed_up: int = 0

    @property
    def next_number(self) -> int:
        """The chapter to write next, counted from 1; one more than there are in a finished book."""
        return len(self.chapters) + 1

    @property
    def finished(self) -> bool:
        """Whether every chapter is told and summed up."""
        return len(self.chapters) == self.plan.count == self.summed_up

    @property
    def texts(self) -> tuple[str, ...]:
        """The chapters' texts, oldest first."""
        return tuple(one.text for one in self.chapters)

    def so_far(self) -> str:
        """What a writer is told of the story: the summary, then three sentences of the chapters since; empty at the
        beginning."""
        since = self.texts[self.summed_up :]
        conflicts = tuple(conflict for beat in self.plan.beats for conflict in beat.conflicts)
        recent = extract_summary(since, conflicts) if since else ""
        return " ".join(part for part in (self.summary, recent) if part)

    def with_chapter(self, chapter: ChapterTold, plan: Plan) -> Book:
        """The book one chapter later, with the plan as it has grown. Raises ValueError for any but the next one."""
        if chapter.number != self.next_number:
            raise ValueError(f"chapter {self.next_number} is next, not {chapter.number}")
        return replace(self, plan=plan, chapters=(*self.chapters, chapter))

    def with_summary(self, summary: str) -> Book:
        """The book with a summary of all that is told."""
        return replace(self, summary=summary, summed_up=len(self.chapters))

    def to_json(self) -> str:
        """One line of JSON."""
        return _books().dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Book:
        """Read what `to_json` wrote, or an earlier version of it: fields are only ever added, with defaults. Raises
        ValueError where it is something else."""
        return _books().validate_json(text)


@cache
def _books() -> TypeAdapter[Book]:
    return TypeAdapter(Book)
