"""Which pieces memory is behind of: those that were changed since, however often, and none for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ravsg.store.books import BookStore
from ravsg.store.connection import Database
from tests.store.books import ANA, BEN, GUILD, Told, chapter, plate, tell, turn


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[BookStore]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield BookStore(db)


@pytest.fixture
async def told(store: BookStore) -> Told:
    """A book that memory knows all of."""
    told = await tell(store)
    assert await store.unremembered() == [told.aside], "a member's turn has no job that remembers it"
    assert await store.followed(GUILD, told.aside.id, 1)
    return told


async def behind(store: BookStore) -> list[int]:
    return [one.id for one in await store.unremembered()]


async def test_a_change_puts_a_piece_on_the_list(store: BookStore, told: Told) -> None:
    first, second, third = told.pieces
    await store.edit_piece(GUILD, first.id, text="Other words.", by=ANA)
    await store.set_state(GUILD, third.id, "undone")
    await store.add_piece(GUILD, chapter(told.book.trunk_id, "Anew.", ANA, "job9", instead_of=second.id))
    await store.set_state(GUILD, told.aside.id, "deleted")
    assert await behind(store) == [first.id, second.id, third.id, told.aside.id]


async def test_what_changes_no_words_does_not(store: BookStore, told: Told) -> None:
    await store.posted(GUILD, told.pieces[0].id, 50, 5)
    await store.edit_piece(GUILD, told.pieces[0].id, text=told.pieces[0].text, by=ANA)
    await store.await_piece(GUILD, told.book.trunk_id, "job9", ANA)
    await store.add_piece(GUILD, chapter(told.book.trunk_id, "Told at last.", ANA, "job9"))
    assert await behind(store) == []


async def test_a_second_illustration_does_and_the_first_does_not(store: BookStore, told: Told) -> None:
    piece = told.pieces[0]
    await store.add_plate(GUILD, plate(piece, "job1"))
    assert await behind(store) == []
    await store.add_plate(GUILD, plate(piece, "job7"))
    assert await behind(store) == [piece.id]


async def test_memory_that_followed_an_older_change_is_behind_still(store: BookStore, told: Told) -> None:
    piece = told.pieces[0]
    await store.edit_piece(GUILD, piece.id, text="Once.", by=ANA)
    seen = await store.changes(GUILD, piece.id)
    await store.edit_piece(GUILD, piece.id, text="Twice.", by=ANA)
    assert not await store.followed(GUILD, piece.id, seen)
    assert await behind(store) == [piece.id]
    assert await store.followed(GUILD, piece.id, await store.changes(GUILD, piece.id))
    assert (await behind(store), await store.changes(GUILD, piece.id)) == ([], 0)


async def test_a_piece_that_is_not_there_is_never_behind(store: BookStore, told: Told) -> None:
    await store.changed(GUILD, 999)
    await store.add_piece(GUILD, turn(told.branch.id, "Mine.", BEN, 100))
    assert len(await behind(store)) == 1
