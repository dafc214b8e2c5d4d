"""The fourteen who live in the world. Each stands with its feet at (0, 0) and is about 38 units high."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ravsg.pocket.brush import Brush, star

Painter = Callable[[Brush, int], None]

_SKIN: Final = ("f3c9a5", "c98f63", "8f5f42")


def _eyes(brush: Brush, y: float, apart: float, size: float = 1.4, hue: str = "2a2233") -> None:
    for side in (-1, 1):
        brush.oval(side * apart, y, size, size * 1.25, hue)
        brush.oval(side * apart - size * 0.3, y - size * 0.4, size * 0.36, size * 0.36, "ffffff")


def _cheeks(brush: Brush, y: float, apart: float) -> None:
    for side in (-1, 1):
        brush.oval(side * apart, y, 1.7, 1.1, "f28f8f", alpha=0.55)


def _scarf(brush: Brush, y: float, wide: float, hue: str) -> None:
    brush.oval(0, y, wide, 2.2, hue)
    brush.poly([(wide * 0.3, y), (wide * 0.75, y), (wide * 0.8, y + 8), (wide * 0.35, y + 8)], hue)


def _arms(brush: Brush, hue: str, y: float, wide: float, hand: str, *, thick: float = 3.0) -> None:
    lift = brush.rng.choice((6.0, 6.0, -4.0))
    for side in (-1, 1):
        reach = lift if side > 0 else 6.0
        brush.line([(side * wide, y), (side * (wide + 4), y + reach)], thick, hue)
        brush.oval(side * (wide + 4), y + reach, thick * 0.6, thick * 0.6, hand)


def _fox(brush: Brush, look: int) -> None:
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
    _eyes(brush, -24, 4.2)
    if look == 2:
        _scarf(brush, -14, 7, "3b6fc4")


def _rabbit(brush: Brush, look: int) -> None:
    fur = ("f7f1ec", "a97c57", "f7f1ec")[look]
    brush.oval(8, -4, 3, 3, "ffffff")
    for side in (-1, 1):
        brush.oval(side * 3.6, -34, 2.6, 8, fur)
        brush.oval(side * 3.6, -34, 1.3, 6, "f5a8b4")
        brush.oval(side * 4.4, -1.4, 3.6, 2, fur)
    brush.blob([(-8, 0), (-7, -12), (0, -17), (7, -12), (8, 0)], fur)
    brush.oval(0, -6, 4, 5.4, "fffaf5")
    brush.oval(0, -20.5, 8, 7.4, fur)
    _arms(brush, fur, -12, 4, fur, thick=2.6)
    _eyes(brush, -22, 3.4)
    _cheeks(brush, -18.6, 5)
    brush.oval(0, -19, 1.2, 0.9, "e87a8f")
    if look == 2:
        _scarf(brush, -13.4, 6.4, "3f9a58")


def _owl(brush: Brush, look: int) -> None:
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
    _eyes(brush, -23.5, 4.6, 1.6)
    brush.poly([(-1.6, -20.5), (1.6, -20.5), (0, -17)], "e89a2f")


def _cat(brush: Brush, look: int) -> None:
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
        _scarf(brush, -15, 6.6, "d03f3f")


def _bear(brush: Brush, look: int) -> None:
    fur = ("8f5d38", "f2f0ea", "8f5d38")[look]
    muzzle = "e0bd92" if look != 1 else "fffdf8"
    for side in (-1, 1):
        brush.oval(side * 8.6, -35, 3.6, 3.6, fur)
        brush.oval(side * 8.6, -35, 1.9, 1.9, "d99a86")
        brush.oval(side * 6, -1.6, 4.6, 2.6, fur)
    brush.blob([(-13, 0), (-12, -16), (0, -22), (12, -16), (13, 0)], fur)
    brush.oval(0, -8, 7.4, 7.6, muzzle, alpha=0.85)
    _arms(brush, fur, -15, 9, fur, thick=5)
    brush.oval(0, -27, 11.4, 9.6, fur)
    brush.oval(0, -23.6, 5.2, 4, muzzle)
    brush.oval(0, -25.4, 2, 1.4, "2a2233")
    _eyes(brush, -29, 4.6)
    if look == 2:
        _scarf(brush, -17.6, 9, "e8bc36")


def _hedgehog(brush: Brush, look: int) -> None:
    brush.poly([(x, y) for x, y in star(1, -12, 17, 13, 0.76)], "6b4a35")
    brush.oval(1, -12, 12.6, 12, "7d5a40")
    brush.blob([(-12, -14), (-4, -22), (6, -18), (6, -2), (-4, 0), (-11, -6)], "f0d2a8")
    for x in (-4, 4):
        brush.oval(x, -0.8, 2.8, 1.6, "c79a6b")
    brush.oval(-12, -11.6, 1.7, 1.5, "2a2233")
    _eyes(brush, -15.5, 2.8)
    brush.oval(-5.4, -10, 1.8, 1.2, "f28f8f", alpha=0.6)
    if look == 1:
        _scarf(brush, -5.5, 7.5, "d03f3f")


def _frog(brush: Brush, look: int) -> None:
    for side in (-1, 1):
        brush.oval(side * 9, -3.4, 6, 4.6, "4f9a3c")
        brush.oval(side * 9, -0.6, 5, 1.4, "8ccf5a")
        brush.oval(side * 5.4, -24, 4.2, 4.4, "6fbf48")
        brush.oval(side * 5.4, -24.6, 2.9, 3.1, "fffbe6")
    brush.blob([(-11, 0), (-11, -16), (0, -25), (11, -16), (11, 0)], "6fbf48")
    brush.oval(0, -6, 7, 6.4, "dff0b0")
    _eyes(brush, -24.4, 5.4, 1.6)
    brush.line([(-7, -14.6), (0, -11.4), (7, -14.6)], 1, "2f5a2a")
    _cheeks(brush, -15.6, 7.4)
    if look == 1:
        crown = [(-5, -26), (-6, -33), (-2.5, -29), (0, -34), (2.5, -29), (6, -33), (5, -26)]
        brush.poly(crown, "f6c83a")


def _dragon(brush: Brush, look: int) -> None:
    skin = ("55a845", "3f86c9", "8a5bc4")[look]
    wing = ("d9573f", "f0b13f", "f28fb8")[look]
    for side in (-1, 1):
        brush.blob([(side * 5, -18), (side * 20, -31), (side * 21, -16), (side * 14, -13), (side * 6, -10)], wing)
    brush.line([(5, -3), (15, 0), (19, -8)], 4, skin)
    brush.poly([(17, -7), (22, -9), (20, -14)], wing)
    brush.blob([(-9, 0), (-9, -14), (0, -21), (9, -14), (9, 0)], skin)
    brush.oval(0, -7, 5.4, 7.4, "f3e8a0")
    for side in (-1, 1):
        brush.poly([(side * 6.4, -36), (side * 3, -31), (side * 7, -29)], "fff3d0")
        brush.oval(side * 5, -1.2, 3.6, 2, skin)
    brush.oval(0, -26, 9.4, 7.4, skin)
    brush.oval(0, -22.4, 6.4, 3.6, "f3e8a0", alpha=0.9)
    for side in (-1, 1):
        brush.oval(side * 2, -23, 0.7, 0.6, "2a2233")
    _eyes(brush, -28, 4, 1.8)


def _robot(brush: Brush, look: int) -> None:
    shell, dark = (("57b3a8", "2f6f6c"), ("cf8148", "8a4f2b"))[look]
    brush.line([(0, -34), (0, -39)], 1.2, dark)
    brush.oval(0, -39.6, 1.8, 1.8, "f25f4c")
    for side in (-1, 1):
        brush.box(side * 4 - 2, -5, 4, 5, dark, round_by=1)
        brush.line([(side * 9, -17), (side * 13, -9)], 2.6, dark)
        brush.oval(side * 13, -8.6, 2, 2, "d9dee3")
        brush.box(side * 9.6 - 1, -30, 2, 4, dark)
    brush.box(-8.6, -20, 17.2, 16, shell, round_by=2)
    brush.box(-4.6, -16.6, 9.2, 6.4, dark, round_by=1)
    for x, hue in ((-2.6, "f25f4c"), (0, "f6c83a"), (2.6, "6fd05a")):
        brush.oval(x, -13.4, 1, 1, hue)
    brush.box(-9, -34, 18, 12.6, shell, round_by=2.6)
    for side in (-1, 1):
        brush.oval(side * 4, -28.4, 2.8, 2.8, "fff6c9")
    _eyes(brush, -28.4, 4, 1.2)
    brush.box(-4, -24.6, 8, 1.4, dark, round_by=0.6)


def _knight(brush: Brush, look: int) -> None:
    plume = ("d83a34", "3f6fd0")[look]
    brush.blob([(0, -38), (6, -45), (11, -37), (5, -33), (0, -34)], plume)
    for side in (-1, 1):
        brush.box(side * 4 - 2.6, -8, 5.2, 8, "8b94a6", round_by=1.4)
    brush.blob([(-8.6, -6), (-9, -18), (0, -23), (9, -18), (8.6, -6)], "b4bccb")
    brush.line([(9, -17), (13, -11)], 3.4, "9aa3b5")
    brush.line([(14, -28), (14, -7)], 1.5, "e6ebf2")
    brush.line([(11.4, -12), (16.6, -12)], 1.5, "d9a441")
    brush.blob([(-17, -18), (-11, -20), (-5, -18), (-6, -9), (-11, -4), (-16, -9)], plume)
    brush.poly(star(-11, -12, 3, 5, 0.45), "f6d36a")
    brush.blob([(-8, -22), (-9, -34), (0, -40), (9, -34), (8, -22)], "c3cad6")
    brush.box(-6.6, -31, 13.2, 3.4, "2c2f3d", round_by=1.4)
    brush.line([(0, -27), (0, -22.6)], 0.8, "7d8698")


def _witch(brush: Brush, look: int) -> None:
    cloth, hair = (("6a3f97", "c9663a"), ("2f5f46", "e3c25f"))[look]
    brush.blob([(-13, 0), (-6, -18), (0, -22), (6, -18), (13, 0)], cloth)
    _arms(brush, cloth, -16, 4.6, _SKIN[brush.rng.randrange(3)])
    brush.oval(0, -24, 8.4, 7.6, hair)
    for side in (-1, 1):
        brush.line([(side * 6.4, -24), (side * 7, -15)], 3, hair)
    brush.oval(0, -23, 6, 5.8, _SKIN[brush.rng.randrange(3)])
    _eyes(brush, -23, 2.6, 1.1)
    _cheeks(brush, -20.6, 3.6)
    brush.poly([(-8, -28), (1, -46), (4, -43), (8, -28)], cloth)
    brush.oval(0, -28, 13, 2.4, cloth)
    brush.box(-7, -31.4, 14, 2.4, "f0b13f")


def _astronaut(brush: Brush, look: int) -> None:
    suit, dark = (("f4f4f7", "c9ccd8"), ("f08a3c", "c4622a"))[look]
    brush.box(-10, -22, 20, 15, dark, round_by=3)
    for side in (-1, 1):
        brush.box(side * 4.4 - 3, -8, 6, 8, suit, round_by=2.4)
        brush.box(side * 4.4 - 3.4, -2.4, 6.8, 2.6, "5c6273", round_by=1)
    brush.blob([(-9, -5), (-9, -18), (0, -22), (9, -18), (9, -5)], suit)
    _arms(brush, suit, -17, 7, "5c6273", thick=4.2)
    brush.box(-4, -15, 8, 5, dark, round_by=1)
    for x, hue in ((-2, "f25f4c"), (1.6, "3f86c9")):
        brush.oval(x, -12.6, 1, 1, hue)
    brush.oval(0, -28, 11, 10.4, suit)
    brush.oval(0, -27.6, 8.2, 7.2, "24406f")
    brush.oval(-2.6, -30, 3.2, 2.2, "8fc4f2", alpha=0.8)


def _girl(brush: Brush, look: int) -> None:
    dress, hair = (("d8413f", "5b3a29"), ("f2c230", "2f2430"))[look]
    skin = _SKIN[brush.rng.randrange(3)]
    for side in (-1, 1):
        brush.line([(side * 3, -8), (side * 3, -1)], 2.6, skin)
        brush.oval(side * 3.4, -0.8, 2.4, 1.4, "5b3a4a")
        brush.oval(side * 9.4, -25, 3.6, 4.4, hair)
    brush.blob([(-11, -5), (-5, -19), (0, -21), (5, -19), (11, -5), (0, -3)], dress)
    _arms(brush, skin, -17, 5, skin, thick=2.6)
    brush.oval(0, -27, 8.6, 8.4, hair)
    brush.oval(0, -25.6, 7, 6.8, skin)
    brush.blob([(-8, -28), (-4, -36), (5, -36), (8, -28), (2, -31), (-3, -30)], hair)
    _eyes(brush, -25.4, 2.9, 1.2)
    _cheeks(brush, -22.6, 4.2)
    brush.line([(-1.8, -22), (0, -21), (1.8, -22)], 0.7, "a8443f")


def _boy(brush: Brush, look: int) -> None:
    shirt, stripe = (("3f7fc9", "f4f4f7"), ("3f8a50", "3f8a50"))[look]
    skin = _SKIN[brush.rng.randrange(3)]
    for side in (-1, 1):
        brush.box(side * 3.4 - 2.2, -9, 4.4, 9, "44506f", round_by=1)
        brush.oval(side * 3.8, -0.8, 3, 1.5, "6b4630")
    brush.box(-7.4, -20, 14.8, 12.6, shirt, round_by=3)
    if look == 0:
        for y in (-17.4, -13.4, -9.8):
            brush.box(-7.4, y, 14.8, 1.7, stripe)
    else:
        for y in (-16, -12.6):
            brush.oval(0, y, 1, 1, "f6d36a")
    _arms(brush, shirt, -17.6, 6.4, skin)
    brush.oval(0, -27, 7.6, 7.4, skin)
    brush.blob([(-9, -26), (-8, -35), (3, -37), (9, -31), (8.4, -26), (3, -31), (-4, -30)], "6b4226")
    _eyes(brush, -26, 2.9, 1.2)
    _cheeks(brush, -23.4, 4.4)
    brush.line([(-2, -22.8), (0, -21.6), (2, -22.8)], 0.7, "a8443f")


PEOPLE: Final[dict[str, Painter]] = {
    "fox": _fox,
    "rabbit": _rabbit,
    "owl": _owl,
    "cat": _cat,
    "bear": _bear,
    "hedgehog": _hedgehog,
    "frog": _frog,
    "dragon": _dragon,
    "robot": _robot,
    "knight": _knight,
    "witch": _witch,
    "astronaut": _astronaut,
    "girl": _girl,
    "boy": _boy,
}
"""Painter of each character by key; its second argument is the look."""
