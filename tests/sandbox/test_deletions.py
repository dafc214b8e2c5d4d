"""What is deleted in Discord takes its memory along: messages, threads, channels, also while the bot was away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import texts_memory
from bot.sandbox import permissions as rights
from bot.sandbox.model import Channel, Message
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, job_of, link_to, village

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("deletions")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


async def dealt_with(place: Place) -> None:
    """Wait until the bot has dealt with what was deleted: the gateway keeps the order of events."""
    await place.private(place.robin, "queue")
    handlers = [one for one in asyncio.all_tasks() if "_delete" in one.get_name()]
    await asyncio.gather(*handlers)


async def forgotten(place: Place, *results: Message) -> bool:
    """Whether nothing is left of results: neither memory nor job."""
    jobs = [await place.app.jobs.get(job_of(one)) for one in results]
    listed = await place.private(place.sam, "memory recent")
    return not any(jobs) and not any(link_to(one) in listed for one in results)


async def thread_of(place: Place) -> Channel:
    post = await place.sam.say(place.stories, "let us go on here")
    return await place.sam.start_thread(post, "A thread")


async def test_many_messages_at_once(place: Place) -> None:
    await place.optin(place.sam)
    gone = [await place.story(place.sam) for _ in range(2)]
    kept = await place.story(place.sam)
    place.sandbox.writing.delete_many(place.stories, gone)
    await dealt_with(place)
    assert await forgotten(place, *gone)
    assert not await forgotten(place, kept)


async def test_a_thread_with_all_that_was_told_in_it(place: Place) -> None:
    await place.optin(place.sam)
    thread = await thread_of(place)
    told = [await place.story(place.sam, in_=thread) for _ in range(2)]
    beside = await place.story(place.sam)
    place.sandbox.world.remove_channel(thread)
    await dealt_with(place)
    assert await forgotten(place, *told)
    assert not await forgotten(place, beside)


async def test_a_channel_with_its_threads(place: Place) -> None:
    await place.optin(place.sam)
    general = place.sandbox.channel("#general", place.guild)
    thread = await place.sam.start_thread(await place.sam.say(general, "let us go on here"), "A thread")
    told = [await place.story(place.sam, in_=where) for where in (general, thread)]
    beside = await place.story(place.sam)
    place.sandbox.threads.change(thread, {"archived": True})  # nobody is told that it goes with its channel
    place.sandbox.world.remove_channel(general)
    await dealt_with(place)
    assert await forgotten(place, *told)
    assert not await forgotten(place, beside)
    assert (await place.app.memory.stats(place.guild.id)).stories == 1


async def test_the_member_whose_story_has_no_thread_any_more_is_told(place: Place) -> None:
    await place.optin(place.sam)
    thread = await thread_of(place)
    place.device.hold("write")
    handle = await place.sam.command("story", in_=thread, image=("a.png", picture("a photo")))
    await handle.response()
    (job,) = await place.app.jobs.list_open(place.guild.id)
    place.sandbox.world.remove_channel(thread)
    place.device.let_go()
    ended = await place.app.jobs.wait(job.id)
    await dealt_with(place)
    assert ended.state == "failed"
    await place.app.jobs.forget_channel(place.guild.id, thread.id)
    assert await place.app.jobs.get(job.id) is None


async def test_another_servers_channel_takes_nothing_along(town: Village, place: Place) -> None:
    elsewhere = await town.place()
    await place.optin(place.sam)
    story = await place.story(place.sam)
    await place.app.memory.forget_channel(elsewhere.guild.id, place.stories.id)
    await place.app.jobs.forget_channel(elsewhere.guild.id, place.stories.id)
    assert not await forgotten(place, story)


class TestAway:
    """What went while the bot was not connected."""

    async def test_messages_and_channels_are_missed_at_the_next_start(self, tmp_path: Path) -> None:
        async with moved_in(tmp_path) as house:
            await (await house.sam.command("privacy optin", in_=house.stories)).response()
            gone, kept = await house.story(house.sam), await house.story(house.sam)
            lost = house.sandbox.channel("#general")
            in_lost = await house.story(house.sam, in_=lost)
            await house.stop()
            house.sandbox.writing.delete(gone)
            house.sandbox.world.remove_channel(lost)
            async with restarted(house, tmp_path) as again:
                await looked_around(again)
                jobs = [await again.app.jobs.get(job_of(one)) for one in (gone, in_lost)]
                assert jobs == [None, None]
                listed = await (await again.sam.command("memory recent", in_=again.stories)).response()
                assert link_to(kept) in listed.text
                assert link_to(gone) not in listed.text

    async def test_nothing_is_missed_where_the_history_may_not_be_read(self, tmp_path: Path) -> None:
        async with moved_in(tmp_path) as house:
            await (await house.sam.command("privacy optin", in_=house.stories)).response()
            kept = await house.story(house.sam)
            await house.stop()
            world = house.sandbox.world
            world.overwrite(house.stories, house.sandbox.bot, deny=rights.READ_MESSAGE_HISTORY)
            async with restarted(house, tmp_path) as again:
                await looked_around(again)
                listed = await (await again.sam.command("memory recent", in_=again.stories)).response()
                assert link_to(kept) in listed.text

    async def test_what_lies_too_far_back_is_missed_when_it_is_to_be_shown(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.lookout.MESSAGES", 1)
        async with moved_in(tmp_path) as house:
            await (await house.sam.command("privacy optin", in_=house.stories)).response()
            gone = await house.story(house.sam)
            second = await house.story(house.sam)
            await house.stop()
            house.sandbox.writing.delete(gone)
            async with restarted(house, tmp_path) as again:
                await looked_around(again)
                assert await again.app.jobs.get(job_of(gone)) is not None
                receipt = await (await again.sam.press(second, texts_memory.WOVEN_BUTTON)).response()
                assert link_to(gone) not in receipt.text
                assert await again.app.jobs.get(job_of(gone)) is None


async def looked_around(house: House) -> None:
    """Wait for the look that follows a start."""
    await asyncio.gather(*[one for one in asyncio.all_tasks() if "on_ready" in one.get_name()])
