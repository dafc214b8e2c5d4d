"""A server's own emoji and stickers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
import pytest_asyncio

from bot.sandbox import permissions as rights
from bot.sandbox.contents import Emoji
from bot.sandbox.errors import Refused
from bot.sandbox.expressions import add_emoji, add_sticker, remove_emoji
from tests.sandbox.bots import Probe, connected

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def fox(place: Place) -> AsyncIterator[Emoji]:
    """An emoji of the server's, which the client knows."""
    emoji = add_emoji(place.sandbox.world, place.home, "fox")
    await place.told("guild_emojis_update", lambda guild, before, after: emoji.id in {one.id for one in after})
    yield emoji
    if emoji.id in place.home.emojis:
        remove_emoji(place.sandbox.world, place.home, emoji)


def known(place: Place, emoji: Emoji) -> discord.Emoji:
    """An emoji, as discord.py has it."""
    found = place.client.get_emoji(emoji.id)
    assert found is not None
    return found


# ---- emoji


async def test_a_servers_emoji_come_with_the_server(place: Place, fox: Emoji) -> None:
    async with connected(place.sandbox, Probe()) as late:
        (guild,) = late.guilds
        assert [(one.id, one.name, one.animated) for one in guild.emojis] == [(fox.id, "fox", False)]


async def test_emoji_are_told_as_they_come_and_go(place: Place, fox: Emoji) -> None:
    other = add_emoji(place.sandbox.world, place.home, "owl", animated=True)
    _, before, after = await place.told("guild_emojis_update", lambda guild, before, after: len(after) == 2)
    assert ([one.name for one in before], [(one.name, one.animated) for one in after]) == (
        ["fox"],
        [("fox", False), ("owl", True)],
    )
    remove_emoji(place.sandbox.world, place.home, other)
    await place.told("guild_emojis_update", lambda guild, before, after: len(before) == 2 and len(after) == 1)
    assert [one.name for one in place.guild.emojis] == ["fox"]


async def test_emoji_are_fetched_alone_and_together(place: Place, fox: Emoji) -> None:
    assert [one.name for one in await place.guild.fetch_emojis()] == ["fox"]
    assert (await place.guild.fetch_emoji(fox.id)).name == "fox"
    with pytest.raises(discord.NotFound) as refused:
        await place.guild.fetch_emoji(1)
    assert refused.value.code == 10014


async def test_a_servers_emoji_is_a_reaction(place: Place, fox: Emoji) -> None:
    sent = await place.general.send("x")
    await sent.add_reaction(known(place, fox))
    await place.sam.react(place.stored(sent), f"<:fox:{fox.id}>")
    (reaction,) = (await place.general.fetch_message(sent.id)).reactions
    assert (reaction.emoji, reaction.count, reaction.me) == (known(place, fox), 2, True)
    assert {one.name async for one in reaction.users()} == {"ravsg", "sam"}
    (raw,) = await place.told("raw_reaction_add", lambda one: one.user_id == place.sam.id)
    assert (raw.emoji.id, raw.emoji.name, raw.emoji.animated) == (fox.id, "fox", False)


async def test_a_reaction_with_a_servers_emoji_is_taken_back_and_cleared(place: Place, fox: Emoji) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    sent = await place.general.send("x")
    await sent.add_reaction(known(place, fox))
    assert place.client.user is not None
    await sent.remove_reaction(known(place, fox), place.client.user)
    (raw,) = await place.told("raw_reaction_remove", lambda one: one.message_id == sent.id)
    assert (raw.emoji.id, place.stored(sent).reactions) == (fox.id, [])
    await place.sam.react(place.stored(sent), str(fox))
    await sent.clear_reaction(known(place, fox))
    (raw,) = await place.told("raw_reaction_clear_emoji", lambda one: one.message_id == sent.id)
    assert (raw.emoji.id, place.stored(sent).reactions) == (fox.id, [])
    place.allow()


async def test_an_animated_emoji_is_told_as_such(place: Place) -> None:
    owl = add_emoji(place.sandbox.world, place.home, "owl", animated=True)
    written = await place.robin.say("#general", "x")
    await place.sam.react(written, f"<a:owl:{owl.id}>")
    (raw,) = await place.told("raw_reaction_add", lambda one: one.message_id == written.id)
    assert (str(raw.emoji), raw.emoji.animated) == (f"<a:owl:{owl.id}>", True)
    remove_emoji(place.sandbox.world, place.home, owl)


async def test_a_reaction_outlives_its_emoji_which_nobody_can_give_again(place: Place, fox: Emoji) -> None:
    sent = await place.general.send("x")
    await sent.add_reaction(known(place, fox))
    remove_emoji(place.sandbox.world, place.home, fox)
    (reaction,) = (await place.general.fetch_message(sent.id)).reactions
    assert isinstance(reaction.emoji, discord.PartialEmoji)
    other = await place.general.send("y")
    with pytest.raises(discord.NotFound) as refused:
        await other.add_reaction(reaction.emoji)
    assert refused.value.code == 10014


async def test_another_servers_emoji_needs_a_right_and_is_not_for_people(place: Place) -> None:
    guild = place.sandbox.add_guild("Second", place.robin)
    bear = add_emoji(place.sandbox.world, guild, "bear")
    sent = await place.general.send("x")
    with place.denied(rights.USE_EXTERNAL_EMOJIS), pytest.raises(discord.Forbidden) as refused:
        await sent.add_reaction(str(bear))
    assert refused.value.code == 50013
    with pytest.raises(Refused, match="Unknown Emoji"):
        await place.robin.react(place.stored(sent), str(bear))
    await sent.add_reaction(str(bear))
    await place.robin.react(place.stored(sent), str(bear))
    assert place.stored(sent).reactions[0].users == [place.sandbox.bot.id, place.robin.id]
    place.sandbox.world.remove_bot(guild)


# ---- stickers


async def test_stickers_are_told_fetched_and_sent(place: Place) -> None:
    sticker = add_sticker(place.sandbox.world, place.home, "wave", description="a wave", tags="🌊")
    await place.told("guild_stickers_update", lambda guild, before, after: len(after) > len(before))
    fetched = await place.guild.fetch_sticker(sticker.id)
    assert (fetched.name, fetched.description) == ("wave", "a wave")
    assert (await place.client.fetch_sticker(sticker.id)).name == "wave"
    assert sticker.id in {one.id for one in await place.guild.fetch_stickers()}
    sent = await place.general.send(stickers=[fetched])
    assert [one.name for one in sent.stickers] == ["wave"]


async def test_a_sticker_of_another_server_is_50081(place: Place) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send(stickers=[discord.Object(1)])  # type: ignore[list-item]  # an id is all that is sent
    assert refused.value.code == 50081
    with pytest.raises(discord.NotFound) as unknown:
        await place.guild.fetch_sticker(1)
    assert unknown.value.code == 10060
