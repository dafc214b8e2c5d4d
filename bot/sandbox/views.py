"""What one person sees, in JSON for the page: servers, channels, messages, forms.

Read-only, and built on the same shapes as Discord's API; nothing that the person may not see is in it.
"""

from __future__ import annotations

import re
from itertools import islice

from . import permissions as rights
from .commands import usable_commands
from .handles import Handle
from .model import CATEGORY, DM, FORUMS, THREADS, Channel, Guild, Json, Message
from .person import Person
from .seed import welcome
from .shapes import command_json, poll_json, public, reaction_json
from .world import World

MENTION = re.compile(r"<(?:@[!&]?|#)(\d{1,20})>")
PAGE = 100
"""Messages that are handed out at once, as many as Discord's own client asks for at most."""
CHAT_COMMAND, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3


class View:
    """The world through one person's eyes, for their browser tab."""

    def __init__(self, world: World, person: Person) -> None:
        self._world = world
        self._person = person

    def overview(self, people: list[Person], *, connected: bool) -> Json:
        """Servers with their channels, direct conversations, people, the bot, and what a newcomer may try."""
        bot = self._world.bot
        return {
            "me": {"id": str(self._person.id), "name": self._person.name},
            "bot": {"id": str(bot.id), "name": bot.display_name, "connected": connected},
            "people": [{"id": str(one.id), "name": one.name} for one in people],
            "guilds": [self._guild(one) for one in self._world.guilds.values() if self._person.id in one.members],
            "direct": self._channel(self._person.dm()) | {"name": bot.display_name},
            "limit": self._world.attachment_limit,
            "welcome": welcome(),
        }

    def sees(self, channel_id: int | None) -> bool:
        """Whether the person sees the channel."""
        channel = self._world.channels.get(channel_id or 0)
        return channel is not None and self._person.sees(channel)

    def messages(self, channel: Channel, before: int | None = None) -> Json:
        """The last messages (of those older than `before`), oldest first, and whether there are `earlier` ones."""
        older = (one for one in reversed(self._person.read(channel)) if before is None or one.id < before)
        found = list(islice(older, PAGE + 1))
        return {"messages": [self.message(one) for one in reversed(found[:PAGE])], "earlier": len(found) > PAGE}

    def message(self, message: Message) -> Json:
        """A message; reactions and votes are marked as the person's own, not as the bot's."""
        body = public(self._world.shapes.message(message))
        body["reactions"] = [reaction_json(one, self._person.id) for one in message.reactions]
        if message.poll is not None:
            body["poll"] = poll_json(message.poll, self._person.id)
        body["names"] = self._names(message)
        about = message.reference
        answered = None if about is None else self._world.find_message(about.channel_id, about.message_id)
        for shown in (answered, message.snapshot):
            body["names"] |= self._names(shown) if shown is not None else {}
        body["ephemeral"] = message.ephemeral
        body["invoker"] = (message.interaction or {}).get("user")
        body["command"] = (message.interaction or {}).get("name")
        return body

    def commands(self, channel: Channel) -> Json:
        """What the person may use here: chat commands in full, the Apps menus of messages and people by name."""
        world, user = self._world, self._person.user
        chat = usable_commands(world, user, channel, CHAT_COMMAND)
        return {
            "chat": [command_json(one, world.bot.id) for one in chat],
            "message": [one.name for one in usable_commands(world, user, channel, MESSAGE_COMMAND)],
            "user": [one.name for one in usable_commands(world, user, channel, USER_COMMAND)],
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
        member = guild.members[self._person.id]
        shown = [one for one in self._world.channels_of(guild) if one.type != CATEGORY and self.sees(one.id)]
        shown.sort(key=lambda one: one.type in FORUMS)  # what is opened first is no forum
        asleep = [one for one in shown if one.thread is not None and one.thread.archived]
        return {
            "id": str(guild.id),
            "name": guild.name,
            "channels": [self._channel(one) for one in shown if one not in asleep],
            "archived": [self._channel(one) for one in asleep],
            "members": [{"id": str(one.user.id), "name": one.user.display_name} for one in guild.members.values()],
            "roles": [{"id": str(one.id), "name": one.name} for one in guild.roles.values()],
            "may_build": bool(rights.server_permissions(guild, member) & rights.MANAGE_CHANNELS),
        }

    def _channel(self, channel: Channel) -> Json:
        granted = self._world.permissions(self._person.user, channel)
        sending = rights.SEND_MESSAGES_IN_THREADS if channel.type in THREADS else rights.SEND_MESSAGES
        state = channel.thread
        locked = state is not None and state.locked
        return {
            "id": str(channel.id),
            "name": channel.name,
            "topic": channel.topic,
            "nsfw": channel.nsfw,
            "thread": channel.type in THREADS,
            "archived": state is not None and state.archived,
            "locked": locked,
            "direct": channel.type == DM,
            "forum": channel.type in FORUMS,
            "tags": [one.name for one in channel.tags],
            "parent": str(channel.parent_id) if channel.parent_id is not None else None,
            "permissions": str(granted),
            "may_write": bool(granted & sending) and not (locked and not granted & rights.MANAGE_THREADS),
            "may_attach": bool(granted & rights.ATTACH_FILES),
            "may_manage": bool(granted & rights.MANAGE_MESSAGES),
            "may_poll": bool(granted & rights.SEND_POLLS),
            "may_pin": bool(granted & rights.PIN_MESSAGES),
            "may_thread": bool(granted & rights.CREATE_PUBLIC_THREADS),
        }
