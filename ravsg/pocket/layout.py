"""Where everybody stands: sizes, places and poses of a scene, and the box that each takes up.

Several arrangements are tried and the clearest is kept: nothing before a face, little overlap, the first thing by the
hero. Boxes are exact for what is drawn, in units of the canvas (100 × 100): left, top, right, bottom.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import skia

from ravsg.pocket.brush import Brush, Light
from ravsg.pocket.characters import PEOPLE, SKINS
from ravsg.pocket.features import SKIN, Pose
from ravsg.pocket.objects import EXTENT, EXTENTS, FLOATING, LARGE, STOCK
from ravsg.pocket.world import Scene

Box = tuple[float, float, float, float]

HEIGHTS: Final = {1: (60.0,), 2: (54.0, 42.0), 3: (48.0, 36.0, 34.0)}
"""Heights of the figures by how many they are, the hero's first. Whom a picture is about is seen by size alone."""

WIDEST: Final = {1: (60.0,), 2: (54.0, 38.0), 3: (46.0, 30.0, 28.0)}
"""No figure is wider than that, the hero's first; the hero of two or three is never the lower one for its width."""

TRIES: Final = 10
"""Arrangements of the figures that are compared."""
OFFERS: Final = 10
"""Places that each thing is offered in one arrangement."""
OUTLINE: Final = 0.8
"""How far the contour reaches around every figure and thing, in units of the canvas."""

_DENSITY: Final = 4
"""Pixels per unit when an extent is measured."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One figure or thing in its place: its foot at (x, foot), `scale` negative in x when it is mirrored."""

    key: str
    look: int
    """Look of a figure; -1 for a thing."""
    pose: Pose
    x: float
    foot: float
    size: float
    mirrored: bool
    hop: float
    """How far it is above its shadow."""
    box: Box

    def paint(self, brush: Brush) -> None:
        """Draw the body alone, wherever the brush's canvas has its origin."""
        if self.look < 0:
            STOCK[self.key](brush)
        else:
            PEOPLE[self.key](brush, self.look, self.pose)


def arrange(scene: Scene, rng: random.Random) -> tuple[list[Stand], list[Stand]]:
    """The figures and the things of a scene, each in the scene's order."""
    _, figures, things = min((_attempt(scene, rng) for _ in range(TRIES)), key=lambda one: one[0])
    return figures, things


@cache
def extent(key: str, look: int, lean: int, raised: bool) -> Box:
    """What a body covers when it is drawn with its foot at (0, 0), in its own units."""
    wide = 140
    side = wide * _DENSITY
    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.scale(_DENSITY, _DENSITY)
    canvas.translate(wide / 2, wide * 0.75)
    canvas.rotate(lean)
    brush = Brush(canvas, random.Random(0), Light(("ffffff", "ffffff", "ffffff"), "ffffff", 0.0))
    if look < 0:
        STOCK[key](brush)
    else:
        PEOPLE[key](brush, look, Pose(lean, raised))
    alpha = surface.makeImageSnapshot().toarray()[:, :, 3] > 100
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    left, right = float(columns[0]), float(columns[-1] + 1)
    top, bottom = float(rows[0]), float(rows[-1] + 1)
    return (
        left / _DENSITY - wide / 2,
        top / _DENSITY - wide * 0.75,
        right / _DENSITY - wide / 2,
        bottom / _DENSITY - wide * 0.75,
    )


def _attempt(scene: Scene, rng: random.Random) -> tuple[float, list[Stand], list[Stand]]:
    count = len(scene.figures)
    slots = {1: [50.0], 2: [30.0, 70.0], 3: [20.0, 50.0, 80.0]}[count]
    rng.shuffle(slots)
    spread = {1: 20.0, 2: 9.0, 3: 5.0}[count]
    figures = [
        _figure(scene, number, slot + rng.uniform(-spread, spread), rng)
        for number, (_, slot) in enumerate(zip(scene.figures, slots, strict=True))
    ]
    crowd = {1: 1.04, 2: 0.96, 3: 0.86}[count] * (0.9 if len(scene.things) == 3 else 1.0)
    total, things = _unclear(figures), list[Stand]()
    for key in scene.things:
        offers = [_thing(key, crowd, rng) for _ in range(OFFERS)]
        cost, best = min(((_clutter(one, figures, things), one) for one in offers), key=lambda pair: pair[0])
        total += cost
        things.append(best)
    return total, figures, things


def _figure(scene: Scene, number: int, x: float, rng: random.Random) -> Stand:
    figure = scene.figures[number]
    count = len(scene.figures)
    pose = Pose(
        rng.choice((-5, 0, 0, 0, 5)),
        rng.random() < 0.3,
        rng.randrange(len(SKIN)) if figure.key in SKINS else 0,
    )
    own = extent(figure.key, figure.look, pose.lean, pose.raised)
    height = HEIGHTS[count][number] * rng.uniform(0.95, 1.05)
    size = min(height / (own[3] - own[1]), WIDEST[count][number] / (own[2] - own[0]))
    low, high = (84, 88) if scene.setting == "island" else (88, 93)
    foot = rng.uniform(low, high) + (3 if number == 0 else 0)
    hop = rng.uniform(3, 6) if rng.random() < 0.14 else 0.0
    mirrored = rng.random() < 0.5
    box = _box(own, x, foot - hop, size, mirrored=mirrored)
    return Stand(figure.key, figure.look, pose, x, foot - hop, size, mirrored, hop, box)


def _thing(key: str, crowd: float, rng: random.Random) -> Stand:
    own = extent(key, -1, 0, False)
    size = EXTENTS.get(key, EXTENT) * crowd * rng.uniform(0.95, 1.08) / max(own[2] - own[0], own[3] - own[1])
    if key in FLOATING:
        foot = rng.uniform(3, 16) - own[1] * size
    elif key in LARGE:
        foot = rng.uniform(74, 82)
    else:
        foot = rng.uniform(90, 97)
    x, mirrored = rng.uniform(13, 87), rng.random() < 0.5
    return Stand(key, -1, Pose(), x, foot, size, mirrored, 0.0, _box(own, x, foot, size, mirrored=mirrored))


def _box(own: Box, x: float, foot: float, size: float, *, mirrored: bool) -> Box:
    left, right = (-own[2], -own[0]) if mirrored else (own[0], own[2])
    return (
        x + left * size - OUTLINE,
        foot + own[1] * size - OUTLINE,
        x + right * size + OUTLINE,
        foot + own[3] * size + OUTLINE,
    )


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _shared(one: Box, other: Box) -> float:
    """The area that two boxes share."""
    return _area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))


def _face(box: Box) -> Box:
    return (box[0], box[1], box[2], box[1] + 0.55 * (box[3] - box[1]))


def _outside(box: Box) -> float:
    return sum(max(0.0, 1.0 - edge) for edge in box[:2]) + sum(max(0.0, edge - 99.0) for edge in box[2:])


def _unclear(figures: Sequence[Stand]) -> float:
    """How much the figures hide one another or leave the picture."""
    total = 0.3 * sum(_outside(one.box) for one in figures) + abs(figures[0].x - 50) * 0.002
    for number, one in enumerate(figures):
        total += sum(4 * _shared(one.box, other.box) / _area(other.box) for other in figures[number + 1 :])
    return total


def _clutter(thing: Stand, figures: Sequence[Stand], others: Sequence[Stand]) -> float:
    """How much a thing hides, or is hidden; the first thing also pays for its way to the hero."""
    area = _area(thing.box)
    total = 0.3 * _outside(thing.box)
    for figure in figures:
        shared = _shared(figure.box, thing.box) / area
        face = 0.0 if thing.key in LARGE else _shared(_face(figure.box), thing.box) / area
        total += (10 if thing.key in LARGE else 5) * shared + 12 * face
    total += sum(7 * _shared(thing.box, other.box) / area for other in others)
    if not others:
        hero, box = figures[0].box, thing.box
        total += 0.03 * max(0.0, box[0] - hero[2], hero[0] - box[2])
    return total
