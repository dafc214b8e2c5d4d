"""Work for the models, one step each: what a writer, painter or embedder is given and gives, and how a recipe asks.

Everybody imports these from `ravsg.types`. Running them is `ravsg.jobs` and `ravsg.models`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


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
