"""Whom a message pings and what it refers to: mentions and replies."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox import roles

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


# ---- mentions


async def test_a_mention_pings_and_brings_the_member(place: Place) -> None:
    sent = await place.general.send(f"{place.sam.mention}, look")
    assert [one.id for one in sent.mentions] == [place.sam.id]
    assert isinstance(sent.mentions[0], discord.Member)


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (discord.AllowedMentions.none(), []),
        (discord.AllowedMentions.all(), ["robin", "sam"]),
        (discord.AllowedMentions(users=False), []),
    ],
    ids=["nobody", "everybody", "no users"],
)
async def test_allowed_mentions_let_ping(place: Place, allowed: discord.AllowedMentions, pinged: list[str]) -> None:
    sent = await place.general.send(f"{place.robin.mention} {place.sam.mention}", allowed_mentions=allowed)
    assert sorted(one.name for one in sent.mentions) == pinged


async def test_allowed_mentions_by_name_ping_only_those(place: Place) -> None:
    only = discord.AllowedMentions(users=[discord.Object(place.sam.id)])
    sent = await place.general.send(f"{place.robin.mention} {place.sam.mention}", allowed_mentions=only)
    assert [one.name for one in sent.mentions] == ["sam"]


async def test_everyone_is_pinged_only_by_those_who_may(place: Place) -> None:
    assert not (await place.general.send("@everyone")).mention_everyone
    place.allow(rights.MENTION_EVERYONE)
    assert (await place.general.send("@here")).mention_everyone
    assert not (await place.general.send("@here", allowed_mentions=discord.AllowedMentions.none())).mention_everyone
    place.allow()


async def test_a_role_is_pinged_where_it_may_be(place: Place) -> None:
    open_role = roles.add(place.sandbox.world, place.home, "Open", mentionable=True)
    closed = roles.add(place.sandbox.world, place.home, "Closed")
    await place.told("guild_role_create", lambda one: one.id == closed.id)
    sent = await place.general.send(f"<@&{open_role.id}> <@&{closed.id}>")
    assert [one.name for one in sent.role_mentions] == ["Open"]


# ---- replies


async def test_a_reply_refers_pings_and_brings_what_it_answers(place: Place) -> None:
    told = await place.heard(await place.sam.say("#general", "question"))
    answer = await told.reply("answer")
    assert answer.type is discord.MessageType.reply
    assert answer.reference is not None
    assert answer.reference.message_id == told.id
    assert isinstance(answer.reference.resolved, discord.Message)
    assert answer.reference.resolved.content == "question"
    assert [one.id for one in answer.mentions] == [place.sam.id]


async def test_a_reply_may_be_silent(place: Place) -> None:
    told = await place.heard(await place.sam.say("#general", "question"))
    assert (await told.reply("answer", mention_author=False)).mentions == []


async def test_a_reply_to_what_was_deleted_is_refused_or_becomes_ordinary(place: Place) -> None:
    gone = await place.general.send("gone")
    await gone.delete()
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send("x", reference=gone)
    assert (refused.value.code, place.sandbox.violations.pop().field) == (50035, "message_reference")
    sent = await place.general.send("x", reference=gone.to_reference(fail_if_not_exists=False))
    assert sent.type is discord.MessageType.default


async def test_a_reply_needs_the_right_to_read_history(place: Place) -> None:
    told = await place.heard(await place.sam.say("#general", "question"))
    with place.denied(rights.READ_MESSAGE_HISTORY), pytest.raises(discord.Forbidden) as refused:
        await told.reply("answer")
    assert refused.value.code == 160002
