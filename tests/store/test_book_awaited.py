"""A place is kept for what a job is telling; what is written meanwhile stands behind it. Summaries go with words."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from ravsg.store.book_rows import BookRow, NewBook, NewPiece
from ravsg.store.books import BookStore
from ravsg.store.connection import Database

GUILD, SAM = 7, 11


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[BookStore]:
    async with Database(tmp_path / "books.sqlite") as db:
        yield BookStore(db)


async def begun(store: BookStore) -> BookRow:
    return await store.start(GUILD, NewBook("thread", 1, SAM, "Sam", thread_id=2))


def turn(branch_id: int, text: str, message_id: int) -> NewPiece:
    return NewPiece(branch_id, "turn", text, SAM, "Sam", SAM, message_id=message_id)


def told(branch_id: int, job_id: str) -> NewPiece:
    return NewPiece(branch_id, "continuation", "and the bot went on", 0, "", SAM, job_id=job_id)


async def texts(store: BookStore, branch_id: int) -> list[str]:
    return [piece.text for piece in await store.path(GUILD, branch_id)]


async def test_what_is_written_meanwhile_stands_behind_it(store: BookStore) -> None:
    branch = (await begun(store)).trunk_id
    await store.add_piece(GUILD, turn(branch, "before", 1))
    awaited = await store.await_piece(GUILD, branch, "job1", SAM)
    assert awaited is not None
    await store.add_piece(GUILD, turn(branch, "meanwhile", 2))
    assert await texts(store, branch) == ["before", "meanwhile"]
    piece = await store.add_piece(GUILD, told(branch, "job1"))
    assert (piece.id, piece.position) == (awaited.id, 2)
    assert await texts(store, branch) == ["before", "and the bot went on", "meanwhile"]
    again = await store.add_piece(GUILD, told(branch, "job1"))
    assert again == piece
    assert await store.awaited(GUILD, branch) is None


async def test_a_story_that_the_bot_goes_on_with_is_the_newest_again(store: BookStore) -> None:
    older = await begun(store)
    await begun(store)
    await store.await_piece(GUILD, older.trunk_id, "job1", SAM)
    await store._db.write(lambda db: db.execute("UPDATE books SET updated_ms = iif(id = ?, 1, 2)", (older.id,)))
    _, last = await store.books(GUILD)
    assert last.id == older.id
    await store.add_piece(GUILD, told(older.trunk_id, "job1"))
    newest, _ = await store.books(GUILD)
    assert newest.id == older.id


async def test_a_branch_awaits_one_at_a_time_and_a_place_that_is_given_up_is_free(store: BookStore) -> None:
    branch = (await begun(store)).trunk_id
    assert await store.await_piece(GUILD, branch, "job1", SAM) is not None
    assert await store.await_piece(GUILD, branch, "job2", SAM) is None
    assert [one.job_id for one in await store.all_awaited()] == ["job1"]
    assert not await store.give_up(GUILD + 1, "job1"), "another server's"
    assert await store.give_up(GUILD, "job1")
    assert not await store.give_up(GUILD, "job1")
    assert await store.await_piece(GUILD, branch, "job2", SAM) is not None
    assert await store.await_piece(GUILD + 1, branch, "job3", SAM) is None


async def test_what_is_summed_up_goes_with_what_it_may_tell_of(store: BookStore) -> None:
    book = await begun(store)
    story = '{"plan":{"beats":[]},"seed":3,"summary":"A walrus came.","summed_up":5}'
    await store.keep_story(GUILD, book.trunk_id, story)
    summed = NewPiece(book.trunk_id, "continuation", "and on", 0, "", SAM, job_id="job1", summary="A walrus came.")
    piece = await store.add_piece(GUILD, summed)
    await store.drop_summaries(GUILD + 1, book.id)
    assert "walrus" in (await store.branches(GUILD, book.id))[0].story, "another server's"
    await store.drop_summaries(GUILD, book.id)
    (trunk,) = await store.branches(GUILD, book.id)
    assert json.loads(trunk.story) == {"plan": {"beats": []}, "seed": 3, "summary": "", "summed_up": 0}
    now = await store.piece(GUILD, piece.id)
    assert now is not None
    assert (now.summary, now.text) == ("", "and on")


async def test_no_later_piece_takes_the_place_of_one_that_a_branch_leaves_after(store: BookStore) -> None:
    book = await begun(store)
    last = await store.add_piece(GUILD, turn(book.trunk_id, "the fork", 1))
    await store.fork(GUILD, book.id, last.id, "What if?", SAM)
    await store.set_state(GUILD, last.id, "deleted")
    later = await store.add_piece(GUILD, turn(book.trunk_id, "later", 2))
    assert later.position == last.position + 1, "else memory would take it for an ancestor of the branch"
