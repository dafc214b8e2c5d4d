"""`/book read` and `/recap`: pages that turn, a bookmark that each reader has, and nothing beyond it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import texts_books
from bot.sandbox import permissions as rights
from bot.sandbox.errors import Refused
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.books import NAMES, shelved, store_of, words_of_chapter
from tests.sandbox.village import Place, Village, village

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("reading")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


async def opened(place: Place, person: Person, **options: object) -> Message:
    shown = await (await person.command("book read", in_=place.stories, **options)).response()
    assert shown.ephemeral
    return shown


async def turned(place: Place, person: Person, shown: Message, button: str, wanted: str) -> None:
    await (await person.press(shown, button)).acked()
    await place.until(lambda: wanted in shown.text)


class TestPages:
    async def test_they_turn_both_ways_with_their_pictures(self, place: Place) -> None:
        await shelved(place, place.sam)
        shown = await opened(place, place.robin)
        assert "1. Title of 1" in shown.text
        assert words_of_chapter(1).split("\n\n")[0] in shown.text
        assert "page 1 of 3" in shown.text
        assert [file.description for file in shown.files] == ["What chapter 1 shows"]
        with pytest.raises(Refused, match="greyed out"):
            await place.robin.press(shown, texts_books.PREVIOUS)
        await turned(place, place.robin, shown, texts_books.NEXT, "2. Title of 2")
        assert [file.description for file in shown.files] == ["What chapter 2 shows"]
        await turned(place, place.robin, shown, texts_books.PREVIOUS, "1. Title of 1")

    async def test_the_menu_goes_to_a_chapter(self, place: Place) -> None:
        await shelved(place, place.sam)
        shown = await opened(place, place.robin)
        await (await place.robin.select(shown, ["3. Title of 3"])).acked()
        await place.until(lambda: "page 3 of 3" in shown.text)
        with pytest.raises(Refused, match="greyed out"):
            await place.robin.press(shown, texts_books.NEXT)

    async def test_a_book_of_one_chapter_has_nothing_to_turn(self, place: Place) -> None:
        await shelved(place, place.sam, 1)
        shown = await opened(place, place.robin)
        assert shown.controls == []

    async def test_it_opens_where_its_reader_stopped(self, place: Place) -> None:
        await shelved(place, place.sam)
        await turned(place, place.robin, await opened(place, place.robin), texts_books.NEXT, "2. Title of 2")
        assert "2. Title of 2" in (await opened(place, place.robin)).text
        assert "1. Title of 1" in (await opened(place, place.sam)).text, "each reader has a bookmark of their own"

    async def test_what_an_edit_left_stale_says_so(self, place: Place) -> None:
        _, pieces = await shelved(place, place.sam)
        await store_of(place).edit_piece(place.guild.id, pieces[0].id, text="Changed.", by=place.sam.id)
        shown = await opened(place, place.robin)
        assert "Changed." in shown.text
        assert texts_books.STALE not in shown.text
        await turned(place, place.robin, shown, texts_books.NEXT, "2. Title of 2")
        assert texts_books.STALE in shown.text


class TestWhichBook:
    async def test_without_a_name_the_newest_and_by_title_any(self, place: Place) -> None:
        await shelved(place, place.sam, title="The Older")
        await shelved(place, place.sam, title="The Newer")
        assert "The Newer" in (await opened(place, place.robin)).text
        assert "The Older" in (await opened(place, place.robin, book="older")).text

    async def test_suggestions_name_author_length_and_state(self, place: Place) -> None:
        book, _ = await shelved(place, place.sam)
        handle = await place.robin.autocomplete("book read", "book", "lant", in_=place.stories)
        assert await handle.suggestions() == [(f"The Lantern (by {place.sam.name}, 3 chapters, finished)", book.id)]
        assert (
            await (await place.robin.autocomplete("book read", "book", "sea", in_=place.stories)).suggestions() == []
        )

    async def test_another_servers_book_is_unknown(self, town: Village, place: Place) -> None:
        elsewhere = await town.place()
        book, _ = await shelved(elsewhere, elsewhere.sam)
        for command in ("book read", "book map", "book export", "book edit", "book retry", "book continue", "recap"):
            told = await place.private(place.robin, command, book=book.id)
            assert texts_books.BOOK_UNKNOWN in told, command
        assert texts_books.NO_BOOK_HERE in await place.private(place.robin, "book read")

    async def test_a_private_channels_book_is_unknown_elsewhere(self, place: Place) -> None:
        book, _ = await shelved(place, place.robin)
        everyone = place.guild.roles[place.guild.id]
        place.sandbox.world.overwrite(place.stories, everyone, deny=rights.VIEW_CHANNEL)
        general = place.sandbox.channel("#general", place.guild)
        assert texts_books.BOOK_UNKNOWN in await place.private(place.robin, "book read", book=book.id, in_=general)


class TestRecap:
    async def test_it_tells_what_was_read_and_nothing_beyond(self, place: Place) -> None:
        await shelved(place, place.sam)
        await turned(place, place.robin, await opened(place, place.robin), texts_books.NEXT, "2. Title of 2")
        shown = await (await place.robin.command("recap", in_=place.stories)).response()
        assert shown.ephemeral
        assert "Previously on The Lantern" in shown.text
        assert NAMES[0] in shown.text
        assert NAMES[2] not in shown.text
        assert "2. Title of 2" in shown.text
        assert [file.description for file in shown.files] == ["What chapter 2 shows"]
        asked = place.prompts[-1]
        assert NAMES[1] in asked
        assert NAMES[2] not in asked, "the writer cannot give away what it does not know"

    async def test_who_has_read_nothing_is_told_so(self, place: Place) -> None:
        await shelved(place, place.sam)
        assert texts_books.RECAP_NOTHING in await place.private(place.robin, "recap")

    async def test_the_writers_own_words_count_where_they_are_a_recap(self, place: Place) -> None:
        await shelved(place, place.sam)
        await opened(place, place.robin)
        said = f"Previously on The Lantern: {NAMES[0]} crossed the bridge."
        place.device.says["Recap this book"] = said
        try:
            shown = await place.private(place.robin, "recap")
            assert f"{NAMES[0]} crossed the bridge." in shown
            assert shown.count("Previously on") == 1
            place.device.says["Recap this book"] = f"Previously on The Lantern: {NAMES[2]} lost the lantern."
            assert NAMES[2] not in await place.private(place.robin, "recap"), "somebody whom the reader has not met"
            place.device.says["Recap this book"] = f"Previously on The Lantern: {NAMES[0]} had hardcore sex."
            assert "hardcore" not in await place.private(place.robin, "recap"), "what may not be shown here"
        finally:
            place.device.says.clear()
