"""The door to threads, against the sandbox: each thing once, and what may not be done is said or left."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.courier import Courier
from bot.delivery import Delivery, Posted
from bot.outgoing import Outgoing
from bot.sandbox import permissions as rights
from bot.sandbox.model import Channel, Tag
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox
from bot.thread_door import Outcome, ThreadDoor, result_of
from ravsg.errors import DeliveryError
from ravsg.telemetry.measures import Telemetry

from .bots import Probe, heard


@pytest.fixture
def door(probe: Probe) -> ThreadDoor:
    return ThreadDoor(probe, Courier(Telemetry()))


@pytest.fixture
def general(sandbox: Sandbox) -> Channel:
    return sandbox.channel("#general")


def written(probe: Probe) -> list[Any]:
    """Every message that the client was told of."""
    return [one for (one,) in probe.events("message")]


async def said(probe: Probe, channel: Channel, text: str = "a tale") -> Posted:
    return await Delivery(probe, Courier(Telemetry())).send(channel.id, Outgoing(text))


async def test_a_thread_is_opened_once_on_a_message(probe: Probe, door: ThreadDoor, general: Channel) -> None:
    place = await said(probe, general)
    first = await door.open_on(general.guild_id or 0, place, "The   lantern\nand the key")
    again = await door.open_on(general.guild_id or 0, place, "The lantern")
    assert first.id == again.id == place.message_id
    assert first.name == "The lantern and the key"
    assert first.auto_archive_duration == 10080


async def test_a_post_in_a_forum(sandbox: Sandbox, probe: Probe, door: ThreadDoor, robin: Person) -> None:
    guild = sandbox.guild("Storybook Corner")
    forum = sandbox.world.add_forum(guild, "tales", tags=[Tag(0, "short")])
    await robin.post(forum, "Another", "to be sure that the forum is known")
    await heard(probe, "message")
    place = probe.get_channel(forum.id)
    assert isinstance(place, discord.ForumChannel)
    thread = await door.open_post(place, "The lantern", Outgoing("It begins"), place.available_tags)
    opened = sandbox.channel("#The lantern")
    assert (opened.id, opened.parent_id) == (thread.id, forum.id)
    assert [message.content for message in sandbox.messages(opened)] == ["It begins"]
    assert opened.thread is not None
    assert len(opened.thread.tags) == 1


async def test_marks_are_a_courtesy(
    sandbox: Sandbox, probe: Probe, door: ThreadDoor, general: Channel, sam: Person
) -> None:
    message = await sam.say(general, "a turn")
    place = Posted(general.id, message.id)
    await door.mark(place, "✍️")
    await door.mark(place, "🚫", instead_of="✍️")
    assert [one.emoji for one in message.reactions] == ["🚫"]
    sandbox.world.overwrite(general, sandbox.bot, deny=rights.ADD_REACTIONS)
    await door.mark(Posted(general.id, (await sam.say(general, "another")).id), "✍️")
    assert (await said(probe, general)).channel_id == general.id, "whoever may not react may well write"


async def test_a_poll_and_its_end(sandbox: Sandbox, probe: Probe, door: ThreadDoor, general: Channel) -> None:
    answers = ["As it went on", "What if the key breaks, and " + "so on " * 20]
    place = await door.ask(general.id, Outgoing("Choose"), "How does it go on?", answers, 2, nonce="one")
    message = sandbox.world.find_message(general.id, place.message_id)
    assert message is not None
    assert message.poll is not None
    assert max(len(one.text) for one in message.poll.answers) <= 55
    assert await door.outcome(place) is None
    for name in ("Robin", "Sam"):
        await sandbox.person(name).vote(message, 2)
    sandbox.clock.advance(2 * 3600 + 1)
    await probe.until(lambda: place in [result_of(one) for one in written(probe)])
    outcome = await door.outcome(place)
    assert outcome == Outcome((0, 2))
    assert outcome.winner == 1
    with pytest.raises(DeliveryError):
        await door.outcome(Posted(general.id, 1))


def test_a_draw_has_no_winner() -> None:
    assert Outcome((2, 2, 1)).winner is None
    assert Outcome((0, 0)).winner is None
    assert Outcome((1, 0)).winner == 0


async def test_a_thread_is_locked_where_the_bot_may(
    sandbox: Sandbox, probe: Probe, door: ThreadDoor, general: Channel, sam: Person
) -> None:
    thread = await sam.open_thread(general, "Sam's corner")
    await sam.say(thread, "hello")
    await heard(probe, "message")
    assert not await door.close(thread.id), "it may not manage threads"
    sandbox.world.overwrite(general, sandbox.bot, allow=rights.MANAGE_THREADS)
    await probe.until_event("guild_channel_update")
    assert await door.close(thread.id)
    assert thread.thread is not None
    assert (thread.thread.archived, thread.thread.locked) == (True, True)
    assert not await door.close(1)


async def test_what_stands_in_a_thread(
    sandbox: Sandbox, probe: Probe, door: ThreadDoor, general: Channel, sam: Person
) -> None:
    thread = await sam.open_thread(general, "Sam's corner")
    await sam.say(thread, "one")
    await said(probe, thread, "two")
    listed = await door.since(general.guild_id or 0, thread.id, 0, 2) or []
    assert [one.content for one in listed] == ["one", "two"]
    assert all(one.guild is not None for one in listed)
    sandbox.world.remove_channel(thread)
    assert await door.since(general.guild_id or 0, thread.id, 0, 2) is None
