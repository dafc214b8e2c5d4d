"""One interaction as data, and its JSON: the event that the bot gets, and what an answer says of its origin.

Its life (3 s, 15 min, answers) is in interactions.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .model import DM, Channel, Json, Message, User
from .shapes import member_json, public, user_json
from .world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


@dataclass(slots=True)
class Interaction:
    """One act of a person. `answer` is the callback's type once there is one; `answered_after` is in seconds."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: Json
    created: float
    message: Message | None = None
    answer: int | None = None
    answered_after: float | None = None
    failed: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    opened_from: Interaction | None = None


def metadata(interaction: Interaction) -> Json:
    """The `interaction_metadata` of a message that answers it."""
    body: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "user": user_json(interaction.user),
        "authorizing_integration_owners": _owners(interaction.channel),
    }
    if interaction.kind == COMMAND:
        body |= {"name": interaction.data.get("name"), "command_type": interaction.data.get("type", 1)}
    elif interaction.kind == COMPONENT and interaction.message is not None:
        body["interacted_message_id"] = str(interaction.message.id)
    elif interaction.kind == MODAL and interaction.opened_from is not None:
        body["triggering_interaction_metadata"] = metadata(interaction.opened_from)
    return body


def _owners(channel: Channel) -> Json:
    return {"0": str(channel.guild_id or 0)}


def payload(world: World, interaction: Interaction) -> Json:
    """The INTERACTION_CREATE that tells the bot."""
    channel, user = interaction.channel, interaction.user
    granted = world.permissions(user, channel)
    body: Json = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": interaction.kind,
        "data": interaction.data,
        "token": interaction.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": world.shapes.channel(channel) | {"permissions": str(granted)},
        "app_permissions": str(world.permissions(world.bot, channel)),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": _owners(channel),
        "context": 1 if channel.type == DM else 0,
        "attachment_size_limit": world.attachment_limit,
    }
    if interaction.message is not None:
        body["message"] = public(world.shapes.message(interaction.message))
    if channel.guild_id is None:
        return body | {"user": user_json(user)}
    guild = world.guilds[channel.guild_id]
    return body | {
        "guild_id": str(guild.id),
        "guild_locale": guild.locale,
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "member": member_json(guild.members[user.id]) | {"permissions": str(granted)},
    }
