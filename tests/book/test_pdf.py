"""PDF files: tagged, fonts inside, every word in its order, nothing read as markup, no letter missing in silence."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest

from ravsg.book.binding import BookFile, bind
from ravsg.book.manuscript import manuscript
from ravsg.book.press import BOX, Press, scripts, unprintable
from ravsg.book.prose import Paragraph
from tests.book.samples import ARABIC, HEBREW, MIXED, arabic, hostile, latin, of_text


def words(text: str) -> list[str]:
    """Runs of letters and digits, without the joints of ligatures and the hyphens at the ends of lines."""
    text = unicodedata.normalize("NFKC", re.sub(r"[-\u00ad\u2010]\s*\n", "", text)).casefold()
    return re.findall(r"\w+", text)


def told(file: BookFile) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.data)).pages)


def stands_in(some: list[str], all_words: list[str]) -> bool:
    """Whether the words stand there in this order, running heads and page numbers between them."""
    rest = iter(all_words)
    return all(word in rest for word in some)


def test_every_chapter_is_there_word_for_word(press: Press) -> None:
    book = latin(3, pictures=2, size=(128, 128))
    found = words(told(bind(book, "pdf", press)))
    expected: list[str] = []
    for section in manuscript(book).sections:
        expected += words(section.title)
        expected += [word for one in section.blocks if isinstance(one, Paragraph) for word in words(one.text)]
    assert len(expected) > 1000
    assert stands_in(expected, found)
    assert not stands_in([*expected[:300], "absent", *expected[300:]], found)
    assert stands_in(words("Credits Mira Lindqvist words ideas a member 2 Colophon CreativeML OpenRAIL M"), found)


def structure(node: Any) -> Iterator[Any]:
    """Every element of a PDF's structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from structure(node["/K"])


def test_it_is_tagged_and_named_and_its_pictures_are_described(press: Press) -> None:
    reader = pypdf.PdfReader(io.BytesIO(bind(arabic(), "pdf", press).data))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ar"
    assert reader.metadata is not None
    assert reader.metadata.title == arabic().title
    elements = list(structure(root["/StructTreeRoot"]))
    described = [str(one["/Alt"]) for one in elements if one.get("/S") == "/Figure"]
    assert described == ["Hills in the evening, number 4", "تلال في المساء"]
    assert sum(1 for one in elements if one.get("/S") == "/H1") == 5  # contents, two chapters, credits, colophon
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_its_fonts_are_inside_and_nothing_acts(press: Press) -> None:
    reader = pypdf.PdfReader(io.BytesIO(bind(hostile(), "pdf", press).data))
    pages: list[Any] = list(reader.pages)
    fonts = [font.get_object() for page in pages for font in page["/Resources"].get("/Font", {}).values()]
    assert any(font["/Subtype"] == "/Type0" for font in fonts)
    for font in fonts:
        if font["/Subtype"] == "/Type0":
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    assert notes
    assert {note.get("/A", {}).get("/S", "/GoTo") for note in notes} == {"/GoTo"}
    root: Any = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)


def test_hostile_words_stay_words(press: Press) -> None:
    text = "".join(told(bind(hostile(), "pdf", press)).split())
    for word in ("<script>alert(1)</script>", "#read(", "#import", "@preview/cetz:0.3.0", "{{7*7}}", "$sum_(i=0)$"):
        assert word in text
    assert "root:x:0" not in text


@pytest.mark.parametrize(("language", "text"), [("ar", ARABIC), ("he", HEBREW)])
def test_right_to_left_words_survive(press: Press, language: str, text: str) -> None:
    file = bind(of_text(language, "1", text), "pdf", press)
    found = set(words(told(file)))
    # a reader of text meets marks upon letters, and Latin beside them, in an order of its own
    plain = [word for word in words(text) if word.isalpha() and not word.isascii() and len(word) > 2]
    bare = [word for word in plain if not any(unicodedata.combining(letter) for letter in word)]
    assert file.unshown == ()
    assert len(bare) >= 8
    assert len([word for word in bare if word in found]) >= 0.8 * len(bare)


def test_letters_without_a_font_are_boxes_and_named() -> None:
    bare = Press(system_fonts=False)
    file = bind(of_text("en", "Many tongues", MIXED), "pdf", bare)
    assert {"Chinese characters", "Hangul", "Hiragana", "Thai", "emoji and symbols"} <= set(file.unshown)
    assert "Thai" in file.note
    assert "fonts-noto" in file.note
    text = told(file)
    assert text.count(BOX) > 40
    assert stands_in(words("Она поднялась по лестнице Ο άνεμος απάντησε Żółta łódź Việt Nam"), words(text))
    assert bind(of_text("en", "Plain", "Plain words."), "pdf", bare).note == ""


def test_the_typesetter_is_understood_when_it_misses_letters() -> None:
    said = 'the text `"\\u{200d}👧"` could not be displayed with font `"X"`\nthe text `"\\""` could not be displayed'
    assert unprintable(said) == {"\u200d👧", '"'}
    assert scripts(frozenset({"ก", "の", "灯", "😀", "\u200d", "б"})) == [
        "Chinese characters",
        "Cyrillic",
        "Hiragana",
        "Thai",
        "emoji and symbols",
    ]


def test_the_same_book_gives_the_same_bytes(press: Press) -> None:
    first, second = (bind(latin(1, size=(64, 64)), "pdf", press) for _ in range(2))
    assert first == second
