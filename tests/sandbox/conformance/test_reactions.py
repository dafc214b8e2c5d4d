"""Reactions and pins."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox import permissions as rights

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


# ---- reactions


async def test_a_reaction_is_given_counted_and_told(place: Place) -> None:
    sent = await place.general.send("x")
    await sent.add_reaction("📖")
    await place.sam.react(place.stored(sent), "📖")
    again = await place.general.fetch_message(sent.id)
    assert [(str(one.emoji), one.count, one.me) for one in again.reactions] == [("📖", 2, True)]
    told, user = await place.told("reaction_add", lambda _, user: user.id == place.sam.id)
    assert (str(told.emoji), told.message.id, user.name) == ("📖", sent.id, "sam")


async def test_a_raw_reaction_names_author_and_member(place: Place) -> None:
    written = await place.robin.say("#general", "x")
    await place.sam.react(written, "🐙")
    (raw,) = await place.told("raw_reaction_add", lambda one: one.message_id == written.id)
    assert (raw.user_id, raw.message_author_id, raw.member.name) == (place.sam.id, place.robin.id, "sam")


async def test_those_who_reacted_are_listed(place: Place) -> None:
    sent = await place.general.send("x")
    await sent.add_reaction("📖")
    await place.sam.react(place.stored(sent), "📖")
    (reaction,) = (await place.general.fetch_message(sent.id)).reactions
    assert {one.name async for one in reaction.users()} == {"ravsg", "sam"}
    assert [one.name async for one in reaction.users(after=discord.Object(place.sandbox.bot.id))] == ["sam"]


async def test_a_reaction_is_taken_back_and_told(place: Place) -> None:
    sent = await place.general.send("x")
    await sent.add_reaction("📖")
    assert place.client.user is not None
    await sent.remove_reaction("📖", place.client.user)
    (raw,) = await place.told("raw_reaction_remove", lambda one: one.message_id == sent.id)
    assert str(raw.emoji) == "📖"
    assert place.stored(sent).reactions == []


async def test_anothers_reaction_is_taken_by_those_who_may(place: Place) -> None:
    sent = await place.general.send("x")
    await place.sam.react(place.stored(sent), "📖")
    sam = await place.guild.fetch_member(place.sam.id)
    with pytest.raises(discord.Forbidden) as refused:
        await sent.remove_reaction("📖", sam)
    assert refused.value.code == 50013
    place.allow(rights.MANAGE_MESSAGES)
    await sent.remove_reaction("📖", sam)
    assert place.stored(sent).reactions == []
    place.allow()


async def test_all_reactions_are_cleared_with_one_event(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    sent = await place.general.send("x")
    for emoji in ("📖", "🐙"):
        await sent.add_reaction(emoji)
    await sent.clear_reactions()
    (raw,) = await place.told("raw_reaction_clear", lambda one: one.message_id == sent.id)
    assert raw.channel_id == place.here.id
    assert (await place.general.fetch_message(sent.id)).reactions == []
    place.allow()


async def test_one_emoji_is_cleared(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    sent = await place.general.send("x")
    for emoji in ("📖", "🐙"):
        await sent.add_reaction(emoji)
    await sent.clear_reaction("📖")
    (raw,) = await place.told("raw_reaction_clear_emoji", lambda one: one.message_id == sent.id)
    assert str(raw.emoji) == "📖"
    assert [str(one.emoji) for one in (await place.general.fetch_message(sent.id)).reactions] == ["🐙"]
    place.allow()


async def test_what_is_no_emoji_is_10014(place: Place) -> None:
    sent = await place.general.send("x")
    with pytest.raises(discord.HTTPException) as refused:
        await sent.add_reaction("nothing")
    assert refused.value.code == 10014
    with pytest.raises(discord.HTTPException) as missing:
        await sent.remove_reaction("📖", place.client.user or discord.Object(0))
    assert missing.value.code == 10014


async def test_a_new_emoji_needs_a_right_that_joining_in_does_not(place: Place) -> None:
    sent = await place.general.send("x")
    await place.sam.react(place.stored(sent), "📖")
    with place.denied(rights.ADD_REACTIONS):
        await sent.add_reaction("📖")
        with pytest.raises(discord.Forbidden) as refused:
            await sent.add_reaction("🐙")
    assert refused.value.code == 50013


async def test_twenty_different_emoji_are_the_most(place: Place) -> None:
    written = await place.robin.say("#general", "x")
    for at in range(20):
        await place.sam.react(written, chr(0x1F400 + at))
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.get_partial_message(written.id).add_reaction("📖")
    assert refused.value.code == 30010


# ---- pins


async def test_a_pin_is_told_listed_and_announced(place: Place) -> None:
    place.allow(rights.PIN_MESSAGES)
    sent = await place.general.send("worth keeping")
    await sent.pin()
    assert sent.id in {one.id async for one in place.general.pins()}
    channel, when = await place.told("guild_channel_pins_update", lambda channel, _: channel.id == place.here.id)
    assert (channel.name, when is not None) == ("general", True)
    (notice,) = await place.told("message", lambda one: one.type is discord.MessageType.pins_add)
    assert notice.reference.message_id == sent.id
    await sent.unpin()
    assert sent.id not in {one.id async for one in place.general.pins()}
    place.allow()


async def test_pins_are_listed_newest_first(place: Place) -> None:
    place.allow(rights.PIN_MESSAGES)
    sent = [await place.general.send(str(at)) for at in range(3)]
    for one in sent:
        place.sandbox.clock.advance(1)
        await one.pin()
    assert [one.id async for one in place.general.pins()][:3] == [one.id for one in reversed(sent)]
    assert [one.id async for one in place.general.pins(limit=1)] == [sent[2].id]
    place.allow()


async def test_pinning_needs_its_own_right(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    sent = await place.general.send("x")
    with pytest.raises(discord.Forbidden) as refused:
        await sent.pin()
    assert refused.value.code == 50013
    place.allow()
