"""Reactions: giving, taking back, clearing, and the events that tell of it. Unicode emoji only, no custom ones."""

from __future__ import annotations

import re

from .contents import Reaction
from .errors import ApiError, unknown
from .model import Json, Message, User
from .shapes import member_json
from .world import Event, World

DIFFERENT = 20  # different emoji under one message


def react(world: World, message: Message, user: User, emoji: str) -> None:
    """Add a user's reaction; twice is once.

    Raises:
        ApiError: 10014 for what is no emoji, 30010 beyond 20 different ones.
    """
    found = next((one for one in message.reactions if one.emoji == emoji), None)
    if found is None:
        if not emoji or re.search(r"[A-Za-z\s]", emoji):
            raise unknown("Emoji")
        if len(message.reactions) >= DIFFERENT:
            raise ApiError(400, 30010, f"Maximum number of reactions reached ({DIFFERENT})")
        found = Reaction(emoji)
        message.reactions.append(found)
    if user.id not in found.users:
        found.users.append(user.id)
        _tell(world, "MESSAGE_REACTION_ADD", message, user_id=user.id, emoji=emoji)


def unreact(world: World, message: Message, user_id: int, emoji: str) -> None:
    """Take a user's reaction away; Discord's 10014 when the emoji is not there."""
    found = next((one for one in message.reactions if one.emoji == emoji), None)
    if found is None:
        raise unknown("Emoji")
    if user_id in found.users:
        found.users.remove(user_id)
        if not found.users:
            message.reactions.remove(found)
        _tell(world, "MESSAGE_REACTION_REMOVE", message, user_id=user_id, emoji=emoji)


def clear(world: World, message: Message, emoji: str | None = None) -> None:
    """Take everybody's reactions away: all of them, or those with one emoji (10014 when it is not there)."""
    if emoji is None:
        message.reactions.clear()
        _tell(world, "MESSAGE_REACTION_REMOVE_ALL", message)
        return
    if not any(one.emoji == emoji for one in message.reactions):
        raise unknown("Emoji")
    message.reactions = [one for one in message.reactions if one.emoji != emoji]
    _tell(world, "MESSAGE_REACTION_REMOVE_EMOJI", message, emoji=emoji)


def _tell(world: World, name: str, message: Message, *, user_id: int | None = None, emoji: str | None = None) -> None:
    data: Json = {"channel_id": str(message.channel_id), "message_id": str(message.id)}
    if emoji is not None:
        data["emoji"] = {"id": None, "name": emoji}
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
