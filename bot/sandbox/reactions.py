"""Reactions with characters and servers' own emoji: giving, taking back, clearing, and the events of it."""

from __future__ import annotations

import re

from . import permissions as rights
from .contents import Emoji, Reaction
from .errors import ApiError, missing_permissions, unknown
from .model import Json, Message, User
from .shapes import given_json, member_json
from .world import Event, World

DIFFERENT = 20  # different emoji under one message
CUSTOM = re.compile(r"<?a?:?(\w{1,32}):(\d{1,20})>?")
"""A server's emoji as requests (`name:id`) and texts (`<:name:id>`, `<a:name:id>`) have it; the id alone counts."""


def find(message: Message, emoji: str) -> Reaction | None:
    """The reaction with this emoji, if somebody gave it."""
    if (match := CUSTOM.fullmatch(emoji)) is not None:
        key = int(match[2])
        return next((one for one in message.reactions if one.custom is not None and one.custom.id == key), None)
    return next((one for one in message.reactions if one.emoji == emoji), None)


def react(world: World, message: Message, user: User, emoji: str) -> None:
    """Add a user's reaction; twice is once.

    Raises:
        ApiError: 10014 for what is no emoji, or none that the user may give, 50013 for another server's without the
            right to it, 30010 beyond 20 different ones.
    """
    found = find(message, emoji)
    if found is None:
        found = _new(world, message, user, emoji)
        if len(message.reactions) >= DIFFERENT:
            raise ApiError(400, 30010, f"Maximum number of reactions reached ({DIFFERENT})")
        message.reactions.append(found)
    if user.id not in found.users:
        found.users.append(user.id)
        _tell(world, "MESSAGE_REACTION_ADD", message, user_id=user.id, reaction=found)


def unreact(world: World, message: Message, user_id: int, emoji: str) -> None:
    """Take a user's reaction away; Discord's 10014 when the emoji is not there."""
    if (found := find(message, emoji)) is None:
        raise unknown("Emoji")
    if user_id in found.users:
        found.users.remove(user_id)
        if not found.users:
            message.reactions.remove(found)
        _tell(world, "MESSAGE_REACTION_REMOVE", message, user_id=user_id, reaction=found)


def clear(world: World, message: Message, emoji: str | None = None) -> None:
    """Take everybody's reactions away: all of them, or those with one emoji (10014 when it is not there)."""
    if emoji is None:
        message.reactions.clear()
        _tell(world, "MESSAGE_REACTION_REMOVE_ALL", message)
        return
    if (found := find(message, emoji)) is None:
        raise unknown("Emoji")
    message.reactions.remove(found)
    _tell(world, "MESSAGE_REACTION_REMOVE_EMOJI", message, reaction=found)


def _new(world: World, message: Message, user: User, emoji: str) -> Reaction:
    if (match := CUSTOM.fullmatch(emoji)) is None:
        if not emoji or re.search(r"[A-Za-z\s]", emoji):
            raise unknown("Emoji")
        return Reaction(emoji)
    custom = _known(world, message, user, int(match[2]))
    if custom.guild_id != message.guild_id:
        granted = world.permissions(user, world.channels[message.channel_id])
        if not granted & rights.USE_EXTERNAL_EMOJIS:
            raise missing_permissions()
    return Reaction(str(custom), custom=custom)


def _known(world: World, message: Message, user: User, key: int) -> Emoji:
    """A server's emoji that the user has: a bot those of all its servers, a person (without Nitro) those of this."""
    for guild in world.guilds.values():
        if user.id in guild.members and (user.bot or guild.id == message.guild_id) and key in guild.emojis:
            return guild.emojis[key]
    raise unknown("Emoji")


def _tell(
    world: World, name: str, message: Message, *, user_id: int | None = None, reaction: Reaction | None = None
) -> None:
    data: Json = {"channel_id": str(message.channel_id), "message_id": str(message.id)}
    if reaction is not None:
        data["emoji"] = given_json(reaction)
    if user_id is not None:
        data |= {"user_id": str(user_id), "burst": False, "type": 0}
    if message.guild_id is not None:
        data["guild_id"] = str(message.guild_id)
    if name == "MESSAGE_REACTION_ADD":
        data["message_author_id"] = str(message.author.id)
        guild = world.guilds.get(message.guild_id or 0)
        if guild is not None and user_id in guild.members:
            data["member"] = member_json(guild.members[user_id])
    world.publish(Event(name, data, message.guild_id, message.channel_id, message.visible_to))
