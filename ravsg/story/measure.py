"""What one check says of a chapter: a figure, its limit, a sentence for people, and what the writer is told to
mend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ravsg.story.tasks import Fix

Check = Literal[
    "words",
    "mood",
    "conflicts",
    "advance",
    "cliffhanger",
    "closure",
    "names",
    "repetition",
    "characterisation",
    "detail",
    "style",
    "timeline",
    "world",
]
"""What a chapter is measured by. The last five are kinds of contradiction, each counted."""

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""How near a text is to each of some others, in [-1, 1] each: an embedder's cosine, where one is at hand."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure and its limit. A figure fails below its limit, or above it where `at_most` is set."""

    check: Check
    value: float
    limit: float
    note: str
    """The honest sentence for readers, should it fail and stay so."""
    fixes: tuple[Fix, ...] = ()
    at_most: bool = False

    @property
    def passed(self) -> bool:
        """Whether the figure keeps its limit."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit
