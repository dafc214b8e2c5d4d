"""Forums, their tags and their posts."""

from __future__ import annotations

import io

import discord
import pytest
import pytest_asyncio

from bot.sandbox import permissions as rights
from bot.sandbox.messages import Draft
from bot.sandbox.model import Channel, Tag

from .conftest import Place
from .tales import held

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
