"""A member's part of books: what goes with them, what stays of the others, and what their copy holds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ravsg.store.book_traces import forget_pieces_of_jobs
from ravsg.store.books import BookStore
from ravsg.store.connection import Database
from ravsg.store.erasures import ErasureStore
from ravsg.store.member_books import MemberBooks
from ravsg.store.stale import StaleStore
from tests.store.books import ANA, BEN, CARA, GUILD, OTHER, Told, begin, chapter, plate, tell, turn

STORY = {
    "plan": {"analysis": {"setting": "harbour"}, "cast": [{"name": "Mira", "looks": "a fox"}], "beats": [1]},
    "seed": 3,
    "summary": "Mira found a lamp.",
    "summed_up": 3,
}


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield db


@pytest.fixture
def store(db: Database) -> BookStore:
    return BookStore(db)


@pytest.fixture
def members(db: Database) -> MemberBooks:
    return MemberBooks(db)


@pytest.fixture
async def told(store: BookStore) -> Told:
    """Ana's book, with a turn of Ben's in its trunk as well, and another that Ana told alone."""
    told = await tell(store)
    trunk = told.book.trunk_id
    await store.add_piece(GUILD, turn(trunk, "Ben's turn.", BEN, 100, channel_id=50, ours=True))
    await store.add_piece(GUILD, chapter(trunk, "Ana's last.", ANA, "job5"))
    await store.add_plate(GUILD, plate(told.pieces[0], "job1"))
    await store.keep_story(GUILD, trunk, json.dumps(STORY))
    for reader in (ANA, BEN):
        await store.mark_read(GUILD, reader, told.book.id, trunk, 2)
    alone = await begin(store, title="Alone")
    await store.add_piece(GUILD, chapter(alone.trunk_id, "Only Ana's.", ANA, "job6"))
    return told


async def story(store: BookStore, branch_id: int) -> dict[str, Any]:
    branch = await store.branch(GUILD, branch_id)
    assert branch is not None
    found: dict[str, Any] = json.loads(branch.story)
    return found


async def test_a_members_turns_go_from_anothers_book(store: BookStore, members: MemberBooks, told: Told) -> None:
    assert await members.held(GUILD, BEN) == {
        "books": 0,
        "passages_of_books": 2,
        "branches": 1,
        "bookmarks": 1,
        "story_posts": 0,
    }
    await members.erase(GUILD, BEN)
    assert not any((await members.held(GUILD, BEN)).values())
    kept = await store.path(GUILD, told.book.trunk_id)
    assert [(one.text, one.stale) for one in kept] == [
        ("Chapter 1.", False),
        ("Chapter 2.", False),
        ("Chapter 3.", False),
        ("Ana's last.", True),
    ]
    assert [one.text for one in await store.path(GUILD, told.branch.id)] == ["Chapter 1.", "Chapter 2."]
    branch = await store.branch(GUILD, told.branch.id)
    assert branch is not None
    assert (branch.title, branch.opened_by) == ("", 0), "its title was Ben's words"
    left = await story(store, told.book.trunk_id)
    assert (left["summary"], left["summed_up"], left["plan"]["cast"], left["plan"]["beats"]) == ("", 0, [], [])
    assert left["plan"]["analysis"] == {"setting": "harbour"}, "what Ana's picture shows is not Ben's"


async def test_a_book_told_alone_goes_and_one_of_several_loses_its_beginner(
    store: BookStore, members: MemberBooks, told: Told
) -> None:
    await members.erase(GUILD, ANA)
    assert not any((await members.held(GUILD, ANA)).values())
    (left,) = await store.books(GUILD)
    assert (left.id, left.author_id, left.author_name) == (told.book.id, 0, "")
    assert await store.picture(GUILD, left.id) is None
    assert await store.plates(GUILD, left.id) == {}
    assert [one.text for one in await store.path(GUILD, left.trunk_id)] == ["Ben's turn."]
    assert [one.text for one in await store.path(GUILD, told.branch.id)] == ["It rains."]
    assert {one.story for one in await store.branches(GUILD, left.id)} == {""}, "it was seen in Ana's picture"
    await members.erase(GUILD, BEN)
    assert await store.books(GUILD) == [], "nobody has a word in it any more"


async def test_an_edit_makes_the_words_the_editors(store: BookStore, members: MemberBooks, told: Told) -> None:
    await store.edit_piece(GUILD, told.pieces[0].id, text="Cara's words.", by=CARA)
    assert (await members.held(GUILD, CARA))["passages_of_books"] == 1
    await members.erase(GUILD, CARA)
    assert "Cara's words." not in [one.text for one in await store.pieces(GUILD, told.book.id)]
    assert len(await store.books(GUILD)) == 2


async def test_messages_of_ours_that_hold_a_members_turn_are_to_go(
    db: Database, store: BookStore, members: MemberBooks, told: Told
) -> None:
    """Not those that members wrote themselves: they are theirs."""
    await store.shows(GUILD, told.book.id, 51, 101, {ANA, BEN, 0})
    await store.shows(GUILD, told.book.id, 51, 102, {ANA})
    await store.shows(OTHER, told.book.id, 51, 103, {BEN})
    erasure = await ErasureStore(db).begin(GUILD, BEN)
    await members.erase(GUILD, BEN)
    assert [(one.channel_id, one.message_id) for one in await StaleStore(db).messages(erasure.erasure_id)] == [
        (50, 100),
        (51, 101),
    ]
    assert (await members.held(GUILD, ANA))["story_posts"] == 2


async def test_another_server_loses_nothing(store: BookStore, members: MemberBooks, told: Told) -> None:
    before = await store.pieces(GUILD, told.book.id)
    for whose in (BEN, ANA, None):
        await members.erase(OTHER, whose)
    assert await store.pieces(GUILD, told.book.id) == before
    assert not any((await members.held(OTHER, None)).values())
    assert await members.pieces_of(OTHER, BEN) == []
    await members.erase(GUILD, None)
    assert not any((await members.held(GUILD, None)).values())


async def test_a_forgotten_job_takes_its_passage_and_its_pictures(db: Database, store: BookStore, told: Told) -> None:
    await store.add_plate(GUILD, plate(told.pieces[1], "job9"))
    await db.erase(lambda connection: forget_pieces_of_jobs(connection, OTHER, {"job1", "job9"}))
    assert len(await store.plates(GUILD, told.book.id)) == 2
    await db.erase(lambda connection: forget_pieces_of_jobs(connection, GUILD, {"job1", "job9"}))
    assert await store.plates(GUILD, told.book.id) == {}
    path = await store.path(GUILD, told.book.trunk_id)
    assert [one.text for one in path] == ["Chapter 2.", "Chapter 3.", "Ben's turn.", "Ana's last."]
    assert all(one.stale for one in path)
    assert (await story(store, told.book.trunk_id))["summary"] == ""


async def test_a_copy_holds_a_members_own_part(members: MemberBooks, told: Told) -> None:
    assert [(one.title, one.picture_size) for one in await members.books_of(GUILD, ANA)] == [
        ("The Lamp", 7),
        ("Alone", 7),
    ]
    assert [one.text for one in await members.pieces_of(GUILD, BEN)] == ["It rains.", "Ben's turn."]
    (shown,) = await members.plates_of(GUILD, ANA)
    assert (shown.piece_id, shown.picture_size, dict(shown.figures)) == (told.pieces[0].id, 3, {"whole": 0.8})
    assert await members.plate_picture(GUILD, shown.id) == b"png"
    assert await members.plate_picture(OTHER, shown.id) is None
    assert await members.plates_of(GUILD, BEN) == []
    assert await members.branches_of(GUILD, BEN) == [(told.book.id, "What if it rains?")]
    assert [one.position for one in await members.bookmarks_of(GUILD, BEN)] == [2]
