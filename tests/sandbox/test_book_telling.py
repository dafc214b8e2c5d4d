"""`/book start`, `continue`, `retry`, and the buttons under chapters: a book tells itself, and goes on when asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import texts, texts_books
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from ravsg.jobs.job import Job, JobState
from ravsg.store.book_rows import BookRow, Piece
from tests.sandbox.books import CHAPTER_BUTTONS, chapter, shelved, store_of
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, village

pytestmark = pytest.mark.asyncio(loop_scope="module")
PHOTO = ("photo.png", picture("a photo"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("telling")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


async def begun(place: Place, person: Person, chapters: int = 2, **options: object) -> list[Message]:
    """Ask for a book, and wait for its chapters."""
    handle = await person.command("book start", in_=place.stories, image=PHOTO, chapters=chapters, **options)
    await place.status(handle, "channels/")
    messages = [await chapter(place, number) for number in range(1, chapters + 1)]
    await at_rest(place)
    return messages


async def kept(place: Place) -> tuple[BookRow, list[Piece]]:
    """The one book of a place, as it is kept."""
    (book,) = await store_of(place).books(place.guild.id)
    return book, await store_of(place).path(place.guild.id, book.trunk_id)


async def at_rest(place: Place) -> None:
    """Wait until nothing of this place is being made any more."""
    while open_jobs := await place.app.jobs.list_open(place.guild.id):
        for job in open_jobs:
            await place.app.jobs.wait(job.id)
        await place.app.bot.parts.books.settled()


class TestStart:
    async def test_all_chapters_come_by_themselves_with_pictures_and_buttons(self, place: Place) -> None:
        first, second = await begun(place, place.sam, title="The Harbour Book")
        for number, message in enumerate((first, second), 1):
            assert f"**The Harbour Book** · chapter {number} of 2" in message.content
            assert message.labels[:4] == CHAPTER_BUTTONS
            (file,) = message.files
            assert file.description
            assert message.embeds[0]["title"]
            assert "job " in message.embeds[0]["footer"]["text"]
        assert texts_books.begun(place.sam.mention) in first.content
        assert texts_books.ended(place.sam.mention) in second.content
        assert [first.mentions, second.mentions] == [[place.sam.id], [place.sam.id]]
        book, path = await kept(place)
        assert (book.title, book.state, book.author_id) == ("The Harbour Book", "finished", place.sam.id)
        assert [one.message_id for one in path] == [first.id, second.id]

    async def test_only_the_first_and_the_last_chapter_call_their_member(self, place: Place) -> None:
        messages = await begun(place, place.sam, 3)
        assert [bool(one.mentions) for one in messages] == [True, False, True]

    async def test_without_a_title_the_first_chapter_gives_one(self, place: Place) -> None:
        (message,) = await begun(place, place.sam, 1)
        book, _ = await kept(place)
        assert book.title
        assert f"**{book.title}** · chapter 1 of 1" in message.content

    async def test_a_title_that_is_not_fit_begins_no_book(self, place: Place) -> None:
        told = await place.private(place.sam, "book start", image=PHOTO, title="Sex with a 14-year-old girl")
        assert "id `" in told
        assert await store_of(place).books(place.guild.id) == []

    async def test_an_unknown_style_is_named(self, place: Place) -> None:
        assert texts.STYLE_UNKNOWN in await place.private(place.sam, "book start", image=PHOTO, style="cubism")


class TestGoingOn:
    async def test_continue_tells_one_more_with_a_direction(self, place: Place) -> None:
        await begun(place, place.sam, 1)
        handle = await place.robin.command("book continue", in_=place.stories, direction="the strange word zimbelo")
        message = await place.result(place.robin, handle)
        assert "chapter 2 of 2" in message.content
        assert any("zimbelo" in prompt for prompt in place.prompts), "the writer heard of it"
        book, path = await kept(place)
        assert (book.wanted, len(path)) == (2, 2)

    async def test_the_button_does_the_same(self, place: Place) -> None:
        (first,) = await begun(place, place.sam, 1)
        handle = await place.robin.press(first, texts_books.BUTTONS["next"])
        message = await place.result(place.robin, handle)
        assert "chapter 2 of 2" in message.content

    async def test_two_chapters_are_never_told_at_once(self, place: Place) -> None:
        (first,) = await begun(place, place.sam, 1)
        place.device.hold("write")
        try:
            handle = await place.robin.press(first, texts_books.BUTTONS["next"])
            await place.status(handle, "job `")
            again = await place.sam.press(first, texts_books.BUTTONS["next"])
            assert "being told already" in (await again.response()).text
        finally:
            place.device.let_go()
        assert "chapter 2 of 2" in (await place.result(place.robin, handle)).content
        assert len((await kept(place))[1]) == 2

    async def test_what_is_cancelled_before_its_first_chapter_is_no_book(self, place: Place) -> None:
        place.device.hold("write")
        try:
            handle = await place.sam.command("book start", in_=place.stories, image=PHOTO, chapters=2)
            status = await handle.response()
            await place.until(lambda: place.device.entered.is_set() or None)
            await place.sam.press(status, texts.LABELS["cancel"])
        finally:
            place.device.let_go()
        await place.status(handle, "cancelled")
        assert await store_of(place).books(place.guild.id) == []

    async def test_a_book_cancelled_midway_says_so_and_goes_on(self, place: Place) -> None:
        books = place.app.bot.parts.books

        told = asyncio.Event()

        async def hold(job: Job, book: BookRow, piece: Piece) -> None:
            place.device.hold("write")
            told.set()

        books.on_told.append(hold)
        try:
            await place.sam.command("book start", in_=place.stories, image=PHOTO, chapters=2)
            await told.wait()
            assert await asyncio.to_thread(place.device.entered.wait, 30)
            listed = await (await place.sam.command("queue", in_=place.stories)).response()
            await place.sam.press(listed, next(one for one in listed.labels if one.startswith("Cancel")))
            (job,) = await place.app.jobs.list_open(place.guild.id)
        finally:
            books.on_told.remove(hold)
            place.device.let_go()
        assert (await place.app.jobs.wait(job.id)).state is JobState.CANCELLED
        notice = await place.until(lambda: _notice(place))
        assert notice.mentions == [place.sam.id]
        assert "stopped before chapter 2" in notice.content
        assert (await kept(place))[0].state == "paused"
        goes_on = await place.robin.press(notice, texts_books.GO_ON)
        assert "chapter 2 of 2" in (await place.result(place.robin, goes_on)).content
        await at_rest(place)
        assert (await kept(place))[0].state == "finished"

    async def test_a_full_book_takes_no_more(self, place: Place) -> None:
        await shelved(place, place.sam, 12)
        assert texts_books.FULL in await place.private(place.sam, "book continue")


def _notice(place: Place) -> Message | None:
    return next((one for one in place.stories.messages.values() if texts_books.GO_ON in one.labels), None)


class TestRetry:
    async def test_the_last_chapter_is_told_anew_and_the_old_one_says_so(self, place: Place) -> None:
        first, second = await begun(place, place.sam)
        _, before = await kept(place)
        handle = await place.sam.command("book retry", in_=place.stories)
        message = await place.result(place.sam, handle)
        assert message.id != second.id
        assert "chapter 2 of 2" in message.content
        _, path = await kept(place)
        assert [one.message_id for one in path] == [first.id, message.id]
        assert path[1].text != before[1].text
        await place.until(lambda: texts_books.told_anew(2) in second.text)
        assert (second.labels, second.files) == ([], [])
        told = await (await place.sam.press(first, texts_books.BUTTONS["retry"])).response()
        assert texts_books.NOT_THE_LAST in told.text

    async def test_it_is_its_members_and_moderators(self, place: Place) -> None:
        (message,) = await begun(place, place.sam, 1)
        mia = place.sandbox.add_person("Mia", [place.guild])
        for button in ("retry", "repaint"):
            told = await (await mia.press(message, texts_books.BUTTONS[button])).response()
            assert texts_books.NOT_YOUR_BOOK in told.text
        handle = await place.robin.press(message, texts_books.BUTTONS["retry"])
        assert (await place.result(place.robin, handle)).id != message.id


class TestPictures:
    async def test_repaint_changes_the_picture_where_it_stands(self, place: Place) -> None:
        (message,) = await begun(place, place.sam, 1)
        before = message.files[0].data
        handle = await place.sam.press(message, texts_books.BUTTONS["repaint"])
        await place.status(handle, "channels/")
        await place.until(lambda: message.files and message.files[0].data != before)
        _, path = await kept(place)
        plate = await store_of(place).plate_of(place.guild.id, path[0].id)
        assert plate is not None
        assert message.files[0].data == plate.picture
        assert len([one for one in place.stories.messages.values() if one.embeds]) == 1, "no second message"

    async def test_a_chapter_is_rewritten_to_fit_a_picture_that_differs(self, place: Place) -> None:
        (message,) = await begun(place, place.sam, 1)
        book, path = await kept(place)
        store, guild_id = store_of(place), place.guild.id
        plate = await store.plate_of(guild_id, path[0].id)
        assert plate is not None
        await store.set_verdict(guild_id, plate.id, "differs")
        await place.app.bot.parts.library.edits.posts.write_anew(path[0], picture=False)
        await place.until(lambda: texts_books.BUTTONS["canon"] in message.labels)
        assert "shows something else" in message.text
        passage = "A grey fox stands at the harbour at dusk, a lantern in its paw, and nobody else is there. " * 4
        place.device.says["Change this text so that it fits the picture"] = passage
        try:
            handle = await place.sam.press(message, texts_books.BUTTONS["canon"])
            await place.status(handle, "channels/")
            await place.until(lambda: "a lantern in its paw" in message.text)
        finally:
            place.device.says.clear()
        assert texts_books.BUTTONS["canon"] not in message.labels
        (now,) = await store.path(guild_id, book.trunk_id)
        assert passage.strip() in now.text

    async def test_a_picture_that_fits_needs_no_other_words(self, place: Place) -> None:
        (message,) = await begun(place, place.sam, 1)
        _, path = await kept(place)
        plate = await store_of(place).plate_of(place.guild.id, path[0].id)
        assert plate is not None
        await store_of(place).set_verdict(place.guild.id, plate.id, "differs")
        await place.app.bot.parts.library.edits.posts.write_anew(path[0], picture=False)
        await place.until(lambda: texts_books.BUTTONS["canon"] in message.labels)
        await store_of(place).set_verdict(place.guild.id, plate.id, "fits")
        told = await (await place.sam.press(message, texts_books.BUTTONS["canon"])).response()
        assert texts_books.ALREADY_FITS in told.text


class TestRead:
    async def test_the_button_opens_the_book_at_its_chapter(self, place: Place) -> None:
        _, second = await begun(place, place.sam)
        shown = await (await place.robin.press(second, texts_books.BUTTONS["read"])).response()
        assert shown.ephemeral
        assert "page 2 of 2" in shown.text
