"""How good an order is: nDCG at ten, its mean, and how sure that mean is.

Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (ACM TOIS 2002), with the gain
2^grade − 1 of Burges et al. (ICML 2005). Intervals are percentiles of the mean over questions drawn again with
replacement (Efron's bootstrap); differences are drawn in pairs, question by question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the interval that holds it with 95 % confidence."""

    mean: float
    low: float
    high: float


def ndcg(grades: Sequence[int], all_grades: Sequence[int], at: int = 10) -> float:
    """Of what was given in this order, beside the best order of all that there is; 1 is perfect.

    `all_grades` are those of everything that could have been given. 0 where nothing is relevant.
    """
    best = _gained(sorted(all_grades, reverse=True)[:at])
    return _gained(grades[:at]) / best if best else 0.0


def interval(values: Sequence[float], *, draws: int = 2000, seed: int = 1) -> Interval:
    """The mean of values, one a question."""
    array = np.asarray(values, dtype=np.float64)
    chosen = np.random.default_rng(seed).integers(0, len(array), size=(draws, len(array)))
    low, high = np.percentile(array[chosen].mean(axis=1), (2.5, 97.5))
    return Interval(float(array.mean()), float(low), float(high))


def _gained(grades: Sequence[int]) -> float:
    array = np.asarray(grades, dtype=np.float64)
    return float(((2.0**array - 1) / np.log2(np.arange(2, len(array) + 2))).sum())
