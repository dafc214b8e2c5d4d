"""Whether one way of doing something is better than another on the same cases, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb


def mcnemar(one: Sequence[bool], other: Sequence[bool]) -> float:
    """The exact two-sided p of McNemar's test: how likely cases that differ would fall so unevenly by chance.

    Only the cases where the two differ count; 1 where none does. Source: McNemar, "Note on the sampling error of the
    difference between correlated proportions" (Psychometrika 1947), with the binomial distribution. Raises ValueError
    for lists of different lengths.
    """
    wins = sum(a and not b for a, b in zip(one, other, strict=True))
    losses = sum(b and not a for a, b in zip(one, other, strict=True))
    differ = wins + losses
    tail = sum(comb(differ, number) for number in range(min(wins, losses) + 1))
    return min(1.0, 2 * tail / float(2**differ))
