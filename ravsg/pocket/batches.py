"""Lessons as batches of numbers: chosen, encoded (`ravsg.pocket.encoding`), sorted by length, and padded.

Pool after pool of lessons is made from the seed and the pool's number alone, in this process or ahead in others; a
checkpoint holds where the training stands in them.
"""

from __future__ import annotations

import multiprocessing
import random
from collections import deque
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import torch

from ravsg.pocket import elsewhere
from ravsg.pocket.build import POCKET
from ravsg.pocket.drawn import Drawn
from ravsg.pocket.encoding import Encoded, encode
from ravsg.pocket.lessons import Lesson, lesson
from ravsg.pocket.lessons_short import short_lesson
from ravsg.pocket.names import KNOWN
from ravsg.pocket.sheets import pixels
from ravsg.pocket.tokens import writer_tokenizer
from ravsg.pocket.world import Scene, sample_scene

if TYPE_CHECKING:
    from multiprocessing.pool import AsyncResult

    import numpy.typing as npt
    from transformers import LlavaProcessor, PreTrainedTokenizerFast

    from ravsg.pocket.elsewhere import Sight

TOKENS: Final = 3000
"""Tokens in a batch, padding counted."""
POOL: Final = 64
"""Lessons made at a time and sorted by length, so that a batch holds little padding; of short ones three times it."""
AHEAD: Final = 24
"""Pools that are made ahead where processes do it."""
COMPANY: Final = 0.5
"""Share of lessons that take the scene with more people of two."""
ELSEWHERE: Final = 0.12
"""Share of lessons from pictures outside the world."""
BLIND: Final = 0.4
"""Share of stories told without their picture, from the analysis in the prompt alone, which is quicker."""
_LATER_SHORT: Final = 0.25
"""Share of pools of short lessons among the whole ones, so that what they taught is kept."""


@dataclass(frozen=True, slots=True)
class Material:
    """The pictures that lessons are about: drawn scenes, and pictures from elsewhere with what is seen in them."""

    drawn: Drawn
    sights: tuple[Sight, ...]
    elsewhere: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Batch:
    """Right-padded ids and mask [n, length], the pictures of the lessons that have one, and where answers stand."""

    ids: torch.Tensor
    mask: torch.Tensor
    pictures: torch.Tensor | None
    rows: torch.Tensor
    """[labels]: the row of the token before each label."""
    columns: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    """float32 [labels]: how much each counts."""

    def to(self, device: str) -> Batch:
        """The same on a device."""
        there = {one.name: getattr(self, one.name) for one in fields(self)}
        moved: dict[str, Any] = {name: None if one is None else one.to(device) for name, one in there.items()}
        return Batch(**moved)


class LessonBatches:
    """Batch after batch; what comes next depends on the seed, on how many came before, and on the progress."""

    def __init__(
        self,
        material: Material,
        processor: LlavaProcessor,
        seed: int,
        *,
        workers: int = 0,
        short: float,
        larger: int = 1,
    ) -> None:
        self._material = material
        self._maker = Maker(material.drawn.scenes, material.sights, processor, seed, larger)
        self._pad = processor.tokenizer.pad_token_id
        self._short = short
        self._pool, self._place = 0, 0
        self._groups: list[list[Encoded]] = []
        self._shorts = True
        self._processes = (
            multiprocessing.get_context("spawn").Pool(workers, _begin, (self._maker,)) if workers else None
        )
        self._ahead: deque[AsyncResult[list[list[Encoded]]]] = deque()
        self._ahead_short = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._processes is not None:
            self._processes.terminate()
            self._processes.join()

    def next(self, progress: float) -> Batch:
        """The next batch for a training that has come so far."""
        if not self._groups:
            if self._place == 0:
                self._shorts = progress < self._short
            self._groups = self._made(short=self._shorts)
        if self._place >= len(self._groups):
            self._pool, self._place, self._shorts = self._pool + 1, 0, progress < self._short
            self._groups = self._made(short=self._shorts)
        group = self._groups[self._place]
        self._place += 1
        return collate(group, self._material, self._pad)

    def _made(self, *, short: bool) -> list[list[Encoded]]:
        if self._processes is None:
            return self._maker.pool(self._pool, short)
        if short != self._ahead_short:
            self._ahead.clear()
            self._ahead_short = short
        while len(self._ahead) < AHEAD:
            self._ahead.append(self._processes.apply_async(_pool, (self._pool + len(self._ahead), short)))
        return self._ahead.popleft().get()

    def state_dict(self) -> dict[str, Any]:
        """Where it stands: the pool, whether it is one of short lessons, and the place in it."""
        return {"pool": self._pool, "short": self._shorts, "place": self._place}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self._pool, self._shorts, self._place, self._groups = state["pool"], state["short"], state["place"], []
        self._ahead.clear()


class Maker:
    """Makes pools of encoded lessons; goes to other processes, so it holds no pictures."""

    def __init__(
        self, scenes: tuple[Scene, ...], sights: tuple[Sight, ...], processor: LlavaProcessor, seed: int, larger: int
    ) -> None:
        self._scenes, self._sights, self._processor, self._seed = scenes, sights, processor, seed
        self._larger = larger

    def pool(self, number: int, short: bool) -> list[list[Encoded]]:
        """The lessons of one pool in groups of about `TOKENS` tokens each."""
        rng = random.Random(self._seed * 1_000_003 + number)
        short = short or rng.random() < _LATER_SHORT
        made = [self._one(rng, short) for _ in range(self._larger * (POOL * 3 if short else POOL))]
        made.sort(key=lambda one: len(one.turn) + len(one.answer))
        groups: list[list[Encoded]] = [[]]
        for one in made:
            if groups[-1] and (len(groups[-1]) + 1) * (len(one.turn) + len(one.answer)) > TOKENS * self._larger:
                groups.append([])
            groups[-1].append(one)
        rng.shuffle(groups)
        return groups

    def _one(self, rng: random.Random, short: bool) -> Encoded:
        if self._sights and rng.random() < ELSEWHERE:
            number = rng.randrange(len(self._sights))
            sight = self._sights[number]
            if short:
                return self._encode(elsewhere.analysis_lesson(sight, rng), ~number)
            return self._encode(elsewhere.lesson(sight, rng), ~number)
        number = rng.randrange(len(self._scenes))
        if rng.random() < COMPANY:
            number = max(number, rng.randrange(len(self._scenes)), key=lambda one: len(self._scenes[one].figures))
        scene = self._scenes[number]
        if short:
            one, whole = short_lesson(scene, rng)
            return self._encode(one, number, whole=whole)
        one = lesson(scene, rng)
        if one.kind != "analysis" and rng.random() < BLIND:
            one = replace(one, with_picture=False)
        return self._encode(one, number)

    def _encode(self, one: Lesson, picture: int, *, whole: bool = True) -> Encoded:
        turn, answer, weights = encode(one, self._processor)
        if not whole:
            answer, weights = answer[:-1], weights[:-1]
        return Encoded(turn, answer, weights, picture if one.with_picture else None)


def collate(group: list[Encoded], material: Material, pad: int) -> Batch:
    """Lessons side by side, padded on the right."""
    longest = max(len(one.turn) + len(one.answer) for one in group)
    ids = torch.full((len(group), longest), pad)
    mask = torch.zeros((len(group), longest), dtype=torch.long)
    rows: list[int] = []
    columns: list[int] = []
    labels: list[int] = []
    weights: list[float] = []
    for row, one in enumerate(group):
        whole = one.turn + one.answer
        ids[row, : len(whole)] = torch.tensor(whole)
        mask[row, : len(whole)] = 1
        rows += [row] * len(one.answer)
        columns += range(len(one.turn) - 1, len(whole) - 1)
        labels += one.answer
        weights += one.weights
    shown = [
        material.drawn.pictures[one.picture] if one.picture >= 0 else material.elsewhere[~one.picture]
        for one in group
        if one.picture is not None
    ]
    return Batch(
        ids,
        mask,
        pixels(np.stack(shown), "cpu") if shown else None,
        torch.tensor(rows),
        torch.tensor(columns),
        torch.tensor(labels),
        torch.tensor(weights),
    )


def learnt_tokenizer(folder: Path, seed: int) -> PreTrainedTokenizerFast:
    """The writer's tokenizer kept in `folder`, learnt from lessons first if there is none (about a minute).

    It is kept because weights are worthless with another: a changed sentence in the world would change it. Names are
    repeated in the texts, so that known ones become one token.
    """
    from transformers import AutoTokenizer

    if (folder / "tokenizer.json").exists():
        return AutoTokenizer.from_pretrained(folder)
    rng = random.Random(seed)
    lessons = [lesson(sample_scene(rng), rng) for _ in range(4000)]
    lessons += [elsewhere.lesson(elsewhere.look(elsewhere.make(rng)), rng) for _ in range(300)]
    names = [f"{before}{name}" for name in KNOWN for before in (" ", "")] * 40
    texts = [text for one in lessons for text in (one.prompt, one.answer)] + names
    learnt = writer_tokenizer(texts, POCKET.writer_words)
    learnt.save_pretrained(folder)
    return learnt


_MAKER: list[Maker] = []


def _begin(maker: Maker) -> None:
    _MAKER[:] = [maker]


def _pool(number: int, short: bool) -> list[list[Encoded]]:
    return _MAKER[0].pool(number, short)
