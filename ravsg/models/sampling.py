"""Drawing the next token for each sequence of a batch: schema, repetition, temperature, seed, limits, cancellation.

Two hooks of transformers' `generate` share one list of rows: the scorer decides which token is taken (by leaving it
the highest score), the judge takes note of it and says which rows have ended. Each row draws from a generator of its
own, so that its noise does not depend on what else is in the batch. It knows nothing of prompts and pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ravsg.errors import ModelError
from ravsg.jobs.step import Watch
from ravsg.models.constrain import JsonGuide
from ravsg.models.echoes import Echoes
from ravsg.types import WriteTask

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Habits:
    """How a model is kept from repeating itself; see the fields of the same names in `Profile`."""

    repetition_penalty: float
    min_p: float
    written: Sequence[str]
    """The text of each token."""
    echoes: Echoes


@dataclass(slots=True)
class Row:
    """One sequence on its way."""

    task: WriteTask
    watch: Watch
    noise: torch.Generator
    guide: JsonGuide | None
    before: Sequence[str] = ()
    """Sentences that were told before, as tokens write them."""
    tokens: list[int] = field(default_factory=list)
    """What was written so far, the end token left out."""
    complete: bool = False
    """Whether it came to an end of its own."""
    done: bool = False
    error: ModelError | None = None

    @property
    def room(self) -> int:
        """Tokens that may still come."""
        return self.task.max_tokens - len(self.tokens)

    def take(self, token: int, ends: frozenset[int]) -> None:
        """Note the token that was drawn and settle whether the row has ended."""
        if token in ends:
            self.complete = self.done = True
        else:
            self._note(token)
            self.done = self.room <= 0
        self.watch.report(len(self.tokens), self.task.max_tokens)
        self.done |= self.watch.cancelled.is_set()

    def _note(self, token: int) -> None:
        if self.guide is not None:
            self.guide.take(token)
            self.complete = self.done = self.guide.finished
        self.tokens.append(token)


class Scorer:
    """A logits processor: after it, the highest score of each row is the token to take.

    Adding Gumbel noise to scores and taking the highest draws from their softmax (the Gumbel-max trick). The noise
    comes from the processor in float32 whatever the device, so that one seed means one text on all of them.
    """

    def __init__(self, rows: Sequence[Row], ends: frozenset[int], habits: Habits) -> None:
        self._rows = rows
        self._ends = sorted(ends)
        self._habits = habits

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores of shape [rows, width] in, changed scores of the same shape out."""
        import torch

        scores = scores.float()
        for number, row in enumerate(self._rows):
            if not row.done:
                scores[number] = self._forbid(row, scores[number])
        hot = [number for number, row in enumerate(self._rows) if row.task.temperature > 0 and not row.done]
        if not hot:
            return scores
        heat = torch.tensor([[self._rows[number].task.temperature] for number in hot], device=scores.device)
        warm = scores[hot] / heat
        likeliest = warm.amax(dim=-1, keepdim=True)
        floor = torch.log(torch.tensor(max(self._habits.min_p, 1e-12)))
        warm = warm.masked_fill(warm - likeliest < floor, float("-inf"))
        scores[hot] = warm + self._gumbel(hot, scores.shape[-1]).to(scores.device)
        return scores

    def _forbid(self, row: Row, scores: torch.Tensor) -> torch.Tensor:
        import torch

        if row.guide is not None:
            try:
                allowed = row.guide.allowed(row.room)
            except ModelError as error:
                row.error, row.done = error, True
                return scores
            return scores.masked_fill(~torch.from_numpy(allowed).to(scores.device), float("-inf"))
        if row.tokens and self._habits.repetition_penalty != 1:
            seen = torch.tensor(sorted(set(row.tokens)), device=scores.device)
            old = scores[seen]
            penalty = self._habits.repetition_penalty
            scores[seen] = torch.where(old > 0, old / penalty, old * penalty)
        text = "".join(self._habits.written[token] for token in row.tokens)
        banned = self._habits.echoes.forbidden(text, row.before)
        if len(row.tokens) < row.task.min_tokens:
            banned += self._ends
        if banned:
            scores[banned] = float("-inf")
        return scores

    def _gumbel(self, numbers: Sequence[int], width: int) -> torch.Tensor:
        import torch

        noise = [torch.empty(width).exponential_(generator=self._rows[number].noise) for number in numbers]
        return -torch.log(torch.stack(noise))


class Judge:
    """A stopping criterion: notes each row's token, reports progress, and ends rows that are done or cancelled."""

    def __init__(self, rows: Sequence[Row], ends: frozenset[int]) -> None:
        self._rows = rows
        self._ends = ends

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor | None, **_: object) -> torch.Tensor:
        """Which rows have ended, shape [rows]."""
        import torch

        for row, token in zip(self._rows, input_ids[:, -1].tolist(), strict=True):
            if not row.done:
                row.take(token, self._ends)
        return torch.tensor([row.done for row in self._rows], device=input_ids.device)
