"""The plain data that the parts of RAVSG hand to each other.

Everything here is immutable and knows no Discord, no torch and no database. Bytes are encoded pictures (PNG unless
said otherwise), times are UTC, identifiers of people and places are Discord snowflakes as integers.
Memories, requests and results stand below; scenes and the work for models have modules of their own, and everybody
takes them from here. Nothing is done here: building prompts is `ravsg.story`, decoding pictures is `ravsg.picture`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from ravsg.model_tasks import (
    Counted,
    CountTask,
    Embedded,
    EmbedTask,
    Output,
    Painted,
    PaintTask,
    StepRunner,
    Task,
    WriteTask,
    Written,
)
from ravsg.scenes import ANALYSIS_SCHEMA, SCENE_SCHEMA, Analysis, SceneCard

__all__ = [
    "ANALYSIS_SCHEMA",
    "SCENE_SCHEMA",
    "Analysis",
    "CastUsed",
    "CountTask",
    "Counted",
    "EmbedTask",
    "Embedded",
    "Length",
    "Memorable",
    "MemoryKind",
    "Origin",
    "Output",
    "PaintRequest",
    "PaintTask",
    "Painted",
    "PaintedPicture",
    "Painting",
    "Recalled",
    "Role",
    "SceneCard",
    "Shape",
    "StepRunner",
    "Story",
    "StoryRequest",
    "Task",
    "WriteTask",
    "Written",
]

Role = Literal["writer", "painter", "embedder"]
"""The three kinds of model that a profile names."""

Length = Literal["short", "medium", "long"]
Shape = Literal["square", "portrait", "landscape"]


class MemoryKind(StrEnum):
    """The two indices of a server."""

    STORY = "story"
    PICTURE = "picture"


# --------------------------------------------------------------------------- what is remembered


@dataclass(frozen=True, slots=True)
class Recalled:
    """One memory that retrieval brought back, with its origin, as prompts and receipts need it."""

    memory_id: int
    kind: MemoryKind
    text: str
    """The passage, or for a picture its caption (alt text)."""
    title: str
    author_id: int
    author_name: str
    channel_id: int
    message_id: int | None
    """The Discord message that holds the result, for a link; None where it was not posted."""
    job_id: str
    created_at: datetime
    score: float
    """Cosine similarity in [-1, 1]."""
    why: str
    """A few words for people: "similar picture", "same words"."""
    guild_id: int = 0
    """The server that it belongs to; 0 in results from before this was kept."""
    pinned: bool = False
    book_id: str | None = None
    chapter: int | None = None
    branch: str | None = None
    same_place: bool = False
    """Whether its picture strongly resembles the one that was posted: "we have been here before"."""
    lent_colours: bool = False
    """Whether a painting began from its picture."""


@dataclass(frozen=True, slots=True)
class Memorable:
    """One result offered to memory: its text is split and embedded by the engine, its consent was asked before."""

    kind: MemoryKind
    text: str
    title: str
    author_id: int
    author_name: str
    channel_id: int
    message_id: int | None
    job_id: str
    picture_sha: str | None = None
    parent_channel_id: int | None = None
    """Of `channel_id`, where that is a thread."""
    private: bool = False
    """Whether that is a private thread, which the readers of its parent do not see."""
    book_id: str | None = None
    chapter: int | None = None
    branch: str | None = None
    keywords: tuple[str, ...] = ()
    """Words to find it by beside its own."""


@dataclass(frozen=True, slots=True)
class CastUsed:
    """A character of the server's cast who shaped a result."""

    cast_id: int
    name: str
    added_by: int
    """The member with whom it goes."""
    reference: bool = False
    """Whether a painting began from its reference picture."""


# --------------------------------------------------------------------------- requests and results


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from and who asked."""

    guild_id: int
    channel_id: int
    author_id: int
    author_name: str
    locale: str = "en-US"


@dataclass(frozen=True, slots=True)
class StoryRequest:
    """A picture (its clean bytes travel beside the request as an input blob), and what the member wants told."""

    direction: str = ""
    length: Length = "medium"
    seed: int = 0
    continues: str = ""
    """Text of the story that this one goes on from; empty for a new story."""
    language: str = ""
    """The language that it is told in, as `ravsg.languages.checked` gives it; empty for English."""


@dataclass(frozen=True, slots=True)
class PaintRequest:
    """A text or a scene card, and how it is to be painted."""

    text: str = ""
    card: SceneCard = field(default_factory=SceneCard)
    style: str = ""
    """Name of a style in config.toml; empty for the default."""
    shape: Shape = "square"
    seed: int = 0
    """The first picture's seed; picture i uses seed + i. In [0, 2**32 - 16)."""
    count: int = 1
    seed_drawn: bool = False
    """Whether nobody chose the seed: that of a character of the cast may take its place."""
    reference_strength: float = 0.0
    """0: paint from the text alone. Above: image-to-image from the input blob, keeping 1 − strength of it (Vary)."""


@dataclass(frozen=True, slots=True)
class Story:
    """A told story."""

    title: str
    text: str
    analysis: Analysis
    woven: tuple[Recalled, ...]
    prompt: str
    """What the writer was given, for the log, tests and receipts; it holds no bytes."""
    profile: str
    seed: int
    notes: tuple[str, ...] = ()
    """Honest remarks, for instance that a check failed."""
    cast: tuple[CastUsed, ...] = ()
    """Who of the server's cast the writer was told of."""


@dataclass(frozen=True, slots=True)
class PaintedPicture:
    """One finished picture."""

    png: bytes
    seed: int
    alt_text: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Painting:
    """The answer to a paint request."""

    pictures: tuple[PaintedPicture, ...]
    scene: SceneCard
    prompt: str
    """What the painter was given."""
    style: str
    woven: tuple[Recalled, ...]
    profile: str
    notes: tuple[str, ...] = ()
    cast: tuple[CastUsed, ...] = ()
    """Who of the server's cast is in the scene."""
