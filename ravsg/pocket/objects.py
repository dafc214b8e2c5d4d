"""The fourteen things of the world. Each stands at (0, 0); kites and balloons float above it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ravsg.pocket.brush import Brush, star
from ravsg.pocket.shapes import round_tree


def _flower(brush: Brush) -> None:
    brush.line([(0, 0), (1, -6), (0, -12)], 1.5, "3f8a3c")
    brush.oval(2.6, -5, 2.6, 1.3, "4f9f48")
    for x, y in ((0, -18), (4.2, -15), (2.8, -10.6), (-2.8, -10.6), (-4.2, -15)):
        brush.oval(x, y, 3, 3, "e8323c")
    brush.oval(0, -14, 2.4, 2.4, "f8cf3f")


def _lantern(brush: Brush) -> None:
    brush.glow(0, -8, 20, "ffd36a", 0.75)
    brush.line([(-3, -14), (0, -20), (3, -14)], 1, "3a2f3f")
    brush.box(-4.4, -14, 8.8, 13, "fff0b0", round_by=1)
    brush.oval(0, -7, 2, 3.4, "ffa63f")
    brush.box(-5.4, -15.6, 10.8, 2.4, "3a2f3f", round_by=1)
    brush.box(-5.4, -2, 10.8, 2.4, "3a2f3f", round_by=1)
    for x in (-4.4, 4.4):
        brush.line([(x, -13), (x, -2)], 1, "3a2f3f")


def _kite(brush: Brush) -> None:
    brush.line([(0, -2), (8, -20), (0, -40)], 0.6, "6b4630")
    brush.poly([(0, -62), (0, -50), (-8, -52)], "e8453c")
    brush.poly([(0, -62), (8, -52), (0, -50)], "f7c93a")
    brush.poly([(-8, -52), (0, -50), (0, -38)], "3f86c9")
    brush.poly([(8, -52), (0, -50), (0, -38)], "5bb55a")
    for i in range(3):
        brush.poly([(-2 + i, -35 + 5 * i), (3 + i, -34 + 5 * i), (0 + i, -32 + 5 * i)], "e8453c")


def _boat(brush: Brush) -> None:
    brush.line([(0, -4), (0, -26)], 1.3, "6b4630")
    brush.poly([(1, -25), (1, -7), (11, -8)], "fdf6e6")
    brush.poly([(-1, -22), (-1, -7), (-8, -8)], "e8604c")
    brush.blob([(-14, -6), (0, -5), (14, -6), (8, 2), (-8, 2)], "8a4f2f")


def _book(brush: Brush) -> None:
    brush.poly([(-12, -8), (0, -6), (12, -8), (12, 0), (0, 2), (-12, 0)], "a83f4f")
    brush.poly([(-11, -9.6), (0, -7), (0, 0.4), (-11, -1.4)], "fffaf0")
    brush.poly([(11, -9.6), (0, -7), (0, 0.4), (11, -1.4)], "f3ead8")
    for i in range(3):
        brush.line([(-9, -7 + 2 * i), (-2, -5.4 + 2 * i)], 0.5, "8f8a9a")
        brush.line([(9, -7 + 2 * i), (2, -5.4 + 2 * i)], 0.5, "8f8a9a")


def _key(brush: Brush) -> None:
    brush.oval(-7, -5, 5.4, 5.4, "e9b62c")
    brush.oval(-7, -5, 2.6, 2.6, "8a6a3a")
    brush.box(-3, -6.4, 16, 2.9, "e9b62c", round_by=1)
    brush.box(7, -4.4, 2.4, 4.4, "e9b62c")
    brush.box(11, -4.4, 2.4, 5.4, "e9b62c")


def _umbrella(brush: Brush) -> None:
    brush.line([(0, -22), (0, -1)], 1.2, "5b3a4a")
    brush.line([(0, -1), (2, 1.6), (4, -1)], 1.2, "5b3a4a")
    brush.blob([(-16, -16), (-11, -30), (0, -34), (11, -30), (16, -16), (8, -19), (0, -17), (-8, -19)], "ef6f9f")
    brush.blob([(-4, -18), (-4, -29), (0, -33), (4, -29), (4, -18)], "fbd0de", 0.9)


def _balloon(brush: Brush) -> None:
    brush.line([(0, -2), (-3, -18), (1, -34)], 0.6, "5b4a4a")
    brush.oval(1, -46, 8.4, 10, "e23b3b")
    brush.poly([(-1, -36), (3, -36), (1, -38)], "e23b3b")
    brush.oval(-2, -49.6, 2, 3.2, "ffffff", alpha=0.6)


def _tree(brush: Brush) -> None:
    round_tree(brush, 0, 0, 46, "5fa04a")
    for x, y in ((-8, -24), (7, -22), (0, -32), (9, -29), (-3, -38), (-10, -29)):
        brush.oval(x, y, 1.9, 1.9, "e0352f")


def _tent(brush: Brush) -> None:
    brush.poly([(-17, 0), (0, -25), (17, 0)], "f2c14e")
    brush.poly([(-10, 0), (0, -25), (-4, 0)], "d9573f")
    brush.poly([(10, 0), (0, -25), (4, 0)], "d9573f")
    brush.poly([(-4, 0), (0, -15), (4, 0)], "4a3340")
    brush.line([(0, -25), (0, -30)], 0.9, "6b4630")
    brush.poly([(0, -30), (6, -28), (0, -26)], "3f86c9")


def _chest(brush: Brush) -> None:
    brush.glow(0, -10, 14, "ffe08a", 0.5)
    brush.box(-11, -10, 22, 10, "8f5a30", round_by=1)
    brush.blob([(-11, -16), (0, -22), (11, -16), (11, -12), (-11, -12)], "a86b3a")
    for x in (-7, -3, 1, 5, 8):
        brush.oval(x, -11, 2.4, 1.8, "f6cf3f")
    brush.box(-11, -6, 22, 1.6, "e0b040")
    brush.box(-2, -8, 4, 5, "e0b040", round_by=0.6)


def _star(brush: Brush) -> None:
    brush.glow(0, -9, 19, "fff2a0", 0.85)
    brush.poly(star(0, -9, 10, 5, 0.5), "ffd83f")
    for x in (-2.4, 2.4):
        brush.oval(x, -9.6, 0.9, 1.2, "4a3340")
    brush.line([(-2, -6.6), (0, -5.4), (2, -6.6)], 0.7, "4a3340")


def _teapot(brush: Brush) -> None:
    brush.line([(8, -10), (14, -8), (8, -4)], 1.6, "2f62a8")
    brush.poly([(-7, -6), (-15, -13), (-13, -14.4), (-6, -10)], "4580c9")
    brush.oval(0, -7.4, 9.4, 7.4, "4580c9")
    brush.oval(0, -14, 5, 1.6, "2f62a8")
    brush.oval(0, -16, 1.5, 1.5, "f2c14e")
    for x in (-3.6, 0, 3.6):
        brush.oval(x, -7, 1.2, 1.2, "fdf6e6")
    for x in (-15, -12):
        brush.line([(x, -17), (x + 2, -21), (x - 1, -25)], 1, "ffffff", 0.6)


def _telescope(brush: Brush) -> None:
    for x in (-7, 7, 1):
        brush.line([(0, -12), (x, 0)], 1.2, "6b4630")
    brush.poly([(-9, -9), (-7, -13), (14, -24), (17, -18), (-6, -7)], "d09a3a")
    brush.poly([(12, -23), (15, -25.4), (19, -18), (16, -16)], "8f6a2c")
    brush.oval(-8, -10, 1.7, 2.4, "8f6a2c")


STOCK: Final[dict[str, Callable[[Brush], None]]] = {
    "flower": _flower,
    "lantern": _lantern,
    "kite": _kite,
    "boat": _boat,
    "book": _book,
    "key": _key,
    "umbrella": _umbrella,
    "balloon": _balloon,
    "tree": _tree,
    "tent": _tent,
    "chest": _chest,
    "star": _star,
    "teapot": _teapot,
    "telescope": _telescope,
}
"""Painter of each object, by key."""

LARGE: Final = frozenset({"tree", "tent", "kite", "balloon"})
"""What stands behind the characters; the rest lies before them."""
