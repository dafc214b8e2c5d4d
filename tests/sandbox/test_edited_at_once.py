"""Two change the same chapter at once: nobody's words vanish, and whoever comes later gets theirs back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import texts_books
from bot.sandbox.handles import Handle
from bot.sandbox.person import Person
from ravsg.jobs.job import JobState
from ravsg.store.book_rows import Piece
from ravsg.types import Origin
from tests.sandbox.books import chapter, store_of
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import picture

FITTING = ("The lantern burns above the boats, " * 20).strip()
ROBINS = "Robin's words of the lantern."
SAMS = "Sam's words.\n\nAnd *more* of them."


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with moved_in(tmp_path) as house:
        yield house


async def told(house: House) -> Piece:
    """The only chapter of a book of Sam's."""
    await house.sam.command("book start", in_=house.stories, image=("photo.png", picture("a photo")), chapters=1)
    await chapter(house, 1)
    guild_id = house.sandbox.guild("Storybook Corner").id
    for job in await house.app.jobs.list_open(guild_id):
        await house.app.jobs.wait(job.id)
    await house.app.bot.parts.books.settled()
    (book,) = await store_of(house).books(guild_id)
    (piece,) = await store_of(house).path(guild_id, book.trunk_id)
    return piece


async def text_of(house: House, piece: Piece) -> str:
    found = await store_of(house).piece(piece.guild_id, piece.id)
    assert found is not None
    return found.text


async def form(house: House, person: Person) -> Handle:
    handle = await person.command("book edit", in_=house.stories)
    await handle.form()
    return handle


async def gives_back(house: House, sent: Handle) -> None:
    """A form of Sam's changed nothing, and what he wrote is his again, to the letter."""
    answer = await house.status(sent, texts_books.CHANGED_MEANWHILE)
    assert answer.ephemeral
    (file,) = answer.files
    assert (await house.sam.download(file)).decode() == f"Sam's title\n\n{SAMS}"


def meddled(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Robin's edit arrives once, between a chapter's being read and its being changed."""
    store, change = store_of(house), house.app.bot.parts.books.store.edit_piece
    waiting = [ROBINS]

    async def edit_piece(guild_id: int, piece_id: int, **new: Any) -> Piece:
        if waiting:
            await change(guild_id, piece_id, text=waiting.pop(), by=house.robin.id)
        return await change(guild_id, piece_id, **new)

    monkeypatch.setattr(store, "edit_piece", edit_piece)


async def rewritten(house: House, piece: Piece) -> JobState:
    """Have the bot rewrite the chapter's words to fit its picture."""
    books = house.app.bot.parts.books
    book = await books.store.book(piece.guild_id, piece.book_id)
    assert book is not None
    house.device.says["Change this text"] = FITTING
    origin = Origin(book.guild_id, house.stories.id, book.author_id, book.author_name)
    job = await books.accept(await books.canonise(book, piece), origin)
    return (await house.app.jobs.wait(job.id)).state


async def test_the_later_of_two_forms_gets_its_words_back(house: House) -> None:
    piece = await told(house)
    sams, robins = await form(house, house.sam), await form(house, house.robin)
    await house.status(await house.robin.fill(robins, title="Robin's", text=ROBINS), "Changed")
    await gives_back(house, await house.sam.fill(sams, title="Sam's title", text=SAMS))
    assert await text_of(house, piece) == ROBINS
    again = await form(house, house.sam)
    assert (await again.form()).fields["text"]["value"] == ROBINS, "opened again, it shows what is there"
    await house.status(await house.sam.fill(again, title="Sam's title", text=SAMS), "Changed")
    assert await text_of(house, piece) == SAMS


async def test_a_rewriting_while_the_form_is_open_is_not_lost(house: House) -> None:
    piece = await told(house)
    sams = await form(house, house.sam)
    assert await rewritten(house, piece) is JobState.DONE
    await gives_back(house, await house.sam.fill(sams, title="Sam's title", text=SAMS))
    assert FITTING in await text_of(house, piece)


async def test_an_edit_between_the_look_and_the_change_is_not_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = await told(house)
    sams = await form(house, house.sam)
    meddled(house, monkeypatch)
    await gives_back(house, await house.sam.fill(sams, title="Sam's title", text=SAMS))
    assert await text_of(house, piece) == ROBINS


async def test_a_rewriting_puts_nothing_over_an_edit_that_came_a_moment_before(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = await told(house)
    meddled(house, monkeypatch)
    assert await rewritten(house, piece) is JobState.REFUSED
    assert await text_of(house, piece) == ROBINS
