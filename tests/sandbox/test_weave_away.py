"""Story threads that are archived, locked or deleted midway, and what happens while the bot is away."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import texts_weave
from bot.sandbox import permissions as rights
from bot.sandbox.person import Person
from bot.weave_catching_up import CatchingUp
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.loom import EVERY_MESSAGE, begun, handled


def told_directly(house: House, person: Person) -> str:
    """What the bot wrote to somebody directly."""
    channels = [one for one in house.sandbox.world.channels.values() if person.id in one.recipients]
    return "\n".join(message.text for channel in channels for message in channel.messages.values())


async def test_an_archived_thread_wakes_up_with_its_story(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        house.sandbox.threads.change(loom.thread, {"archived": True})
        await handled()
        assert (await loom.book()).state == "writing"
        await loom.go_on(house.sam)
        assert loom.thread.thread is not None
        assert not loom.thread.thread.archived
        house.sandbox.threads.change(loom.thread, {"archived": True})
        await loom.say(house.sam, "Rain begins.")
        assert [piece.kind for piece in await loom.path()] == ["turn", "continuation", "turn"]


async def test_a_locked_thread_rests_and_its_starter_is_told(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        await loom.say(house.sam, "The fox hears steps.")
        house.device.hold("write")
        await house.status(await house.sam.press(loom.guide, "Continue"), "job `")
        await house.robin.archive(loom.thread, lock=True)
        await loom.until(lambda: "was locked" in told_directly(house, house.sam))
        house.device.let_go()
        await loom.quiet()
        assert (await loom.book()).state == "paused"
        assert loom.told() == [], "what was being told is given up, not lost in a thread that takes nothing"
        said = await house.refusal(await house.sam.press(loom.guide, "Continue"))
        assert texts_weave.NOT_OPEN["paused"][0] in said
        house.sandbox.threads.change(loom.thread, {"archived": False, "locked": False})
        await loom.until(lambda: loom.messages()[-1].content == texts_weave.RESUMED)
        await loom.go_on(house.sam)
        assert [piece.kind for piece in await loom.path()] == ["turn", "continuation"]


async def test_a_deleted_thread_leaves_its_words_as_a_book(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        await (await house.sam.command("privacy optin", in_=house.stories)).response()
        loom = await begun(house, house.sam)
        await loom.say(house.sam, "The fox hears steps.")
        told = await loom.go_on(house.sam)
        await loom.quiet()
        assert (await house.app.memory.stats(loom.guild_id)).stories == 2
        house.sandbox.world.remove_channel(loom.thread)
        await loom.until(lambda: "was deleted" in told_directly(house, house.sam))
        await handled()
        book = await loom.book()
        assert book.state == "gone"
        path = await loom.store.path(loom.guild_id, book.trunk_id)
        assert [piece.kind for piece in path] == ["turn", "continuation"]
        assert path[0].text == "The fox hears steps."
        assert path[1].text[:40] in told.text
        assert (await house.app.memory.stats(loom.guild_id)).stories == 0


async def test_a_deleted_channel_takes_its_threads_along(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        await loom.say(house.sam, "The fox hears steps.")
        house.sandbox.world.remove_channel(house.stories)
        await loom.until(lambda: "was deleted" in told_directly(house, house.sam))
        await handled()
        assert (await loom.book()).state == "gone"


async def test_what_happened_while_the_bot_was_away_is_caught_up_with(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        first = await loom.say(house.sam, "The fox hears steps.")
        second = await loom.say(house.robin, "It hides.")
        told = await loom.go_on(house.sam)
        await house.stop()
        await house.sam.edit(first, "The fox hears music.")
        await house.robin.delete(second)
        late = [await house.sam.say(loom.thread, text) for text in ("It dances.", "(( sorry, late", "It sings.")]
        async with restarted(house, tmp_path, **EVERY_MESSAGE) as again:
            loom.house = again
            await loom.marked(late[-1])
            await handled()
            texts = [piece.text for piece in await loom.path()]
            assert texts[0] == "The fox hears music."
            assert texts[2:] == ["It dances.", "It sings."]
            assert (await loom.path())[1].message_id == told.id
            await loom.go_on(again.sam, told)
            await (await again.sam.press(told, "Undo")).response()


async def test_a_thread_that_went_while_the_bot_was_away(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        await loom.say(house.sam, "The fox hears steps.")
        await house.stop()
        house.sandbox.world.remove_channel(loom.thread)
        async with restarted(house, tmp_path, **EVERY_MESSAGE) as again:
            loom.house = again
            await loom.until(lambda: "was deleted" in told_directly(again, again.sam))
            await handled()
            assert (await loom.book()).state == "gone"


async def test_a_continuation_that_was_interrupted_keeps_its_place(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        house.device.hold("write")
        await house.status(await house.sam.press(loom.guide, "Continue"), "job `")
        await loom.say(house.robin, "Rain begins.")
        await house.stop()
        async with restarted(house, tmp_path, **EVERY_MESSAGE) as again:
            loom.house = again
            await loom.next_told(0)
            assert [piece.kind for piece in await loom.path()] == ["turn", "continuation", "turn"]


async def test_a_turn_that_comes_before_the_bot_looked_around_loses_none_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = CatchingUp.look_around
    may_look = asyncio.Event()

    async def later(self: CatchingUp) -> None:
        await may_look.wait()
        await looks(self)

    short: dict[str, Any] = {**EVERY_MESSAGE, "limits": {"text_characters": 1000}}
    async with moved_in(tmp_path, **short) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        await house.stop()
        await house.robin.say(loom.thread, "It runs. " * 200)
        await house.sam.say(loom.thread, "It hides.")
        monkeypatch.setattr(CatchingUp, "look_around", later)
        async with restarted(house, tmp_path, **short) as again:
            loom.house = again
            await loom.say(again.robin, "Rain begins.")
            may_look.set()
            await handled()
            assert await loom.texts() == ["The fox hears steps.", "It hides.", "Rain begins."]


async def test_what_was_said_in_a_thread_before_its_story_is_no_turn(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        forum = house.sandbox.world.add_forum(house.sandbox.guild("Storybook Corner"), "tales")
        post = await house.sam.post(forum, "The lantern", "Who writes along?")
        await house.robin.say(post, "I do!")
        loom = await begun(house, house.sam, in_=post)
        await loom.go_on(house.sam)
        async with restarted(house, tmp_path, **EVERY_MESSAGE) as again:
            loom.house = again
            await handled()
            await loom.say(again.robin, "Rain begins.")
            assert [piece.kind for piece in await loom.path()] == ["continuation", "turn"]


@pytest.mark.parametrize(("bound", "first"), [(1000, "The fox hears music."), (100, "The fox hears steps.")])
async def test_changes_behind_many_messages_are_found_within_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, bound: int, first: str
) -> None:
    monkeypatch.setattr("bot.weave_turns.CAUGHT_UP", bound)
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        turns = [await loom.say(house.sam, text) for text in ("The fox hears steps.", "It hides.", "It waits.")]
        await house.stop()
        await house.sam.edit(turns[0], "The fox hears music.")
        await house.sam.delete(turns[1])
        missed = await house.robin.say(loom.thread, "It dances.")
        for number in range(110):
            await house.robin.say(loom.thread, f"(( {number}")
        late = await house.robin.say(loom.thread, "It sings.")
        async with restarted(house, tmp_path, **EVERY_MESSAGE) as again:
            loom.house = again
            await loom.marked(late)
            await handled()
            whole = bound > 100
            assert (await loom.texts())[0] == first
            assert ("It hides." in await loom.texts()) is not whole
            assert (missed.id in {one.message_id for one in await loom.path()}) is whole
            assert ("newest 100 messages" in caplog.text) is not whole


async def test_all_messages_of_a_thread_that_went_leave_the_story(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        turn = await loom.say(house.sam, "The fox hears steps.")
        await house.stop()
        await house.sam.delete(turn)
        async with restarted(house, tmp_path, **EVERY_MESSAGE) as again:
            loom.house = again
            await loom.say(again.robin, "It hides.")
            assert await loom.texts() == ["It hides."]


async def test_where_the_history_may_not_be_read_nothing_is_taken_for_deleted(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        await house.stop()
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.READ_MESSAGE_HISTORY)
        async with restarted(house, tmp_path, **EVERY_MESSAGE) as again:
            loom.house = again
            await again.robin.say(loom.thread, "It hides.")
            await (await again.robin.command("queue", in_=again.stories)).response()
            await handled()
            assert (await loom.texts())[0] == "The fox hears steps."
