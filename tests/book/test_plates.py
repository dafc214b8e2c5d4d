"""Pictures in a book: upright, without anything hidden, and small enough together."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from ravsg.book.model import Illustration
from ravsg.book.plates import ROOM, Plate, prepare
from ravsg.errors import BadPicture
from tests.book.samples import painting


def prepared(*pictures: bytes) -> list[Plate]:
    return prepare([(f"p{number}", Illustration(data, "")) for number, data in enumerate(pictures)], "no words")


def image_of(plate: Plate) -> Image.Image:
    image = Image.open(io.BytesIO(plate.data))
    image.load()
    return image


def test_one_picture_keeps_its_size_and_a_large_one_is_made_smaller() -> None:
    small, large = prepared(painting(1, (300, 200)), painting(2, (2000, 1000)))
    assert (small.width, small.height) == image_of(small).size == (300, 200)
    assert (large.width, large.height) == image_of(large).size == (1400, 700)
    assert (small.name, small.media_type, small.alt) == ("p0.jpg", "image/jpeg", "no words")


def test_many_pictures_share_the_room() -> None:
    one = painting(3, (1400, 1400), noise=40)
    assert len(prepared(one)[0].data) > ROOM / 12
    assert sum(len(plate.data) for plate in prepared(*[one] * 12)) <= ROOM


def test_what_is_hidden_in_a_file_stays_behind() -> None:
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "a secret place"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=b"a secret word")
    plate = prepared(file.getvalue() + b"a secret tail")[0]
    assert (plate.width, plate.height) == (20, 40)
    assert b"secret" not in plate.data
    assert not image_of(plate).getexif()


def test_few_colours_stay_sharp_and_transparent_parts_are_white() -> None:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste((10, 120, 60, 255), (100, 100, 300, 300))
    file = io.BytesIO()
    image.save(file, "PNG")
    plate = prepared(file.getvalue())[0]
    assert plate.media_type == "image/png"
    assert image_of(plate).convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert image_of(plate).convert("RGB").getpixel((200, 200)) == (10, 120, 60)


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", painting(1, (64, 64))[:300]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture):
        prepared(data)
