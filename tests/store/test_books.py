"""Books as they are kept: paths along branches, pieces that are added once, and what a change leaves stale."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ravsg.errors import BadInput, Refused
from ravsg.store.book_rows import NewBook, Piece
from ravsg.store.books import BookStore
from ravsg.store.connection import Database
from tests.store.books import ANA, BEN, CHANNEL, GUILD, OTHER, Told, begin, chapter, plate, tell, turn


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[BookStore]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield BookStore(db)


@pytest.fixture
async def told(store: BookStore) -> Told:
    return await tell(store)


def planted(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if b"planted" in file.read_bytes()]


async def texts(store: BookStore, branch_id: int) -> list[str]:
    return [one.text for one in await store.path(GUILD, branch_id)]


async def stale(store: BookStore, told: Told) -> set[str]:
    return {one.text for one in await store.pieces(GUILD, told.book.id) if one.stale}


async def test_a_book_that_is_started_twice_is_started_once(store: BookStore) -> None:
    new = NewBook(kind="book", channel_id=CHANNEL, author_id=ANA, author_name="Ana", wanted=3, id="abcdefgh")
    first = await store.start(GUILD, new, b"picture")
    assert await store.start(GUILD, new, b"another") == first
    assert len(await store.branches(GUILD, "abcdefgh")) == 1
    assert await store.picture(GUILD, "abcdefgh") == b"picture"
    with pytest.raises(Refused):
        await store.start(OTHER, new, b"picture")


async def test_a_piece_is_added_once_and_comes_last(store: BookStore, told: Told) -> None:
    again = await store.add_piece(GUILD, chapter(told.book.trunk_id, "Something else.", ANA, "job2"))
    assert again == told.pieces[1]
    assert await store.add_piece(GUILD, turn(told.branch.id, "Again.", BEN, 99)) == told.aside
    assert [one.position for one in told.pieces] == [1, 2, 3]
    assert told.aside.position == 3, "counted along its own path"


async def test_a_branch_tells_its_ancestors_up_to_where_it_leaves(store: BookStore, told: Told) -> None:
    deeper = await store.fork(GUILD, told.book.id, told.aside.id, "And then?", ANA)
    last = await store.add_piece(GUILD, turn(deeper.id, "The sun comes.", ANA, 100))
    assert await texts(store, told.branch.id) == ["Chapter 1.", "Chapter 2.", "It rains."]
    assert await texts(store, deeper.id) == ["Chapter 1.", "Chapter 2.", "It rains.", "The sun comes."]
    assert last.position == 4
    trunk = str(told.book.trunk_id)
    assert await store.ancestry(GUILD, deeper.id) == [(deeper.key, None), (told.branch.key, 3), (trunk, 2)]
    assert await texts(store, told.book.trunk_id) == ["Chapter 1.", "Chapter 2.", "Chapter 3."]


async def test_a_branch_begins_without_what_sums_up_the_line_that_it_leaves(store: BookStore, told: Told) -> None:
    """That may tell what comes after where it leaves."""
    await store.keep_story(GUILD, told.book.trunk_id, '{"seed":3,"summary":"They find a walrus.","summed_up":3}')
    branch = await store.fork(GUILD, told.book.id, told.pieces[0].id, "And if not?", ANA)
    assert json.loads(branch.story) == {"seed": 3, "summary": "", "summed_up": 0}


async def test_what_a_branch_leaves_after_stays_in_it_when_it_is_undone_and_goes_when_it_is_deleted(
    store: BookStore, told: Told
) -> None:
    second = told.pieces[1]
    await store.set_state(GUILD, second.id, "undone")
    assert await texts(store, told.book.trunk_id) == ["Chapter 1.", "Chapter 3."]
    assert await texts(store, told.branch.id) == ["Chapter 1.", "Chapter 2.", "It rains."]
    await store.set_state(GUILD, second.id, "deleted")
    assert await texts(store, told.branch.id) == ["Chapter 1.", "It rains."]
    with pytest.raises(Refused):
        await store.fork(GUILD, told.book.id, second.id, "From nothing", BEN)


async def test_an_edit_makes_stale_what_comes_after_it_in_every_branch_that_has_it(
    store: BookStore, told: Told
) -> None:
    edited = await store.edit_piece(GUILD, told.pieces[1].id, text="Chapter 2, otherwise.", by=ANA)
    assert (edited.title, edited.edited_by, edited.stale) == ("", ANA, False)
    assert await stale(store, told) == {"Chapter 3.", "It rains."}
    await store.edit_piece(GUILD, told.pieces[2].id, text="Chapter 3, otherwise.", by=0, title="Three")
    assert await stale(store, told) == {"It rains."}, "a branch that leaves before does not know it"


async def test_a_chapter_takes_the_place_of_another(store: BookStore, told: Told) -> None:
    trunk, second = told.book.trunk_id, told.pieces[1]
    anew = await store.add_piece(GUILD, chapter(trunk, "Chapter 2 anew.", ANA, "job4", instead_of=second.id))
    assert anew.position == 2
    assert await texts(store, trunk) == ["Chapter 1.", "Chapter 2 anew.", "Chapter 3."]
    assert await stale(store, told) == {"Chapter 3.", "It rains."}
    with pytest.raises(Refused):
        await store.set_state(GUILD, second.id, "told")
    with pytest.raises(Refused):
        await store.add_piece(GUILD, chapter(trunk, "Again.", ANA, "job5", instead_of=second.id))
    await store.set_state(GUILD, anew.id, "undone")
    assert await store.set_state(GUILD, second.id, "told")
    assert await texts(store, trunk) == ["Chapter 1.", "Chapter 2.", "Chapter 3."]


async def test_what_is_deleted_leaves_the_disk_and_never_returns(
    store: BookStore, told: Told, tmp_path: Path
) -> None:
    piece = await store.edit_piece(GUILD, told.pieces[2].id, text="plantedword", by=BEN)
    await store.add_plate(GUILD, plate(piece, "job3", b"plantedpicture"))
    assert planted(tmp_path), "the look sees it while it is there"
    assert await store.set_state(GUILD, piece.id, "deleted")
    left = await store.piece(GUILD, piece.id)
    assert left is not None
    assert (left.text, left.title, left.author_id, left.asked_by, left.edited_by) == ("", "", 0, 0, 0)
    assert await store.set_state(GUILD, piece.id, "told") is None
    with pytest.raises(BadInput):
        await store.edit_piece(GUILD, piece.id, text="Back.", by=ANA)
    with pytest.raises(Refused):
        await store.add_plate(GUILD, plate(piece, "job9"))
    await store._db.leave_no_trace()
    assert planted(tmp_path) == []


async def test_the_newest_illustration_counts_and_each_is_kept_once(store: BookStore, told: Told) -> None:
    piece = told.pieces[0]
    await store.add_plate(GUILD, plate(piece, "job1", b"old"))
    newest = await store.add_plate(GUILD, plate(piece, "job8", b"new"))
    assert await store.add_plate(GUILD, plate(piece, "job1", b"once more")) != newest
    assert await store.plate_of(GUILD, piece.id) == newest
    assert {number: one.picture for number, one in (await store.plates(GUILD, told.book.id)).items()} == {
        piece.id: b"new"
    }
    await store.set_verdict(GUILD, newest.id, "canon")
    kept = await store.plate_of(GUILD, piece.id)
    assert kept is not None
    assert (kept.verdict, dict(kept.figures)) == ("canon", {"whole": 0.8})


async def test_a_bookmark_moves_on_and_changes_with_the_branch(store: BookStore, told: Told) -> None:
    book, trunk = told.book.id, told.book.trunk_id
    assert await store.bookmark(GUILD, BEN, book) is None
    for position in (3, 1):
        await store.mark_read(GUILD, BEN, book, trunk, position)
    first = await store.bookmark(GUILD, BEN, book)
    await store.mark_read(GUILD, BEN, book, told.branch.id, 2)
    second = await store.bookmark(GUILD, BEN, book)
    assert first is not None
    assert second is not None
    assert [(one.branch_id, one.position) for one in (first, second)] == [(trunk, 3), (told.branch.id, 2)]


async def test_books_are_listed_by_channel_state_and_title(store: BookStore, told: Told) -> None:
    other = await begin(store, title="Äpfel")
    await store.set_book(GUILD, other.id, state="finished", thread_id=123)
    assert [one.id for one in await store.books(GUILD)] == [other.id, told.book.id]
    assert [one.id for one in await store.books(GUILD, matching="LAMP")] == [told.book.id]
    assert [one.id for one in await store.books(GUILD, matching=" äPF")] == [other.id], "not of ASCII alone"
    assert [one.id for one in await store.books(GUILD, matching=other.id)] == [other.id]
    assert len(await store.books(GUILD, matching="e", most=1)) == 1
    assert await store.books(GUILD, channels=[CHANNEL + 1]) == []
    assert [one.id for one in await store.books(GUILD, state="finished", channels=[CHANNEL])] == [other.id]
    assert [one.id for one in await store.unfinished()] == [told.book.id]
    found = await store.by_thread(GUILD, 123)
    assert found is not None
    assert (found[0].id, found[1].id) == (other.id, other.trunk_id)
    await store.set_book(GUILD, told.book.id, state="gone")
    assert [one.id for one in await store.books(GUILD)] == [other.id]
    with pytest.raises(ValueError, match="author_id"):
        await store.set_book(GUILD, other.id, author_id=BEN)


async def test_another_server_sees_and_changes_nothing(store: BookStore, told: Told) -> None:
    book, trunk, piece = told.book.id, told.book.trunk_id, told.pieces[0]
    await store.add_plate(GUILD, plate(piece, "job1"))
    before = await snapshot(store, told)
    assert await store.book(OTHER, book) is None
    assert await store.picture(OTHER, book) is None
    assert await store.books(OTHER) == []
    assert await store.branches(OTHER, book) == []
    assert await store.branch(OTHER, trunk) is None
    assert await store.by_thread(OTHER, 77) is None
    assert await store.ancestry(OTHER, told.branch.id) == []
    assert await store.path(OTHER, told.branch.id) == []
    assert await store.pieces(OTHER, book) == []
    assert await store.piece(OTHER, piece.id) is None
    assert await store.piece_of_job(OTHER, "job1") is None
    assert await store.piece_of_message(OTHER, 99) is None
    assert await store.plate_of(OTHER, piece.id) is None
    assert await store.plates(OTHER, book) == {}
    for refused in (
        store.add_piece(OTHER, chapter(trunk, "Theirs.", BEN, "job7")),
        store.fork(OTHER, book, piece.id, "Theirs", BEN),
        store.add_plate(OTHER, plate(piece, "job7")),
        store.edit_piece(OTHER, piece.id, text="Theirs.", by=BEN),
    ):
        with pytest.raises((Refused, BadInput)):
            await refused
    await store.set_state(OTHER, piece.id, "deleted")
    await store.set_state(OTHER, piece.id, "undone")
    await store.posted(OTHER, piece.id, 1, 2)
    await store.keep_story(OTHER, trunk, "theirs")
    await store.set_fate(OTHER, trunk, "aside")
    await store.set_book(OTHER, book, title="Theirs")
    await store.mark_read(OTHER, BEN, book, trunk, 1)
    assert await store.bookmark(OTHER, BEN, book) is None
    assert await snapshot(store, told) == before


async def snapshot(store: BookStore, told: Told) -> tuple[object, ...]:
    pieces: list[Piece] = await store.pieces(GUILD, told.book.id)
    return (
        await store.book(GUILD, told.book.id),
        await store.branches(GUILD, told.book.id),
        pieces,
        await store.plates(GUILD, told.book.id),
    )
