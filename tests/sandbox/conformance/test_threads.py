"""Threads: starting, writing, counting, following."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox import permissions as rights

from .conftest import Place
from .tales import a_thread, held

pytestmark = pytest.mark.asyncio(loop_scope="module")


# ---- starting


async def test_a_thread_on_a_message_has_its_id_and_its_settings(place: Place) -> None:
    sent = await place.general.send("a tale")
    thread = await sent.create_thread(name="The tale", auto_archive_duration=60)
    assert (thread.id, thread.name, thread.parent_id) == (sent.id, "The tale", place.here.id)
    assert (thread.auto_archive_duration, thread.archived, thread.locked) == (60, False, False)
    assert (thread.owner_id, thread.member_count, thread.message_count) == (place.sandbox.bot.id, 1, 0)
    assert thread.me is not None
    assert thread.created_at is not None


async def test_the_message_carries_the_thread(place: Place) -> None:
    thread = await a_thread(place)
    again = await place.general.fetch_message(thread.id)
    assert again.flags.has_thread
    assert again.thread is not None
    assert again.thread.name == "The tale"


async def test_a_thread_begins_with_a_reference_to_the_message(place: Place) -> None:
    thread = await a_thread(place)
    (starter,) = [one async for one in thread.history()]
    assert starter.type is discord.MessageType.thread_starter_message
    assert starter.reference is not None
    assert starter.reference.message_id == thread.id


async def test_a_members_thread_is_told(place: Place) -> None:
    written = await place.sam.say("#general", "a tale")
    thread = await place.sam.start_thread(written, "Sam's")
    (told,) = await place.told("thread_create", lambda one: one.id == thread.id)
    assert (told.name, told.owner_id, told.parent_id) == ("Sam's", place.sam.id, place.here.id)


async def test_a_second_thread_on_a_message_is_160004(place: Place) -> None:
    thread = await a_thread(place)
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.get_partial_message(thread.id).create_thread(name="Again")
    assert refused.value.code == 160004


async def test_a_thread_inside_a_thread_is_50024(place: Place) -> None:
    sent = await (await a_thread(place)).send("x")
    with pytest.raises(discord.HTTPException) as refused:
        await sent.create_thread(name="Deeper")
    assert refused.value.code == 50024


async def test_a_thread_without_a_message_is_announced(place: Place) -> None:
    thread = await place.general.create_thread(name="Alone", type=discord.ChannelType.public_thread)
    (notice,) = await place.told("message", lambda one: one.type is discord.MessageType.thread_created)
    assert (thread.type, notice.content) == (discord.ChannelType.public_thread, "Alone")


async def test_a_private_thread_is_quiet(place: Place) -> None:
    place.allow(rights.CREATE_PRIVATE_THREADS)
    thread = await place.general.create_thread(name="Secret", invitable=False)
    assert (thread.type, thread.invitable) == (discord.ChannelType.private_thread, False)
    assert place.client.events("message") == []
    place.allow()


@pytest.mark.parametrize("right", ["create_public_threads", "read_message_history"])
async def test_starting_a_thread_needs(place: Place, right: str) -> None:
    sent = await place.general.send("x")
    with place.denied(getattr(rights, right.upper())), pytest.raises(discord.Forbidden) as refused:
        await sent.create_thread(name="No")
    assert refused.value.code == 50013


@pytest.mark.parametrize("name", ["", "x" * 101], ids=["no name", "101 characters"])
async def test_a_thread_is_not_called(place: Place, name: str) -> None:
    sent = await place.general.send("x")
    with pytest.raises(discord.HTTPException) as refused:
        await sent.create_thread(name=name)
    assert (refused.value.code, place.sandbox.violations[0].field) == (50035, "name")
    place.sandbox.violations.clear()


# ---- writing and counting


async def test_what_is_written_in_a_thread_is_told_and_counted(place: Place) -> None:
    thread = await a_thread(place)
    told = await place.heard(await place.sam.say(held(place, thread), "chapter one"))
    assert isinstance(told.channel, discord.Thread)
    fetched = await place.client.fetch_channel(thread.id)
    assert isinstance(fetched, discord.Thread)
    assert (fetched.message_count, fetched.total_message_sent, fetched.member_count) == (1, 1, 2)


async def test_a_deleted_message_counts_no_more_but_was_sent(place: Place) -> None:
    thread = await a_thread(place)
    sent = [await thread.send(str(at)) for at in range(2)]
    await sent[0].delete()
    fetched = await place.client.fetch_channel(thread.id)
    assert isinstance(fetched, discord.Thread)
    assert (fetched.message_count, fetched.total_message_sent) == (1, 2)


# ---- following


async def test_writing_makes_a_member_follow_and_is_told(place: Place) -> None:
    thread = await a_thread(place)
    await place.sam.say(held(place, thread), "I read along")
    (member,) = await place.told("thread_member_join", lambda one: one.id == place.sam.id)
    assert member.thread.id == thread.id
    assert {one.id for one in await thread.fetch_members()} == {place.sandbox.bot.id, place.sam.id}


async def test_somebody_is_added_and_removed(place: Place) -> None:
    place.allow(rights.MANAGE_THREADS)
    thread, sam = await a_thread(place), discord.Object(place.sam.id)
    await thread.add_user(sam)
    assert (await thread.fetch_member(place.sam.id)).id == place.sam.id
    await place.told("thread_member_join", lambda one: one.id == place.sam.id)
    await thread.remove_user(sam)
    await place.told("thread_member_remove", lambda one: one.id == place.sam.id)
    with pytest.raises(discord.NotFound):
        await thread.fetch_member(place.sam.id)
    place.allow()


async def test_the_bot_joins_and_leaves(place: Place) -> None:
    written = await place.sam.say("#general", "a tale")
    thread = await place.sam.start_thread(written, "Sam's")
    (told,) = await place.told("thread_create", lambda one: one.id == thread.id)
    await told.join()
    await place.told("thread_join", lambda one: one.id == thread.id)
    await told.leave()
    await place.told("thread_remove", lambda one: one.id == thread.id)
    assert thread.thread is not None
    assert place.sandbox.bot.id not in thread.thread.members
