"""A judge of pictures that is none of the pocket models: a small convolutional network that finds who is where.

It never sees a painted picture before it judges one. How it is trained is `examiner_training`; how well it judges
drawn pictures is reported beside every score that it gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ravsg.pocket.sheets import pixels
from ravsg.pocket.world import CHARACTERS, MOODS, SETTINGS, THINGS, Scene

if TYPE_CHECKING:
    import numpy.typing as npt

SIDE: Final = 128
"""Pixels of the side it looks at; other pictures are brought to it."""
CELLS: Final = 16
"""Cells along a side, in each of which every character and thing is looked for."""
ANSWERS: Final = (len(SETTINGS), len(MOODS), len(CHARACTERS), len(THINGS))
"""Logits of the four questions."""
BODIES: Final = (*(one.key for one in CHARACTERS), *(one.key for one in THINGS))
"""What a cell may hold, in the order of `Drawn.boxes`' classes."""
_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the examiner sees in each of n pictures."""

    settings: list[str]
    moods: list[str]
    scores: torch.Tensor
    """float32 [n, characters + things], above 0 for "is there"."""

    def sees(self, picture: int, key: str) -> bool:
        """Whether a character or thing is in that picture."""
        return bool(self.scores[picture, BODIES.index(key)] > 0)

    def surely(self, picture: int, key: str) -> float:
        """How sure it is of a character or thing in that picture: 0.5 at the threshold, towards 1 above it."""
        return float(self.scores[picture, BODIES.index(key)].sigmoid())

    def characters(self, picture: int) -> set[str]:
        """Keys of all characters in that picture."""
        return {one.key for one in CHARACTERS if self.sees(picture, one.key)}

    def things(self, picture: int) -> set[str]:
        """Keys of all things in that picture."""
        return {one.key for one in THINGS if self.sees(picture, one.key)}


class Examiner(nn.Module):
    """Looks at three scales: fine for colours and edges, middle for bodies, coarse for what is around them.

    About 0.5 M parameters. `thresholds` are subtracted from the scores that it judges by.
    """

    thresholds: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Sequential(_conv(3, 16, 2), _conv(16, 40, 2), _Again(40))
        self.middle = nn.Sequential(_conv(40, 80, 2), _Again(80), _Again(80))
        self.coarse = nn.Sequential(_conv(80, 128, 2), _Again(128))
        self.back = nn.Conv2d(128, 80, 1)
        self.both = nn.Sequential(nn.ReLU(), _conv(80, 80, 1))
        self.bodies = nn.Conv2d(80, len(BODIES), 1)
        # Nearly every cell holds nothing.
        self.bodies.bias = nn.Parameter(torch.full((len(BODIES),), -4.0))
        self.place = nn.Linear(256, ANSWERS[0] + ANSWERS[1])
        self.register_buffer("thresholds", torch.zeros(len(BODIES)))

    def forward(self, picture: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logits of settings [n, 14] and moods [n, 7], and of bodies in cells [n, 32, 16, 16].

        `picture` is float32 [n, 3, side, side] in [-1, 1].
        """
        if picture.shape[-1] != SIDE:
            picture = functional.interpolate(picture, (SIDE, SIDE), mode="bilinear", antialias=True)
        middle = self.middle(self.fine(picture))
        coarse = self.coarse(middle)
        around = functional.interpolate(self.back(coarse), (CELLS, CELLS), mode="bilinear")
        where, hour = self.place(torch.cat([coarse.mean((2, 3)), coarse.amax((2, 3))], 1)).split(ANSWERS[:2], dim=1)
        return where, hour, self.bodies(self.both(middle + around))

    @torch.no_grad()
    def judge(self, pictures: npt.NDArray[np.uint8]) -> Verdict:
        """Look at pictures, uint8 [n, side, side, 3]."""
        self.eval()
        where, hour, scores = (
            torch.cat(parts)
            for parts in zip(
                *(
                    self._look(pixels(np.array(pictures[start : start + _BATCH]), "cpu"))
                    for start in range(0, len(pictures), _BATCH)
                ),
                strict=True,
            )
        )
        return Verdict(
            [SETTINGS[i].key for i in where.tolist()],
            [MOODS[i].key for i in hour.tolist()],
            scores - self.thresholds,
        )

    def _look(self, picture: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        where, hour, cells = self(picture)
        return where.argmax(1), hour.argmax(1), presence(cells)


def presence(cells: torch.Tensor) -> torch.Tensor:
    """Scores [n, 32] that a body is somewhere, from logits of cells [n, 32, 16, 16]: those of the surest cell."""
    return cells.amax((2, 3))


def load(path: Path) -> Examiner:
    """An examiner that `save` kept. Raises FileNotFoundError, RuntimeError for one of another world."""
    from safetensors.torch import load_file

    examiner = Examiner()
    kept = load_file(path)
    examiner.load_state_dict(
        {name: value.float() if value.is_floating_point() else value for name, value in kept.items()}
    )
    return examiner.eval()


def save(examiner: Examiner, path: Path, world: str) -> None:
    """Keep an examiner in float16 (about 1 MB), with the fingerprint of the world that it was trained on."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in examiner.state_dict().items()
    }
    save_file(state, path, {"world": world})
    path.chmod(0o644)  # safetensors writes for the owner alone


def world_of(path: Path) -> str:
    """The fingerprint beside a kept examiner; empty where there is none."""
    from safetensors import safe_open

    if not path.exists():
        return ""
    with safe_open(path, "pt") as kept:
        return (kept.metadata() or {}).get("world", "")


def truth_of(scenes: Sequence[Scene]) -> tuple[torch.Tensor, ...]:
    """Settings and moods as int64 [n], characters and things as float32 [n, count] of zeros and ones."""
    where = [one.key for one in SETTINGS]
    hours = [one.key for one in MOODS]
    return (
        torch.tensor([where.index(scene.setting) for scene in scenes]),
        torch.tensor([hours.index(scene.mood) for scene in scenes]),
        torch.tensor([[float(any(f.key == c.key for f in scene.figures)) for c in CHARACTERS] for scene in scenes]),
        torch.tensor([[float(thing.key in scene.things) for thing in THINGS] for scene in scenes]),
    )


class _Again(nn.Module):
    """A convolution whose result is added to what went in."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Same shape out as in."""
        return functional.relu(x + self.norm(self.conv(x)))


def _conv(ins: int, outs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(ins, outs, 3, stride, 1, bias=False), nn.BatchNorm2d(outs), nn.ReLU())
