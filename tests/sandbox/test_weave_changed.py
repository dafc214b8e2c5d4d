"""Turns that are edited or deleted while the bot goes on from them: the book follows at once, and what was told from
the former words says so."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot import texts_books, texts_weave
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.books import chapter, store_of
from tests.sandbox.house import House, moved_in
from tests.sandbox.loom import EVERY_MESSAGE, Loom, begun, handled
from tests.sandbox.quick import picture

OLD = "The fox finds a walrus."
NEW = "The fox finds a badger."


async def telling(
    house: House, loom: Loom, person: Person, under: Message | None = None, label: str = "Continue"
) -> None:
    """Have the bot go on, and stop it in the midst of writing."""
    house.device.hold("write")
    await house.status(await person.press(under or loom.guide, label), "job `")
    await asyncio.to_thread(house.device.entered.wait, 30.0)


async def followed(house: House) -> None:
    """Wait until the bot has dealt with what was done so far: its gateway tells of a command after that."""
    await (await house.robin.command("queue", in_=house.stories)).response()
    await handled()


async def test_an_edit_reaches_the_turn_at_once_and_the_continuation_says_so(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        turn = await loom.say(house.sam, OLD)
        await telling(house, loom, house.robin)
        await house.sam.edit(turn, NEW)
        await followed(house)
        assert await loom.texts() == [NEW], "the book follows while the bot is writing"
        house.device.let_go()
        told = await loom.next_told(0)
        assert texts_weave.STALE in told.text
        assert [piece.stale for piece in await loom.path()] == [False, True]
        await house.sam.press(told, "Retry")
        await loom.until(lambda: told.deleted)
        await loom.quiet()
        assert NEW in house.device.prompts[-1]
        assert OLD not in house.device.prompts[-1]
        (again,) = loom.told()
        assert texts_weave.STALE not in again.text
        assert [piece.stale for piece in await loom.path()] == [False, False]


@pytest.mark.parametrize("label", ["Continue", "Retry"])
async def test_a_deletion_is_told_of_as_well(tmp_path: Path, label: str) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        turn = await loom.say(house.sam, OLD)
        first = await loom.go_on(house.sam)
        await telling(house, loom, house.robin, first, label)
        await house.sam.delete(turn)
        await followed(house)
        house.device.let_go()
        await loom.until(lambda: first.deleted or len(loom.told()) == 2)
        await loom.quiet()
        assert texts_weave.STALE in loom.told()[-1].text
        assert OLD not in str(await loom.texts())


async def test_what_comes_after_the_continuation_changes_nothing_of_it(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, OLD)
        await telling(house, loom, house.robin)
        later = await loom.say(house.sam, "Rain begins.")
        await house.sam.edit(later, "Snow falls.")
        await followed(house)
        house.device.let_go()
        told = await loom.next_told(0)
        assert texts_weave.STALE not in told.text
        assert [piece.stale for piece in await loom.path()] == [False, False, False]


async def test_no_summary_of_the_former_words_comes_back(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        turn = await loom.say(house.sam, OLD)
        await loom.go_on(house.sam)
        branch = await loom.store.branch(loom.guild_id, await loom.branch_id())
        assert branch is not None
        story = {**json.loads(branch.story), "summary": "They met a walrus.", "summed_up": 1}
        await loom.store.keep_story(loom.guild_id, branch.id, json.dumps(story))
        await telling(house, loom, house.robin)
        await house.sam.edit(turn, NEW)
        await followed(house)
        house.device.let_go()
        await loom.next_told(1)
        branch = await loom.store.branch(loom.guild_id, branch.id)
        assert branch is not None
        assert "walrus" not in branch.story


async def test_a_chapter_says_that_an_earlier_one_was_edited_while_it_was_told(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        image = ("photo.png", picture("a photo"))
        await house.sam.command("book start", in_=house.stories, image=image, chapters=1)
        first = await chapter(house, 1)
        store, guild_id = store_of(house), house.sandbox.guild("Storybook Corner").id
        for job in await house.app.jobs.list_open(guild_id):
            await house.app.jobs.wait(job.id)
        house.device.hold("write")
        await house.sam.press(first, "Next chapter")
        await asyncio.to_thread(house.device.entered.wait, 30.0)
        handle = await house.sam.command("book edit", in_=house.stories, chapter=1)
        await handle.form()
        await (await house.sam.fill(handle, title="Other", text="Only other words.")).response()
        house.device.let_go()
        second = await chapter(house, 2)
        assert texts_books.STALE in second.text
        (book,) = await store.books(guild_id)
        assert [one.stale for one in await store.path(book.guild_id, book.trunk_id)] == [False, True]
