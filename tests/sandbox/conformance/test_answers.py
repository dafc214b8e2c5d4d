"""Every answer to an interaction: messages, private ones, deferrals, follow-ups."""

from __future__ import annotations

import io
from datetime import timedelta

import discord
import pytest

from .conftest import Place
from .samples import PNG
from .stage import asked

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("stage")]


async def test_an_answer_is_a_message_that_names_its_command(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_message("hello", embed=discord.Embed(title="A"))
    message = await handle.response()
    assert (message.content, message.author.id, (await handle.acked()).kind) == (
        "hello",
        place.sandbox.bot.id,
        "message",
    )
    (heard,) = await place.told("message", lambda one: one.id == message.id)
    assert heard.type is discord.MessageType.chat_input_command
    assert heard.interaction_metadata is not None
    assert heard.interaction_metadata.user.id == place.sam.id


async def test_an_answer_may_carry_files_and_a_poll(place: Place) -> None:
    handle, told = await asked(place)
    file = discord.File(io.BytesIO(PNG), "a.png", description="alt")
    poll = discord.Poll("?", duration=timedelta(hours=1)).add_answer(text="a")
    await told.response.send_message("x", file=file, poll=poll)
    message = await handle.response()
    assert [(one.filename, one.description) for one in message.attachments] == [("a.png", "alt")]
    assert message.poll is not None


async def test_the_answer_to_the_answer_names_the_message(place: Place) -> None:
    handle, told = await asked(place)
    response = await told.response.send_message("hello")
    assert response.message_id == (await handle.response()).id
    assert isinstance(response.resource, discord.InteractionMessage)
    assert response.resource.content == "hello"
    assert not response.is_ephemeral()


async def test_a_private_answer_is_seen_by_one_person_only(place: Place) -> None:
    handle, told = await asked(place)
    response = await told.response.send_message("psst", ephemeral=True)
    message = await handle.response()
    assert response.is_ephemeral()
    assert message in place.sam.read("#general")
    assert message not in place.robin.read("#general")
    with pytest.raises(discord.NotFound):
        await place.general.fetch_message(message.id)
    assert message.id not in {one.id async for one in place.general.history(limit=5)}


async def test_a_deferred_answer_thinks_until_it_is_edited(place: Place) -> None:
    handle, told = await asked(place)
    response = await told.response.defer(thinking=True)
    assert (await handle.acked()).kind == "deferred"
    assert response is not None
    assert response.is_thinking()
    assert handle.original is not None
    assert handle.original.loading
    edited = await told.edit_original_response(content="done")
    assert (edited.content, (await handle.response()).content) == ("done", "done")
    assert edited.edited_at is None


async def test_a_deferral_decides_who_sees_the_answer(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.defer(thinking=True, ephemeral=True)
    first = await told.followup.send("for you", wait=True)
    assert handle.original is not None
    assert first.id == handle.original.id
    assert handle.original.visible_to == place.sam.id


async def test_the_first_follow_up_fills_a_deferred_answer(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.defer(thinking=True)
    first = await told.followup.send("first", wait=True)
    second = await told.followup.send("second", wait=True)
    assert handle.original is not None
    assert (first.id, [one.id for one in handle.followups]) == (handle.original.id, [second.id])


async def test_a_deferred_answer_becomes_a_poll(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.defer(thinking=True)
    poll = discord.Poll("Which?", duration=timedelta(hours=1)).add_answer(text="a")
    filled = await told.followup.send(poll=poll, wait=True)
    assert filled.poll is not None
    assert (filled.poll.question, (await handle.response()).poll is not None) == ("Which?", True)


async def test_follow_ups_are_edited_fetched_and_deleted(place: Place) -> None:
    _, told = await asked(place)
    await told.response.send_message("one")
    more = await told.followup.send("two", wait=True, file=discord.File(io.BytesIO(b"1"), "a.txt"))
    edited = await more.edit(content="three")
    assert (edited.content, edited.attachments[0].filename) == ("three", "a.txt")
    assert (await told.followup.fetch_message(more.id)).content == "three"
    await more.delete()
    with pytest.raises(discord.NotFound) as gone:
        await told.followup.fetch_message(more.id)
    assert gone.value.code == 10008


async def test_a_private_follow_up_after_a_public_answer(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_message("all see this")
    await told.followup.send("you see this", ephemeral=True, wait=True)
    assert [one.visible_to for one in handle.followups] == [place.sam.id]


async def test_the_original_answer_is_fetched_edited_and_deleted(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_message("one")
    assert (await told.original_response()).content == "one"
    assert (await told.edit_original_response(content="two")).content == "two"
    await told.delete_original_response()
    assert handle.original is not None
    assert handle.original.deleted
