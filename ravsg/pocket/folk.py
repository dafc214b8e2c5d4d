"""The six of the world who wear clothes, armour or steel. Each has its feet at (0, 0) and is about 38 units high."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ravsg.pocket.brush import Brush, star
from ravsg.pocket.features import SKIN, Pose, arms, cheeks, eyes


def _robot(brush: Brush, look: int, pose: Pose) -> None:
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
    eyes(brush, -28.4, 4, 1.2)
    brush.box(-4, -24.6, 8, 1.4, dark, round_by=0.6)


def _knight(brush: Brush, look: int, pose: Pose) -> None:
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


def _witch(brush: Brush, look: int, pose: Pose) -> None:
    cloth, hair = (("6a3f97", "c9663a"), ("2f5f46", "e3c25f"))[look]
    brush.blob([(-13, 0), (-6, -18), (0, -22), (6, -18), (13, 0)], cloth)
    arms(brush, pose, cloth, -16, 4.6, hand=SKIN[pose.skin])
    brush.oval(0, -24, 9.6, 8.2, hair)
    for side in (-1, 1):
        brush.line([(side * 7.6, -24), (side * 8.2, -14)], 3.4, hair)
    brush.oval(0, -22.4, 7.2, 6.6, SKIN[pose.skin])
    eyes(brush, -22.6, 3, 1.5)
    cheeks(brush, -19.8, 4.4)
    brush.line([(-1.8, -19.4), (0, -18.2), (1.8, -19.4)], 0.8, "a8443f")
    brush.poly([(-8.6, -28), (1, -42), (4.6, -40), (8.6, -28)], cloth)
    brush.oval(0, -28, 14, 2.8, cloth)
    brush.box(-7.2, -32, 14.4, 2.8, "f0b13f", round_by=0.6)


def _astronaut(brush: Brush, look: int, pose: Pose) -> None:
    suit, dark = (("f4f4f7", "c9ccd8"), ("f08a3c", "c4622a"))[look]
    brush.box(-10, -22, 20, 15, dark, round_by=3)
    for side in (-1, 1):
        brush.box(side * 4.4 - 3, -8, 6, 8, suit, round_by=2.4)
        brush.box(side * 4.4 - 3.4, -2.4, 6.8, 2.6, "5c6273", round_by=1)
    brush.blob([(-9, -5), (-9, -18), (0, -22), (9, -18), (9, -5)], suit)
    arms(brush, pose, suit, -17, 7, hand="5c6273", thick=4.2)
    brush.box(-4, -15, 8, 5, dark, round_by=1)
    for x, hue in ((-2, "f25f4c"), (1.6, "3f86c9")):
        brush.oval(x, -12.6, 1, 1, hue)
    brush.oval(0, -28, 11, 10.4, suit)
    brush.oval(0, -27.6, 8.2, 7.2, "24406f")
    brush.oval(-2.6, -30, 3.2, 2.2, "8fc4f2", alpha=0.8)


def _girl(brush: Brush, look: int, pose: Pose) -> None:
    dress, hair = (("d8413f", "5b3a29"), ("f2c230", "2f2430"))[look]
    skin = SKIN[pose.skin]
    for side in (-1, 1):
        brush.line([(side * 3, -8), (side * 3, -1)], 2.6, skin)
        brush.oval(side * 3.4, -0.8, 2.4, 1.4, "5b3a4a")
        brush.oval(side * 9.4, -25, 3.6, 4.4, hair)
    brush.blob([(-11, -5), (-5, -19), (0, -21), (5, -19), (11, -5), (0, -3)], dress)
    arms(brush, pose, skin, -17, 5, hand=skin, thick=2.6)
    brush.oval(0, -27, 8.6, 8.4, hair)
    brush.oval(0, -25.6, 7, 6.8, skin)
    brush.blob([(-8, -28), (-4, -36), (5, -36), (8, -28), (2, -31), (-3, -30)], hair)
    eyes(brush, -25.4, 2.9, 1.5)
    cheeks(brush, -22.6, 4.2)
    brush.line([(-1.8, -22), (0, -21), (1.8, -22)], 0.7, "a8443f")


def _boy(brush: Brush, look: int, pose: Pose) -> None:
    shirt, stripe = (("3f7fc9", "f4f4f7"), ("3f8a50", "3f8a50"))[look]
    skin = SKIN[pose.skin]
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
    arms(brush, pose, shirt, -17.6, 6.4, hand=skin)
    brush.oval(0, -27, 7.6, 7.4, skin)
    brush.blob([(-9, -26), (-8, -35), (3, -37), (9, -31), (8.4, -26), (3, -31), (-4, -30)], "6b4226")
    eyes(brush, -26, 2.9, 1.5)
    cheeks(brush, -23.4, 4.4)
    brush.line([(-2, -22.8), (0, -21.6), (2, -22.8)], 0.7, "a8443f")


FOLK: Final[dict[str, Callable[[Brush, int, Pose], None]]] = {
    "robot": _robot,
    "knight": _knight,
    "witch": _witch,
    "astronaut": _astronaut,
    "girl": _girl,
    "boy": _boy,
}
"""Painter of each by key; it takes the look and the pose."""
