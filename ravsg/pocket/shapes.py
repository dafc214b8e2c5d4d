"""Trees, houses and clouds: shapes that several places and things share."""

from __future__ import annotations

from ravsg.pocket.brush import Brush


def fir(brush: Brush, x: float, foot: float, high: float, leaf: str) -> None:
    """A fir of three skirts, each a little brighter."""
    brush.box(x - high * 0.04, foot - high * 0.2, high * 0.08, high * 0.22, "5b3a29")
    for i in range(3):
        top = foot - high * (0.55 + 0.22 * i)
        wide = high * (0.27 - 0.06 * i)
        brush.poly([(x, top - high * 0.05), (x + wide, top + high * 0.38), (x - wide, top + high * 0.38)], leaf)


def round_tree(brush: Brush, x: float, foot: float, high: float, leaf: str) -> None:
    """A trunk with three soft crowns."""
    brush.line([(x, foot), (x, foot - high * 0.5)], high * 0.1, "6b4630")
    brush.oval(x - high * 0.16, foot - high * 0.55, high * 0.2, high * 0.2, leaf)
    brush.oval(x + high * 0.16, foot - high * 0.55, high * 0.2, high * 0.2, leaf)
    brush.oval(x, foot - high * 0.74, high * 0.24, high * 0.24, leaf)


def house(brush: Brush, x: float, foot: float, size: float, *, wall: str, roof: str) -> None:
    """A little house with a lit window and a door."""
    brush.box(x - size / 2, foot - size * 0.7, size, size * 0.7, wall)
    brush.poly(
        [(x - size * 0.62, foot - size * 0.66), (x, foot - size * 1.25), (x + size * 0.62, foot - size * 0.66)], roof
    )
    brush.box(x + size * 0.08, foot - size * 0.52, size * 0.24, size * 0.24, "ffe9a8")
    brush.box(x - size * 0.3, foot - size * 0.42, size * 0.24, size * 0.42, "6b4630", round_by=size * 0.08)


def cloud(brush: Brush, x: float, y: float, size: float, alpha: float = 0.8, *, hue: str = "ffffff") -> None:
    """A cloud of four soft puffs."""
    for dx, dy, part in ((-0.6, 0.1, 0.5), (0, -0.12, 0.62), (0.6, 0.1, 0.5), (0, 0.16, 0.8)):
        brush.oval(x + dx * size, y + dy * size, size * part, size * part * 0.5, hue, alpha=alpha)
