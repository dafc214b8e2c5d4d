"""A book whose process stops goes on at the chapter where it stopped, and its buttons, pages and forms live on."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot import texts_books
from bot.sandbox.model import Message
from tests.sandbox.books import chapter, store_of
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import picture

PHOTO = ("photo.png", picture("a photo"))


def chapters_shown(house: House) -> list[Message]:
    return [one for one in house.stories.messages.values() if one.embeds and " · chapter " in one.content]


async def test_it_goes_on_where_it_stopped_and_no_chapter_comes_twice(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        told = asyncio.Event()

        async def hold(*_: object) -> None:
            house.device.hold("write")
            told.set()

        house.app.bot.parts.books.on_told.append(hold)
        await house.sam.command("book start", in_=house.stories, image=PHOTO, chapters=2)
        first = await chapter(house, 1)
        await told.wait()
        assert await asyncio.to_thread(house.device.entered.wait, 30)
        async with restarted(house, tmp_path) as again:
            second = await chapter(again, 2)
            await again.app.bot.parts.books.settled()
            assert chapters_shown(again) == [first, second]
            (book,) = await store_of(again).books(first.guild_id or 0)
            assert book.state == "finished"


async def test_buttons_pages_and_forms_from_before_work(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        await house.sam.command("book start", in_=house.stories, image=PHOTO, chapters=2)
        first = await chapter(house, 1)
        await chapter(house, 2)
        page = await (await house.robin.command("book read", in_=house.stories)).response()
        form = await house.sam.command("book edit", in_=house.stories, chapter=1)
        await form.form()
        async with restarted(house, tmp_path) as again:
            await (await again.robin.press(page, texts_books.NEXT)).acked()
            await again.sandbox.world.watch.until(lambda: "page 2 of 2" in page.text, 30)
            sent = await again.sam.fill(form, title="Another Title", text="Other words.")
            assert "Another Title" in (await sent.response()).text
            await again.sandbox.world.watch.until(lambda: "Other words." in first.text, 30)
            assert texts_books.EDITED in first.embeds[0]["footer"]["text"]
            goes_on = await again.robin.press(first, texts_books.BUTTONS["next"])
            assert "chapter 3 of 3" in (await again.result(again.robin, goes_on)).content
