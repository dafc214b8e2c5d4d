"""A book too large for a server is bound again with smaller pictures, and refused where that does not help."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import get_args

import pytest

from bot.book_files import fitting
from ravsg.book.binding import BookFile, Form, bind
from ravsg.book.model import Illustration
from ravsg.book.press import Press
from ravsg.errors import Refused
from tests.book.samples import latin, painting


@pytest.fixture(scope="module")
def press() -> Press:
    return Press(system_fonts=False)


async def test_pictures_shrink_until_the_file_fits(press: Press) -> None:
    book = latin(3, size=(32, 32))
    grainy = (Illustration(painting(number, (900, 900), noise=45), "Grain") for number in range(3))
    chapters = (replace(one, illustrations=(plate,)) for one, plate in zip(book.chapters, grainy, strict=True))
    heavy = replace(book, cover=None, chapters=tuple(chapters))

    async def in_room(room: int) -> BookFile:
        return await asyncio.to_thread(lambda: bind(heavy, "pdf", press, room=room))

    whole, smaller = await fitting(in_room, 10 * 1024 * 1024, "pdf")
    assert not smaller
    limit = len(whole.data) // 2
    file, smaller = await fitting(in_room, limit, "pdf")
    assert smaller
    assert len(file.data) <= limit
    with pytest.raises(Refused, match="too large"):
        await fitting(in_room, 1000, "pdf")


@pytest.mark.parametrize("form", get_args(Form))
async def test_only_what_is_larger_than_an_epub_is_to_be_exported_as_one(press: Press, form: Form) -> None:
    async def in_room(room: int) -> BookFile:
        return await asyncio.to_thread(lambda: bind(latin(1, size=(32, 32)), form, press, room=room))

    with pytest.raises(Refused) as caught:
        await fitting(in_room, 1000, form)
    assert ("export it as EPUB" in caught.value.remedy) == (form != "epub")
