"""What holds a book together while it is told: one chapter after the other, pauses, changes, and members who go."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import texts_privacy
from bot.book_memory import Reindexing
from bot.sandbox.person import Person
from ravsg.errors import Refused
from ravsg.jobs.job import JobState
from ravsg.store.book_rows import BookRow, Piece
from ravsg.types import Embedded, EmbedTask, Origin
from tests.sandbox.books import chapter, store_of
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import picture

NEVER = "A sexual picture of a child."
SPEECHLESS = dict.fromkeys(("Write chapter 2", "Write this text again"), "Title: Nothing\n\n…")
"""A writer that has nothing to say: the second chapter fails."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with moved_in(tmp_path) as house:
        yield house


async def begin(house: House, person: Person, chapters: int = 2, **options: Any) -> None:
    image = ("photo.png", picture("a photo"))
    await (await person.command("privacy optin", in_=house.stories)).response()
    await person.command("book start", in_=house.stories, image=image, chapters=chapters, **options)


async def told(house: House, chapters: int) -> tuple[BookRow, list[Piece]]:
    """The only book, once so many chapters stand and nothing is on its way."""
    await chapter(house, chapters)
    books, jobs = house.app.bot.parts.books, house.app.jobs
    guild_id = house.sandbox.guild("Storybook Corner").id
    await asyncio.gather(*(jobs.wait(job.id) for job in await jobs.list_open(guild_id)))
    await books.settled()
    (book,) = await books.store.books(guild_id)
    return book, await books.store.path(guild_id, book.trunk_id)


def origin_of(house: House, book: BookRow) -> Origin:
    return Origin(book.guild_id, house.stories.id, book.author_id, book.author_name)


async def test_a_branch_is_told_on_by_one_job_at_a_time(house: House) -> None:
    await begin(house, house.sam, chapters=1)
    book, _ = await told(house, 1)
    books, origin = house.app.bot.parts.books, origin_of(house, book)
    house.device.hold("write")
    first = await books.accept(await books.next_chapter(book), origin)
    with pytest.raises(Refused, match="being told already"):
        await books.accept(await books.next_chapter(book), origin)
    house.device.let_go()
    assert (await house.app.jobs.wait(first.id)).state is JobState.DONE
    second = await books.accept(await books.next_chapter(book), origin)
    assert (await house.app.jobs.wait(second.id)).state is JobState.DONE


async def test_a_refused_request_leaves_no_book_behind(house: House) -> None:
    image = ("photo.png", picture("a photo"))
    handle = await house.sam.command("book start", in_=house.stories, image=image, direction=NEVER)
    await house.refusal(handle)
    assert await store_of(house).books(house.sandbox.guild("Storybook Corner").id) == []


async def test_a_chapter_that_fails_pauses_its_book_and_a_press_goes_on(house: House) -> None:
    house.device.says |= SPEECHLESS
    await begin(house, house.sam)
    await chapter(house, 1)
    notice = await house.sam.wait_for(house.stories, lambda one: "Go on with the book" in one.labels)
    assert "stopped before chapter 2" in notice.text
    guild_id = house.sandbox.guild("Storybook Corner").id
    await house.app.bot.parts.books.settled()
    (paused,) = await store_of(house).books(guild_id)
    assert paused.state == "paused"
    house.device.says.clear()
    await house.sam.press(notice, "Go on with the book")
    book, path = await told(house, 2)
    assert (book.state, [one.position for one in path]) == ("finished", [1, 2])


async def test_a_paused_book_is_not_taken_up_by_a_restart_and_one_that_is_written_is(
    house: House, tmp_path: Path
) -> None:
    house.device.says |= SPEECHLESS
    await begin(house, house.sam)
    await chapter(house, 1)
    await house.sam.wait_for(house.stories, lambda one: "Go on with the book" in one.labels)
    guild_id = house.sandbox.guild("Storybook Corner").id
    await house.app.bot.parts.books.settled()
    async with restarted(house, tmp_path) as again:
        await again.app.bot.parts.books.settled()
        assert await again.app.jobs.list_open(guild_id) == []
        (book,) = await store_of(again).books(guild_id)
        # as a death leaves it between a job's end and the next one's beginning
        await store_of(again).set_book(guild_id, book.id, state="writing")
        async with restarted(again, tmp_path) as third:
            book, path = await told(third, 2)
            assert (book.state, len(path)) == ("finished", 2)


async def test_what_takes_a_chapters_place_takes_its_place_in_memory(house: House) -> None:
    await begin(house, house.sam)
    book, path = await told(house, 2)
    books, memory = house.app.bot.parts.books, house.app.memory
    before = {one.job_id for one in await memory.recent(book.guild_id, 25)}
    assert {one.job_id for one in path} <= before
    job = await books.accept(await books.again(book, path[1]), origin_of(house, book))
    await house.app.jobs.wait(job.id)
    after = {one.job_id for one in await memory.recent(book.guild_id, 25)}
    assert after == before - {path[1].job_id} | {job.id}
    edited = await books.store.edit_piece(book.guild_id, path[0].id, text="A walrus sings.", by=book.author_id)
    await books.reindexed(book, edited)
    await books.settled()
    kept = [one async for one in memory.kept_of(book.guild_id, book.author_id)]
    assert [one.passages for one in kept if one.chapter == 1 and one.kind == "story"] == [("A walrus sings.",)]


async def test_an_edit_by_somebody_else_makes_no_memory_of_whoever_did_not_agree(house: House) -> None:
    await begin(house, house.sam, chapters=1)
    book, (piece,) = await told(house, 1)
    books, memory = house.app.bot.parts.books, house.app.memory
    await memory.set_consent(book.guild_id, house.robin.id, True)
    await memory.set_consent(book.guild_id, house.sam.id, False)
    edited = await books.store.edit_piece(book.guild_id, piece.id, text="A walrus sings.", by=house.robin.id)
    await books.reindexed(book, edited)
    await books.settled()
    assert await memory.recent(book.guild_id, 25) == []
    await memory.set_consent(book.guild_id, house.sam.id, True)
    await books.reindexed(book, edited)
    await books.settled()
    remembered = await memory.recent(book.guild_id, 25)
    assert {(one.author_id, one.author_name) for one in remembered} == {(house.robin.id, house.robin.name)}


async def test_what_breaks_while_a_change_is_remembered_is_logged_and_left_to_the_next_start(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(guild_id: int, task: EmbedTask) -> Embedded:
        raise RuntimeError("a bug")

    await begin(house, house.sam, chapters=1)
    book, (piece,) = await told(house, 1)
    app, store = house.app, store_of(house)
    reindexing = Reindexing(
        store=store,
        jobs=app.jobs,
        memory=app.memory,
        config=app.config.memory,
        embed=broken,
        name_of=app.bot.parts.delivery.name_of,
    )
    await reindexing.reindex(book, piece)
    await reindexing.settled()
    assert "a bug" in caplog.text
    assert [one.id for one in await store.unremembered()] == [piece.id]


async def test_repaint_and_make_it_canon_change_the_chapter_where_it_stands(house: House) -> None:
    await begin(house, house.sam, chapters=1)
    book, (piece,) = await told(house, 1)
    books, origin = house.app.bot.parts.books, origin_of(house, book)
    before = await chapter(house, 1)
    old = before.files[0].data
    job = await books.accept(await books.repaint(book, piece), origin)
    assert (await house.app.jobs.wait(job.id)).state is JobState.DONE
    plate = await books.store.plate_of(book.guild_id, piece.id)
    assert plate is not None
    assert plate.job_id == job.id
    assert (await chapter(house, 1)).id == before.id, "no second message"
    assert (await chapter(house, 1)).files[0].data != old
    fitting = "The lantern burns above the boats, " * 20
    house.device.says["Change this text"] = fitting
    job = await books.accept(await books.canonise(book, piece), origin)
    assert (await house.app.jobs.wait(job.id)).state is JobState.DONE
    changed = await books.store.piece(book.guild_id, piece.id)
    assert changed is not None
    assert fitting.strip() in changed.text
    assert "The lantern burns above the boats" in (await chapter(house, 1)).text
    plate = await books.store.plate_of(book.guild_id, piece.id)
    assert plate is not None
    assert plate.verdict == "canon"


async def test_a_member_takes_their_book_along_and_finds_it_in_their_copy(house: House) -> None:
    await begin(house, house.sam)
    book, path = await told(house, 2)
    answer = await (await house.sam.command("privacy export", in_=house.stories)).response()
    shown = await house.sandbox.world.watch.until(lambda: answer if answer.files else None, 30.0)
    with zipfile.ZipFile(io.BytesIO(shown.files[0].data)) as archive:
        data, names = json.loads(archive.read("data.json")), archive.namelist()
    assert [one["title"] for one in data["books"]] == [book.title]
    assert [one["text"] for one in data["passages"]] == [one.text for one in path]
    assert data["books"][0]["picture"]["file"] in names
    assert {one["picture"]["file"] for passage in data["passages"] for one in passage["illustrations"]} <= set(names)
    messages = [await chapter(house, number) for number in (1, 2)]
    question = await (await house.sam.command("privacy forget", in_=house.stories)).response()
    receipt = await (await house.sam.press(question, texts_privacy.FORGET_LABEL)).response()
    await house.sandbox.world.watch.until(lambda: "Done: you are unwoven" in receipt.text or None, 30.0)
    assert "1 book that you began" in receipt.text
    assert "2 passages of books" in receipt.text
    assert await store_of(house).books(book.guild_id) == []
    assert all(one.deleted for one in messages)


async def test_anothers_chapters_lose_what_they_went_on_from(house: House) -> None:
    """Robin goes on with Sam's book; then Sam goes."""
    await begin(house, house.sam, chapters=1)
    book, _ = await told(house, 1)
    await (await house.robin.command("privacy optin", in_=house.stories)).response()
    await house.robin.press(await chapter(house, 1), "Next chapter")
    book, path = await told(house, 2)
    assert [one.asked_by for one in path] == [house.sam.id, house.robin.id]
    question = await (await house.sam.command("privacy forget", in_=house.stories)).response()
    receipt = await (await house.sam.press(question, texts_privacy.FORGET_LABEL)).response()
    await house.sandbox.world.watch.until(lambda: "Done: you are unwoven" in receipt.text or None, 30.0)
    (left,) = await store_of(house).path(book.guild_id, book.trunk_id)
    assert (left.text, left.stale) == (path[1].text, True)
    job = await house.app.jobs.get(left.job_id or "")
    assert job is not None
    assert job.request["writers"] == [], "Sam's name is gone from the request"
    assert (job.result or {})["book"] == ""
    now = await store_of(house).book(book.guild_id, book.id)
    assert now is not None
    assert (now.author_id, now.author_name) == (0, "")
    assert await house.app.memory.recent(book.guild_id, 25) == []
