"""The single page: nothing loaded, nothing active, everything reachable."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from ravsg.book.binding import bind
from ravsg.book.model import Book
from ravsg.book.press import Press
from tests.book.samples import MIXED, arabic, hostile, latin, of_text, woven

BOOKS: Final[dict[str, Callable[[], Book]]] = {
    "latin": lambda: replace(latin(3, pictures=2, size=(64, 64)), map=woven()),
    "arabic": arabic,
    "mixed": lambda: of_text("en", "Many tongues", MIXED),
    "hostile": hostile,
}


def page_of(book: Book, press: Press) -> tuple[str, ET.Element]:
    text = bind(book, "html", press).data.decode()
    return text, ET.fromstring(text.replace("<!DOCTYPE html>", ""))


@pytest.mark.parametrize("name", BOOKS)
def test_nothing_is_loaded_and_nothing_is_active(name: str, press: Press) -> None:
    text, page = page_of(BOOKS[name](), press)
    ids = {one.get("id") for one in page.iter()}
    for one in page.iter():
        assert one.tag not in {"script", "link", "iframe", "object", "embed", "form", "base", "svg"}
        assert not [key for key in one.attrib if key.startswith("on") or key in {"style", "srcset", "background"}]
        assert re.match(r"data:image/(jpeg|png|svg\+xml);base64,[\w+/=]+$", one.get("src", "data:image/png;base64,x"))
        assert one.get("href") is None or one.get("href", "")[1:] in ids
    style = next(page.iter("style")).text or ""
    assert "url(" not in style
    assert "@import" not in style
    assert text.count("<style>") == 1


def test_the_policy_names_the_hash_of_the_style_and_forbids_the_rest(press: Press) -> None:
    text, page = page_of(latin(1, size=(64, 64)), press)
    policy = next(one.get("content", "") for one in page.iter("meta") if one.get("http-equiv"))
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", BOOKS)
def test_every_picture_is_described_and_every_chapter_listed(name: str, press: Press) -> None:
    book = BOOKS[name]()
    _, page = page_of(book, press)
    pictures = [one.get("alt", "").strip() for one in page.iter("img")]
    shown = [book.cover, book.map, *(one for chapter in book.chapters for one in chapter.illustrations)]
    assert len(pictures) == sum(one is not None for one in shown)
    assert all(pictures)
    links = [one.get("href") for one in page.iter("a")]
    assert links == [f"#chapter-{number}" for number in range(1, len(book.chapters) + 1)]


def test_pictures_within_pictures_hold_no_scripts(press: Press) -> None:
    text, _ = page_of(replace(latin(1, size=(64, 64)), map=woven()), press)
    drawn = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", text)
    assert len(drawn) == 1
    names = {one.tag.rpartition("}")[2] for one in ET.fromstring(base64.b64decode(drawn[0])).iter()}
    assert not names & {"script", "foreignObject", "image", "a", "text"}


def test_each_paragraph_runs_in_its_own_direction(press: Press) -> None:
    _, page = page_of(of_text("en", "Many tongues", MIXED), press)
    runs = ["".join(one.itertext())[:4] for one in page.iter("p") if one.get("dir") == "rtl"]
    assert runs == ["هذه ", "וזו "]


def test_hostile_words_stay_words(press: Press) -> None:
    _, page = page_of(hostile(), press)
    words = "".join(next(page.iter("main")).itertext())
    assert "<script>alert(1)</script> & <img src=x onerror=" in words
    assert "{{ 7*7 }} {% for x in y %}" in words
    assert "[y](javascript:alert(4))" in words


def test_the_same_book_gives_the_same_bytes(press: Press) -> None:
    first, second = (bind(latin(1, size=(64, 64)), "html", press) for _ in range(2))
    assert first == second
