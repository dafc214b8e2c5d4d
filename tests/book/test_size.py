"""Twelve chapters with pictures of the costly kind stay below what Discord takes everywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ravsg.book.binding import Form, bind
from ravsg.book.model import Book, Illustration
from ravsg.book.press import Press
from tests.book.samples import latin, painting, woven

MOST = 8 * 1024 * 1024
"""Discord takes 10 MiB everywhere; the request around a file and its preview need some of it."""


@pytest.fixture(scope="module")
def heavy() -> Book:
    """Twelve chapters and a cover, each picture a megapixel of other grain, and a map of sixty turns."""
    book = latin(12, size=(32, 32))
    grainy = [Illustration(painting(number, (1024, 1024), noise=45), "Grain") for number in range(13)]
    assert sum(len(one.picture) for one in grainy) > 3 * MOST
    chapters = (
        replace(chapter, illustrations=(one,)) for chapter, one in zip(book.chapters, grainy[1:], strict=True)
    )
    return replace(book, cover=grainy[0], chapters=tuple(chapters), map=woven(60))


@pytest.mark.parametrize("form", ["epub", "pdf", "html"])
def test_a_heavy_book_can_be_posted(heavy: Book, form: Form, press: Press) -> None:
    file = bind(heavy, form, press)
    assert 1_000_000 < len(file.data) < MOST
    assert file.name == f"The-Lantern-across-the-Bay.{form}"


@pytest.mark.parametrize("form", ["epub", "pdf", "html"])
def test_where_less_is_taken_its_pictures_are_smaller(heavy: Book, form: Form, press: Press) -> None:
    """The front of an EPUB and the map are drawn beside the pictures, and take some 600 kB."""
    assert len(bind(heavy, form, press, room=400_000).data) < 1_400_000
