"""Threads and forum posts: starting, following, archiving by hand and by the clock, locks, tags."""

from __future__ import annotations

import io

import discord
import pytest
import pytest_asyncio

from bot.sandbox import permissions as rights
from bot.sandbox.messages import Draft
from bot.sandbox.model import Channel, Tag

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


def held(place: Place, thread: discord.Thread) -> Channel:
    """A thread as the sandbox has it."""
    return place.sandbox.world.channels[thread.id]


async def a_thread(place: Place, name: str = "The tale", minutes: int = 60) -> discord.Thread:
    """A thread of the bot's on a message of its own."""
    sent = await place.general.send("a tale")
    return await sent.create_thread(name=name, auto_archive_duration=minutes)  # type: ignore[arg-type]


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


# ---- archiving, locking, deleting


async def test_an_archived_thread_is_told_and_listed(place: Place) -> None:
    thread = await a_thread(place, "Old")
    await thread.edit(archived=True)
    _, after = await place.told("thread_update", lambda _, after: after.id == thread.id)
    assert after.archived
    assert thread.id in {one.id async for one in place.general.archived_threads()}
    assert thread.id not in {one.id for one in await place.guild.active_threads()}


async def test_archived_threads_are_listed_last_archived_first(place: Place) -> None:
    threads = [await a_thread(place, str(at)) for at in range(3)]
    for one in threads:
        place.sandbox.clock.advance(1)
        await one.edit(archived=True)
    found = [one async for one in place.general.archived_threads(limit=3)]
    assert [one.id for one in found] == [one.id for one in reversed(threads)]
    older = [one.id async for one in place.general.archived_threads(limit=1, before=found[0].archive_timestamp)]
    assert older == [threads[1].id]


async def test_private_archived_threads_are_for_managers_or_those_who_joined(place: Place) -> None:
    place.allow(rights.CREATE_PRIVATE_THREADS)
    thread = await place.general.create_thread(name="Secret")
    await thread.edit(archived=True)
    assert thread.id in {one.id async for one in place.general.archived_threads(private=True, joined=True)}
    with pytest.raises(discord.Forbidden):
        [one async for one in place.general.archived_threads(private=True)]
    place.allow(rights.MANAGE_THREADS)
    assert thread.id in {one.id async for one in place.general.archived_threads(private=True)}
    place.allow()


async def test_writing_opens_an_archived_thread(place: Place) -> None:
    thread = await a_thread(place)
    await thread.edit(archived=True)
    await thread.send("it lives")
    state = held(place, thread).thread
    assert state is not None
    assert not state.archived


async def test_a_locked_archived_thread_is_50083(place: Place) -> None:
    thread = await a_thread(place)
    place.sandbox.threads.change(held(place, thread), {"archived": True, "locked": True})
    with pytest.raises(discord.HTTPException) as refused:
        await thread.send("no")
    assert refused.value.code == 50083


async def test_a_locked_thread_is_160005_save_for_those_who_manage(place: Place) -> None:
    thread = await a_thread(place)
    place.sandbox.threads.change(held(place, thread), {"locked": True})
    with pytest.raises(discord.HTTPException) as refused:
        await thread.send("no")
    assert refused.value.code == 160005
    place.allow(rights.MANAGE_THREADS)
    assert (await thread.send("yes")).content == "yes"
    place.allow()


async def test_locking_needs_manage_threads_even_for_the_owner(place: Place) -> None:
    thread = await a_thread(place)
    with pytest.raises(discord.Forbidden) as refused:
        await thread.edit(locked=True)
    assert refused.value.code == 50013


async def test_a_locked_archived_thread_is_opened_by_those_who_manage_only(place: Place) -> None:
    thread = await a_thread(place)
    place.sandbox.threads.change(held(place, thread), {"archived": True, "locked": True})
    with pytest.raises(discord.Forbidden) as refused:
        await thread.edit(archived=False)
    assert refused.value.code == 50013
    place.allow(rights.MANAGE_THREADS)
    assert not (await thread.edit(archived=False, locked=False)).locked
    place.allow()


async def test_an_archived_thread_is_not_renamed_before_it_is_opened(place: Place) -> None:
    thread = await a_thread(place)
    await thread.edit(archived=True)
    with pytest.raises(discord.HTTPException) as refused:
        await thread.edit(name="Other")
    assert refused.value.code == 50083
    assert (await thread.edit(name="Other", archived=False)).name == "Other"


async def test_in_an_archived_thread_nothing_is_edited_or_marked(place: Place) -> None:
    thread = await a_thread(place)
    sent = await thread.send("x")
    await thread.edit(archived=True)
    with pytest.raises(discord.HTTPException) as edit:
        await sent.edit(content="y")
    with pytest.raises(discord.HTTPException) as mark:
        await sent.add_reaction("📖")
    with pytest.raises(discord.HTTPException) as leave:
        await thread.leave()
    assert [one.value.code for one in (edit, mark, leave)] == [50083, 50083, 50083]


async def test_a_thread_archives_by_the_clock(place: Place) -> None:
    thread = await a_thread(place, minutes=60)
    place.sandbox.clock.advance(59 * 60)
    state = held(place, thread).thread
    assert state is not None
    assert not state.archived
    place.sandbox.clock.advance(61)
    _, after = await place.told("thread_update", lambda _, after: after.id == thread.id)
    assert after.archived


async def test_what_is_written_keeps_a_thread_awake(place: Place) -> None:
    thread = await a_thread(place, minutes=60)
    state = held(place, thread).thread
    assert state is not None
    for _ in range(3):
        place.sandbox.clock.advance(50 * 60)
        await place.sam.say(held(place, thread), "still here")
    assert not state.archived
    place.sandbox.clock.advance(60 * 60 + 1)
    assert state.archived


async def test_another_duration_counts_from_its_change(place: Place) -> None:
    thread = await a_thread(place, minutes=60)
    await thread.edit(auto_archive_duration=1440)
    state = held(place, thread).thread
    assert state is not None
    place.sandbox.clock.advance(61 * 60)
    assert not state.archived
    place.sandbox.clock.advance(24 * 3600)
    assert state.archived


async def test_a_thread_is_renamed_and_slowed(place: Place) -> None:
    thread = await a_thread(place)
    edited = await thread.edit(name="Renamed", slowmode_delay=10)
    assert (edited.name, edited.slowmode_delay) == ("Renamed", 10)
    before, after = await place.told("thread_update", lambda _, after: after.id == thread.id)
    assert (before.name, after.name) == ("The tale", "Renamed")


async def test_a_deleted_thread_is_told(place: Place) -> None:
    thread = await a_thread(place)
    place.allow(rights.MANAGE_THREADS)
    await thread.delete()
    (raw,) = await place.told("raw_thread_delete", lambda one: one.thread_id == thread.id)
    assert (raw.parent_id, raw.guild_id) == (place.here.id, place.home.id)
    with pytest.raises(discord.NotFound) as gone:
        await place.client.fetch_channel(thread.id)
    assert gone.value.code == 10003
    place.allow()


# ---- forums


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(place: Place) -> Channel:
    """A forum with an open and a moderated tag."""
    return place.sandbox.world.add_forum(place.home, "shelf", tags=[Tag(0, "sea", emoji="🌊"), Tag(0, "best", True)])


def forum_of(place: Place, shelf: Channel) -> discord.ForumChannel:
    found = place.client.get_channel(shelf.id)
    assert isinstance(found, discord.ForumChannel)
    return found


async def test_a_forum_is_known_with_its_tags(place: Place, shelf: Channel) -> None:
    fetched = await place.client.fetch_channel(shelf.id)
    assert isinstance(fetched, discord.ForumChannel)
    assert [(one.name, one.moderated, str(one.emoji)) for one in fetched.available_tags] == [
        ("sea", False, "🌊"),
        ("best", True, "None"),
    ]


async def test_a_post_is_a_thread_and_its_first_message(place: Place, shelf: Channel) -> None:
    forum = forum_of(place, shelf)
    thread, first = await forum.create_thread(
        name="A whale",
        content="Once",
        file=discord.File(io.BytesIO(b"1"), "a.txt", description="alt"),
        applied_tags=[forum.available_tags[0]],
    )
    assert (thread.id, thread.parent_id, thread.name) == (first.id, shelf.id, "A whale")
    assert (first.content, first.attachments[0].description) == ("Once", "alt")
    assert [one.name for one in thread.applied_tags] == ["sea"]
    assert (thread.message_count, thread.member_count) == (0, 1)


async def test_a_members_post_is_told_with_its_tags(place: Place, shelf: Channel) -> None:
    post, _ = place.sandbox.threads.post(shelf, place.sam.user, "Mine", Draft("text"), tags=[shelf.tags[0].id])
    (told,) = await place.told("thread_create", lambda one: one.id == post.id)
    assert isinstance(told.parent, discord.ForumChannel)
    assert [one.name for one in told.applied_tags] == ["sea"]
    (message,) = await place.told("message", lambda one: one.id == post.id)
    assert message.content == "text"


async def test_a_post_needs_a_message(place: Place, shelf: Channel) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await forum_of(place, shelf).create_thread(name="Empty", content="")
    assert refused.value.code == 50006


async def test_a_forum_takes_no_bare_messages(place: Place, shelf: Channel) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place.client.http.send_message(shelf.id, params=discord.http.handle_message_parameters("x"))
    assert refused.value.code == 50008


async def test_a_moderated_tag_needs_manage_threads(place: Place, shelf: Channel) -> None:
    forum = forum_of(place, shelf)
    with pytest.raises(discord.Forbidden) as refused:
        await forum.create_thread(name="No", content="x", applied_tags=[forum.available_tags[1]])
    assert refused.value.code == 50013


async def test_a_forum_may_demand_a_tag(place: Place, shelf: Channel) -> None:
    strict = place.sandbox.world.add_forum(place.home, "strict", tags=[Tag(0, "a")], must_tag=True)
    await place.told("guild_channel_create", lambda one: one.id == strict.id)
    forum = forum_of(place, strict)
    assert forum.flags.require_tag
    with pytest.raises(discord.HTTPException) as refused:
        await forum.create_thread(name="No", content="x")
    assert refused.value.code == 40067


async def test_posting_needs_the_right_to_write(place: Place, shelf: Channel) -> None:
    with place.denied(rights.SEND_MESSAGES, where=shelf), pytest.raises(discord.Forbidden) as refused:
        await forum_of(place, shelf).create_thread(name="No", content="x")
    assert refused.value.code == 50013


async def test_tags_of_a_post_are_changed(place: Place, shelf: Channel) -> None:
    forum = forum_of(place, shelf)
    thread, _ = await forum.create_thread(name="A fox", content="Once")
    await thread.add_tags(forum.available_tags[0])
    _, after = await place.told("thread_update", lambda _, after: after.id == thread.id)
    assert [one.name for one in after.applied_tags] == ["sea"]
    await thread.remove_tags(forum.available_tags[0])
    state = held(place, thread).thread
    assert state is not None
    assert state.tags == []


async def test_a_post_is_pinned(place: Place, shelf: Channel) -> None:
    place.allow(rights.MANAGE_THREADS)
    thread, _ = await forum_of(place, shelf).create_thread(name="Rules", content="Be kind")
    edited = await thread.edit(pinned=True)
    assert edited.flags.pinned
    place.allow()


async def test_posts_archive_by_the_clock_and_are_listed(place: Place, shelf: Channel) -> None:
    forum = forum_of(place, shelf)
    thread, _ = await forum.create_thread(name="Sleepy", content="Once", auto_archive_duration=60)
    place.sandbox.clock.advance(3601)
    assert thread.id in {one.id async for one in forum.archived_threads()}


async def test_a_forum_is_made_with_tags_and_gets_another(place: Place) -> None:
    place.allow(rights.MANAGE_CHANNELS)
    made = await place.guild.create_forum("library", available_tags=[discord.ForumTag(name="old")], topic="Books")
    assert [one.name for one in made.available_tags] == ["old"]
    await place.told("guild_channel_create", lambda one: one.id == made.id)
    seen = place.client.get_channel(made.id)
    assert isinstance(seen, discord.ForumChannel)
    tag = await seen.create_tag(name="new")
    assert [one.name for one in place.sandbox.world.channels[made.id].tags] == ["old", "new"]
    assert tag.id == place.sandbox.world.channels[made.id].tags[1].id
    await place.told("guild_channel_update", lambda _, after: after.id == made.id and len(after.available_tags) == 2)
    with pytest.raises(discord.HTTPException) as refused:
        await seen.create_tag(name="new")
    assert refused.value.code == 40061
    place.allow()
