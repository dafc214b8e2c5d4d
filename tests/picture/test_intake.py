"""Files come in small, upright and plain, or are refused with a sentence that names what is wrong."""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from ravsg.config import LimitsSection
from ravsg.errors import BadPicture
from ravsg.picture.intake import LONGEST, CleanPicture, clean_picture
from tests.picture.helpers import astronaut, china, chunk, difference, encoded, opened, png_bomb

LIMITS = LimitsSection()


def clean(data: bytes) -> CleanPicture:
    return clean_picture(data, LIMITS)


def refusal(data: bytes, limits: LimitsSection = LIMITS) -> str:
    with pytest.raises(BadPicture) as refused:
        clean_picture(data, limits)
    assert refused.value.remedy
    return refused.value.user_message


class TestTaken:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_a_photograph_of_each_kind(self, kind: str) -> None:
        picture = clean(encoded(china(), kind))
        image = opened(picture.png)
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (640, 427))
        assert (picture.width, picture.height, picture.notes) == (640, 427, ())
        assert picture.sha256 == hashlib.sha256(picture.png).hexdigest()
        assert difference(image, china()) < 12

    def test_the_same_file_gives_the_same_bytes(self) -> None:
        data = encoded(astronaut(), "JPEG")
        assert clean(data).png == clean(data).png

    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_a_large_one_is_made_smaller(self, kind: str) -> None:
        large = china().resize((3000, 2000))
        picture = clean(encoded(large, kind, compress_level=1))
        assert (picture.width, picture.height) == (LONGEST, 683)
        assert picture.notes == ("made it smaller than its 3,000 × 2,000 pixels",)
        assert difference(opened(picture.png), china().resize((LONGEST, 683))) < 4

    def test_a_very_large_one_is_reduced_band_by_band(self) -> None:
        large = china().convert("RGBA").resize((4107, 1603))
        large.putalpha(Image.linear_gradient("L").resize(large.size))
        picture = clean(encoded(large, "PNG", compress_level=1))
        expected = Image.alpha_composite(Image.new("RGBA", large.size, "white"), large).convert("RGB")
        assert difference(opened(picture.png), expected.resize((picture.width, picture.height))) < 4

    def test_the_name_does_not_matter_but_the_content_does(self) -> None:
        assert clean(encoded(china(), "JPEG")).png != clean(encoded(china(), "WEBP")).png

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
    def test_of_an_animation_the_first_frame(self, kind: str) -> None:
        frames = [Image.new("RGB", (64, 48), (i * 20, 0, 255 - i * 20)) for i in range(12)]
        picture = clean(encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))
        assert picture.notes == ("used the first of 12 frames",)
        assert opened(picture.png).getpixel((5, 5)) == (0, 0, 255)

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_the_cameras_orientation(self, kind: str, orientation: int) -> None:
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
    def test_a_nonsense_orientation_turns_nothing(self, orientation: int) -> None:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        assert clean(encoded(china(), "JPEG", exif=exif)).height == 427

    @pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")  # Pillow's remark, read and overcome
    def test_a_broken_exif_block_is_no_reason_to_refuse(self) -> None:
        data = encoded(china(), "JPEG")
        broken = b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40
        block = b"\xff\xe1" + struct.pack(">H", len(broken) + 2) + broken
        assert clean(data[:2] + block + data[2:]).height == 427

    def test_print_colours(self) -> None:
        picture = clean(encoded(astronaut().convert("CMYK"), "JPEG", quality=95))
        assert picture.notes == ("brought its print colours (CMYK) to RGB",)
        assert difference(opened(picture.png), astronaut()) < 6

    def test_sixteen_bits_are_scaled_and_not_clipped(self) -> None:
        ramp = np.linspace(0, 65535, 256 * 64).reshape(64, 256).astype(np.uint16)
        picture = clean(encoded(Image.fromarray(ramp), "PNG"))
        assert picture.notes == ("brought its 16-bit greys to 8 bits",)
        greys = np.asarray(opened(picture.png))[..., 0]
        assert (greys == ramp >> 8).all()
        assert len(np.unique(greys)) == 256

    def test_sixteen_bit_colours(self) -> None:
        width, height = 32, 24
        rows = b"".join(b"\0" + struct.pack(">HHH", 65535, 32896, 0) * width for _ in range(height))
        head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
        data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        assert opened(clean(data).png).getpixel((3, 3)) == (255, 128, 0)

    @pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
    def test_transparent_parts_come_on_white(self, mode: str) -> None:
        image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
        image.paste((0, 0, 0, 255), (0, 0, 20, 40))
        source = image.quantize() if mode == "PA" else image.convert(mode)
        picture = clean(encoded(source, "PNG"))
        plain = opened(picture.png)
        assert (plain.getpixel((5, 5)), plain.getpixel((35, 5))) == ((0, 0, 0), (255, 255, 255))
        assert picture.notes == ("put its transparent parts on white",)

    def test_an_opaque_alpha_channel_is_not_worth_a_word(self) -> None:
        picture = clean(encoded(china().convert("RGBA"), "PNG"))
        assert picture.notes == ()
        assert difference(opened(picture.png), china()) == 0

    @pytest.mark.parametrize("mode", ["1", "L", "P"])
    def test_few_colours(self, mode: str) -> None:
        assert opened(clean(encoded(china().convert(mode), "PNG")).png).mode == "RGB"

    def test_no_metadata_comes_along(self) -> None:
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


class TestRefused:
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
    def test_what_is_no_picture(self, data: bytes, sentence: str) -> None:
        assert sentence in refusal(data)

    @pytest.mark.parametrize(("kind", "name"), [("TIFF", "a TIFF"), ("BMP", "a BMP"), ("ICO", "an icon")])
    def test_kinds_that_are_not_read(self, kind: str, name: str) -> None:
        assert refusal(encoded(china(), kind)) == f"That file is {name}, which I do not read as a picture."

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
    @pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
    def test_a_truncated_file(self, kind: str, share: float) -> None:
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
    def test_a_file_that_ends_in_its_beginning(self, kind: str) -> None:
        data = encoded(china(), kind)
        for size in range(3 if kind == "JPEG" else 12, 33):
            assert "damaged" in refusal(data[:size]) or "cut off" in refusal(data[:size])

    def test_a_bomb_is_named_with_its_size_and_not_decoded(self) -> None:
        bomb = png_bomb(20_000, 20_000)
        assert len(bomb) < 1_000_000
        assert refusal(bomb) == (
            "That PNG says it holds 20,000 × 20,000 pixels, 400 megapixels in all, and I read at most 40."
        )

    def test_frames_count_too(self) -> None:
        frames = [Image.new("P", (400, 400), i) for i in range(30)]
        for i, frame in enumerate(frames):
            frame.putpixel((i, i), 255)
        data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
        sentence = refusal(data, LimitsSection(picture_megapixels=4))
        assert "30 frames of 400 × 400 pixels, 5 megapixels in all" in sentence
        assert clean(data).notes == ("used the first of 30 frames",)

    def test_an_animation_that_only_says_so_counts_too(self) -> None:
        data = encoded(Image.new("RGB", (300, 300)), "PNG")
        lie = data[:33] + chunk(b"acTL", struct.pack(">II", 1_000_000, 0)) + data[33:]
        assert "1,000,000 frames" in refusal(lie)

    def test_a_webp_whose_decoder_would_take_too_much(self) -> None:
        data = encoded(Image.new("RGB", (5000, 5000)), "WEBP")
        assert refusal(data) == "A WebP of 5,000 × 5,000 pixels takes more memory to open than I may use."

    def test_a_gif_frame_beyond_its_canvas_counts(self) -> None:
        data = bytearray(encoded(Image.new("P", (64, 64)), "GIF"))
        at = data.index(b",", 13)
        data[at + 5 : at + 9] = struct.pack("<HH", 30_000, 30_000)
        assert "30,000 × 30,000 pixels" in refusal(bytes(data))

    def test_a_header_that_lies_about_its_size(self) -> None:
        data = bytearray(encoded(china(), "PNG"))
        data[16:24] = struct.pack(">II", 64, 64)
        assert "damaged" in refusal(bytes(data)) or "cut off" in refusal(bytes(data))

    @pytest.mark.parametrize("size", [(1, 1), (15, 400), (4000, 20)])
    def test_what_nobody_could_see(self, size: tuple[int, int]) -> None:
        assert f"{size[0]:,} × {size[1]:,} pixels: too small or too thin" in refusal(
            encoded(Image.new("RGB", size), "PNG")
        )

    def test_too_many_megabytes(self) -> None:
        assert refusal(bytes(21_300_000)) == "That file has 21.3 MB, and I take at most 20 MB."

    def test_an_operator_cannot_lift_pillows_own_bound(self) -> None:
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
