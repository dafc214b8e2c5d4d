"""The fourteen places of the world, painted back to front. Weather and figures are the illustrator's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ravsg.pocket.brush import Brush
from ravsg.pocket.shapes import cloud, fir, house, round_tree

HORIZON: Final = 60.0
"""Height of the ground line in units of the canvas, measured from the top."""


def _forest(brush: Brush) -> None:
    rng = brush.rng
    brush.ground(HORIZON - 8, "5d8f6a")
    for column in range(-2, 106, 8):
        fir(brush, column + rng.uniform(-3, 3), HORIZON + 2, rng.uniform(34, 46), "4f8a63")
    brush.ground(HORIZON, "5f9a4d")
    for x in (rng.uniform(-4, 14), rng.uniform(20, 34), rng.uniform(66, 80), rng.uniform(86, 104)):
        fir(brush, x, HORIZON + rng.uniform(4, 10), rng.uniform(52, 66), "2f6e46")
    brush.dabs(16, HORIZON + 8, "3f7a3b", 2.2)


def _seashore(brush: Brush) -> None:
    rng = brush.rng
    brush.box(-2, HORIZON - 14, 104, 30, "3f9fc4")
    for _ in range(12):
        x, y = rng.uniform(0, 100), rng.uniform(HORIZON - 12, HORIZON + 4)
        brush.line([(x, y), (x + 4, y - 1.4), (x + 8, y)], 0.9, "d9f2f7", 0.7)
    brush.ground(HORIZON + 10, "f2fbff", 1.5)
    brush.ground(HORIZON + 13, "ecd39a", 1.5)
    brush.dabs(18, HORIZON + 16, "d8b878", 1.6)
    for _ in range(4):
        brush.oval(rng.uniform(4, 96), rng.uniform(88, 98), 1.8, 1.3, rng.choice(("f7a8a0", "fff3e0", "c9a7d8")))


def _moon(brush: Brush) -> None:
    rng = brush.rng
    x, y = rng.uniform(14, 86), rng.uniform(14, 26)
    brush.glow(x, y, 17, "8fc7ff", 0.5)
    brush.share = 0.2
    brush.oval(x, y, 10, 10, "3d8fd6")
    brush.blob([(x - 6, y - 4), (x + 1, y - 7), (x + 3, y - 1), (x - 3, y + 2)], "62b06a")
    brush.blob([(x + 2, y + 2), (x + 7, y + 1), (x + 5, y + 7), (x + 1, y + 6)], "62b06a")
    brush.share = 1.0
    brush.ground(HORIZON - 4, "8f90a3", 4)
    brush.ground(HORIZON + 3, "b6b5be", 2)
    for _ in range(9):
        cx, cy = rng.uniform(0, 100), rng.uniform(HORIZON + 8, 98)
        wide = rng.uniform(3, 8) * (cy / 90)
        brush.oval(cx, cy, wide, wide * 0.36, "84848f")
        brush.oval(cx, cy + wide * 0.1, wide * 0.8, wide * 0.24, "a3a2ac")


def _desert(brush: Brush) -> None:
    rng = brush.rng
    brush.ground(HORIZON - 8, "e9b768", 6)
    brush.ground(HORIZON + 2, "e3a552", 5)
    for x in (rng.uniform(4, 30), rng.uniform(70, 96)):
        foot, high = HORIZON + rng.uniform(2, 10), rng.uniform(16, 24)
        brush.line([(x, foot), (x, foot - high)], 4, "4f8f5b")
        brush.line([(x, foot - high * 0.4), (x + 6, foot - high * 0.4), (x + 6, foot - high * 0.8)], 2.6, "4f8f5b")
        brush.line([(x, foot - high * 0.3), (x - 6, foot - high * 0.3), (x - 6, foot - high * 0.65)], 2.6, "4f8f5b")
    brush.ground(HORIZON + 14, "efc074", 3)
    brush.dabs(12, HORIZON + 18, "d49a4c", 2.4, 0.4)


def _mountains(brush: Brush) -> None:
    rng = brush.rng
    for x, high, rock in (
        (rng.uniform(10, 26), 42, "8a93ad"),
        (rng.uniform(74, 92), 46, "7d86a3"),
        (50, 52, "6b7596"),
    ):
        top = HORIZON - high + rng.uniform(-4, 4)
        brush.poly([(x - 34, HORIZON + 6), (x, top), (x + 34, HORIZON + 6)], rock)
        slope = 34 / (HORIZON + 6 - top)
        snow = top + 15
        edge = [
            (x + 15 * slope, snow),
            (x + 3, snow - 3),
            (x - 1, snow + 3),
            (x - 4, snow - 2),
            (x - 15 * slope, snow),
        ]
        brush.poly([(x, top), *edge], "f6f8ff")
    brush.ground(HORIZON + 3, "7f9b6a", 3)
    brush.ground(HORIZON + 16, "95ab73", 3)
    for _ in range(7):
        brush.oval(rng.uniform(2, 98), rng.uniform(72, 97), rng.uniform(1.5, 4), rng.uniform(1, 2.4), "8b8b8f")


def _village(brush: Brush) -> None:
    rng = brush.rng
    brush.ground(HORIZON - 6, "86b36a", 3)
    roofs, walls = ["c8553d", "a8473a", "3f6c9c", "8a5a9c"], ["f6e3c0", "f3d2c1", "e8e0d0"]
    for x in (8, 27, 73, 92):
        place = x + rng.uniform(-3, 3)
        house(
            brush,
            place,
            HORIZON + rng.uniform(-2, 5),
            rng.uniform(15, 20),
            wall=rng.choice(walls),
            roof=rng.choice(roofs),
        )
    house(brush, 50 + rng.uniform(-5, 5), HORIZON - 3, 12, wall=rng.choice(walls), roof=rng.choice(roofs))
    brush.ground(HORIZON + 4, "93bd66", 2)
    brush.blob([(46, HORIZON + 2), (54, HORIZON + 2), (66, 102), (30, 102)], "e0c79a")
    for x in (0, 18, 82, 100):
        brush.line([(x, HORIZON + 16), (x, HORIZON + 9)], 1.3, "b98b5e")
    brush.line([(-2, HORIZON + 12), (20, HORIZON + 12)], 1.2, "b98b5e")
    brush.line([(80, HORIZON + 12), (102, HORIZON + 12)], 1.2, "b98b5e")


def _city(brush: Brush) -> None:
    rng = brush.rng
    for row, (wall, low, high) in enumerate((("8d8fb0", 34, 52), ("62668c", 22, 44))):
        x = -4.0
        while x < 104:
            wide, tall = rng.uniform(10, 16), rng.uniform(low, high)
            top = HORIZON + 6 - tall
            brush.box(x, top, wide, tall + 4, wall)
            for column in range(int(wide // 4)):
                for floor in range(int(tall // 6)):
                    if rng.random() < 0.55 and row == 1:
                        brush.share = 0.2
                        brush.box(x + 1.5 + 4 * column, top + 2.5 + 6 * floor, 1.8, 2.8, "ffdf8a")
                        brush.share = 1.0
            x += wide + 0.6
    brush.box(-2, HORIZON + 6, 104, 8, "b9b3b0")
    brush.box(-2, HORIZON + 13, 104, 30, "6d6b78")
    for x in range(0, 100, 20):
        brush.box(x + 4, HORIZON + 26, 10, 1.6, "f1e3b0")


def _meadow(brush: Brush) -> None:
    rng = brush.rng
    brush.ground(HORIZON - 8, "9fcb74", 5)
    for x in (rng.uniform(2, 20), rng.uniform(78, 98)):
        round_tree(brush, x, HORIZON - 4, rng.uniform(20, 28), "6fa858")
    brush.ground(HORIZON + 1, "86bd5a", 3)
    for _ in range(46):
        x, y = rng.uniform(0, 100), rng.uniform(HORIZON + 3, 99)
        size = 0.5 + (y - HORIZON) / 40
        brush.oval(x, y, size, size, rng.choice(("ffffff", "f7d54a", "f28fb0", "b58be0", "ff7a5c")))


def _cave(brush: Brush) -> None:
    rng = brush.rng
    brush.box(-2, -2, 104, 104, "4a4468")
    x = rng.uniform(34, 66)
    brush.share = 0.0
    brush.blob([(x - 16, 66), (x - 15, 34), (x, 22), (x + 15, 34), (x + 16, 66)], brush.light.sky[2])
    brush.share = 1.0
    brush.glow(x, 45, 34, brush.light.sky[2], 0.45)
    for i in range(9):
        at, long = i * 13 + rng.uniform(-5, 3), rng.uniform(10, 30)
        brush.poly([(at - 6, -2), (at + 7, -2), (at, long)], "332e4d")
    brush.ground(HORIZON + 4, "5a5276", 4)
    for _ in range(7):
        cx, foot, high = rng.uniform(0, 100), rng.uniform(62, 84), rng.uniform(8, 20)
        hue = rng.choice(("7fe0e6", "c58bf0", "f08bd0", "8bb0ff"))
        brush.glow(cx, foot - high / 2, high, hue, 0.35)
        brush.share = 0.3
        brush.poly([(cx - 3, foot), (cx - 3.4, foot - high * 0.7), (cx, foot - high), (cx + 3, foot)], hue)
        brush.poly([(cx + 2, foot), (cx + 5, foot - high * 0.6), (cx + 6, foot)], hue, 0.8)
        brush.share = 1.0
    brush.dabs(10, HORIZON + 12, "453e60", 2.6)


def _snowfield(brush: Brush) -> None:
    rng = brush.rng
    brush.ground(HORIZON - 8, "dfe8f3", 5)
    for x in (rng.uniform(0, 14), rng.uniform(18, 34), rng.uniform(68, 82), rng.uniform(86, 100)):
        foot, high = HORIZON + rng.uniform(-3, 5), rng.uniform(24, 36)
        fir(brush, x, foot, high, "5f8f8a")
        brush.poly(
            [(x, foot - high * 1.04), (x + high * 0.12, foot - high * 0.72), (x - high * 0.12, foot - high * 0.72)],
            "f7faff",
        )
    brush.ground(HORIZON + 2, "eef4fb", 3)
    brush.dabs(16, HORIZON + 8, "cddbec", 3.2)
    for _ in range(26):
        brush.oval(rng.uniform(0, 100), rng.uniform(0, 98), 0.8, 0.8, "ffffff", alpha=0.9)


def _island(brush: Brush) -> None:
    rng = brush.rng
    for _ in range(7):
        cloud(brush, rng.uniform(0, 100), rng.uniform(82, 100), rng.uniform(10, 18), 0.75)
    for x, y in ((rng.uniform(6, 20), rng.uniform(36, 50)), (rng.uniform(80, 94), rng.uniform(32, 48))):
        brush.blob([(x - 10, y), (x, y + 1), (x + 10, y), (x + 1, y + 14)], "9a6f4f")
        brush.oval(x, y, 8, 2.2, "7fb562")
    brush.blob([(4, 74), (50, 78), (96, 74), (78, 90), (52, 106), (26, 92)], "8a5f43")
    brush.blob([(14, 78), (50, 84), (86, 78), (60, 96), (40, 94)], "74503a", 0.6)
    brush.oval(50, 76, 45, 10, "79b356")
    brush.oval(50, 74, 41, 7, "93c767")
    round_tree(brush, rng.choice((14, 86)), 74, 22, "68a552")


def _riverside(brush: Brush) -> None:
    rng = brush.rng
    brush.ground(HORIZON - 8, "8dbb73", 4)
    for x in (rng.uniform(0, 14), rng.uniform(20, 32), rng.uniform(68, 82), rng.uniform(86, 100)):
        round_tree(brush, x, HORIZON - 1, rng.uniform(24, 34), rng.choice(("5f9f56", "79ad58")))
    brush.ground(HORIZON, "7fb35f", 2)
    bend = rng.choice((-1, 1)) * rng.uniform(6, 14)
    middle = 50 + bend
    brush.blob(
        [(48, HORIZON - 2), (54, HORIZON - 2), (middle + 10, 74), (88, 104), (22, 104), (middle - 14, 78)], "4fa3cf"
    )
    for _ in range(9):
        x, y = rng.uniform(40, 64) + bend / 2, rng.uniform(68, 98)
        brush.line([(x - 3, y), (x, y - 1), (x + 3, y)], 0.8, "d6f0fa", 0.8)
    for x in (rng.uniform(4, 14), rng.uniform(86, 96)):
        for i in range(3):
            brush.line([(x + 2 * i, 90), (x + 2 * i + 1, 78)], 0.9, "5d8a43")
            brush.oval(x + 2 * i + 1, 77, 0.9, 2.4, "8a5a35")


def _library(brush: Brush) -> None:
    rng = brush.rng
    brush.box(-2, -2, 104, 74, "8a5f43")
    brush.share = 0.7
    for shelf in range(4):
        top = 4 + shelf * 16
        brush.box(-2, top + 13, 104, 2.4, "5f3d2a")
        x = 0.5
        while x < 99:
            wide, high = rng.uniform(2, 4), rng.uniform(8, 12)
            brush.box(
                x,
                top + 13 - high,
                wide - 0.5,
                high,
                rng.choice(("b5483f", "3f6f8f", "d9a441", "5f8f5a", "7a5590", "e6d3b0")),
            )
            x += wide
    x = rng.choice((26, 50, 74)) + rng.uniform(-5, 5)
    brush.share = 0.0
    brush.box(x - 12, 10, 24, 42, "f3e2c0", round_by=11)
    brush.box(x - 10, 12, 20, 38, brush.light.sky[1], round_by=9)
    brush.line([(x, 12), (x, 50)], 1.2, "f3e2c0")
    brush.line([(x - 10, 32), (x + 10, 32)], 1.2, "f3e2c0")
    brush.share = 1.0
    brush.glow(x, 32, 40, brush.light.sky[2], 0.35)
    brush.box(-2, 68, 104, 34, "a87448")
    brush.oval(50, 88, 42, 9, "a83f3f")
    brush.oval(50, 88, 36, 7, "c96a4f")


def _reef(brush: Brush) -> None:
    rng = brush.rng
    brush.sky(0, 100, ("7fdcea", "2f9fc8", "1b5f9a"))
    brush.veil(brush.light.sky[1], 0.3)
    for _ in range(4):
        x = rng.uniform(0, 90)
        brush.poly([(x, -2), (x + 8, -2), (x + 22, 80), (x + 2, 80)], "ffffff", 0.1)
    brush.ground(HORIZON + 12, "d8c596", 3)
    for _ in range(7):
        x, foot = rng.choice((rng.uniform(0, 30), rng.uniform(70, 100))), rng.uniform(70, 84)
        hue, high = rng.choice(("f2789f", "f29b4a", "b47ae0", "f25f5c")), rng.uniform(10, 24)
        for lean in (-0.5, 0.0, 0.5):
            brush.line([(x, foot), (x + lean * 4, foot - high * 0.5), (x + lean * high, foot - high)], 3, hue)
            brush.oval(x + lean * high, foot - high, 2.2, 2.2, hue)
    for _ in range(4):
        x, y, hue = rng.uniform(6, 94), rng.uniform(10, 50), rng.choice(("ffb347", "ffe066", "ff8fa3"))
        brush.oval(x, y, 3.4, 2, hue)
        brush.poly([(x + 3, y), (x + 6, y - 2), (x + 6, y + 2)], hue)
    for _ in range(14):
        x, y, size = rng.uniform(0, 100), rng.uniform(0, 90), rng.uniform(0.6, 1.6)
        brush.oval(x, y, size, size, "ffffff", alpha=0.5)


PLACES: Final[dict[str, Callable[[Brush], None]]] = {
    "forest": _forest,
    "seashore": _seashore,
    "moon": _moon,
    "desert": _desert,
    "mountains": _mountains,
    "village": _village,
    "city": _city,
    "meadow": _meadow,
    "cave": _cave,
    "snowfield": _snowfield,
    "island": _island,
    "riverside": _riverside,
    "library": _library,
    "reef": _reef,
}
"""Painter of each setting, by key; the sky is there before."""
