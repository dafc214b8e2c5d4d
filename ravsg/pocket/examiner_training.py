"""Trains the examiner, apart from every model that it will judge, on drawn pictures of a seed of its own.

`python -m ravsg.pocket.examiner_training --to FILE` takes about four minutes on one core. Pictures are softened,
shifted in tone, moved and mirrored, so that a painter's softness does not fool it; where everybody stands is known
from the drawing, so that it need not guess which spot was meant. It draws the pictures anew, and keeps none.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch.nn import functional

from ravsg.pocket.drawn import Drawn, batches, draw_all, sample_scenes
from ravsg.pocket.examiner import BODIES, CELLS, SIDE, Examiner, load, presence, save, truth_of, world_of
from ravsg.pocket.sheets import pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

log = logging.getLogger("ravsg.pocket")

PICTURES: Final = 8_000
STEPS: Final = 800
"""Of 48 pictures each: nearly five times through all of them."""
BATCH: Final = 48
RATE: Final = 3e-3
SEED: Final = 77_001
"""Of the scenes that it learns from; `SEED + 1` gives those that its thresholds are set on."""
CHECKED: Final = 1_200


def examiner_at(path: Path) -> Examiner:
    """The examiner kept at `path`; where there is none, or the world is drawn otherwise now, one trained anew."""
    world = fingerprint()
    if world_of(path) == world:
        return load(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as kept:
        # It knows every pair of place and character, or it would doubt its eyes where the painter is examined.
        log.info("examiner: drawing %d pictures", PICTURES + CHECKED)
        lessons = draw_all(Path(kept) / "lessons", PICTURES, SEED, held_out=None)
        checks = draw_all(Path(kept) / "checks", CHECKED, SEED + 1, held_out=None)
        examiner = Examiner()
        learn(examiner, lessons, STEPS)
        settle(examiner, checks)
    save(examiner, path, world)
    return load(path)


def fingerprint() -> str:
    """Twelve digits that change when the world is drawn otherwise: from 24 pictures."""
    from ravsg.pocket.illustrator import Illustrator

    illustrator = Illustrator()
    digest = hashlib.sha256(" ".join(BODIES).encode())
    for scene in sample_scenes(24, SEED, held_out=None):
        digest.update(illustrator.draw(scene).tobytes())
    return digest.hexdigest()[:12]


def learn(examiner: Examiner, drawn: Drawn, steps: int, *, size: int = BATCH, seed: int = 11) -> list[float]:
    """Train for so many steps on drawn pictures; the loss of every step."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        examiner.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = torch.optim.AdamW(examiner.parameters(), RATE, weight_decay=0.03)
        rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
        order = batches(len(drawn), size, seed)
        examiner.train()
        losses: list[float] = []
        began = time.monotonic()
        for step in range(steps):
            chosen = next(order)
            loss = _loss(examiner, drawn, chosen)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rates.step()
            losses.append(float(loss.detach()))
            if step % 50 == 0:
                log.info(
                    "examiner: step %d of %d, loss %.3f, %.0f s", step, steps, losses[-1], time.monotonic() - began
                )
    examiner.eval()
    return losses


def _loss(examiner: Examiner, drawn: Drawn, chosen: npt.NDArray[np.int64]) -> torch.Tensor:
    picture, boxes = moved(pixels(drawn.pictures[chosen], "cpu"), torch.from_numpy(drawn.boxes[chosen]))
    picture = worn(picture).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        where, hour, cells = examiner(picture)
    settings, moods, *there = truth_of([drawn.scenes[number] for number in chosen])
    cells = cells.float()
    return (
        functional.cross_entropy(where.float(), settings)
        + functional.cross_entropy(hour.float(), moods)
        + 4 * functional.binary_cross_entropy_with_logits(presence(cells), torch.cat(there, 1))
        + _misplaced(cells, spots(boxes))
    )


def _misplaced(cells: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Loss of logits [n, 32, 16, 16] against `spots`: the focal loss of centres, Law and Deng 2018 (CornerNet)."""
    sure, doubt = functional.logsigmoid(cells), functional.logsigmoid(-cells)
    hit = truth.eq(1)
    lost = -torch.where(
        hit, (1 - cells.sigmoid()).square() * sure, (1 - truth).pow(4) * cells.sigmoid().square() * doubt
    )
    return lost.sum() / hit.sum().clamp(min=1)


def spots(boxes: torch.Tensor) -> torch.Tensor:
    """Where bodies are: float32 [n, 32, 16, 16], 1 in the cell of each box's middle, less around it.

    `boxes` is float32 [n, rows, 5] as in `Drawn`: class, left, top, right, bottom in shares of the side; class -1 for
    none.
    """
    truth = torch.zeros(len(boxes), len(BODIES), CELLS, CELLS)
    numbers, rows = torch.nonzero(boxes[..., 0] >= 0, as_tuple=True)
    found = boxes[numbers, rows]
    middles = (found[:, 1:3] + found[:, 3:5]) / 2
    sizes = (found[:, 3:5] - found[:, 1:3]).clamp(min=1 / CELLS)
    centres = (middles * CELLS).floor().clamp(0, CELLS - 1)
    axis = torch.arange(CELLS, dtype=torch.float32)
    # A bump as wide as a third of the body.
    reach = (sizes * CELLS / 6).clamp(min=0.5)
    bumps = [torch.exp(-((axis - centres[:, i : i + 1]) ** 2) / (2 * reach[:, i : i + 1] ** 2)) for i in (0, 1)]
    both = bumps[1][:, :, None] * bumps[0][:, None, :]
    for number, kind, bump in zip(numbers.tolist(), found[:, 0].long().tolist(), both, strict=True):
        truth[number, kind] = torch.maximum(truth[number, kind], bump)
    return truth


def moved(picture: torch.Tensor, boxes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures cut, shifted and half of them mirrored, with their boxes; the middle of a body stays inside."""
    count = len(picture)
    scale = torch.empty(count).uniform_(0.86, 1.08)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    shift = torch.empty(count, 2).uniform_(-0.1, 0.1)
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0], matrix[:, 1, 1], matrix[:, :, 2] = scale * mirror, scale, shift
    grid = functional.affine_grid(matrix, [count, 3, SIDE, SIDE], align_corners=False)
    cut = functional.grid_sample(picture, grid, padding_mode="reflection", align_corners=False)
    corners = (boxes[..., 1:] * 2 - 1).reshape(count, -1, 2, 2)
    corners = (corners - shift[:, None, None]) / torch.stack([scale * mirror, scale], 1)[:, None, None]
    corners = torch.cat([corners.amin(2), corners.amax(2)], -1) / 2 + 0.5
    there = boxes[..., :1] >= 0
    return cut, torch.where(there, torch.cat([boxes[..., :1], corners], -1), boxes)


def worn(picture: torch.Tensor) -> torch.Tensor:
    """Pictures softened, noisy and shifted in tone, each in its own measure, as painters and autoencoders do."""
    count = len(picture)
    half = functional.avg_pool2d(picture, 2)
    soft = [
        functional.interpolate(one, (SIDE, SIDE), mode="bilinear") for one in (half, functional.avg_pool2d(half, 2))
    ]
    much = torch.rand(count, 1, 1, 1)
    blurred = torch.where(much < 0.5, picture.lerp(soft[0], much * 2), soft[0].lerp(soft[1], much * 2 - 1))
    picture = torch.where(torch.rand(count, 1, 1, 1) < 0.35, picture, blurred)
    tone = torch.randn(count, 3, 1, 1) * 0.07
    contrast = 1 + torch.randn(count, 1, 1, 1) * 0.12
    noise = torch.randn_like(picture) * torch.rand(count, 1, 1, 1) * 0.08
    return (picture * contrast + tone + noise).clamp(-1, 1)


@torch.no_grad()
def settle(examiner: Examiner, drawn: Drawn, seed: int = 12) -> None:
    """Set the threshold of each character and thing where F1 is best on drawn pictures, each as it is and worn."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        examiner.eval()
        scores, truths = [], []
        for start in range(0, len(drawn), BATCH):
            picture = pixels(np.array(drawn.pictures[start : start + BATCH]), "cpu")
            truth = torch.cat(truth_of(drawn.scenes[start : start + BATCH])[2:], 1)
            for one in (picture, worn(picture)):
                scores.append(presence(examiner(one)[2]))
                truths.append(truth)
        every, there = torch.cat(scores), torch.cat(truths)
        for kind in range(len(BODIES)):
            examiner.thresholds[kind] = best_threshold(every[:, kind].tolist(), there[:, kind].tolist())


def best_threshold(scores: Sequence[float], truth: Sequence[float]) -> float:
    """The threshold that gives the best F1, halfway between two scores; 0 where nothing is there to be found."""
    if not sum(truth):
        return 0.0
    ordered = sorted(zip(scores, truth, strict=True), reverse=True)
    best, threshold, found = -1.0, 0.0, 0.0
    for number, (score, right) in enumerate(ordered, 1):
        found += right
        f1 = 2 * found / (number + sum(truth))
        if f1 > best:
            below = ordered[number][0] if number < len(ordered) else score - 1
            best, threshold = f1, (score + below) / 2
    return threshold


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and train where that is needed."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.examiner_training")
    parser.add_argument("--to", type=Path, default=Path("out/pocket/examiner.safetensors"))
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    examiner_at(chosen.to)


if __name__ == "__main__":
    main()
