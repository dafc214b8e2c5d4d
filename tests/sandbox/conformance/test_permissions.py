"""Permissions, computed twice: by discord.py and by the sandbox."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox import roles
from bot.sandbox.model import PRIVATE_THREAD, Channel, User

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


SHOWN = (
    rights.VIEW_CHANNEL
    | rights.SEND_MESSAGES
    | rights.SEND_MESSAGES_IN_THREADS
    | rights.EMBED_LINKS
    | rights.ATTACH_FILES
    | rights.MENTION_EVERYONE
    | rights.READ_MESSAGE_HISTORY
    | rights.MANAGE_MESSAGES
    | rights.ADD_REACTIONS
    | rights.SEND_POLLS
)


def _deny_everyone(place: Place, channel: Channel) -> None:
    place.sandbox.world.overwrite(channel, place.home.roles[place.home.id], deny=rights.ATTACH_FILES)


def _role_over_everyone(place: Place, channel: Channel) -> None:
    world = place.sandbox.world
    role = next(one for one in place.home.roles.values() if one.bot_id is not None)
    world.overwrite(channel, place.home.roles[place.home.id], deny=rights.ADD_REACTIONS)
    world.overwrite(channel, role, allow=rights.ADD_REACTIONS)


def _member_over_role(place: Place, channel: Channel) -> None:
    world = place.sandbox.world
    role = next(one for one in place.home.roles.values() if one.bot_id is not None)
    world.overwrite(channel, role, allow=rights.MANAGE_MESSAGES)
    world.overwrite(channel, place.sandbox.bot, deny=rights.MANAGE_MESSAGES)


def _denied_and_allowed_by_roles(place: Place, channel: Channel) -> None:
    world = place.sandbox.world
    role = next(one for one in place.home.roles.values() if one.bot_id is not None)
    other = roles.add(world, place.home, "Other")
    roles.give(world, place.home, place.sandbox.bot, other)
    world.overwrite(channel, role, deny=rights.EMBED_LINKS)
    world.overwrite(channel, other, allow=rights.EMBED_LINKS)


def _without_sending(place: Place, channel: Channel) -> None:
    place.sandbox.world.overwrite(channel, place.sandbox.bot, deny=rights.SEND_MESSAGES)


def _without_viewing(place: Place, channel: Channel) -> None:
    place.sandbox.world.overwrite(channel, place.sandbox.bot, deny=rights.VIEW_CHANNEL)


def _administrator(place: Place, channel: Channel) -> None:
    place.allow(rights.ADMINISTRATOR)
    place.sandbox.world.overwrite(channel, place.sandbox.bot, deny=rights.SEND_MESSAGES)


COMPUTED: dict[str, Callable[[Place, Channel], None]] = {
    "no overwrites": lambda place, channel: None,
    "everyone denied": _deny_everyone,
    "the role over everyone": _role_over_everyone,
    "the member over the role": _member_over_role,
    "one role denies and another allows": _denied_and_allowed_by_roles,
    "sending denied takes files and embeds along": _without_sending,
    "viewing denied takes everything": _without_viewing,
    "an administrator": _administrator,
}


@pytest.mark.parametrize("case", COMPUTED)
async def test_permissions_are_the_same_for_both(place: Place, case: str) -> None:
    place.allow(rights.MENTION_EVERYONE)
    channel = place.sandbox.world.add_channel(place.home, "locks")
    COMPUTED[case](place, channel)
    await place.sam.say("#general", "so that everything before has come")
    await place.client.until(lambda: bool(place.client.events("message")))
    seen = place.guild.get_channel(channel.id)
    assert isinstance(seen, discord.TextChannel)
    computed = seen.permissions_for(place.guild.me).value & SHOWN
    granted = place.sandbox.world.permissions(place.sandbox.bot, channel) & SHOWN
    if not granted & rights.VIEW_CHANNEL:
        assert not computed & rights.VIEW_CHANNEL
    else:
        assert computed == granted
    place.sandbox.world.remove_channel(channel)
    place.allow()


async def test_in_a_thread_other_rights_count(place: Place) -> None:
    written = await place.sam.say("#general", "a tale")
    thread = await place.sam.start_thread(written, "The tale")
    there = await place.client.fetch_channel(thread.id)
    assert isinstance(there, discord.Thread)
    with place.denied(rights.SEND_MESSAGES):
        await there.send("still")
    with place.denied(rights.SEND_MESSAGES_IN_THREADS), pytest.raises(discord.Forbidden) as refused:
        await there.send("no")
    assert refused.value.code == 50013


async def test_a_private_thread_is_hidden_from_those_who_are_not_in_it(place: Place) -> None:
    robin: User = place.robin.user
    thread = place.sandbox.threads.start(place.here, robin, "Secret", 60, private=True)
    assert thread.type == PRIVATE_THREAD
    with pytest.raises(discord.Forbidden) as refused:
        await place.client.fetch_channel(thread.id)
    assert refused.value.code == 50001
    place.sandbox.threads.join(thread, place.sandbox.bot)
    assert (await place.client.fetch_channel(thread.id)).id == thread.id


@pytest.mark.parametrize(
    ("right", "code"),
    [
        ("view_channel", 50001),
        ("send_messages", 50013),
        ("attach_files", 50013),
        ("embed_links", 50013),
        ("send_polls", 50013),
    ],
)
async def test_a_missing_right_is_told_by_its_code(place: Place, right: str, code: int) -> None:
    message: dict[str, Any] = {"embed": discord.Embed(title="x"), "file": discord.File(io.BytesIO(b"1"), "a.txt")}
    if right == "send_polls":
        message = {"poll": discord.Poll("?", duration=timedelta(hours=1)).add_answer(text="a")}
    with place.denied(getattr(rights, right.upper())), pytest.raises(discord.Forbidden) as refused:
        await place.general.send(**message)
    assert refused.value.code == code
