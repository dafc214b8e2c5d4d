"""Figures with goals, as a table for people or one JSON object for comparison from day to day."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass


class CannotMeasureError(RuntimeError):
    """What a benchmark needs is not here; the text says what, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `goal` is None for what is only told; `at_most` says on which side of it is good."""

    id: str
    what: str
    value: float
    unit: str
    goal: float | None = None
    at_most: bool = True
    note: str = ""
    """What a reader must know to understand the number; it stands under the table."""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def as_json(figures: Sequence[Figure]) -> str:
    """One object {id: {what, value, unit, goal, met}}."""
    entries = {
        f.id: {"what": f.what, "value": round(f.value, 4), "unit": f.unit, "goal": f.goal, "met": f.met}
        for f in figures
    }
    return json.dumps(entries, indent=1, ensure_ascii=False)


def as_table(figures: Sequence[Figure]) -> str:
    """One line per figure, and under them the notes."""
    width = max(len(figure.what) for figure in figures)
    lines = []
    for figure in figures:
        goal = ""
        if figure.goal is not None:
            goal = f"   goal {'≤' if figure.at_most else '≥'} {figure.goal:g} {'met' if figure.met else 'MISSED'}"
        lines.append(f"{figure.id:<12} {figure.what:<{width}} {figure.value:>9.3f} {figure.unit:<6}{goal}".rstrip())
    notes = [textwrap.fill(f"{one.id}: {one.note}", 100, subsequent_indent="  ") for one in figures if one.note]
    return "\n".join([*lines, *([""] if notes else []), *notes])
