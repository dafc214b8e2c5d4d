"""The trained models at work, for the examination and the sample sheets: the bot's own adapters, and nothing else.

What is measured here is therefore what members get: the same loading, chat format, habits of decoding, steps and
guidance. Many tasks are run in the profile's batches, and progress is told on the log.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from PIL import Image

from ravsg.config import Style
from ravsg.jobs.step import Watch
from ravsg.models.embedder import Embedder
from ravsg.models.painter import Painter as PainterAdapter
from ravsg.models.painter import PromptCounter
from ravsg.models.profiles import POCKET_WEIGHTS, pocket
from ravsg.models.writer import Writer as WriterAdapter
from ravsg.picture.distil import compose
from ravsg.pocket.captions import NEGATIVES, STYLE_WORDS
from ravsg.types import Counted, EmbedTask, PaintTask, SceneCard, WriteTask

if TYPE_CHECKING:
    import numpy.typing as npt

log = logging.getLogger("ravsg.pocket")

STYLE: Final = Style(
    label="Storybook watercolour",
    suffix=STYLE_WORDS[0],
    negative=max(NEGATIVES, key=len),
)
"""The style that config.toml ships with."""
PAINT_BATCH: Final = 8
"""Pictures painted together in an examination; the bot paints one at a time on a processor."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the writer said, and whether it came to an end of its own."""

    text: str
    complete: bool


class Writer:
    """Writes in batches, from pictures and prompts or from prompts alone. Construction loads `weights/writer`."""

    def __init__(self, weights: Path = POCKET_WEIGHTS, device: str = "cpu") -> None:
        self.profile = pocket(weights, device=device)
        self._adapter = WriterAdapter(self.profile)

    def write(
        self,
        prompts: Sequence[str],
        pictures: Sequence[bytes] | None,
        *,
        most: int | Sequence[int],
        least: int | Sequence[int] = 0,
        temperature: float,
        seed: int = 1,
        schema: dict[str, Any] | None = None,
        what: str = "texts",
    ) -> list[Answer]:
        """Answers to prompts; `pictures`, as PNG, go with them one to one where given.

        Every answer draws with a seed of its own; `most` and `least` are tokens, of all or one by one. Raises
        ModelError.
        """
        held_to = None if schema is None else json.dumps(schema)
        tasks = [
            WriteTask(
                prompt=prompt,
                picture=None if pictures is None else pictures[number],
                max_tokens=most if isinstance(most, int) else most[number],
                min_tokens=least if isinstance(least, int) else least[number],
                schema=held_to,
                temperature=temperature,
                seed=seed + number,
            )
            for number, prompt in enumerate(prompts)
        ]
        # Prompts of one length waste no padding.
        order = sorted(range(len(tasks)), key=lambda number: len(tasks[number].prompt))
        answers: dict[int, Answer] = {}
        for start in range(0, len(order), self.profile.write_batch):
            part = order[start : start + self.profile.write_batch]
            written = self._adapter.write([tasks[number] for number in part], [Watch() for _ in part])
            for number, outcome in zip(part, written, strict=True):
                one = _good(outcome)
                answers[number] = Answer(one.text, one.complete)
            log.info("%s: %d of %d", what, len(answers), len(tasks))
        return [answers[number] for number in range(len(tasks))]


class Painter:
    """Paints at the native size with the profile's steps and guidance. Construction loads `weights/painter`."""

    def __init__(self, weights: Path = POCKET_WEIGHTS, device: str = "cpu") -> None:
        self.profile = pocket(weights, device=device)
        self._counter = PromptCounter(self.profile.painter)
        self._adapter = PainterAdapter(self.profile, self._counter)

    def prompt(self, card: SceneCard) -> str:
        """A scene card in the words that the painter is given. Raises BadText for an empty card."""

        async def count(texts: tuple[str, ...]) -> Counted:
            return Counted(tuple(self._counter.length(text) for text in texts), self._counter.limit)

        return asyncio.run(compose(card, (), STYLE, count)).text

    def paint(
        self, prompts: Sequence[str], *, seed: int = 1, batch: int = PAINT_BATCH, what: str = "pictures"
    ) -> npt.NDArray[np.uint8]:
        """Pictures, uint8 [n, side, side, 3]; picture i is painted with seed + i. Raises ModelError."""
        side, steps, guidance = self.profile.native_side, self.profile.steps, self.profile.guidance
        painted: list[npt.NDArray[np.uint8]] = []
        for start in range(0, len(prompts), batch):
            tasks = [
                PaintTask(prompt, STYLE.negative, side, side, steps, guidance, seed + number)
                for number, prompt in enumerate(prompts[start : start + batch], start)
            ]
            done = self._adapter.paint(tasks, [Watch() for _ in tasks])
            painted += [pixels_of(_good(one).png) for one in done]
            log.info("%s: %d of %d", what, len(painted), len(prompts))
        return np.stack(painted)


def embeddings(
    weights: Path, texts: Sequence[str], pictures: Sequence[bytes], device: str = "cpu"
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Unit vectors of texts [n, 512] and pictures [m, 512] from `weights/embedder`. Raises ModelError."""
    (found,) = Embedder(pocket(weights, device=device)).embed([EmbedTask(tuple(texts), tuple(pictures))], [Watch()])
    good = _good(found)
    return good.texts, good.pictures


def png_of(picture: npt.NDArray[np.uint8]) -> bytes:
    """uint8 [side, side, 3] as the bytes of a PNG."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def pixels_of(png: bytes) -> npt.NDArray[np.uint8]:
    """The bytes of a picture as uint8 [height, width, 3]."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def _good(outcome: T | Exception) -> T:
    """The result, or the error raised: an examination has no use for half of its answers."""
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
