"""The eighteen things of the world. Each stands at (0, 0); kites and balloons float above it.

Glows and strings are no part of a thing's body: `AURAS` paints them behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ravsg.pocket.brush import Brush, star
from ravsg.pocket.shapes import round_tree


def _flower(brush: Brush) -> None:
    brush.line([(0, 0), (1, -6), (0, -12)], 2.2, "3f8a3c")
    brush.oval(4, -4, 3.8, 1.9, "4f9f48")
    brush.oval(-4, -6, 3.8, 1.9, "4f9f48")
    for x, y in ((0, -23), (6.2, -18.6), (4, -12), (-4, -12), (-6.2, -18.6)):
        brush.oval(x, y, 4.6, 4.6, "e8323c")
    brush.oval(0, -17, 3.8, 3.8, "f8cf3f")


def _lantern(brush: Brush) -> None:
    brush.line([(-5, -20), (0, -29), (5, -20)], 1.6, "3a2f3f")
    brush.box(-6.4, -20, 12.8, 19, "fff0b0", round_by=1.4)
    brush.oval(0, -9, 3.2, 5.6, "ff9a2f")
    brush.oval(0, -7, 1.5, 2.8, "fff3b0")
    brush.box(-8, -22.4, 16, 3.6, "3a2f3f", round_by=1.2)
    brush.box(-8, -3, 16, 3.6, "3a2f3f", round_by=1.2)
    for x in (-6.2, 6.2):
        brush.line([(x, -19), (x, -2)], 1.5, "3a2f3f")


def _kite(brush: Brush) -> None:
    for i, hue in enumerate(("e8453c", "f7c93a", "3f86c9")):
        y = -32 + 4.6 * i
        brush.poly([(-4 + i, y - 1.6), (-4 + i, y + 1.6), (4 + i, y - 1.6), (4 + i, y + 1.6)], hue)
    brush.poly([(0, -66), (0, -51), (-11, -53)], "e8453c")
    brush.poly([(0, -66), (11, -53), (0, -51)], "f7c93a")
    brush.poly([(-11, -53), (0, -51), (0, -34)], "3f86c9")
    brush.poly([(11, -53), (0, -51), (0, -34)], "5bb55a")


def _boat(brush: Brush) -> None:
    brush.line([(0, -4), (0, -29)], 1.6, "6b4630")
    brush.poly([(1.4, -29), (1.4, -8), (13, -9)], "fdf6e6")
    brush.poly([(-1.4, -25), (-1.4, -8), (-10, -9)], "e8604c")
    brush.poly([(-15, -7), (15, -7), (10, 1), (-10, 1)], "8a4f2f")
    brush.box(-15, -7.4, 30, 2.2, "e9c27a", round_by=0.6)


def _book(brush: Brush) -> None:
    brush.poly([(-16, -14), (0, -11), (16, -14), (16, 0), (0, 3), (-16, 0)], "a83f4f")
    brush.poly([(-14.4, -16), (0, -12), (0, 0.6), (-14.4, -2.4)], "fffaf0")
    brush.poly([(14.4, -16), (0, -12), (0, 0.6), (14.4, -2.4)], "f1e6d0")
    brush.line([(0, -12), (0, 0.6)], 0.9, "a08f86")
    for i in range(3):
        brush.line([(-12, -12 + 3.2 * i), (-3, -9.4 + 3.2 * i)], 0.8, "7d7890")
        brush.line([(12, -12 + 3.2 * i), (3, -9.4 + 3.2 * i)], 0.8, "7d7890")


def _key(brush: Brush) -> None:
    brush.oval(-9, -8, 7.6, 7.6, "f2bd2c")
    brush.oval(-9, -8, 3.4, 3.4, "7a5a2a")
    brush.box(-3, -10.2, 22, 4.4, "f2bd2c", round_by=1.4)
    brush.box(9, -7, 3.6, 7, "f2bd2c", round_by=0.6)
    brush.box(15, -7, 3.6, 8.4, "f2bd2c", round_by=0.6)


def _umbrella(brush: Brush) -> None:
    brush.line([(0, -22), (0, -2)], 1.8, "5b3a4a")
    brush.line([(0, -2), (2.4, 2.4), (5, -2)], 1.8, "5b3a4a")
    brush.poly([(-1, -34), (0, -38), (1, -34)], "5b3a4a")
    brush.blob([(-19, -15), (-14, -31), (0, -38), (14, -31), (19, -15), (10, -19), (0, -17), (-10, -19)], "ef5f96")
    brush.blob([(-5, -18), (-5, -30), (0, -36), (5, -30), (5, -18)], "fbd0de")


def _balloon(brush: Brush) -> None:
    brush.poly([(-2.6, -35), (4.6, -35), (1, -39)], "b92a34")
    brush.oval(1, -50, 10.6, 12.4, "e6323c")
    brush.oval(-3, -54.6, 2.6, 4, "ffffff", alpha=0.75)


def _tree(brush: Brush) -> None:
    round_tree(brush, 0, 0, 46, "5fa04a")
    for x, y in ((-11, -23), (9, -21), (0, -30), (12, -29), (-3, -40), (-9, -32), (6, -38)):
        brush.oval(x, y, 2.5, 2.5, "e0302c")


def _tent(brush: Brush) -> None:
    brush.poly([(-19, 0), (0, -27), (19, 0)], "f6c64e")
    brush.poly([(-13, 0), (0, -27), (-7, 0)], "d9503f")
    brush.poly([(13, 0), (0, -27), (7, 0)], "d9503f")
    brush.poly([(-5, 0), (0, -16), (5, 0)], "4a3340")
    brush.line([(0, -27), (0, -34)], 1.2, "6b4630")
    brush.poly([(0, -34), (8, -31), (0, -28)], "3f86c9")


def _chest(brush: Brush) -> None:
    brush.blob([(-14, -17), (-12, -27), (12, -27), (14, -17), (14, -14), (-14, -14)], "a86b3a")
    for x in (-9, -4.5, 0, 4.5, 9):
        brush.oval(x, -14, 3.4, 3, "f9d543")
    brush.box(-14, -13, 28, 13, "8f5a30", round_by=1)
    brush.box(-14, -8.4, 28, 2.2, "e8b840")
    brush.box(-3, -11, 6, 7, "e8b840", round_by=0.8)
    brush.oval(0, -7.6, 1.2, 1.6, "4a3340")


def _star(brush: Brush) -> None:
    brush.poly(star(0, -12, 14.5, 5, 0.5), "ffdb3f")
    for x in (-3.2, 3.2):
        brush.oval(x, -12.6, 1.4, 2, "4a3340")
    brush.line([(-2.8, -8.4), (0, -6.4), (2.8, -8.4)], 1.1, "4a3340")


def _teapot(brush: Brush) -> None:
    brush.line([(9, -14), (22, -12), (9, -5)], 2.6, "2f62a8")
    brush.poly([(-8, -4), (-20, -18), (-15, -19.4), (-7, -12)], "4580c9")
    brush.oval(0, -9.4, 12, 9.6, "4580c9")
    brush.oval(0, -18, 6.4, 2.2, "2f62a8")
    brush.oval(0, -21, 2.2, 2.2, "f2c14e")
    for x in (-5.6, 0, 5.6):
        brush.oval(x, -9, 2, 2, "fdf6e6")


def _telescope(brush: Brush) -> None:
    for x in (-8, 8, 0):
        brush.line([(0, -14), (x, 0)], 2, "6b4630")
    brush.poly([(-14, -11), (-11, -16.4), (15, -30), (19.6, -22), (-10, -8)], "d9a03a")
    brush.poly([(11, -29), (16, -32), (22, -21.6), (17, -18.4)], "8f6a2c")
    brush.oval(-12.4, -12, 2.6, 3.6, "8f6a2c")


def _mushroom(brush: Brush) -> None:
    brush.blob([(-5, 0), (-4, -14), (4, -14), (5, 0), (0, 1.6)], "fbf0dc")
    brush.blob([(-17, -10), (-15, -24), (0, -33), (15, -24), (17, -10), (0, -12.6)], "d93a4a")
    for x, y, size in ((0, -23, 3), (-8, -17.4, 2.4), (8.4, -17.4, 2.4), (-6, -25, 1.7), (6.4, -24.6, 1.7)):
        brush.oval(x, y, size, size * 0.9, "ffffff")


def _train(brush: Brush) -> None:
    brush.box(-19, -22, 14, 18, "2f74b8", round_by=1)
    brush.box(-16.4, -19, 8.6, 7.4, "fff0b0", round_by=0.8)
    brush.box(-21, -24.6, 18, 3.6, "d8382f", round_by=1.2)
    brush.box(-6, -15, 22, 11, "3fa05a", round_by=3)
    brush.poly([(8, -15), (6.6, -23), (14.4, -23), (13, -15)], "d8382f")
    brush.oval(1.4, -16, 2.6, 2.4, "f6c83a")
    brush.poly([(15, -8), (21, -2), (15, -2)], "f6c83a")
    for x in (-14, -3, 8):
        brush.oval(x, -2.6, 4, 4, "3a2f3f")
        brush.oval(x, -2.6, 1.6, 1.6, "f6c83a")


def _drum(brush: Brush) -> None:
    brush.line([(4, -19), (18, -28)], 1.8, "e0b070")
    brush.line([(-4, -19), (-16, -29)], 1.8, "e0b070")
    brush.oval(-16.6, -29.4, 2.2, 2.2, "fff3d8")
    brush.oval(18.6, -28.4, 2.2, 2.2, "fff3d8")
    brush.box(-14, -18, 28, 17, "2f8f9c", round_by=3)
    for i in range(4):
        x = -13 + 6.5 * i
        brush.line([(x, -14), (x + 3.25, -4), (x + 6.5, -14)], 1.2, "fff3d8")
    brush.box(-14.6, -5, 29.2, 4, "f2a93a", round_by=1.6)
    brush.oval(0, -17.6, 14.6, 4.6, "f2a93a")
    brush.oval(0, -18, 12.4, 3.4, "fffaf0")


def _bell(brush: Brush) -> None:
    brush.line([(-3.4, -27), (0, -36), (3.4, -27)], 1.8, "9a2f5a")
    brush.oval(0, -2.6, 3.4, 3.4, "7d8598")
    brush.blob([(-3, -29), (-9, -26), (-10, -10), (-17, -3), (17, -3), (10, -10), (9, -26), (3, -29)], "d3dbea")
    brush.box(-14.6, -6.4, 29.2, 3.4, "8f9ab4", round_by=1.6)
    brush.line([(-5, -23), (-7, -17), (-6.6, -11)], 2, "ffffff")
    brush.poly([(0, -27), (-9, -32), (-9, -23)], "c93f7a")
    brush.poly([(0, -27), (9, -32), (9, -23)], "c93f7a")


def _string(brush: Brush, top: float) -> None:
    brush.line([(0, -12), (5, -20), (0, top)], 0.7, "6b4630")


AURAS: Final[dict[str, Callable[[Brush], None]]] = {
    "lantern": lambda brush: brush.glow(0, -10, 26, "ffd36a", 0.8),
    "chest": lambda brush: brush.glow(0, -15, 20, "ffe08a", 0.55),
    "star": lambda brush: brush.glow(0, -12, 25, "fff2a0", 0.85),
    "kite": lambda brush: _string(brush, -36),
    "balloon": lambda brush: _string(brush, -37),
}
"""Painter of what surrounds a thing, by key, where something does."""

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
    "mushroom": _mushroom,
    "train": _train,
    "drum": _drum,
    "bell": _bell,
}
"""Painter of each object's body, by key."""

EXTENTS: Final = {
    "flower": 27.0,
    "lantern": 27.0,
    "kite": 34.0,
    "boat": 31.0,
    "umbrella": 32.0,
    "balloon": 29.0,
    "tree": 54.0,
    "tent": 40.0,
    "telescope": 32.0,
    "mushroom": 28.0,
    "train": 34.0,
}
"""The longer side of a thing in units of the canvas, where it is not `EXTENT`."""

EXTENT: Final = 28.0
"""The longer side of any other thing."""

FLOATING: Final = frozenset({"kite", "balloon"})
"""What hangs in the air."""

LARGE: Final = FLOATING | {"tree", "tent"}
"""What is behind the characters; the rest lies before them."""
