"""Files come in small, upright and plain, in little memory."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from ravsg.picture.intake import LONGEST
from tests.picture.helpers import astronaut, china, chunk, clean, difference, encoded, opened


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_photograph_of_each_kind(kind: str) -> None:
    picture = clean(encoded(china(), kind))
    image = opened(picture.png)
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (640, 427))
    assert (picture.width, picture.height, picture.notes) == (640, 427, ())
    assert picture.sha256 == hashlib.sha256(picture.png).hexdigest()
    assert difference(image, china()) < 12


def test_the_same_file_gives_the_same_bytes() -> None:
    data = encoded(astronaut(), "JPEG")
    assert clean(data).png == clean(data).png


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_one_is_made_smaller(kind: str) -> None:
    large = china().resize((3000, 2000))
    picture = clean(encoded(large, kind, compress_level=1))
    assert (picture.width, picture.height) == (LONGEST, 683)
    assert picture.notes == ("made it smaller than its 3,000 × 2,000 pixels",)
    assert difference(opened(picture.png), china().resize((LONGEST, 683))) < 4


def test_a_very_large_one_is_reduced_band_by_band() -> None:
    large = china().convert("RGBA").resize((4107, 1603))
    large.putalpha(Image.linear_gradient("L").resize(large.size))
    picture = clean(encoded(large, "PNG", compress_level=1))
    expected = Image.alpha_composite(Image.new("RGBA", large.size, "white"), large).convert("RGB")
    assert difference(opened(picture.png), expected.resize((picture.width, picture.height))) < 4


def test_the_name_does_not_matter_but_the_content_does() -> None:
    assert clean(encoded(china(), "JPEG")).png != clean(encoded(china(), "WEBP")).png


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (64, 48), (i * 20, 0, 255 - i * 20)) for i in range(12)]
    picture = clean(encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))
    assert picture.notes == ("used the first of 12 frames",)
    assert opened(picture.png).getpixel((5, 5)) == (0, 0, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_cameras_orientation(kind: str, orientation: int) -> None:
    # corners of the upright picture: red, green, blue, white clockwise from the upper left
    upright = Image.new("RGB", (96, 64), "white")
    for box, colour in (((0, 0), "red"), ((48, 0), "lime"), ((48, 32), "blue")):
        upright.paste(colour, (*box, box[0] + 48, box[1] + 32))
    # how a camera stores it: what undoes the orientation's turn (CIPA DC-008)
    stored = {
        1: lambda i: i,
        2: lambda i: i.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda i: i.transpose(Image.Transpose.ROTATE_180),
        4: lambda i: i.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda i: i.transpose(Image.Transpose.TRANSPOSE),
        6: lambda i: i.transpose(Image.Transpose.ROTATE_90),
        7: lambda i: i.transpose(Image.Transpose.TRANSVERSE),
        8: lambda i: i.transpose(Image.Transpose.ROTATE_270),
    }[orientation](upright)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = clean(encoded(stored, kind, exif=exif, quality=95))
    assert difference(opened(picture.png), upright) < 6
    assert picture.notes == (() if orientation == 1 else ("turned it the way its camera said",))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_a_nonsense_orientation_turns_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert clean(encoded(china(), "JPEG", exif=exif)).height == 427


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")  # Pillow's remark, read and overcome
def test_a_broken_exif_block_is_no_reason_to_refuse() -> None:
    data = encoded(china(), "JPEG")
    broken = b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40
    block = b"\xff\xe1" + struct.pack(">H", len(broken) + 2) + broken
    assert clean(data[:2] + block + data[2:]).height == 427


def test_print_colours() -> None:
    picture = clean(encoded(astronaut().convert("CMYK"), "JPEG", quality=95))
    assert picture.notes == ("brought its print colours (CMYK) to RGB",)
    assert difference(opened(picture.png), astronaut()) < 6


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256 * 64).reshape(64, 256).astype(np.uint16)
    picture = clean(encoded(Image.fromarray(ramp), "PNG"))
    assert picture.notes == ("brought its 16-bit greys to 8 bits",)
    greys = np.asarray(opened(picture.png))[..., 0]
    assert (greys == ramp >> 8).all()
    assert len(np.unique(greys)) == 256


def test_sixteen_bit_colours() -> None:
    width, height = 32, 24
    rows = b"".join(b"\0" + struct.pack(">HHH", 65535, 32896, 0) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert opened(clean(data).png).getpixel((3, 3)) == (255, 128, 0)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparent_parts_come_on_white(mode: str) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 20, 40))
    source = image.quantize() if mode == "PA" else image.convert(mode)
    picture = clean(encoded(source, "PNG"))
    plain = opened(picture.png)
    assert (plain.getpixel((5, 5)), plain.getpixel((35, 5))) == ((0, 0, 0), (255, 255, 255))
    assert picture.notes == ("put its transparent parts on white",)


def test_an_opaque_alpha_channel_is_not_worth_a_word() -> None:
    picture = clean(encoded(china().convert("RGBA"), "PNG"))
    assert picture.notes == ()
    assert difference(opened(picture.png), china()) == 0


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_few_colours(mode: str) -> None:
    assert opened(clean(encoded(china().convert(mode), "PNG")).png).mode == "RGB"


def test_no_metadata_comes_along() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Plantedname"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[2] = (47.0, 30.0, 0.0)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "Plantedname")
    text.add_itxt("XML:com.adobe.xmp", "Plantedname")
    for data in (
        encoded(china(), "PNG", pnginfo=text, exif=exif, icc_profile=b"Plantedname"),
        encoded(china(), "JPEG", exif=exif, comment="Plantedname", xmp=b"Plantedname"),
        encoded(china(), "WEBP", exif=exif, xmp=b"Plantedname", icc_profile=b"Plantedname"),
        encoded(china().quantize(), "GIF", comment="Plantedname"),
    ):
        assert b"Plantedname" in data
        png = clean(data).png
        assert b"Plantedname" not in png
        assert set(opened(png).info) == set()
        assert {png[i : i + 4] for i in _chunk_names(png)} == {b"IHDR", b"IDAT", b"IEND"}


def _chunk_names(png: bytes) -> list[int]:
    at, found = 8, []
    while at < len(png):
        found.append(at + 4)
        at += 12 + struct.unpack(">I", png[at : at + 4])[0]
    return found


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory of a process is read from /proc")
def test_the_heaviest_files_that_are_taken_stay_under_300_megabytes(tmp_path: Path) -> None:
    side = 6200
    flat = Image.new("RGB", (side, side), "teal")
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(side * (1 + 4 * side)), 1)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    (tmp_path / "alpha.png").write_bytes(png)
    (tmp_path / "progressive.jpg").write_bytes(
        encoded(flat.crop((0, 0, 5900, 5900)), "JPEG", progressive=True, subsampling=0)
    )
    (tmp_path / "large.webp").write_bytes(encoded(Image.new("RGB", (3600, 3600), "teal"), "WEBP", method=0))
    program = """
import sys
from pathlib import Path
from ravsg.config import LimitsSection
from ravsg.picture.intake import clean_picture
print(clean_picture(Path(sys.argv[1]).read_bytes(), LimitsSection()).width)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
    for path in sorted(tmp_path.iterdir()):
        run = subprocess.run(
            [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True, timeout=60
        )
        width, peak = run.stdout.split()
        assert int(width) == LONGEST
        assert int(peak) < 300 * 1000, f"{path.name} took {peak} KiB"
