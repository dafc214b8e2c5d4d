"""Files fit Discord's limit, and stay pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bot.files import fitted
from ravsg.errors import DeliveryError


def noise(side: int) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 255, (side, side, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_what_fits_is_left_alone() -> None:
    data = noise(64)
    assert fitted(data, len(data)).data is data
    assert fitted(data, len(data)).extension == "png"


@pytest.mark.parametrize("limit", [400_000, 60_000, 5_000])
def test_what_does_not_fit_becomes_a_jpeg_that_does(limit: int) -> None:
    fit = fitted(noise(512), limit)
    assert len(fit.data) <= limit
    assert fit.extension == "jpg"
    picture = Image.open(io.BytesIO(fit.data))
    assert picture.format == "JPEG"
    assert picture.width == picture.height


def test_a_hopeless_limit_is_told() -> None:
    with pytest.raises(DeliveryError):
        fitted(noise(128), 100)
