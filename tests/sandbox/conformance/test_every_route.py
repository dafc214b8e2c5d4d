"""Every endpoint that the sandbox plays is asked by discord.py, and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox import permissions as rights
from bot.sandbox.expressions import add_emoji, add_sticker
from bot.sandbox.rest import API
from tests.sandbox.bots import Probe, connected

from .conftest import Place
from .stage import asked

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("stage")]

MANAGING = (
    rights.MANAGE_CHANNELS,
    rights.MANAGE_ROLES,
    rights.MANAGE_NICKNAMES,
    rights.CHANGE_NICKNAME,
    rights.MANAGE_MESSAGES,
    rights.MANAGE_THREADS,
    rights.CREATE_PRIVATE_THREADS,
    rights.PIN_MESSAGES,
    rights.SEND_POLLS,
)
REFUSED = {"GET /applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions": 404}
"""What is always answered with an error: nobody has set permissions of a command."""


async def nothing(interaction: discord.Interaction[Any]) -> None:
    """A command's body."""


async def the_application(place: Place) -> None:
    async with connected(place.sandbox, Probe()) as client:
        await client.application_info()
    for path in ("/gateway", "/applications/@me"):  # asked by other clients, and by the bot's doctor
        await place.client.http.request(discord.http.Route("GET", path))
    await place.client.http.get_bot_gateway()  # what sharded clients begin with
    await place.client.fetch_user(place.sam.id)
    assert [one.id async for one in place.client.fetch_guilds()] == [place.home.id]
    await (await place.client.fetch_user(place.robin.id)).create_dm()


async def the_commands(place: Place) -> None:
    tree, http = place.client.tree, place.client.http
    payload: Any = {"name": "late", "description": "x", "type": 1}
    for guild in (None, discord.Object(place.home.id)):
        tree.clear_commands(guild=guild)
        tree.add_command(app_commands.Command(name="story", description="x", callback=nothing), guild=guild)
        (synced,) = await tree.sync(guild=guild)
        await tree.fetch_commands(guild=guild)
        await tree.fetch_command(synced.id, guild=guild)
        edited = await synced.edit(description="y")
        with pytest.raises(discord.NotFound):
            await edited.fetch_permissions(discord.Object(place.home.id))
        await synced.delete()
    await http.upsert_global_command(place.sandbox.bot.id, payload)
    await http.upsert_guild_command(place.sandbox.bot.id, place.home.id, payload)


async def a_message(place: Place) -> None:
    sent = await place.general.send("x")
    await sent.edit(content="y")
    await place.general.fetch_message(sent.id)
    assert [one.id async for one in place.general.history(limit=1)] == [sent.id]
    await place.general.typing()
    await sent.pin()
    assert sent.id in {one.id async for one in place.general.pins()}
    await sent.unpin()
    await sent.delete()
    await place.general.delete_messages([await place.general.send("x") for _ in range(2)])


async def a_reaction(place: Place) -> None:
    sent = await place.general.send("x")
    sam, me = await place.guild.fetch_member(place.sam.id), place.client.user
    assert me is not None
    await place.sam.react(place.stored(sent), "📖")
    await sent.add_reaction("📖")
    (reaction,) = (await place.general.fetch_message(sent.id)).reactions
    assert len([one async for one in reaction.users()]) == 2
    await sent.remove_reaction("📖", me)
    await sent.remove_reaction("📖", sam)
    await sent.add_reaction("🐙")
    await sent.clear_reaction("🐙")
    await sent.clear_reactions()


async def a_poll(place: Place) -> None:
    sent = await place.general.send(poll=discord.Poll("?", duration=timedelta(hours=1)).add_answer(text="a"))
    assert sent.poll is not None
    assert [one async for one in sent.poll.answers[0].voters()] == []
    await sent.end_poll()


async def a_thread(place: Place) -> None:
    thread = await (await place.general.send("x")).create_thread(name="The tale")
    sam = discord.Object(place.sam.id)
    await thread.add_user(sam)
    await thread.fetch_members()
    await thread.fetch_member(sam.id)
    await thread.remove_user(sam)
    await thread.leave()
    await thread.join()
    await thread.edit(archived=True)
    secret = await place.general.create_thread(name="Secret")
    await secret.edit(archived=True)
    assert [one.id async for one in place.general.archived_threads()] == [thread.id]
    for joined in (True, False):
        found = [one.id async for one in place.general.archived_threads(private=True, joined=joined)]
        assert found == [secret.id]
    assert await place.guild.active_threads() == []


async def the_server(place: Place) -> None:
    guild = await place.client.fetch_guild(place.home.id)
    await guild.fetch_channels()
    made = await guild.create_text_channel("attic")
    await made.edit(name="cellar")
    await made.set_permissions(guild.default_role, send_messages=False)
    await made.set_permissions(guild.default_role, overwrite=None)
    await place.client.fetch_channel(made.id)
    await made.delete()
    emoji, sticker = (add(place.sandbox.world, place.home, "fox") for add in (add_emoji, add_sticker))
    await guild.fetch_emojis()
    await guild.fetch_emoji(emoji.id)
    await guild.fetch_stickers()
    await guild.fetch_sticker(sticker.id)
    await place.client.fetch_sticker(sticker.id)


async def the_members(place: Place) -> None:
    guild, me = place.guild, place.guild.me
    assert len([one async for one in guild.fetch_members()]) == len(place.home.members)
    await me.edit(nick="Quill")
    sam = await guild.fetch_member(place.sam.id)
    await sam.edit(nick="Sammy")
    role = await guild.create_role(name="Artist")
    await role.edit(name="Painter")
    await guild.fetch_roles()
    await guild.fetch_role(role.id)
    await sam.add_roles(role)
    await sam.remove_roles(role)
    await role.delete()


async def an_interaction(place: Place) -> None:
    _, told = await asked(place)
    await told.response.send_message("one")
    await told.original_response()
    await told.edit_original_response(content="two")
    await told.followup.send("three")
    await told.delete_original_response()


JOURNEYS: tuple[Callable[[Place], Awaitable[None]], ...] = (
    the_application,
    a_message,
    a_reaction,
    a_poll,
    a_thread,
    the_server,
    the_members,
    an_interaction,
    the_commands,
)


def played(place: Place) -> set[str]:
    """The endpoints of the running sandbox's API; `*` is the one for addresses that there are not."""
    runner = place.sandbox._runner
    assert runner is not None
    found = [(one.method, one.resource.canonical) for one in runner.app.router.routes() if one.resource is not None]
    return {f"{method} {path.removeprefix(API)}" for method, path in found if path.startswith(API) and method != "*"}


async def test_every_route_is_asked_and_answers(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    best: dict[str, int] = {}
    check = place.sandbox.validator.check_answer

    def noted(method: str, route: str, status: int, body: Any) -> Any:
        key = f"{method} {route}"
        best[key] = min(status, best.get(key, status))
        return check(method, route, status, body)

    monkeypatch.setattr(place.sandbox.validator, "check_answer", noted)
    place.allow(*MANAGING)
    for journey in JOURNEYS:
        await journey(place)
    routes = played(place)
    assert len(routes) >= 75
    assert sorted(routes - best.keys()) == [], "asked by none of the journeys"
    assert {route: status for route, status in best.items() if status >= 400} == REFUSED
