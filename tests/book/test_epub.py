"""EPUB files: epubcheck finds nothing, and what stands in them is the book."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from ravsg.book.binding import bind
from ravsg.book.model import Book
from ravsg.book.press import Press
from tests.book.samples import MIXED, arabic, hostile, latin, of_text, woven

EPUBCHECK: Final = shutil.which("epubcheck")
JAVA: Final = shutil.which("java")
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
OPF: Final = "{http://www.idpf.org/2007/opf}"
BOOKS: Final[dict[str, Callable[[], Book]]] = {
    "latin with a map": lambda: replace(latin(3, pictures=3, size=(256, 256)), map=woven()),
    "arabic": arabic,
    "mixed scripts": lambda: of_text("en-GB", "Many tongues", MIXED),
    "chinese": lambda: of_text("zh-Hant-TW", "海灣那邊的燈", "燈塔在九個冬天裡一直是黑的。"),
    "hostile": hostile,
    "twelve chapters": lambda: latin(12, size=(128, 128)),
    "nothing but words": lambda: replace(of_text("de", "", "", "Nur ein Wort."), credits=()),
}


@pytest.mark.skipif(EPUBCHECK is None or JAVA is None, reason="epubcheck is not installed: apt-get install epubcheck")
@pytest.mark.parametrize("name", BOOKS)
def test_epubcheck_finds_nothing(name: str, press: Press, tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(bind(BOOKS[name](), "epub", press).data)
    # Debian's file is a jar that starts by itself only where binfmt_misc is set up
    subprocess.run(
        [str(JAVA), "-jar", str(EPUBCHECK), "--json", tmp_path / "said.json", path], capture_output=True, check=False
    )
    said = json.loads((tmp_path / "said.json").read_text(encoding="utf-8"))
    assert [(one["severity"], one["ID"], one["message"]) for one in said["messages"]] == []
    assert said["checker"]["nFatal"] == said["checker"]["nError"] == said["checker"]["nWarning"] == 0
    assert said["publication"]["nSpines"] >= 3


def opened(book: Book, press: Press) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(bind(book, "epub", press).data))


def read(archive: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(archive.read(f"EPUB/{name}"))


def test_chapters_stand_in_order_with_their_words_and_described_pictures(press: Press) -> None:
    archive = opened(latin(3, pictures=2, size=(64, 64)), press)
    package = read(archive, "package.opf")
    files = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    spine = [files[one.get("idref")] for one in package.iter(f"{OPF}itemref")]
    chapters = [f"chapter-{number:02}.xhtml" for number in (1, 2, 3)]
    assert spine == ["cover.xhtml", "title.xhtml", "nav.xhtml", *chapters, "credits.xhtml", "colophon.xhtml"]
    for number, name in enumerate(chapters, 1):
        page = read(archive, name)
        words = " ".join("".join(page.itertext()).split())
        assert f"part {number}" in words
        assert words.index("The lamp had been dark") < words.index("it blinked again")
        pictures = list(page.iter(f"{XHTML}img"))
        assert [one.get("alt", "")[:20] for one in pictures] == ["Hills in the evening"] * 2
        assert all(f"EPUB/{one.get('src')}" in archive.namelist() for one in pictures)
    links = [one.get("href") for one in next(read(archive, "nav.xhtml").iter(f"{XHTML}nav")).iter(f"{XHTML}a")]
    assert links == [*chapters, "credits.xhtml", "colophon.xhtml"]
    last = "".join(read(archive, "credits.xhtml").itertext()) + "".join(read(archive, "colophon.xhtml").itertext())
    assert all(word in last for word in ("Mira Lindqvist", "a member", "×2", "CreativeML OpenRAIL-M", "2026-11-21"))


def test_language_direction_and_accessibility_are_declared(press: Press) -> None:
    archive = opened(arabic(), press)
    package = read(archive, "package.opf")
    said = {(one.get("property"), one.text) for one in package.iter(f"{OPF}meta")}
    assert {("schema:accessModeSufficient", "textual"), ("schema:accessibilityFeature", "alternativeText")} <= said
    assert next(package.iter(f"{OPF}spine")).get("page-progression-direction") == "rtl"
    page = read(archive, "chapter-01.xhtml")
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")


def test_the_same_book_gives_the_same_bytes_without_a_trace_of_the_machine(press: Press) -> None:
    first, second = (bind(latin(1, size=(64, 64)), "epub", press).data for _ in range(2))
    assert first == second
    archive = zipfile.ZipFile(io.BytesIO(first))
    assert archive.infolist()[0].filename == "mimetype"
    assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    assert first[38:58] == b"application/epub+zip"
    assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_hostile_words_stay_words(press: Press) -> None:
    archive = opened(hostile(), press)
    for name in archive.namelist():
        if name.endswith(("xhtml", "opf")):
            page = ET.fromstring(archive.read(name))
            tags = {one.tag.rpartition("}")[2] for one in page.iter()}
            assert not tags & {"script", "iframe", "object", "form", "b", "base"}
            for one in page.iter():
                assert not [key for key in one.attrib if key.startswith("on")]
                address = one.get("src") or one.get("href") or ""
                assert ":" not in address
                assert not address.startswith("/")
    words = "".join(read(archive, "chapter-01.xhtml").itertext())
    assert "<script>alert(1)</script>" in words
    assert "{{ 7*7 }}" in words
    assert "#read(" in words
    assert not any(".." in name or name.startswith("/") for name in archive.namelist())
