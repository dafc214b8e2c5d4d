"""Chapters and turns over several messages: after a change all of them show the new words, and no old ones stay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import texts_books
from bot.sandbox.model import Channel, Message
from tests.sandbox.books import CHAPTER_BUTTONS, chapter, store_of
from tests.sandbox.house import moved_in
from tests.sandbox.loom import EVERY_MESSAGE, begun, handled
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, village

LONG = "[lamp](sea) " * 320
"""As much as the form holds; its broken links need more than one message holds."""
SHORT = "Only a walrus is left."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("pages")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


async def told(place: Place) -> Message:
    """A book's only chapter, once its job has ended."""
    image = ("photo.png", picture("a photo"))
    await place.sam.command("book start", in_=place.stories, image=image, chapters=1)
    message = await chapter(place, 1)
    for job in await place.app.jobs.list_open(place.guild.id):
        await place.app.jobs.wait(job.id)
    return message


async def edited(place: Place, text: str) -> list[Message]:
    """Give the chapter other words; the messages that show it then."""
    handle = await place.sam.command("book edit", in_=place.stories, chapter=1)
    await handle.form()
    await (await place.sam.fill(handle, title="The Lamp", text=text)).response()
    return pages(place.stories)


def pages(channel: Channel) -> list[Message]:
    return [one for one in channel.messages.values() if one.embeds and not one.deleted and not one.ephemeral]


@pytest.mark.asyncio(loop_scope="module")
class TestChapters:
    async def test_more_words_get_more_messages_and_fewer_words_fewer(self, place: Place) -> None:
        first = await told(place)
        one, two = await edited(place, LONG)
        assert one is first
        assert [len(one.labels), two.labels] == [0, CHAPTER_BUTTONS], "the buttons stand under the last one"
        assert len(one.files) == 1, "its picture stays"
        assert two.reference is not None
        assert two.reference.message_id == first.id
        assert f"{one.text} {two.text}".count("lamp") == LONG.count("lamp")
        assert [one.text.count("walrus") for one in await edited(place, SHORT)] == [1]
        assert two.deleted
        assert first.labels == CHAPTER_BUTTONS
        _, again = await edited(place, LONG)
        assert again.id > two.id
        (book,) = await store_of(place).books(place.guild.id)
        (piece,) = await store_of(place).path(place.guild.id, book.trunk_id)
        assert piece.text == LONG.strip(), "deleting what was too much forgot nothing"

    async def test_both_messages_show_other_words(self, place: Place) -> None:
        await told(place)
        before = await edited(place, LONG)
        assert await edited(place, LONG.replace("lamp", "moon")) == before
        assert [("lamp" in one.text, "moon" in one.text) for one in before] == [(False, True)] * 2

    async def test_of_a_chapter_that_was_told_anew_no_words_stay(self, place: Place) -> None:
        await told(place)
        one, two = await edited(place, LONG)
        handle = await place.sam.command("book retry", in_=place.stories)
        await place.result(place.sam, handle)
        await place.until(lambda: texts_books.told_anew(1) in one.text)
        await place.until(lambda: two.deleted)

    async def test_deleting_a_later_message_forgets_the_chapter(self, place: Place) -> None:
        first = await told(place)
        _, two = await edited(place, LONG)
        await place.robin.delete(two)
        await place.until(lambda: two.deleted)
        assert not first.deleted
        (book,) = await store_of(place).books(place.guild.id)
        await (await place.sam.command("queue", in_=place.stories)).response()
        await handled()
        assert await store_of(place).path(place.guild.id, book.trunk_id) == [], "any part forgets the whole"


async def test_a_turn_of_the_bot_in_a_thread_likewise(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        told = await loom.go_on(house.sam)
        for text, count in ((LONG, 2), (SHORT, 1)):
            handle = await house.sam.command("book edit", in_=loom.thread)
            await handle.form()
            await (await house.sam.fill(handle, title="", text=text)).response()
            shown = [one for one in pages(loom.thread) if one.id >= told.id]
            assert len(shown) == count
            assert "Retry" in shown[-1].labels
        assert SHORT in told.text
