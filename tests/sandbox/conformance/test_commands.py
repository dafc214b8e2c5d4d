"""Application commands: registering, changing, languages, who sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import pytest_asyncio
from discord import app_commands

from bot.sandbox import roles
from bot.sandbox.commands import usable_commands
from bot.sandbox.errors import Refused

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

Told = discord.Interaction[Any]


async def nothing(interaction: Told) -> None:
    """A command's body."""


def a_command(name: str, **how: Any) -> app_commands.Command[Any, Any, Any]:
    return app_commands.Command(name=name, description=f"The command {name}", callback=nothing, **how)


@pytest_asyncio.fixture(loop_scope="module")
async def tree(place: Place) -> AsyncIterator[app_commands.CommandTree[Any]]:
    """The client's tree, empty before and after."""
    yield place.client.tree
    for guild in (None, discord.Object(place.home.id)):
        place.client.tree.clear_commands(guild=guild)
        await place.client.tree.sync(guild=guild)


async def test_commands_are_registered_in_one_request(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    tree.add_command(a_command("story"))
    tree.add_command(a_command("paint"))
    synced = await tree.sync()
    assert {one.name for one in synced} == {"story", "paint"}
    assert {one.id for one in synced} == set(place.sandbox.world.commands)
    assert synced[0].description == f"The command {synced[0].name}"


async def test_registering_again_keeps_ids_and_drops_what_is_gone(
    place: Place, tree: app_commands.CommandTree[Any]
) -> None:
    tree.add_command(a_command("story"))
    tree.add_command(a_command("paint"))
    before = {one.name: one.id for one in await tree.sync()}
    tree.remove_command("paint")
    after = {one.name: one.id for one in await tree.sync()}
    assert after == {"story": before["story"]}


async def test_commands_are_fetched_alone_and_together(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    tree.add_command(a_command("story"))
    (synced,) = await tree.sync()
    assert [one.id for one in await tree.fetch_commands()] == [synced.id]
    assert (await tree.fetch_command(synced.id)).name == "story"
    with pytest.raises(discord.NotFound) as refused:
        await tree.fetch_command(1)
    assert refused.value.code == 10063


async def test_a_command_is_edited_and_deleted(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    tree.add_command(a_command("story"))
    (synced,) = await tree.sync()
    edited = await synced.edit(description="Another")
    assert (edited.id, edited.description) == (synced.id, "Another")
    await synced.delete()
    assert await tree.fetch_commands() == []


async def test_a_servers_command_is_fetched_edited_and_deleted(
    place: Place, tree: app_commands.CommandTree[Any]
) -> None:
    guild = discord.Object(place.home.id)
    tree.add_command(a_command("story"), guild=guild)
    (synced,) = await tree.sync(guild=guild)
    assert [one.id for one in await tree.fetch_commands(guild=guild)] == [synced.id]
    assert (await tree.fetch_command(synced.id, guild=guild)).guild_id == place.home.id
    edited = await synced.edit(description="Another")
    assert (edited.id, edited.description, edited.guild_id) == (synced.id, "Another", place.home.id)
    assert await tree.fetch_commands() == []
    await synced.delete()
    assert await tree.fetch_commands(guild=guild) == []
    with pytest.raises(discord.NotFound) as refused:
        await tree.fetch_command(synced.id, guild=guild)
    assert refused.value.code == 10063


@pytest.mark.parametrize("here", [False, True], ids=["everywhere", "in a server"])
async def test_one_command_is_added_or_replaced(
    place: Place, tree: app_commands.CommandTree[Any], here: bool
) -> None:
    http, bot, guild = place.client.http, place.sandbox.bot.id, discord.Object(place.home.id) if here else None
    texts = ("First", "Second")
    payloads: list[Any] = [{"name": "story", "description": one, "type": 1} for one in texts]
    told = [
        await (http.upsert_guild_command(bot, guild.id, one) if guild else http.upsert_global_command(bot, one))
        for one in payloads
    ]
    (kept,) = await tree.fetch_commands(guild=guild)
    assert (kept.id, kept.description, kept.guild_id) == (int(told[0]["id"]), "Second", guild and guild.id)
    assert told[0]["id"] == told[1]["id"]


async def test_a_servers_commands_come_before_global_ones(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    tree.add_command(a_command("story"))
    await tree.sync()
    guild = discord.Object(place.home.id)
    tree.add_command(a_command("story"), guild=guild)
    (own,) = await tree.sync(guild=guild)
    assert own.guild_id == place.home.id
    usable = usable_commands(place.sandbox.world, place.sam.user, place.here)
    assert [one.id for one in usable] == [own.id]


async def test_languages_are_kept_and_told_where_they_are_asked_for(
    place: Place, tree: app_commands.CommandTree[Any]
) -> None:
    class German(app_commands.Translator):
        async def translate(
            self, string: app_commands.locale_str, locale: discord.Locale, context: Any
        ) -> str | None:
            return "geschichte" if locale is discord.Locale.german and str(string) == "story" else None

    await tree.set_translator(German())
    tree.add_command(
        app_commands.Command(name=app_commands.locale_str("story"), description="A story", callback=nothing)
    )
    (synced,) = await tree.sync()
    await tree.set_translator(None)
    assert synced.name_localizations == {discord.Locale.german: "geschichte"}
    (listed,) = await tree.fetch_commands()
    assert listed.name_localizations == {}
    assert (await tree.fetch_command(synced.id)).name_localizations == {discord.Locale.german: "geschichte"}


async def test_permissions_of_a_command_hide_it(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    command = a_command("manage")
    command.default_permissions = discord.Permissions(manage_guild=True)
    tree.add_command(command)
    (synced,) = await tree.sync()
    assert synced.default_member_permissions == discord.Permissions(manage_guild=True)
    names = {
        person.name: [one.name for one in usable_commands(place.sandbox.world, person.user, place.here)]
        for person in (place.robin, place.sam)
    }
    assert names == {"Robin": ["manage"], "Sam": []}
    with pytest.raises(Refused, match="permissions"):
        await place.sam.command("manage")
    keeper = roles.add(place.sandbox.world, place.home, "Keeper", discord.Permissions(manage_guild=True).value)
    roles.give(place.sandbox.world, place.home, place.sam.user, keeper)
    assert [one.name for one in usable_commands(place.sandbox.world, place.sam.user, place.here)] == ["manage"]
    roles.remove(place.sandbox.world, place.home, keeper)


async def test_a_command_for_servers_is_not_in_direct_messages(
    place: Place, tree: app_commands.CommandTree[Any]
) -> None:
    command = a_command("here")
    command.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=False)
    tree.add_command(command)
    (synced,) = await tree.sync()
    # discord.py reads the first context, servers, as none at all; so the answer itself is looked at
    assert place.sandbox.world.commands[synced.id].data["contexts"] == [0]
    with pytest.raises(Refused, match="direct"):
        await place.sam.command("here", in_=place.sam.dm())


async def test_a_command_for_adults_needs_an_age_restricted_channel(
    place: Place, tree: app_commands.CommandTree[Any]
) -> None:
    tree.add_command(a_command("adult", nsfw=True))
    (synced,) = await tree.sync()
    assert synced.nsfw
    with pytest.raises(Refused, match="age-restricted"):
        await place.sam.command("adult")


async def test_every_kind_of_option_comes_back(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Everything")
    @app_commands.choices(style=[app_commands.Choice(name="Ink", value="ink")])
    async def everything(  # noqa: PLR0917 - discord.py reads options off the signature
        interaction: Told,
        text: app_commands.Range[str, 2, 5],
        number: app_commands.Range[int, 1, 4],
        style: str,
        ratio: float = 0.5,
        flag: bool = False,
        who: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        file: discord.Attachment | None = None,
    ) -> None: ...

    (synced,) = await tree.sync()
    options = {one.name: one for one in synced.options if isinstance(one, app_commands.Argument)}
    kinds = discord.AppCommandOptionType
    assert [one.type for one in options.values()] == [
        kinds.string,
        kinds.integer,
        kinds.string,
        kinds.number,
        kinds.boolean,
        kinds.user,
        kinds.channel,
        kinds.role,
        kinds.attachment,
    ]
    assert (options["text"].min_length, options["text"].max_length) == (2, 5)
    assert (options["number"].min_value, options["number"].max_value, options["number"].required) == (1, 4, True)
    assert [(one.name, one.value) for one in options["style"].choices] == [("Ink", "ink")]
    assert set(options["where"].channel_types) == {discord.ChannelType.text, discord.ChannelType.news}


async def test_groups_come_back_with_what_is_in_them(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    group = app_commands.Group(name="memory", description="Memory")
    group.add_command(a_command("search"))
    tree.add_command(group)
    (synced,) = await tree.sync()
    (inner,) = synced.options
    assert isinstance(inner, app_commands.AppCommandGroup)
    assert inner.qualified_name == "memory search"


async def test_entries_of_the_apps_menu_are_registered(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    async def on_message(interaction: Told, message: discord.Message) -> None: ...

    async def on_user(interaction: Told, user: discord.User) -> None: ...

    tree.add_command(app_commands.ContextMenu(name="Tell its story", callback=on_message))
    tree.add_command(app_commands.ContextMenu(name="Their stories", callback=on_user))
    synced = {one.name: one.type for one in await tree.sync()}
    kinds = discord.AppCommandType
    assert synced == {"Tell its story": kinds.message, "Their stories": kinds.user}


async def test_anothers_application_is_20012(place: Place) -> None:
    with pytest.raises(discord.Forbidden) as refused:
        await place.client.http.get_global_commands(1)
    assert refused.value.code == 20012


async def test_permissions_that_nobody_set_are_10066(place: Place, tree: app_commands.CommandTree[Any]) -> None:
    tree.add_command(a_command("story"))
    (synced,) = await tree.sync()
    with pytest.raises(discord.NotFound) as refused:
        await synced.fetch_permissions(discord.Object(place.home.id))
    assert refused.value.code == 10066
