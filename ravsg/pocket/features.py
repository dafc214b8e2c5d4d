"""Eyes, cheeks, scarves and arms: parts that several characters share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ravsg.pocket.brush import Brush

SKIN: Final = ("f3c9a5", "c98f63", "8f5f42")
"""Colours of human skin, light to dark."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How a figure holds itself: `lean` in degrees, one arm raised or not, the index of its skin."""

    lean: int = 0
    raised: bool = False
    skin: int = 0


def eyes(brush: Brush, y: float, apart: float, size: float = 1.7, hue: str = "2a2233") -> None:
    """Two dark eyes with a spark in each."""
    for side in (-1, 1):
        brush.oval(side * apart, y, size, size * 1.25, hue)
        brush.oval(side * apart - size * 0.3, y - size * 0.4, size * 0.42, size * 0.42, "ffffff")


def cheeks(brush: Brush, y: float, apart: float) -> None:
    """Rosy cheeks."""
    for side in (-1, 1):
        brush.oval(side * apart, y, 1.7, 1.1, "f28f8f", alpha=0.55)


def scarf(brush: Brush, y: float, wide: float, hue: str) -> None:
    """A scarf with one loose end."""
    brush.oval(0, y, wide, 2.8, hue)
    brush.poly([(wide * 0.3, y), (wide * 0.9, y), (wide, y + 9.5), (wide * 0.35, y + 9.5)], hue)


def arms(brush: Brush, pose: Pose, hue: str, y: float, wide: float, *, hand: str, thick: float = 3.0) -> None:
    """Two arms from the shoulders at height `y`, one of them raised where the pose says so."""
    lift = -7.0 if pose.raised else 6.0
    for side in (-1, 1):
        reach = lift if side > 0 else 6.0
        brush.line([(side * wide, y), (side * (wide + 4), y + reach)], thick, hue)
        brush.oval(side * (wide + 4), y + reach, thick * 0.6, thick * 0.6, hand)
