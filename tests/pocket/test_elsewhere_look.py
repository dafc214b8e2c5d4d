"""What is seen in pictures outside the drawn world: colours, light and shapes, described truly."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from skimage import data
from sklearn.datasets import load_sample_image

from ravsg.pocket.elsewhere import (
    draw_elsewhere,
)
from ravsg.pocket.elsewhere_look import Sight, look
from ravsg.pocket.elsewhere_make import SUBJECTS, make


def plain(*rgb: int) -> npt.NDArray[np.uint8]:
    """One colour everywhere."""
    return np.full((128, 128, 3), rgb, np.uint8)


def halves(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    picture = plain(*top)
    picture[64:] = bottom
    return picture


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0, 0, 0), "black"),
        ((20, 20, 28), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "grey"),
        ((200, 30, 30), "red"),
        ((110, 15, 20), "red"),
        ((250, 140, 30), "orange"),
        ((220, 90, 45), "orange"),
        ((245, 220, 50), "yellow"),
        ((40, 140, 50), "green"),
        ((90, 110, 60), "green"),
        ((30, 60, 180), "blue"),
        ((135, 200, 240), "blue"),
        ((110, 40, 140), "purple"),
        ((250, 170, 190), "pink"),
        ((110, 70, 40), "brown"),
        ((180, 130, 90), "brown"),
    ],
)
def test_colours_have_the_names_that_people_give_them(rgb: tuple[int, int, int], name: str) -> None:
    assert look(plain(*rgb)).colours == (name,)


def test_light_warmth_and_contrast_follow_the_pixels() -> None:
    assert [look(plain(*[value] * 3)).brightness for value in (10, 85, 140, 230)] == ["dark", "dim", "soft", "bright"]
    assert [look(plain(*rgb)).warmth for rgb in ((200, 140, 80), (80, 120, 200), (128, 128, 128))] == [
        "warm", "cool", "neutral",
    ]  # fmt: skip
    ramp = np.linspace(0, 1, 128)[None, :, None] * np.ones((128, 1, 3))
    for span, contrast in ((240, "strong"), (130, "gentle"), (40, "faint")):
        seen = look((128 + span * (ramp - 0.5)).astype(np.uint8))
        assert seen.contrast == contrast
        assert seen.light == ("light from the right" if span > 100 else "")
        mirrored = look((128 - span * (ramp - 0.5)).astype(np.uint8))
        assert mirrored.light == ("light from the left" if span > 100 else "")
        assert look((128 - span * (ramp.transpose(1, 0, 2) - 0.5)).astype(np.uint8)).light == (
            "light from above" if span > 100 else ""
        )


def test_shapes_are_found_where_they_are_and_nowhere_else() -> None:
    down, across = np.mgrid[:128, :128]
    horizon = halves((150, 190, 230), (60, 90, 40))
    disc = plain(40, 60, 110)
    disc[np.hypot(down - 60, across - 66) < 25] = (230, 190, 60)
    upright = np.where((across // 9 % 2)[..., None] == 0, 60, 190).astype(np.uint8) * np.ones(3, np.uint8)
    stars = plain(4, 5, 12)
    for y, x in ((20, 30), (50, 100), (90, 60), (110, 20), (30, 80)):
        stars[y : y + 2, x : x + 2] = 255
    rough = np.random.default_rng(0).integers(60, 190, (128, 128, 1)).astype(np.uint8) * np.ones(3, np.uint8)
    pictures = {
        "a wide horizon": horizon,
        "round shapes": disc,
        "upright lines": upright,
        "level lines": upright.transpose(1, 0, 2),
        "points of light": stars,
        "fine texture": rough,
        "soft shapes without edges": plain(120, 100, 90),
    }
    for shape, picture in pictures.items():
        seen = look(picture).shapes
        assert shape in seen, shape
        assert not (set(pictures) - {shape}) & set(seen), shape
    assert "a large shape in the middle" in look(disc).shapes


@pytest.mark.parametrize(
    ("name", "colour", "words"),
    [
        ("astronaut", "orange", {"warm", "strong"}),
        ("chelsea", "brown", {"warm"}),
        ("coffee", "brown", {"warm", "dim"}),
        ("moon", "grey", {"neutral", "faint"}),
        ("rocket", "blue", {"cool", "dim", "upright lines", "points of light"}),
        ("coins", "grey", {"round shapes", "neutral"}),
        ("flower", "orange", {"warm", "a large shape in the middle", "light in the middle"}),
        ("china", "grey", {"strong", "light from above"}),
    ],
)
def test_photographs_are_described_truly(name: str, colour: str, words: set[str]) -> None:
    sample = name in {"flower", "china"}
    picture = load_sample_image(f"{name}.jpg") if sample else getattr(data, name)()
    seen = look(picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2))
    assert colour in seen.colours
    assert words <= {seen.brightness, seen.warmth, seen.contrast, seen.light, *seen.shapes}


def test_made_pictures_are_of_every_kind_and_colour_and_always_the_same(sights: list[Sight]) -> None:
    assert {one.brightness for one in sights} == {"bright", "soft", "dim", "dark"}
    assert {one.warmth for one in sights} == {"warm", "cool", "neutral"}
    assert {one.contrast for one in sights} == {"strong", "gentle", "faint"}
    assert len({colour for one in sights for colour in one.colours}) >= 9
    assert len({shape for one in sights for shape in one.shapes}) >= 10
    first, again = (make(random.Random(5)) for _ in range(2))
    assert np.array_equal(first, again)
    assert first.shape == (128, 128, 3)
    assert first.dtype == np.uint8
    for subject, _ in SUBJECTS:
        picture = subject(np.random.default_rng(1))
        assert picture.shape == (128, 128, 3)
        assert np.isfinite(picture).all()


def test_drawn_pictures_are_kept_with_what_they_show(tmp_path: Path) -> None:
    sights, pictures = draw_elsewhere(tmp_path, 6, 3)
    assert [look(one) for one in pictures] == list(sights)
    written = (tmp_path / "pictures.npy").stat().st_mtime_ns
    again, same = draw_elsewhere(tmp_path, 6, 3)
    assert again == sights
    assert (tmp_path / "pictures.npy").stat().st_mtime_ns == written
    assert np.array_equal(same, pictures)
    others, _ = draw_elsewhere(tmp_path, 6, 4)
    assert others != sights
