"""What one person sees, in JSON for the page: servers, channels, messages, forms.

Built on the same shapes as Discord's API; nothing that the person may not see is in it.
"""

from __future__ import annotations

import re

from . import permissions as rights
from .commands import usable_commands
from .handles import Handle
from .model import DM, FORUMS, REQUIRE_TAG, TEXT, THREADS, Channel, Guild, Json, Message
from .person import Person
from .shapes import command_json, poll_json, public, reaction_json, tag_json
from .world import World

MENTION = re.compile(r"<(?:@[!&]?|#)(\d{1,20})>")


class View:
    """The world through one person's eyes."""

    def __init__(self, world: World, person: Person) -> None:
        self._world = world
        self._person = person

    def overview(self, people: list[Person], *, connected: bool) -> Json:
        """Servers with their channels, direct conversations, people, and whether the bot is there."""
        bot = self._world.bot
        return {
            "me": {"id": str(self._person.id), "name": self._person.name},
            "bot": {"id": str(bot.id), "name": bot.display_name, "connected": connected},
            "people": [{"id": str(one.id), "name": one.name} for one in people],
            "guilds": [self._guild(one) for one in self._world.guilds.values() if self._person.id in one.members],
            "direct": self._channel(self._person.dm()) | {"name": bot.display_name},
            "limit": self._world.attachment_limit,
        }

    def sees(self, channel_id: int | None) -> bool:
        """Whether the person sees the channel."""
        channel = self._world.channels.get(channel_id or 0)
        if channel is None:
            return False
        return bool(self._world.permissions(self._person.user, channel) & rights.VIEW_CHANNEL)

    def messages(self, channel: Channel, limit: int = 100) -> list[Json]:
        """The last messages, oldest first."""
        return [self.message(one) for one in self._person.read(channel)[-limit:]]

    def message(self, message: Message) -> Json:
        """A message; reactions are marked as the person's own, not as the bot's."""
        body = public(self._world.shapes.message(message))
        body["reactions"] = [reaction_json(one, self._person.id) for one in message.reactions]
        if message.poll is not None:
            body["poll"] = poll_json(message.poll, self._person.id)
        body["names"] = self._names(message)
        body["ephemeral"] = message.ephemeral
        body["invoker"] = (message.interaction or {}).get("user")
        body["command"] = (message.interaction or {}).get("name")
        return body

    def commands(self, channel: Channel) -> Json:
        """What the person may use here: chat commands in full, the Apps menu by name."""
        user, bot_id = self._person.user, self._world.bot.id
        return {
            "chat": [command_json(one, bot_id) for one in usable_commands(self._world, user, channel, 1)],
            "message": [one.name for one in usable_commands(self._world, user, channel, 3)],
        }

    @staticmethod
    def interaction(handle: Handle) -> Json:
        """How an interaction stands: failed, answered, or a form to show."""
        modal = handle.modal
        return {
            "id": str(handle.interaction.id),
            "failed": handle.failed,
            "ack": handle.ack.kind if handle.ack is not None else None,
            "modal": None if modal is None else {"title": modal.title, "components": modal.components},
        }

    def _names(self, message: Message) -> Json:
        """Names for the mentions in a text, by id, whether they ping or not."""
        names: Json = {}
        guild = self._world.guilds.get(message.guild_id or 0)
        for key in {int(one) for one in MENTION.findall(message.text)}:
            channel = self._world.channels.get(key)
            if (user := self._world.users.get(key)) is not None:
                names[str(key)] = f"@{user.display_name}"
            elif guild is not None and (role := guild.roles.get(key)) is not None:
                names[str(key)] = f"@{role.name}"
            elif channel is not None and channel.guild_id == message.guild_id and self.sees(key):
                names[str(key)] = f"#{channel.name}"
        return names

    def _guild(self, guild: Guild) -> Json:
        channels = self._world.channels_of(guild)
        open_ones = (one for one in channels if one.type == TEXT or (one.thread and not one.thread.archived))
        shown = [one for one in open_ones if self.sees(one.id)]
        return {
            "id": str(guild.id),
            "name": guild.name,
            "channels": [self._channel(one) for one in shown],
            "members": [{"id": str(one.user.id), "name": one.user.display_name} for one in guild.members.values()],
            "roles": [{"id": str(one.id), "name": one.name} for one in guild.roles.values()],
        }

    def _channel(self, channel: Channel) -> Json:
        granted = self._world.permissions(self._person.user, channel)
        sending = rights.SEND_MESSAGES_IN_THREADS if channel.type in THREADS else rights.SEND_MESSAGES
        return {
            "id": str(channel.id),
            "name": channel.name,
            "topic": channel.topic,
            "nsfw": channel.nsfw,
            "thread": channel.type in THREADS,
            "direct": channel.type == DM,
            "forum": channel.type in FORUMS,
            "tags": [tag_json(one) for one in channel.tags],
            "must_tag": bool(channel.flags & REQUIRE_TAG) and channel.type in FORUMS,
            "applied": [str(one) for one in channel.thread.tags] if channel.thread is not None else [],
            "parent": str(channel.parent_id) if channel.parent_id is not None else None,
            "may_write": bool(granted & sending),
            "may_attach": bool(granted & rights.ATTACH_FILES),
            "may_manage": bool(granted & rights.MANAGE_MESSAGES),
        }
