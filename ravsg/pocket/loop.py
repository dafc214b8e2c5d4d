"""One training loop for every pocket model: a time budget, a schedule, checkpoints, a log.

A model's part of the budget is counted in seconds of training and kept in its checkpoint: a run that was cut off goes
on where it was, a run with a larger budget goes on from the end of the smaller. Data, noise and initial weights
follow from the seed and the number of the step alone, also when a run goes on. With a budget in minutes the schedule
follows the clock; with a number of steps everything follows from the seed, and a timed run's log says its number.
"""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import torch
from torch import nn

from ravsg.pocket import checkpoints

log = logging.getLogger("ravsg.pocket")

CHECKPOINT_EVERY: Final = 120.0
LOG_EVERY: Final = 20.0


@dataclass(frozen=True, slots=True)
class Run:
    """Where and how long to train: `minutes` is the whole budget of the one model that is being trained.

    With `steps` above 0 that many steps are made, however long they take. `start` holds weights, as they ship, to go
    on from instead of random ones. `workers` processes make lessons ahead; with 0 they are made in between. Batches
    are `larger` times as large as a processor likes them; the rates are not changed.
    """

    out: Path
    minutes: float
    device: str
    seed: int
    steps: int = 0
    start: Path | None = None
    workers: int = 0
    larger: int = 1

    @property
    def seconds(self) -> float:
        """The budget in seconds."""
        return self.minutes * 60

    def folder(self, name: str) -> Path:
        """A folder under `out`, made if missing."""
        path = self.out / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def progress(self, number: int, spent: float) -> float:
        """Share of the budget that is used up, from 0 to 1."""
        return min(1.0, number / self.steps if self.steps else spent / self.seconds)

    def step_seed(self, number: int) -> int:
        """The seed of everything random in one step."""
        return (self.seed * 1_000_003 + number) % 2**31

    @contextlib.contextmanager
    def autocast(self) -> Iterator[None]:
        """bfloat16 where it helps: matrix products and convolutions."""
        with torch.autocast(self.device.split(":", maxsplit=1)[0], dtype=torch.bfloat16):
            yield


class Optimizer(Protocol):
    """What the loop needs of one, so that two can act as one."""

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """Groups of weights, each with "lr" and "peak"."""

    def step(self) -> Any:
        """Change the weights."""

    def zero_grad(self, set_to_none: bool = ...) -> None:
        """Forget the gradients."""

    def state_dict(self) -> dict[str, Any]:
        """For checkpoints."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """From a checkpoint."""


class Average:
    """An exponential moving average of a module's weights, to be used instead of the last ones."""

    def __init__(self, module: nn.Module, decay: float = 0.998) -> None:
        self.decay = decay
        self.steps = 0
        self.values = {name: value.detach().float().clone() for name, value in module.state_dict().items()}

    def update(self, module: nn.Module) -> None:
        """Take in the weights of now; young averages forget faster."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, value in module.state_dict().items():
            self.values[name].lerp_(value.detach().float(), 1 - decay)

    def into(self, module: nn.Module) -> None:
        """Load the average into a module of the same shape."""
        module.load_state_dict(self.values)

    def state_dict(self) -> dict[str, Any]:
        """For checkpoints."""
        return {"steps": self.steps, "values": self.values}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """From a checkpoint."""
        self.steps, self.values = state["steps"], state["values"]


def adamw(groups: list[tuple[nn.Module, float]], decay: float) -> torch.optim.AdamW:
    """AdamW over modules with their peak learning rates; vectors and biases do not decay."""
    parameters: list[dict[str, Any]] = []
    for module, rate in groups:
        wanted = [one for one in module.parameters() if one.requires_grad]
        parameters.append(
            {"params": [p for p in wanted if p.ndim > 1], "lr": rate, "peak": rate, "weight_decay": decay}
        )
        parameters.append(
            {"params": [p for p in wanted if p.ndim <= 1], "lr": rate, "peak": rate, "weight_decay": 0.0}
        )
    return torch.optim.AdamW(parameters, betas=(0.9, 0.97))


def schedule(progress: float) -> float:
    """Factor of the peak rate: up over the first 3 % of the budget, level, and down to 2 % over the last 30 %.

    A level rate suits runs that are taken up again with a larger budget: nothing was cooled down too early.
    """
    return max(0.02, min(progress / 0.03, 1.0, (1 - progress) / 0.3))


def train(
    run: Run,
    name: str,
    optimizer: Optimizer,
    kept: dict[str, Any],
    step: Callable[[int, float], dict[str, torch.Tensor]],
    *,
    sample: Callable[[], None],
    after: Callable[[], None] | None = None,
) -> None:
    """Call `step(number, progress)` until the budget is spent; it returns losses, of which "loss" is followed.

    `kept` are the things with `state_dict` and `load_state_dict` that a checkpoint holds besides the optimizer.
    `after` is called when the weights have changed, `sample` at every checkpoint. Raises FloatingPointError when
    the loss is no longer a number, and RuntimeError when its slope is none; neither reaches a checkpoint.
    """
    folder = run.folder("checkpoints") / name
    kept = {**kept, "optimizer": optimizer}
    spent, number = 0.0, 0
    if (saved := checkpoints.load(folder, run.device)) is not None:
        for key, one in kept.items():
            one.load_state_dict(saved[key])
        spent, number = saved["spent"], saved["number"]
        log.info("%s: goes on from step %d, %.1f minutes spent", name, number, spent / 60)
    weights = [one for group in optimizer.param_groups for one in group["params"]]
    last, noted, kept_at = time.monotonic(), spent, spent
    sums: dict[str, torch.Tensor] = {}
    counted = 0
    while (progress := run.progress(number, spent)) < 1:
        factor = schedule(progress)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        torch.manual_seed(run.step_seed(number))
        losses = step(number, progress)
        optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0, error_if_nonfinite=True)  # before it spoils what is kept
        optimizer.step()
        if after is not None:
            after()
        number, counted = number + 1, counted + 1
        for key, value in losses.items():
            sums[key] = sums.get(key, torch.zeros((), device=value.device)) + value.detach().float()
        now = time.monotonic()
        spent, last = spent + now - last, now
        finished = run.progress(number, spent) >= 1
        keeping = spent - kept_at > CHECKPOINT_EVERY or finished
        if spent - noted > LOG_EVERY or keeping:
            means = {key: float(value) / counted for key, value in sums.items()}
            if not math.isfinite(means["loss"]):
                raise FloatingPointError(f"{name}: the loss is {means['loss']} at step {number}")
            told = " ".join(f"{key} {value:.4f}" for key, value in means.items())
            log.info("%s: %4.1f of %.1f min, step %d, %s", name, spent / 60, run.minutes, number, told)
            noted, sums, counted = spent, {}, 0
        if keeping:
            state = {key: one.state_dict() for key, one in kept.items()}
            checkpoints.save(folder, {**state, "spent": spent, "number": number})
            sample()
            kept_at, last = spent, time.monotonic()
