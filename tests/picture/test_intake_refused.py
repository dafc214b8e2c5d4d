"""What is no picture, or is too much of one, is refused with a sentence that names what is wrong."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from ravsg.config import LimitsSection
from ravsg.errors import BadPicture
from tests.picture.helpers import china, chunk, clean, encoded, png_bomb, refusal


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "That file is empty."),
        (b"Dear diary, today I drew nothing.\n" * 9, "That file is text, which I do not read as a picture."),
        ("Liebes Tagebuch, schöne Grüße".encode() * 300, "That file is text"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "is an SVG drawing"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is a PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is a HEIC photo"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "is an AVIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "is a film"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "is a sound or a film"),
        (b"PK\3\4" + bytes(40), "is a ZIP archive"),
        (bytes(range(128, 256)) * 9, "That file is no picture that I know."),
        (bytes(300), "That file is no picture that I know."),
    ],
)
def test_what_is_no_picture(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


@pytest.mark.parametrize(("kind", "name"), [("TIFF", "a TIFF"), ("BMP", "a BMP"), ("ICO", "an icon")])
def test_kinds_that_are_not_read(kind: str, name: str) -> None:
    assert refusal(encoded(china(), kind)) == f"That file is {name}, which I do not read as a picture."


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_a_truncated_file(kind: str, share: float) -> None:
    data = encoded(china(), kind)
    sentence = refusal(data[: int(len(data) * share)])
    name = "WebP" if kind == "WEBP" else kind
    assert sentence in (
        f"That {name} is cut off: its end is missing.",
        f"That {name} is damaged, so I could not open it.",
    )
    if kind == "JPEG":
        assert "cut off" in sentence


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_file_that_ends_in_its_beginning(kind: str) -> None:
    data = encoded(china(), kind)
    for size in range(3 if kind == "JPEG" else 12, 33):
        assert "damaged" in refusal(data[:size]) or "cut off" in refusal(data[:size])


def test_a_bomb_is_named_with_its_size_and_not_decoded() -> None:
    bomb = png_bomb(20_000, 20_000)
    assert len(bomb) < 1_000_000
    assert refusal(bomb) == (
        "That PNG says it holds 20,000 × 20,000 pixels, 400 megapixels in all, and I read at most 40."
    )


def test_frames_count_too() -> None:
    frames = [Image.new("P", (400, 400), i) for i in range(30)]
    for i, frame in enumerate(frames):
        frame.putpixel((i, i), 255)
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    sentence = refusal(data, LimitsSection(picture_megapixels=4))
    assert "30 frames of 400 × 400 pixels, 5 megapixels in all" in sentence
    assert clean(data).notes == ("used the first of 30 frames",)


def test_an_animation_that_only_says_so_counts_too() -> None:
    data = encoded(Image.new("RGB", (300, 300)), "PNG")
    lie = data[:33] + chunk(b"acTL", struct.pack(">II", 1_000_000, 0)) + data[33:]
    assert "1,000,000 frames" in refusal(lie)


def test_a_webp_whose_decoder_would_take_too_much() -> None:
    data = encoded(Image.new("RGB", (5000, 5000)), "WEBP")
    assert refusal(data) == "A WebP of 5,000 × 5,000 pixels takes more memory to open than I may use."


def test_a_gif_frame_beyond_its_canvas_counts() -> None:
    data = bytearray(encoded(Image.new("P", (64, 64)), "GIF"))
    at = data.index(b",", 13)
    data[at + 5 : at + 9] = struct.pack("<HH", 30_000, 30_000)
    assert "30,000 × 30,000 pixels" in refusal(bytes(data))


def test_a_header_that_lies_about_its_size() -> None:
    data = bytearray(encoded(china(), "PNG"))
    data[16:24] = struct.pack(">II", 64, 64)
    assert "damaged" in refusal(bytes(data)) or "cut off" in refusal(bytes(data))


@pytest.mark.filterwarnings("default::PIL.Image.DecompressionBombWarning")  # as the bot runs: no warning is an error
@pytest.mark.parametrize(
    ("size", "said"), [((640, 427), "larger than its beginning says"), ((10_000, 10_000), "is damaged")]
)
def test_a_second_size_that_is_larger_than_the_first(size: tuple[int, int], said: str) -> None:
    """Decoders go by the last size that a JPEG states; Pillow warns of what is above its own bound."""
    data = encoded(china(), "JPEG")
    at = data.index(b"\xff\xc0")
    first, last = (
        data[at : at + 5] + struct.pack(">HH", *dims) + data[at + 9 : at + 19] for dims in ((64, 64), size[::-1])
    )
    assert said in refusal(data[:at] + first + last + data[at + 19 :])


def test_a_progressive_jpeg_whose_decoder_would_take_too_much() -> None:
    """It keeps every coefficient, two bytes each; a plain one of that size would be read."""
    data = bytearray(encoded(china(), "JPEG", progressive=True))
    at = data.index(b"\xff\xc2")
    data[at + 5 : at + 9] = struct.pack(">HH", 6000, 6300)
    assert refusal(bytes(data)).startswith("A progressive JPEG of 6,300 × 6,000 pixels takes more memory")


def test_a_beginning_without_end_is_given_up() -> None:
    data = encoded(china(), "JPEG")
    remark = b"\xff\xfe\0\2"
    assert clean(data[:2] + remark * 1000 + data[2:]).height == 427
    assert "damaged at its very beginning" in refusal(data[:2] + remark * 100_000 + data[2:])


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (4000, 20)])
def test_what_nobody_could_see(size: tuple[int, int]) -> None:
    assert f"{size[0]:,} × {size[1]:,} pixels: too small or too thin" in refusal(
        encoded(Image.new("RGB", size), "PNG")
    )


def test_too_many_megabytes() -> None:
    assert refusal(bytes(21_300_000)) == "That file has 21.3 MB, and I take at most 20 MB."


def test_an_operator_cannot_lift_pillows_own_bound() -> None:
    wide = LimitsSection(picture_megapixels=200)
    assert "at most 89" in refusal(png_bomb(12_000, 10_000), wide)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_damaged_at_random_it_is_read_or_refused(kind: str) -> None:
    """Never another error: 120 damages of each kind."""
    data = encoded(china().resize((160, 107)), kind)
    chance = np.random.default_rng(11)
    refused = 0
    for _ in range(120):
        broken = bytearray(data)
        for at in chance.integers(0, len(data), size=chance.integers(1, 12)):
            broken[at] = chance.integers(0, 256)
        if chance.random() < 0.3:
            broken = broken[: chance.integers(1, len(broken))]
        try:
            picture = clean(bytes(broken))
        except BadPicture:
            refused += 1
        else:
            assert Image.open(io.BytesIO(picture.png)).size == (picture.width, picture.height)
    assert refused > 10
