"""Sizes, enlarging, thumbnails."""

from __future__ import annotations

import io
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ravsg.picture.shapes import ASPECT, colours, delivered_size, enlarge, native_size, thumbnail
from ravsg.types import Shape
from tests.picture.helpers import astronaut, china, difference, encoded, opened

SHAPES: tuple[Shape, ...] = get_args(Shape)


@given(st.sampled_from(SHAPES), st.sampled_from([128, 256, 512, 768, 1024]), st.integers(8, 190).map(lambda n: 8 * n))
def test_sizes_keep_the_area_and_the_step(shape: Shape, native: int, side: int) -> None:
    width, height = native_size(shape, native)
    assert width % 8 == height % 8 == 0
    assert width * height == pytest.approx(native**2, rel=0.05)
    assert width / height == pytest.approx(ASPECT[shape], rel=0.08)
    wide, high = delivered_size(shape, side, native)
    assert wide % 8 == high % 8 == 0
    assert wide / high == pytest.approx(width / height, rel=16 / min(wide, high)), "nothing is stretched"


def test_the_usual_sizes() -> None:
    assert native_size("square", 512) == delivered_size("square", 512, 128) == (512, 512)
    assert native_size("portrait", 128) == (112, 144)
    assert delivered_size("portrait", 512, 128) == (448, 576)
    assert delivered_size("landscape", 512, 128) == (576, 448)


def test_enlarging_keeps_what_is_shown() -> None:
    small = astronaut().resize((128, 128))
    large = opened(enlarge(encoded(small, "PNG"), 512, 512))
    assert (large.size, large.mode) == ((512, 512), "RGB")
    assert difference(large.resize((128, 128)), small) < 5


def test_what_has_the_size_already_is_not_touched() -> None:
    png = encoded(astronaut(), "PNG")
    assert enlarge(png, 512, 512) is png


def test_a_thumbnail_is_small_and_keeps_its_shape() -> None:
    png = thumbnail(encoded(china(), "PNG"))
    assert opened(png).size == (256, 171)
    assert len(png) < 150_000


def test_colours_stay_where_they_were_and_figures_go() -> None:
    picture = np.zeros((96, 96, 3), dtype=np.uint8)
    picture[:48] = (40, 90, 200)
    picture[48:] = (200, 60, 30)
    striped = picture.copy()
    striped[:, ::2] = striped[:, ::2] // 2
    file = io.BytesIO()
    Image.fromarray(striped).save(file, "PNG")
    soft = np.asarray(Image.open(io.BytesIO(colours(file.getvalue()))), dtype=np.int16)
    assert soft.shape == striped.shape
    assert np.ptp(soft[20], axis=0).max() <= 1, "the stripes are gone"
    assert soft[5, 40].tolist() == pytest.approx([30, 67, 150], abs=4)
    assert soft[90, 40].tolist() == pytest.approx([150, 45, 22], abs=4)
