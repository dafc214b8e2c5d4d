"""The plain data that the parts of RAVSG hand to each other.

Everything here is immutable and knows no Discord, no torch and no database. Bytes are encoded pictures (PNG unless
said otherwise), times are UTC, identifiers of people and places are Discord snowflakes as integers.
This module does no work: building prompts is `ravsg.story`, decoding pictures is `ravsg.picture`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, Self

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Role = Literal["writer", "painter", "embedder"]
"""The three kinds of model that a profile names."""

Length = Literal["short", "medium", "long"]
Shape = Literal["square", "portrait", "landscape"]


class MemoryKind(StrEnum):
    """The two indices of a server."""

    STORY = "story"
    PICTURE = "picture"


# --------------------------------------------------------------------------- what is seen in a picture


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the writer sees in a picture, always valid against `ANALYSIS_SCHEMA`."""

    setting: str
    characters: tuple[str, ...]
    mood: str
    objects: tuple[str, ...]
    conflicts: tuple[str, ...]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what a writer wrote under `ANALYSIS_SCHEMA`. Raises ValueError when it does not fit."""
        raw = json.loads(text)
        if (
            not isinstance(raw, dict)
            or not isinstance(raw.get("setting"), str)
            or not isinstance(raw.get("mood"), str)
        ):
            raise ValueError("an analysis is an object with the texts setting and mood")
        lists = {}
        for name in ("characters", "objects", "conflicts"):
            value = raw.get(name)
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise ValueError(f"{name} of an analysis is a list of texts")
            lists[name] = tuple(item.strip() for item in value if item.strip())
        return cls(setting=raw["setting"].strip(), mood=raw["mood"].strip(), **lists)

    def to_json(self) -> str:
        """One line of JSON in the order of `ANALYSIS_SCHEMA`."""
        return json.dumps(asdict(self), ensure_ascii=False)


def _texts(most: int, least: int = 0) -> dict[str, Any]:
    return {
        "type": "array",
        "minItems": least,
        "maxItems": most,
        "items": {"type": "string", "minLength": 2, "maxLength": 60},
    }


ANALYSIS_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["setting", "characters", "mood", "objects", "conflicts"],
    "properties": {
        "setting": {"type": "string", "minLength": 2, "maxLength": 60},
        "characters": _texts(3),
        "mood": {"type": "string", "minLength": 2, "maxLength": 40},
        "objects": _texts(4),
        "conflicts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "string", "minLength": 4, "maxLength": 90},
        },
    },
}
"""JSON schema of an analysis. The bounds keep the longest answer near 700 characters: decoding always ends."""


# --------------------------------------------------------------------------- what is to be painted


@dataclass(frozen=True, slots=True)
class SceneCard:
    """A picture asked for in four fields instead of prose; an empty field leaves it to the painter."""

    setting: str = ""
    subjects: str = ""
    atmosphere: str = ""
    keywords: str = ""

    @property
    def empty(self) -> bool:
        """Whether no field says anything."""
        return not (self.setting or self.subjects or self.atmosphere or self.keywords)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what a writer wrote under `SCENE_SCHEMA`. Raises ValueError when it does not fit."""
        raw = json.loads(text)
        if not isinstance(raw, dict) or not all(isinstance(raw.get(name), str) for name in SCENE_SCHEMA["required"]):
            raise ValueError("a scene is an object of four texts")
        return cls(**{name: raw[name].strip() for name in SCENE_SCHEMA["required"]})

    def to_json(self) -> str:
        """One line of JSON in the order of `SCENE_SCHEMA`."""
        return json.dumps(asdict(self), ensure_ascii=False)


SCENE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["setting", "subjects", "atmosphere", "keywords"],
    "properties": {
        "setting": {"type": "string", "minLength": 2, "maxLength": 60},
        "subjects": {"type": "string", "minLength": 2, "maxLength": 90},
        "atmosphere": {"type": "string", "minLength": 2, "maxLength": 60},
        "keywords": {"type": "string", "maxLength": 60},
    },
}
"""JSON schema of a distilled scene: one moment of a story, short enough for a text encoder of 77 tokens."""


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


# --------------------------------------------------------------------------- work for the models (one step each)


@dataclass(frozen=True, slots=True)
class WriteTask:
    """Text from an optional picture and a prompt (the user's turn; the adapter adds the chat format)."""

    prompt: str
    picture: bytes | None = None
    max_tokens: int = 512
    min_tokens: int = 0
    schema: str | None = None
    """JSON schema as text: decoding is constrained to it."""
    temperature: float = 0.8
    """0 decodes greedily."""
    seed: int = 0
    avoid: tuple[str, ...] = ()
    """Sentences that were told before and are not to be told again, for writers whose tokens are drawn here."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer wrote. `complete` is False where it ran into max_tokens."""

    text: str
    prompt_tokens: int
    tokens: int
    complete: bool


@dataclass(frozen=True, slots=True)
class PaintTask:
    """One picture from a prompt that fits the text encoder. Sizes in pixels, multiples of 8."""

    prompt: str
    negative: str
    width: int
    height: int
    steps: int
    guidance: float
    seed: int
    reference: bytes | None = None
    strength: float = 0.0
    """Image-to-image: share of the reference that is painted anew, in (0, 1]; ignored without a reference."""


@dataclass(frozen=True, slots=True)
class Painted:
    """PNG bytes of the asked size."""

    png: bytes
    seed: int


@dataclass(frozen=True, slots=True)
class EmbedTask:
    """Texts and pictures to embed into one space. Long texts are windowed and pooled, never cut."""

    texts: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Embedded:
    """float32 vectors of length 1, shape [len(texts), d] and [len(pictures), d], and the model that made them."""

    texts: npt.NDArray[np.float32]
    pictures: npt.NDArray[np.float32]
    model: str
    """Name and revision, for instance "openai/clip-vit-base-patch16@57c2164"."""


@dataclass(frozen=True, slots=True)
class CountTask:
    """Texts whose length in tokens of the painter's text encoder is asked, start and end tokens not counted."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens per text, and how many a prompt may hold in all."""

    tokens: tuple[int, ...]
    limit: int


Task = WriteTask | PaintTask | EmbedTask | CountTask
Output = Written | Painted | Embedded | Counted


class StepRunner(Protocol):
    """How a recipe reaches the models and tells how far it is; `ravsg.jobs` gives one to each running job."""

    @property
    def job_id(self) -> str:
        """The running job."""

    @property
    def guild_id(self) -> int:
        """Its server, which is charged for the work."""

    async def write(self, task: WriteTask) -> Written:
        """Queue one writing step. Raises JobCancelled, ModelError."""

    async def paint(self, task: PaintTask) -> Painted:
        """Queue one painting step. Raises JobCancelled, ModelError."""

    async def embed(self, task: EmbedTask) -> Embedded:
        """Queue one embedding step. Raises JobCancelled, ModelError."""

    async def count(self, task: CountTask) -> Counted:
        """Queue one counting step. Raises JobCancelled, ModelError."""

    def stage(self, name: str, share: float) -> None:
        """Say what begins now ("looking at the picture") and which share of the whole job in [0, 1] it ends at."""
