"""The scripted person in threads, private ones too, and in forums."""

from __future__ import annotations

import pytest

from bot.sandbox import permissions as rights
from bot.sandbox.errors import Refused
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox

from .bots import Probe, heard


async def test_a_thread_on_a_message(probe: Probe, robin: Person, sam: Person) -> None:
    said = await robin.say("#general", "a tale")
    thread = await robin.start_thread(said, "The tale")
    told = await heard(probe, "thread_create")
    assert (told.id, told.name, told.owner_id) == (said.id, "The tale", robin.id)
    with pytest.raises(Refused, match="already"):
        await sam.start_thread(said, "Again")
    with pytest.raises(Refused, match="1 to 100"):
        await sam.start_thread(await sam.say("#general", "x"), "n" * 101)
    assert await sam.join_thread("#The tale") is thread
    await sam.say(None, "chapter two")
    assert [one.content for one in robin.read(thread)] == ["", "chapter two"]
    await sam.leave_thread(thread)
    assert thread.thread is not None
    assert list(thread.thread.members) == [robin.id]
    with pytest.raises(Refused, match="is no thread"):
        await sam.join_thread("#general")


async def test_closing_and_locking_threads(sandbox: Sandbox, probe: Probe, robin: Person, sam: Person) -> None:
    thread = await sam.open_thread("#general", "Sam's corner")
    await sam.archive(thread)
    await probe.until_event("thread_update")
    await sam.say(thread, "it lives again")
    with pytest.raises(Refused, match="may not close"):
        await sam.archive(thread, lock=True)
    await robin.archive(thread, lock=True)
    with pytest.raises(Refused, match="archived"):
        await sam.say(thread, "no more")
    other = await robin.open_thread("#general", "Robin's corner")
    with pytest.raises(Refused, match="may not close"):
        await sam.archive(other)
    sandbox.world.overwrite(sandbox.channel("#general"), sam.user, deny=rights.CREATE_PUBLIC_THREADS)
    with pytest.raises(Refused, match="may not start"):
        await sam.open_thread("#general", "Another")


async def test_a_private_thread_is_for_those_who_were_brought_in(
    sandbox: Sandbox, robin: Person, sam: Person
) -> None:
    kim = sandbox.add_person("Kim", guilds=[sandbox.guild("Storybook Corner")])
    thread = await sam.open_thread("#general", "Plans", private=True)
    assert thread in sam.channels()
    assert thread not in kim.channels()
    with pytest.raises(Refused):
        kim.read(thread)
    with pytest.raises(Refused):
        await kim.join_thread(thread)
    assert thread in robin.channels(), "whoever manages threads sees it"
    await sam.bring(thread, kim)
    await kim.say(thread, "thank you")
    assert kim.read("#Plans")[-1].content == "thank you"


async def test_an_archived_thread_stays_as_it_is_but_messages_may_be_deleted(robin: Person, sam: Person) -> None:
    thread = await robin.open_thread("#general", "Robin's corner")
    said, poll = await robin.say(thread, "a tale"), await robin.poll(thread, "Who tells it?", ["the fox"])
    await robin.react(said, "🎨")
    await robin.archive(thread)
    for act in (
        sam.react(said, "🐙"),
        robin.unreact(said, "🎨"),
        robin.edit(said, "another tale"),
        robin.pin(said),
        sam.vote(poll, "the fox"),
        robin.end_poll(poll),
    ):
        with pytest.raises(Refused, match="Thread is archived"):
            await act
    await robin.delete(said)
    assert thread.thread is not None
    assert thread.thread.archived
    assert [one.poll is not None for one in sam.read(thread)] == [True]
