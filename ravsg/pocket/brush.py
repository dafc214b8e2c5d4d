"""A brush over a skia canvas of 100 × 100 units: soft shapes, washes, glows and paper, all coloured by the light.

It knows no scene. Needs skia-python, hence never imported by the bot.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import skia

Colour = tuple[float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Light:
    """How an hour colours things: the sky from top to horizon, and a tint that everything takes on."""

    sky: tuple[str, str, str]
    tint: str
    strength: float
    """Share of the tint in the scenery, 0 to 1; figures take half of it, so that they stay readable."""
    dark: float = 1.0
    """Brightness of the scenery, 1 for day."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A contour: its colour, untinted, and how far it reaches beyond a shape, in units of the brush."""

    hue: str
    reach: float


def colour(text: str) -> Colour:
    """Read "rrggbb" into three numbers from 0 to 255."""
    return (int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16))


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour in the first."""
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
        one[2] + (other[2] - one[2]) * share,
    )


WHITE: Final[Colour] = (255, 255, 255)
BLACK: Final[Colour] = (20, 16, 40)


def packed(value: Colour, alpha: float = 1.0) -> int:
    """A colour as skia's integer."""
    red, green, blue = (max(0, min(255, round(part))) for part in value)
    return int(skia.ColorSetARGB(round(255 * alpha), red, green, blue))


class Brush:
    """Draws on one canvas; every random choice comes from `rng`."""

    def __init__(self, canvas: Any, rng: random.Random, light: Light) -> None:
        self.canvas = canvas
        self.rng = rng
        self.light = light
        self.share = 1.0
        """How much of the light the next shapes take: 1 for scenery, less for figures."""
        self.ink: Ink | None = None
        """When set, shapes are laid down flat in this colour and a little wider: the contour beneath a figure."""

    def tone(self, text: str) -> Colour:
        """The colour as it looks in this light."""
        base = colour(text)
        dark = 1 - (1 - self.light.dark) * self.share
        lit = (base[0] * dark, base[1] * dark, base[2] * dark)
        return mix(lit, colour(self.light.tint), self.light.strength * self.share)

    def _paint(self, base: Colour, top: float, bottom: float, alpha: float) -> Any:
        paint = skia.Paint(AntiAlias=True)
        if self.ink:
            paint.setStyle(skia.Paint.kStrokeAndFill_Style)
            paint.setStrokeWidth(2 * self.ink.reach)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
            paint.setColor(packed(colour(self.ink.hue)))
            return paint
        paint.setShader(
            skia.GradientShader.MakeLinear(
                [skia.Point(0, top), skia.Point(0, bottom)],
                [packed(mix(base, WHITE, 0.14), alpha), packed(mix(base, BLACK, 0.16), alpha)],
            )
        )
        return paint

    def oval(self, x: float, y: float, wide: float, high: float, text: str, *, alpha: float = 1.0) -> None:
        """An ellipse around (x, y) with half axes `wide` and `high`."""
        paint = self._paint(self.tone(text), y - high, y + high, alpha)
        self.canvas.drawOval(skia.Rect.MakeLTRB(x - wide, y - high, x + wide, y + high), paint)

    def box(self, left: float, top: float, wide: float, high: float, text: str, *, round_by: float = 0.0) -> None:
        """A rectangle, its corners rounded by a radius."""
        paint = self._paint(self.tone(text), top, top + high, 1.0)
        self.canvas.drawRoundRect(skia.Rect.MakeXYWH(left, top, wide, high), round_by, round_by, paint)

    def poly(self, points: Sequence[Point], text: str, alpha: float = 1.0) -> None:
        """A closed polygon."""
        self._fill(_path(points), points, text, alpha)

    def blob(self, points: Sequence[Point], text: str, alpha: float = 1.0) -> None:
        """A closed shape that runs smoothly near the points."""
        path = skia.Path()
        count = len(points)
        middles = [_middle(points[i], points[(i + 1) % count]) for i in range(count)]
        path.moveTo(*middles[-1])
        for i in range(count):
            path.quadTo(*points[i], *middles[i])
        path.close()
        self._fill(path, points, text, alpha)

    def _fill(self, path: Any, points: Sequence[Point], text: str, alpha: float) -> None:
        ys = [point[1] for point in points]
        self.canvas.drawPath(path, self._paint(self.tone(text), min(ys), max(ys), alpha))

    def line(self, points: Sequence[Point], width: float, text: str, alpha: float = 1.0) -> None:
        """A round-ended stroke through the points, smooth when there are three."""
        paint = skia.Paint(
            AntiAlias=True,
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=width + 2 * (self.ink.reach if self.ink else 0),
            StrokeCap=skia.Paint.kRound_Cap,
            StrokeJoin=skia.Paint.kRound_Join,
            Color=packed(colour(self.ink.hue)) if self.ink else packed(self.tone(text), alpha),
        )
        path = skia.Path()
        path.moveTo(*points[0])
        if len(points) == 3:
            path.quadTo(*points[1], *points[2])
        else:
            for point in points[1:]:
                path.lineTo(*point)
        self.canvas.drawPath(path, paint)

    def glow(self, x: float, y: float, radius: float, text: str, alpha: float = 0.7) -> None:
        """Light that fades to nothing at `radius`; it is not tinted."""
        base = colour(text)
        paint = skia.Paint(AntiAlias=True)
        paint.setShader(skia.GradientShader.MakeRadial((x, y), radius, [packed(base, alpha), packed(base, 0)]))
        self.canvas.drawCircle(x, y, radius, paint)

    def sky(self, top: float = 0, bottom: float = 100, colours: Sequence[str] = ()) -> None:
        """A wash of three colours from `top` down, untinted, with broad wet strokes in it."""
        chosen = [colour(text) for text in (colours or self.light.sky)]
        paint = skia.Paint()
        paint.setShader(
            skia.GradientShader.MakeLinear(
                [skia.Point(0, top), skia.Point(0, bottom)], [packed(one) for one in chosen]
            )
        )
        self.canvas.drawRect(skia.Rect.MakeLTRB(0, top, 100, bottom), paint)
        for _ in range(7):
            height = self.rng.uniform(top, bottom)
            base = mix(chosen[self.rng.randrange(3)], WHITE, self.rng.uniform(0, 0.25))
            wash = skia.Paint(AntiAlias=True, Color=packed(base, 0.16))
            x, wide = self.rng.uniform(-10, 110), self.rng.uniform(15, 45)
            high = self.rng.uniform(2, 7)
            self.canvas.drawOval(skia.Rect.MakeLTRB(x - wide, height - high, x + wide, height + high), wash)

    def veil(self, text: str, alpha: float) -> None:
        """One colour over everything so far."""
        self.canvas.drawRect(skia.Rect.MakeLTRB(-2, -2, 102, 102), skia.Paint(Color=packed(colour(text), alpha)))

    def ground(self, level: float, text: str, rough: float = 2.0, bottom: float = 104) -> None:
        """Land from a wavy line at height `level` down."""
        ups = [level + self.rng.uniform(-rough, rough) for _ in range(6)]
        points = [(-20.0 + 28 * i, up) for i, up in enumerate(ups)]
        self.blob([(-30, bottom), (-30, level), *points, (130, level), (130, bottom)], text)

    def dabs(self, count: int, level: float, text: str, size: float, alpha: float = 0.5) -> None:
        """Flat dabs of the brush scattered below a height, larger towards the front."""
        for _ in range(count):
            y = self.rng.uniform(level, 100)
            near = 0.5 + (y - level) / (100 - level + 1)
            self.oval(self.rng.uniform(0, 100), y, size * near * 1.6, size * near * 0.5, text, alpha=alpha)

    def paper(self, textures: Sequence[Any]) -> None:
        """Grain of paper and pigment over everything: one of the textures, somewhere."""
        texture = self.rng.choice(textures)
        paint = skia.Paint(BlendMode=skia.BlendMode.kSoftLight, Alphaf=0.55)
        x, y = self.rng.uniform(-50, 0), self.rng.uniform(-50, 0)
        self.canvas.drawImageRect(texture, skia.Rect.MakeXYWH(x, y, 150, 150), skia.SamplingOptions(), paint)


def star(x: float, y: float, radius: float, arms: int, inner: float, *, turn: float = -math.pi / 2) -> list[Point]:
    """The corners of a star; `inner` is the inner radius as a share of the outer."""
    points = []
    for i in range(arms * 2):
        reach = radius if i % 2 == 0 else radius * inner
        angle = turn + math.pi * i / arms
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points


def _middle(one: Point, other: Point) -> Point:
    return ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)


def _path(points: Sequence[Point]) -> Any:
    path = skia.Path()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.close()
    return path
