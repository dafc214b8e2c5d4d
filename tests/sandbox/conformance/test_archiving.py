"""Threads that are archived, by hand and by the clock, locked, renamed and deleted."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox import permissions as rights

from .conftest import Place
from .tales import a_thread, held

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
