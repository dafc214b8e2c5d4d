"""Shares and means with their confidence intervals of 95 %."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A value between `low` and `high` from `n` observations."""

    value: float
    low: float
    high: float
    n: int

    def plain(self) -> dict[str, float | int]:
        """As JSON, rounded."""
        return {key: round(value, 4) for key, value in asdict(self).items()}


def share(hits: Sequence[bool]) -> Measure:
    """How many are true, with Wilson's interval; 0 of 0 says nothing and lies between 0 and 1."""
    count = len(hits)
    if not count:
        return Measure(0.0, 0.0, 1.0, 0)
    part, z = sum(hits) / count, 1.96
    middle = (part + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(part * (1 - part) / count + z * z / (4 * count * count))
    return Measure(part, max(0.0, middle - reach), min(1.0, middle + reach), count)


def mean(values: Sequence[float], *, least: float = -math.inf, most: float = math.inf) -> Measure:
    """The mean, with the normal interval, cut where no value can lie. Raises ValueError for no values."""
    if not values:
        raise ValueError("no values to take the mean of")
    count = len(values)
    middle = sum(values) / count
    spread = math.sqrt(sum((value - middle) ** 2 for value in values) / max(1, count - 1))
    reach = 1.96 * spread / math.sqrt(count)
    return Measure(middle, max(least, middle - reach), min(most, middle + reach), count)


def mean_share(values: Sequence[float]) -> Measure:
    """The mean of values from 0 to 1, such as `f1`."""
    return mean(values, least=0, most=1)


def f1(found: set[str], truth: set[str]) -> float:
    """Harmonic mean of precision and recall of one set; two empty sets agree."""
    if not found and not truth:
        return 1.0
    return 2 * len(found & truth) / (len(found) + len(truth))
