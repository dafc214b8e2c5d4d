"""Editing and deleting messages."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox import permissions as rights

from .conftest import Place
from .samples import a_file

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_edit_changes_text_and_is_told(place: Place) -> None:
    sent = await place.general.send("one")
    edited = await sent.edit(content="two")
    assert (edited.id, edited.content, edited.edited_at is not None) == (sent.id, "two", True)
    before, after = await place.told("message_edit", lambda _, after: after.id == sent.id)
    assert (before.content, after.content) == ("one", "two")


async def test_an_edit_keeps_what_it_does_not_name(place: Place) -> None:
    sent = await place.general.send("text", embed=discord.Embed(title="kept"), file=a_file())
    edited = await sent.edit(content="other")
    assert [one.title for one in edited.embeds] == ["kept"]
    assert [one.filename for one in edited.attachments] == ["a.txt"]


async def test_an_edit_removes_and_adds_files(place: Place) -> None:
    sent = await place.general.send(files=[a_file(name="1.txt"), a_file(name="2.txt")])
    edited = await sent.edit(attachments=[sent.attachments[1], a_file(name="3.txt")])
    assert [one.filename for one in edited.attachments] == ["2.txt", "3.txt"]


async def test_an_edit_that_leaves_nothing_is_50006(place: Place) -> None:
    sent = await place.general.send("x")
    with pytest.raises(discord.HTTPException) as refused:
        await sent.edit(content=None)
    assert refused.value.code == 50006


async def test_anothers_message_is_50005(place: Place) -> None:
    written = await place.sam.say("#general", "mine")
    with pytest.raises(discord.Forbidden) as refused:
        await place.general.get_partial_message(written.id).edit(content="no")
    assert refused.value.code == 50005


async def test_a_members_edit_is_told(place: Place) -> None:
    written = await place.sam.say("#general", "one")
    await place.heard(written)
    await place.sam.edit(written, "two")
    _, after = await place.told("message_edit", lambda _, after: after.id == written.id)
    assert after.content == "two"


async def test_a_deletion_is_told(place: Place) -> None:
    sent = await place.general.send("x")
    await sent.delete()
    (raw,) = await place.told("raw_message_delete", lambda one: one.message_id == sent.id)
    assert (raw.channel_id, raw.guild_id) == (place.here.id, place.home.id)
    with pytest.raises(discord.NotFound) as gone:
        await sent.edit(content="y")
    assert gone.value.code == 10008


async def test_deleting_anothers_message_needs_manage_messages(place: Place) -> None:
    message = place.general.get_partial_message((await place.sam.say("#general", "mine")).id)
    with pytest.raises(discord.Forbidden) as refused:
        await message.delete()
    assert refused.value.code == 50013
    place.allow(rights.MANAGE_MESSAGES)
    await message.delete()
    place.allow()


async def test_several_are_deleted_at_once_with_one_event(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    sent = [await place.general.send(str(at)) for at in range(3)]
    await place.general.delete_messages(sent)
    (raw,) = await place.told("raw_bulk_message_delete", lambda one: sent[0].id in one.message_ids)
    assert raw.message_ids == {one.id for one in sent}
    place.allow()


async def test_what_is_older_than_14_days_is_not_deleted_in_bulk(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    old = [await place.general.send("old"), await place.general.send("old")]
    place.sandbox.clock.advance(14 * 24 * 3600 + 60)
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.delete_messages(old)
    assert refused.value.code == 50034
    place.allow()


async def test_purge_deletes_what_fits(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    marks = [await place.general.send(text) for text in ("purge", "keep", "purge")]
    gone = await place.general.purge(limit=3, check=lambda one: one.content == "purge")
    assert {one.id for one in gone} == {marks[0].id, marks[2].id}
    assert marks[1].id in place.here.messages
    place.allow()
