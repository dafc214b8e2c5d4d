"""Makes pictures as varied in colour, light and texture as photographs, of nothing in particular.

They have none of the drawn world's looks: no outlines, no paper, nobody who lives there. A few milliseconds each,
with numpy and Pillow only; the same generator gives the same picture.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.pocket.elsewhere_layers import (
    SIDE,
    between,
    blob,
    blurred,
    developed,
    drawn,
    gradient,
    grid,
    noise,
    over,
    palette,
    shaded,
)

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy.typing as npt

    from ravsg.pocket.elsewhere_layers import Field

    Subject: TypeAlias = Callable[[np.random.Generator], Field]


def make(rng: random.Random) -> npt.NDArray[np.uint8]:
    """One picture, uint8 [128, 128, 3]."""
    dice = np.random.default_rng(rng.getrandbits(64))
    subject = SUBJECTS[dice.choice(len(SUBJECTS), p=_SHARES)][0]
    picture = subject(dice)
    if dice.random() < 0.22:
        picture = _foreground(dice, picture)
    return developed(picture, dice)


def plain_gradient(dice: np.random.Generator) -> Field:
    """A wall, a sky, a sheet: colours that pass into each other."""
    return gradient(dice, palette(dice, count=int(dice.integers(2, 4))))


def land(dice: np.random.Generator) -> Field:
    """Sky over land or water, level or hilly, with or without a sun."""
    down, across = grid()
    sky_name = str(dice.choice(["sky", "sky", "sunset", "stone", "snow", "night"]))
    picture = gradient(dice, palette(dice, sky_name, 3), np.pi / 2)
    if dice.random() < 0.5:
        clouds = np.clip((noise(dice, dice.uniform(1.2, 1.8), stretch=2.0) - 0.5) * 4, 0, 1)
        picture = over(picture, clouds * dice.uniform(0.3, 1), palette(dice, "snow", 1)[0])
    line = dice.uniform(-0.45, 0.5)
    if dice.random() < 0.4:
        far = np.hypot(across - dice.uniform(-0.8, 0.8), down - line + dice.uniform(0, 0.7))
        sun = np.clip(1 - (far - dice.uniform(0.04, 0.15)) * 20, 0, 1) + 0.5 * np.exp(-far * 3)
        picture = over(picture, np.clip(sun, 0, 1), palette(dice, "sunset", 1)[0] * 0.3 + 0.7)
    for _ in range(int(dice.integers(1, 4))):
        name = str(dice.choice(["leaves", "earth", "sea", "stone", "autumn", "snow", "night", "violet"]))
        ground = between(palette(dice, name, 3), noise(dice, dice.uniform(0.7, 1.5), stretch=dice.choice([1, 2, 5])))
        hills = dice.choice([0.0, 0.0, 0.15, 0.5]) * (noise(dice, 2.0)[0] - 0.5)
        picture = over(picture, np.clip((down - line - hills[None, :]) * SIDE / 2, 0, 1), ground)
        line += dice.uniform(0.15, 0.5)
    return picture


def surface(dice: np.random.Generator) -> Field:
    """Stone, cloth, water, fur, earth seen from near: noise in a palette."""
    stretch = float(dice.choice([1.0, 1.0, 3.0, 8.0, 0.15]))
    one = noise(
        dice, dice.uniform(0.3, 1.7), stretch=stretch, turn=dice.choice([0.0, np.pi / 2, dice.uniform(0, 3.1)])
    )
    return between(palette(dice, count=int(dice.integers(2, 5))), one)


def leaves(dice: np.random.Generator) -> Field:
    """Many small leaves, petals or stones, one over the other, the far ones darker."""
    colours = palette(dice, str(dice.choice(["leaves", "leaves", "autumn", "blossom", "earth", "fruit"])), 6)
    picture = shaded(dice, colours[0] * 0.5)
    size = dice.uniform(0.05, 0.22)
    slim = dice.uniform(0.25, 1.0)
    for layer in range(4):
        marks = []
        for _ in range(int(6 / (size + 0.06))):
            x, y, turn = *dice.uniform(-1.1, 1.1, 2), dice.uniform(0, 6.3)
            around = np.linspace(0, 2 * np.pi, 10, endpoint=False)
            a, b = size * np.cos(around), size * slim * np.sin(around) * np.abs(np.sin(around / 2) + 0.3)
            px, py = x + a * np.cos(turn) - b * np.sin(turn), y + a * np.sin(turn) + b * np.cos(turn)
            marks.append(("polygon", list(zip(px.tolist(), py.tolist(), strict=True)), float(dice.uniform(0.4, 1))))
        picture = over(picture, drawn(marks), shaded(dice, colours[1 + layer] * (0.55 + 0.15 * layer)))
        if layer < 2:
            picture = blurred(picture, dice.uniform(0, 2.5 - layer))
    return picture


def night_lights(dice: np.random.Generator) -> Field:
    """Darkness with lamps, stars or windows, sharp or out of focus."""
    picture = gradient(dice, palette(dice, "night", 2) if dice.random() < 0.5 else [np.zeros(3, np.float32)] * 2)
    picture = np.clip(picture, 0, dice.uniform(0.1, 0.3)).astype(np.float32)
    size = dice.choice([0.012, 0.02, 0.04, 0.12])
    for colour in [*palette(dice, str(dice.choice(["night", "sunset", "signs", "snow"])), 3)]:
        low = dice.uniform(-1, 0.5)
        marks = []
        for x, y in dice.uniform((-1, low), (1, 1), (int(dice.integers(2, 22)), 2)).tolist():
            r = size * dice.uniform(0.6, 1.5)
            marks.append(("ellipse", [(x - r, y - r), (x + r, y + r)], float(dice.uniform(0.5, 1))))
        mask = drawn(marks)
        glow = blurred(np.repeat(mask[..., None], 3, 2), dice.uniform(1, 6))[..., 0]
        picture = over(picture, np.clip(mask + 0.8 * glow, 0, 1), colour * 0.4 + 0.6)
    return picture


def out_of_focus(dice: np.random.Generator) -> Field:
    """Discs of light before something blurred."""
    picture = blurred(surface(dice), 8)
    for colour in palette(dice, count=5):
        marks = []
        for x, y in dice.uniform(-1, 1, (int(dice.integers(1, 6)), 2)).tolist():
            r = float(dice.uniform(0.06, 0.3))
            marks.append(("ellipse", [(x - r, y - r), (x + r, y + r)], float(dice.uniform(0.3, 0.8))))
        picture = over(picture, drawn(marks), colour * 0.7 + 0.3)
    return blurred(picture, dice.uniform(0, 1.5))


def walls(dice: np.random.Generator) -> Field:
    """Buildings: blocks with rows of windows against a sky, straight or leaning."""
    picture = gradient(
        dice, palette(dice, str(dice.choice(["sky", "snow", "sunset", "night", "stone"])), 2), np.pi / 2
    )
    lean = dice.choice([0.0, 0.0, dice.uniform(-0.3, 0.3)])
    lit = palette(dice, str(dice.choice(["night", "sky", "stone", "room"])), 1)[0]
    for _ in range(int(dice.integers(1, 6))):
        colour = palette(dice, str(dice.choice(["stone", "earth", "room", "any", "snow", "autumn"])), 1)[0]
        left, wide, top = dice.uniform(-1.2, 0.8), dice.uniform(0.25, 1.2), dice.uniform(-1.1, 0.5)
        corners = [(left, 1.1), (left + wide, 1.1), (left + wide * (1 - lean), top), (left + wide * lean, top)]
        picture = over(picture, drawn([("polygon", corners, 1.0)]), shaded(dice, colour, 0.5))
        columns, rows = int(dice.integers(2, 8)), int(dice.integers(2, 9))
        marks = []
        for x in np.linspace(left, left + wide, columns + 1)[:-1] + wide / columns * 0.2:
            for y in np.linspace(top, 1.1, rows + 1)[:-1] + (1.1 - top) / rows * 0.2:
                right, low = x + wide / columns * 0.55, y + (1.1 - top) / rows * 0.6
                strength = float(dice.uniform(0.2, 1))
                marks.append(("polygon", [(x, y), (right, y), (right, low), (x, low)], strength))
        if dice.random() < 0.75:
            picture = over(picture, drawn(marks), lit)
    return picture


def stripes(dice: np.random.Generator) -> Field:
    """Fences, blinds, trunks, boards, ploughed fields: bands in one direction, uneven as in life."""
    down, across = grid()
    turn = float(dice.choice([0.0, 0.0, np.pi / 2, dice.uniform(0, np.pi)]))
    way = across * np.cos(turn) + down * np.sin(turn)
    way = way + dice.choice([0.0, 0.0, 0.15]) * (noise(dice, 2.0) - 0.5)
    bands = np.sort(dice.uniform(-1.4, 1.4, int(dice.integers(4, 26))))
    number = np.searchsorted(bands, way)
    colours = np.stack(palette(dice, count=5))
    picture = colours[dice.integers(0, 5, len(bands) + 1)][number] * (0.7 + 0.6 * noise(dice, 1.0)[..., None])
    return blurred(picture.astype(np.float32), dice.choice([0.3, 0.6, 2.0]))


def somebody(dice: np.random.Generator) -> Field:
    """An oval mass over a wider one before a blurred ground, as portraits of people and animals are."""
    picture = blurred(_one_of(dice, plain_gradient, land, surface, leaves, walls), dice.uniform(1, 7))
    colours = [*palette(dice, str(dice.choice(["skin", "skin", "earth", "stone"])), 3), *palette(dice, count=2)]
    x, y = dice.uniform(-0.35, 0.35), dice.uniform(-0.35, 0.1)
    wide, high = dice.uniform(0.2, 0.42), dice.uniform(0.28, 0.55)
    body = blob(
        dice, x + dice.uniform(-0.15, 0.15), y + high + 0.75, wide=wide * dice.uniform(1.6, 2.6), high=0.75, rough=0.1
    )
    picture = over(picture, body, shaded(dice, colours[3]))
    picture = over(
        picture, blob(dice, x, y - 0.12, wide=wide * 1.25, high=high * 1.15, rough=0.25), shaded(dice, colours[1])
    )
    picture = over(picture, blob(dice, x, y, wide=wide, high=high, rough=0.08), shaded(dice, colours[0], 0.9))
    if dice.random() < 0.6:
        r = wide * 0.12
        eyes = [("ellipse", [(x + s * wide * 0.4 - r, y - r), (x + s * wide * 0.4 + r, y + r)], 1.0) for s in (-1, 1)]
        picture = over(picture, drawn(eyes) * dice.uniform(0.4, 1), colours[2] * 0.4)
    return blurred(picture, dice.uniform(0.3, 1.4))


def round_things(dice: np.random.Generator) -> Field:
    """Plates, fruit, wheels, planets: shaded balls and rings on some ground."""
    down, across = grid()
    picture = _one_of(dice, plain_gradient, surface, stripes)
    picture = blurred(picture, dice.uniform(0, 4))
    for _ in range(int(dice.integers(1, 7))):
        x, y, r = dice.uniform(-0.8, 0.8), dice.uniform(-0.8, 0.8), dice.uniform(0.12, 0.65)
        flat = dice.choice([1.0, 1.0, dice.uniform(0.5, 1.0)])
        far = np.hypot(across - x, (down - y) / flat)
        mask = np.clip((r - far) * SIDE / 2, 0, 1)
        inner, outer = palette(dice, count=2)
        angle = dice.uniform(0, 6.3)
        side = ((across - x) * np.cos(angle) + (down - y) * np.sin(angle)) / r
        ball = np.clip(outer * (0.75 + dice.uniform(0.1, 0.6) * side)[..., None], 0, 1)
        if dice.random() < 0.4:
            ball = over(ball, np.clip((r * dice.uniform(0.4, 0.85) - far) * SIDE / 2, 0, 1), inner)
        shadow = np.clip((r * 1.15 - np.hypot(across - x - 0.06, (down - y) / flat - 0.08)) * 8, 0, 1)
        picture = over(over(picture, 0.5 * shadow, picture * 0.4), mask, ball)
    return picture


def flower_head(dice: np.random.Generator) -> Field:
    """Something with rays in the middle: a flower, a fan, a star of paint."""
    down, across = grid()
    picture = blurred(_one_of(dice, leaves, plain_gradient, surface), dice.uniform(1, 5))
    x, y = dice.uniform(-0.3, 0.3, 2)
    far, angle = np.hypot(across - x, down - y), np.arctan2(down - y, across - x)
    petals, size = int(dice.integers(4, 17)), dice.uniform(0.3, 0.85)
    reach = size * (0.8 + 0.2 * np.abs(np.cos(angle * petals / 2)))
    colours = palette(dice, str(dice.choice(["blossom", "fruit", "snow", "sunset", "violet"])), 3)
    rays = between(colours, np.clip(far / size * 0.7 + 0.3 * np.abs(np.sin(angle * petals / 2)), 0, 1))
    picture = over(picture, np.clip((reach - far) * SIDE / 2, 0, 1), rays)
    return over(picture, np.clip((size * 0.25 - far) * SIDE / 2, 0, 1), palette(dice, "autumn", 1)[0])


def room(dice: np.random.Generator) -> Field:
    """Walls, floor and ceiling that meet in corners, a window or a door, some furniture-like blocks."""
    back = dice.uniform(0.3, 0.75)
    x, y = dice.uniform(-0.3, 0.3, 2)
    a, b, c, d = (x - back, y - back), (x + back, y - back), (x + back, y + back), (x - back, y + back)
    colours = palette(dice, str(dice.choice(["room", "room", "stone", "earth", "any"])), 5)
    picture = shaded(dice, colours[0])
    faces = [[(-1, -1), (1, -1), b, a], [(1, -1), (1, 1), c, b], [(1, 1), (-1, 1), d, c], [(-1, 1), (-1, -1), a, d]]
    for face, colour in zip(faces, (*colours[1:4], colours[1]), strict=True):
        picture = over(picture, drawn([("polygon", face, 1.0)]), shaded(dice, colour * dice.uniform(0.6, 1.1)))
    for _ in range(int(dice.integers(0, 5))):
        left, top, wide, high = *dice.uniform(-0.9, 0.6, 2), *dice.uniform(0.12, 0.6, 2)
        corners = [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)]
        light = palette(dice, str(dice.choice(["snow", "earth", "any"])), 1)[0]
        picture = over(picture, drawn([("polygon", corners, 1.0)]), shaded(dice, light))
    return picture


def _one_of(dice: np.random.Generator, *subjects: Subject) -> Field:
    """A picture of one of these subjects."""
    return subjects[int(dice.integers(len(subjects)))](dice)


def _foreground(dice: np.random.Generator, picture: Field) -> Field:
    """One or two masses before a picture: something near that the camera could not step round."""
    for _ in range(int(dice.integers(1, 3))):
        x, y = dice.uniform(-1, 1, 2)
        mask = blob(dice, x, y, wide=dice.uniform(0.1, 0.6), high=dice.uniform(0.1, 0.6), rough=dice.uniform(0, 0.5))
        mask = blurred(np.repeat(mask[..., None], 3, 2), dice.choice([0.0, 0.7, 4.0]))[..., 0]
        picture = over(picture, mask, shaded(dice, palette(dice, count=1)[0]))
    return picture


SUBJECTS: Final[tuple[tuple[Subject, int], ...]] = (
    (plain_gradient, 6),
    (land, 20),
    (surface, 10),
    (leaves, 9),
    (night_lights, 8),
    (out_of_focus, 6),
    (walls, 11),
    (stripes, 7),
    (somebody, 14),
    (round_things, 9),
    (flower_head, 6),
    (room, 9),
)
"""What is made, and how often."""
_SHARES: Final = np.array([share for _, share in SUBJECTS]) / sum(share for _, share in SUBJECTS)
