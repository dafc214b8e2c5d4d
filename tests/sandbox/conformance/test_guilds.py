"""Servers, channels, members and roles: what discord.py says of them, and what the sandbox holds."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox import roles

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


MANAGING = rights.MANAGE_CHANNELS | rights.MANAGE_ROLES | rights.MANAGE_NICKNAMES | rights.CHANGE_NICKNAME


@pytest.fixture
def managing(place: Place) -> Place:
    """The place, with a bot that may build."""
    place.allow(MANAGING)
    return place


# ---- looking


async def test_a_server_is_fetched_with_owner_name_and_language(place: Place) -> None:
    guild = await place.client.fetch_guild(place.home.id)
    assert (guild.name, guild.owner_id) == ("Storybook Corner", place.robin.id)
    assert guild.preferred_locale is discord.Locale.american_english
    assert guild.approximate_member_count == len(place.home.members)


async def test_a_server_without_the_bot_is_10004(place: Place) -> None:
    hidden = place.sandbox.add_guild("Hidden", place.robin, with_bot=False)
    with pytest.raises(discord.NotFound) as refused:
        await place.client.fetch_guild(hidden.id)
    assert refused.value.code == 10004


async def test_the_bots_servers_are_listed(place: Place) -> None:
    assert [one.name async for one in place.client.fetch_guilds()] == ["Storybook Corner"]


async def test_channels_are_fetched_in_order(place: Place) -> None:
    channels = await place.guild.fetch_channels()
    assert [(one.name, one.position) for one in channels] == [("general", 0), ("stories", 1)]


async def test_a_channel_is_fetched_by_id(place: Place) -> None:
    fetched = await place.client.fetch_channel(place.here.id)
    assert isinstance(fetched, discord.TextChannel)
    assert (fetched.name, fetched.guild.id, fetched.topic) == ("general", place.home.id, None)


async def test_a_channel_that_is_not_there_is_10003(place: Place) -> None:
    with pytest.raises(discord.NotFound) as refused:
        await place.client.fetch_channel(1)
    assert refused.value.code == 10003


async def test_a_user_is_fetched(place: Place) -> None:
    user = await place.client.fetch_user(place.sam.id)
    assert (user.name, user.display_name, user.bot) == ("sam", "Sam", False)
    with pytest.raises(discord.NotFound) as refused:
        await place.client.fetch_user(1)
    assert refused.value.code == 10013


async def test_the_application_is_described(place: Place) -> None:
    told = await place.client.application_info()
    assert (told.id, told.name, told.bot_public) == (place.sandbox.bot.id, "RAVSG", True)
    assert told.owner.name == "robin"


# ---- members


async def test_a_member_is_fetched_with_roles_and_date_of_joining(place: Place) -> None:
    member = await place.guild.fetch_member(place.sam.id)
    stored = place.home.members[place.sam.id]
    assert member.joined_at is not None
    assert abs(member.joined_at.timestamp() - stored.joined_at) < 0.001
    assert [one.name for one in member.roles] == ["@everyone"]


async def test_somebody_who_is_no_member_is_10007(place: Place) -> None:
    with pytest.raises(discord.NotFound) as refused:
        await place.guild.fetch_member(1)
    assert refused.value.code == 10007


async def test_members_are_listed_in_pages_by_their_ids(place: Place) -> None:
    first, *others = sorted(place.home.members)
    assert {one.id async for one in place.guild.fetch_members(limit=None)} == {first, *others}
    assert {one.id async for one in place.guild.fetch_members(after=discord.Object(first))} == set(others)


async def test_joining_is_told(place: Place) -> None:
    mia = place.sandbox.add_person("Mia")
    place.sandbox.world.join(place.home, mia.user)
    (member,) = await place.told("member_join", lambda one: one.id == mia.id)
    assert (member.display_name, member.guild.id) == ("Mia", place.home.id)


async def test_leaving_is_told(place: Place) -> None:
    lou = place.sandbox.add_person("Lou", [place.home])
    await place.told("member_join", lambda one: one.id == lou.id)
    place.sandbox.world.leave(place.home, lou.user)
    (member,) = await place.told("member_remove", lambda one: one.id == lou.id)
    assert member.name == "lou"


async def test_the_bots_nickname_changes(managing: Place) -> None:
    changed = await managing.guild.me.edit(nick="Teller")
    assert changed is not None
    assert changed.nick == "Teller"
    _, after = await managing.told("member_update", lambda _, after: after.nick == "Teller")
    assert after.display_name == "Teller"
    await managing.guild.me.edit(nick=None)
    assert managing.home.members[managing.sandbox.bot.id].nick is None


async def test_anothers_nickname_needs_manage_nicknames(place: Place) -> None:
    place.allow()
    with pytest.raises(discord.Forbidden) as refused:
        await (await place.guild.fetch_member(place.sam.id)).edit(nick="X")
    assert refused.value.code == 50013


# ---- roles


async def test_a_role_is_made_changed_and_deleted(managing: Place) -> None:
    role = await managing.guild.create_role(name="Artist", mentionable=True, colour=discord.Colour(0x123456))
    (told,) = await managing.told("guild_role_create", lambda one: one.id == role.id)
    assert (told.name, told.mentionable) == ("Artist", True)
    assert managing.home.roles[role.id].color == 0x123456
    await role.edit(name="Painter", hoist=True)
    _, after = await managing.told("guild_role_update", lambda _, after: after.name == "Painter")
    assert after.hoist
    await role.delete()
    await managing.told("guild_role_delete", lambda one: one.id == role.id)
    assert role.id not in managing.home.roles


async def test_roles_are_fetched(managing: Place) -> None:
    roles = await managing.guild.fetch_roles()
    assert {one.name for one in roles} == {"@everyone", "RAVSG"}
    bots_own = next(one for one in roles if one.name == "RAVSG")
    assert bots_own.is_bot_managed()
    assert (await managing.guild.fetch_role(bots_own.id)).permissions.value == bots_own.permissions.value


async def test_a_role_is_given_and_taken(managing: Place) -> None:
    role = await managing.guild.create_role(name="Reader")
    sam = await managing.guild.fetch_member(managing.sam.id)
    await sam.add_roles(role)
    await managing.told("member_update", lambda _, after: role.id in {one.id for one in after.roles})
    assert role.id in managing.home.members[sam.id].roles
    await sam.remove_roles(role)
    assert role.id not in managing.home.members[sam.id].roles
    await role.delete()


async def test_a_role_above_the_bots_own_is_out_of_its_reach(managing: Place) -> None:
    high = roles.add(managing.sandbox.world, managing.home, "King")
    await managing.told("guild_role_create", lambda one: one.id == high.id)
    sam = await managing.guild.fetch_member(managing.sam.id)
    with pytest.raises(discord.Forbidden) as refused:
        await sam.add_roles(discord.Object(high.id))
    assert refused.value.code == 50013
    roles.remove(managing.sandbox.world, managing.home, high)


async def test_making_roles_needs_manage_roles(place: Place) -> None:
    place.allow()
    with pytest.raises(discord.Forbidden) as refused:
        await place.guild.create_role(name="No")
    assert refused.value.code == 50013


# ---- channels


async def test_a_text_channel_is_made_renamed_and_deleted(managing: Place) -> None:
    made = await managing.guild.create_text_channel("ink", topic="of ink", nsfw=True, slowmode_delay=5)
    assert (made.topic, made.nsfw, made.slowmode_delay) == ("of ink", True, 5)
    await managing.told("guild_channel_create", lambda one: one.id == made.id)
    changed = await made.edit(name="oil", topic="of oil")
    assert changed is not None
    assert (changed.name, changed.topic) == ("oil", "of oil")
    await managing.told("guild_channel_update", lambda _, after: after.name == "oil")
    await made.delete()
    await managing.told("guild_channel_delete", lambda one: one.id == made.id)
    assert made.id not in managing.sandbox.world.channels


async def test_making_channels_needs_manage_channels(place: Place) -> None:
    place.allow()
    with pytest.raises(discord.Forbidden) as refused:
        await place.guild.create_text_channel("no")
    assert refused.value.code == 50013


async def test_a_name_over_100_characters_is_refused(managing: Place) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await managing.guild.create_text_channel("x" * 101)
    assert refused.value.code == 50035
    assert managing.sandbox.violations.pop().field == "name"


async def test_age_restriction_reaches_discord_py(place: Place) -> None:
    place.sandbox.world.age_restrict(place.here)
    told = await place.told("guild_channel_update", lambda before, after: after.nsfw and not before.nsfw)
    place.sandbox.world.age_restrict(place.here, False)
    told += await place.told("guild_channel_update", lambda before, after: before.nsfw and not after.nsfw)
    assert [one.id for one in told] == [place.here.id] * 4


async def test_an_overwrite_is_set_and_removed(managing: Place) -> None:
    channel = managing.general
    await channel.set_permissions(managing.guild.default_role, send_messages=False)
    await managing.told("guild_channel_update", lambda _, after: after.overwrites != {})
    found = managing.here.overwrites[managing.home.id]
    assert (found.kind, found.allow, found.deny) == (0, 0, rights.SEND_MESSAGES)
    assert channel.overwrites_for(managing.guild.default_role).send_messages is False
    await channel.set_permissions(managing.guild.default_role, overwrite=None)
    assert managing.here.overwrites == {}


async def test_a_direct_conversation_is_opened_once(place: Place) -> None:
    sam = await place.client.fetch_user(place.sam.id)
    opened = await sam.create_dm()
    again = await (await place.client.fetch_user(place.sam.id)).create_dm()
    assert opened.id == again.id == place.sam.dm().id
    assert opened.recipient is not None
    assert opened.recipient.id == place.sam.id
