"""The eight beasts of the world. Each stands with its feet at (0, 0) and is about 38 units high."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ravsg.pocket.brush import Brush, star
from ravsg.pocket.features import Pose, arms, cheeks, eyes, scarf


def _fox(brush: Brush, look: int, pose: Pose) -> None:
    fur = ("e8652b", "a9b0bd", "e8652b")[look]
    brush.blob([(6, -4), (16, -2), (18, -14), (12, -20), (10, -10)], fur)
    brush.oval(14.6, -16, 3, 4, "fff6ea")
    brush.blob([(-8, 0), (-7, -14), (0, -19), (7, -14), (8, 0)], fur)
    brush.oval(0, -6, 4.6, 6.4, "fff1e0")
    for side in (-1, 1):
        brush.poly([(side * 9, -37), (side * 2, -29), (side * 9, -26)], fur)
        brush.poly([(side * 8, -34.5), (side * 4, -29), (side * 8, -28)], "4a2b2b")
        brush.oval(side * 4, -1, 2.6, 1.6, "4a2b2b")
    brush.blob([(-11, -26), (0, -33), (11, -26), (4, -16), (0, -14.5), (-4, -16)], fur)
    brush.blob([(-9, -23), (-3, -22), (0, -15), (-4, -17)], "fff6ea")
    brush.blob([(9, -23), (3, -22), (0, -15), (4, -17)], "fff6ea")
    brush.oval(0, -16.6, 1.6, 1.2, "2a2233")
    eyes(brush, -24, 4.2)
    if look == 2:
        scarf(brush, -14, 7, "3b6fc4")


def _rabbit(brush: Brush, look: int, pose: Pose) -> None:
    fur = ("f7f1ec", "a97c57", "f7f1ec")[look]
    brush.oval(8, -4, 3, 3, "ffffff")
    for side in (-1, 1):
        brush.oval(side * 4.4, -33, 3, 7.6, fur)
        brush.oval(side * 4.4, -33, 1.6, 5.6, "f5a8b4")
        brush.oval(side * 4.4, -1.4, 3.6, 2, fur)
    brush.blob([(-8, 0), (-7, -12), (0, -17), (7, -12), (8, 0)], fur)
    brush.oval(0, -6, 4, 5.4, "fffaf5")
    brush.oval(0, -20.5, 9.6, 8, fur)
    arms(brush, pose, fur, -12, 4, hand=fur, thick=2.6)
    eyes(brush, -22, 4)
    cheeks(brush, -18.4, 6.2)
    brush.oval(0, -19, 1.2, 0.9, "e87a8f")
    if look == 2:
        scarf(brush, -13.4, 6.4, "3f9a58")


def _owl(brush: Brush, look: int, pose: Pose) -> None:
    fur, chest = (("8a5f3c", "e3c79b"), ("eef1f6", "ffffff"))[look]
    for side in (-1, 1):
        brush.poly([(side * 10, -34), (side * 3, -28), (side * 10, -24)], fur)
        brush.oval(side * 3.4, -0.8, 2.4, 1.4, "e89a2f")
    brush.blob([(-11, -2), (-12, -22), (0, -36), (12, -22), (11, -2), (0, 1)], fur)
    brush.oval(0, -9, 7, 9, chest)
    for row in range(3):
        for x in (-3, 0, 3):
            brush.oval(x, -5 - 4 * row, 1, 0.8, fur, alpha=0.7)
    for side in (-1, 1):
        brush.blob([(side * 9, -20), (side * 14, -10), (side * 9, -2)], "6d4a2f" if look == 0 else "d3d9e6")
        brush.oval(side * 4.6, -23.5, 4.8, 4.8, "fff4da")
        brush.oval(side * 4.6, -23.5, 2.6, 2.8, "f0a92f")
    eyes(brush, -23.5, 4.6, 1.6)
    brush.poly([(-1.6, -20.5), (1.6, -20.5), (0, -17)], "e89a2f")


def _cat(brush: Brush, look: int, pose: Pose) -> None:
    fur = ("39354a", "e5963f", "9a9fae")[look]
    brush.line([(6, -3), (17, -4), (14, -19)], 3.2, fur)
    brush.blob([(-7, 0), (-6, -14), (0, -19), (6, -14), (7, 0)], fur)
    if look == 1:
        brush.oval(0, -6, 3.8, 5.4, "fdeed8")
    for side in (-1, 1):
        brush.poly([(side * 9, -35), (side * 2, -29), (side * 9.4, -25)], fur)
        brush.poly([(side * 8, -32.5), (side * 4.4, -29), (side * 8.4, -27.5)], "f2a0ab")
        brush.oval(side * 3.4, -1, 2.6, 1.7, fur)
    brush.oval(0, -23, 10, 8, fur)
    for side in (-1, 1):
        brush.oval(side * 4, -24, 2.3, 2.3, "d8ec5a")
        brush.oval(side * 4, -24, 0.8, 2.0, "2a2233")
        for lean in (-1, 1):
            brush.line([(side * 4, -19.5), (side * 12, -19.5 + lean)], 0.5, "f3f0ea", 0.8)
    brush.oval(0, -20.4, 1.2, 0.9, "f2a0ab")
    if look == 2:
        scarf(brush, -15, 6.6, "d03f3f")


def _bear(brush: Brush, look: int, pose: Pose) -> None:
    fur = ("8f5d38", "f2f0ea", "8f5d38")[look]
    muzzle = "e0bd92" if look != 1 else "dfe3ea"
    for side in (-1, 1):
        brush.oval(side * 8.6, -35, 3.6, 3.6, fur)
        brush.oval(side * 8.6, -35, 1.9, 1.9, "d99a86")
        brush.oval(side * 6, -1.6, 4.6, 2.6, fur)
    brush.blob([(-13, 0), (-12, -16), (0, -22), (12, -16), (13, 0)], fur)
    brush.oval(0, -8, 7.4, 7.6, muzzle, alpha=0.85)
    arms(brush, pose, fur, -15, 9, hand=fur, thick=5)
    brush.oval(0, -27, 11.4, 9.6, fur)
    brush.oval(0, -23.6, 5.2, 4, muzzle)
    brush.oval(0, -25.4, 2, 1.4, "2a2233")
    eyes(brush, -29, 4.8, 2)
    if look == 2:
        scarf(brush, -17.6, 9, "e8bc36")


def _hedgehog(brush: Brush, look: int, pose: Pose) -> None:
    brush.poly([(x, y) for x, y in star(1, -12, 17, 13, 0.76)], "6b4a35")
    brush.oval(1, -12, 12.6, 12, "7d5a40")
    brush.blob([(-12, -14), (-4, -22), (6, -18), (6, -2), (-4, 0), (-11, -6)], "f0d2a8")
    for x in (-4, 4):
        brush.oval(x, -0.8, 2.8, 1.6, "c79a6b")
    brush.oval(-9.6, -13.4, 1.9, 1.7, "2a2233")
    eyes(brush, -17, 4, 1.9)
    brush.oval(4, -12.6, 2, 1.3, "f28f8f", alpha=0.6)
    brush.line([(-7.6, -11.4), (-4.6, -9.6), (-1.6, -11.4)], 0.8, "6b4a35")
    if look == 1:
        brush.poly([(2, -6), (7, -6), (8, 0.6), (3, 0.6)], "d03f3f")
        brush.blob([(-11, -6), (-8, -8.4), (8, -8.4), (10, -6), (6, -3.6), (-9, -3.6)], "d03f3f")


def _frog(brush: Brush, look: int, pose: Pose) -> None:
    for side in (-1, 1):
        brush.oval(side * 9, -3.4, 6, 4.6, "4f9a3c")
        brush.oval(side * 9, -0.6, 5, 1.4, "8ccf5a")
        brush.oval(side * 5.4, -24, 4.2, 4.4, "6fbf48")
        brush.oval(side * 5.4, -24.6, 2.9, 3.1, "fffbe6")
    brush.blob([(-11, 0), (-11, -16), (0, -25), (11, -16), (11, 0)], "6fbf48")
    brush.oval(0, -6, 7, 6.4, "dff0b0")
    eyes(brush, -24.4, 5.4, 1.6)
    brush.line([(-7, -15.4), (0, -9), (7, -15.4)], 1.2, "2f5a2a")
    cheeks(brush, -15.6, 7.4)
    if look == 1:
        crown = [(-5, -26), (-6, -33), (-2.5, -29), (0, -34), (2.5, -29), (6, -33), (5, -26)]
        brush.poly(crown, "f6c83a")


def _dragon(brush: Brush, look: int, pose: Pose) -> None:
    skin = ("55a845", "3f86c9", "8a5bc4")[look]
    wing = ("d9573f", "f0b13f", "f28fb8")[look]
    for side in (-1, 1):
        brush.blob([(side * 5, -18), (side * 17, -33), (side * 19, -17), (side * 13, -13), (side * 6, -10)], wing)
    brush.line([(5, -3), (13, 0), (16, -7)], 4, skin)
    brush.poly([(13.4, -7), (18.6, -8), (16.4, -13)], wing)
    brush.blob([(-9, 0), (-9, -14), (0, -21), (9, -14), (9, 0)], skin)
    brush.oval(0, -7, 5.4, 7.4, "f3e8a0")
    for side in (-1, 1):
        brush.poly([(side * 6.4, -36), (side * 3, -31), (side * 7, -29)], "fff3d0")
        brush.oval(side * 5, -1.2, 3.6, 2, skin)
    brush.oval(0, -26, 10.4, 8.2, skin)
    brush.oval(0, -22.4, 6.4, 3.6, "f3e8a0", alpha=0.9)
    for side in (-1, 1):
        brush.oval(side * 2, -23, 0.7, 0.6, "2a2233")
    eyes(brush, -28, 4, 1.8)


ANIMALS: Final[dict[str, Callable[[Brush, int, Pose], None]]] = {
    "fox": _fox,
    "rabbit": _rabbit,
    "owl": _owl,
    "cat": _cat,
    "bear": _bear,
    "hedgehog": _hedgehog,
    "frog": _frog,
    "dragon": _dragon,
}
"""Painter of each beast by key; it takes the look and the pose."""
