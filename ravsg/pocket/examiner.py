"""A judge of pictures that is none of the pocket models: a small convolutional classifier of drawn pictures.

It is trained apart, on pictures blurred and shifted in tone, so that soft paint does not fool it, and its accuracy on
drawn held-out scenes is reported beside every score it gives.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import torch
from torch import nn
from torch.nn import functional

from ravsg.pocket.drawn import Drawn, batches
from ravsg.pocket.sheets import pixels
from ravsg.pocket.world import CHARACTERS, MOODS, SETTINGS, THINGS, Scene

log = logging.getLogger("ravsg.pocket")

SIDE: Final = 64
"""Pixels of the side it looks at; pictures are shrunk to it."""
STEPS: Final = 900
ANSWERS: Final = (len(SETTINGS), len(MOODS), len(CHARACTERS), len(THINGS))
"""Logits of the four questions."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the examiner sees in each of n pictures: setting and mood as keys, scores of characters and objects."""

    settings: list[str]
    moods: list[str]
    characters: torch.Tensor
    """float32 [n, 14], above 0 for "is there"."""
    things: torch.Tensor


class Examiner(nn.Module):
    """Five strided convolutions and four heads."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 24, 48, 96, 128, 128)
        self.body = nn.Sequential(
            *(
                nn.Sequential(nn.Conv2d(a, b, 3, 2 if a != widths[-1] else 1, 1), nn.BatchNorm2d(b), nn.ReLU())
                for a, b in pairwise(widths)
            )
        )
        self.heads = nn.Linear(widths[-1] * 4, sum(ANSWERS))

    def forward(self, picture: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Logits of settings, moods, characters and things for float32 [n, 3, side, side] in [-1, 1]."""
        small = functional.interpolate(picture, (SIDE, SIDE), mode="area")
        features = functional.adaptive_max_pool2d(self.body(small), 2).flatten(1)
        return self.heads(features).split(ANSWERS, dim=1)

    @torch.no_grad()
    def judge(self, picture: torch.Tensor) -> Verdict:
        """Look at pictures, float32 [n, 3, side, side] in [-1, 1]."""
        self.eval()
        where, hour, who, what = self(picture)
        return Verdict(
            [SETTINGS[i].key for i in where.argmax(1).tolist()],
            [MOODS[i].key for i in hour.argmax(1).tolist()],
            who,
            what,
        )


def trained_examiner(path: Path, drawn: Drawn, seed: int = 11) -> Examiner:
    """The examiner kept at `path`, trained first if there is none (a few minutes on two cores)."""
    from safetensors.torch import load_file, save_file

    torch.manual_seed(seed)
    examiner = Examiner()
    if path.exists():
        examiner.load_state_dict(load_file(path))
        return examiner.eval()
    optimizer = torch.optim.AdamW(examiner.parameters(), 2e-3, weight_decay=0.02)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=STEPS)
    order = batches(len(drawn), 64, seed)
    for step in range(STEPS):
        chosen = next(order)
        picture = _worn(pixels(drawn.pictures[chosen], "cpu"))
        loss = disagreement(examiner(picture), truth_of([drawn.scenes[i] for i in chosen]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rates.step()
        if step % 100 == 0:
            log.info("examiner: step %d of %d, loss %.3f", step, STEPS, loss)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(examiner.state_dict(), path)
    return examiner.eval()


def _worn(picture: torch.Tensor) -> torch.Tensor:
    """Half of the batches softened and all shifted a little in tone, as an autoencoder does."""
    if torch.rand(()) < 0.5:
        small = functional.interpolate(
            picture, scale_factor=float(torch.empty(()).uniform_(0.3, 0.8)), mode="bilinear"
        )
        picture = functional.interpolate(small, picture.shape[-2:], mode="bilinear")
    tone = torch.randn(len(picture), 3, 1, 1) * 0.06
    return (picture * (1 + torch.randn(len(picture), 1, 1, 1) * 0.08) + tone).clamp(-1, 1)


def disagreement(told: tuple[torch.Tensor, ...], truth: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Loss of logits of settings, moods, characters and things against `truth_of` the scenes."""
    return (
        functional.cross_entropy(told[0], truth[0])
        + functional.cross_entropy(told[1], truth[1])
        + 4 * functional.binary_cross_entropy_with_logits(told[2], truth[2])
        + 4 * functional.binary_cross_entropy_with_logits(told[3], truth[3])
    )


def truth_of(scenes: list[Scene]) -> tuple[torch.Tensor, ...]:
    """Settings and moods as int64 [n], characters and things as float32 [n, 14] of zeros and ones."""
    where = [one.key for one in SETTINGS]
    hours = [one.key for one in MOODS]
    return (
        torch.tensor([where.index(scene.setting) for scene in scenes]),
        torch.tensor([hours.index(scene.mood) for scene in scenes]),
        torch.tensor([[float(any(f.key == c.key for f in scene.figures)) for c in CHARACTERS] for scene in scenes]),
        torch.tensor([[float(thing.key in scene.things) for thing in THINGS] for scene in scenes]),
    )
