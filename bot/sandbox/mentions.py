"""Whom a message pings: Discord's rules for mentions in the text, replies and `allowed_mentions`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import permissions as rights
from .errors import invalid_form
from .model import Json, Message, walk_components

if TYPE_CHECKING:
    from .world import World

TEXT_DISPLAY = 10


def fill_mentions(world: World, message: Message, allowed: Json | None) -> None:
    """Set the mentions that really ping; `allowed` None means that everything may.

    Raises:
        ApiError: 50035 where `parse` and an explicit list name the same kind.
    """
    parse = set(allowed.get("parse") or []) if allowed is not None else {"users", "roles", "everyone"}
    only_users = {int(one) for one in (allowed or {}).get("users") or []}
    only_roles = {int(one) for one in (allowed or {}).get("roles") or []}
    if allowed is not None and (("users" in parse and only_users) or ("roles" in parse and only_roles)):
        raise invalid_form(
            "allowed_mentions.parse",
            "parse and an explicit list exclude each other",
            "MENTION_PARSE_MUTUALLY_EXCLUSIVE",
        )
    written = _written(message)
    named = _ids(r"<@!?(\d{1,20})>", written)
    mentioned = [one for one in named if one in world.users and ("users" in parse or one in only_users)]
    reference = message.reference
    pings = allowed is None or allowed.get("replied_user")
    if reference is not None and not reference.forward and pings:
        answered = world.find_message(reference.channel_id, reference.message_id)
        if answered is not None and answered.author.id != message.author.id:
            mentioned.append(answered.author.id)
    message.mentions = list(dict.fromkeys(mentioned))
    channel = world.channels[message.channel_id]
    may_ping_all = bool(world.permissions(message.author, channel) & rights.MENTION_EVERYONE)
    guild = world.guilds.get(message.guild_id or 0)
    roles = {} if guild is None else guild.roles
    message.mention_roles = [
        one
        for one in dict.fromkeys(_ids(r"<@&(\d{1,20})>", written))
        if one in roles and ("roles" in parse or one in only_roles) and (may_ping_all or roles[one].mentionable)
    ]
    shouted = re.search(r"@(everyone|here)\b", written) is not None
    message.mention_everyone = shouted and "everyone" in parse and may_ping_all


def _written(message: Message) -> str:
    """The text that can ping: the content, and the text displays of a layout."""
    shown = [str(one["content"]) for one in walk_components(message.components) if one.get("type") == TEXT_DISPLAY]
    return "\n".join([message.content, *shown])


def _ids(pattern: str, text: str) -> list[int]:
    return [int(one) for one in re.findall(pattern, text)]
