"""What the page shows beyond what a person sees in Discord: kinds of channels, forums, who may build, first ideas.

Read-only, like views.py, which it extends; nothing that the person may not see is in it.
"""

from __future__ import annotations

from . import permissions as rights
from .commands import usable_commands
from .model import FORUMS, Channel, Guild, Json, Message
from .person import Person
from .seed import welcome
from .shapes import poll_json
from .views import View
from .world import World

USER_COMMAND = 2


class PageView(View):
    """The world through one person's eyes, for their browser tab."""

    def __init__(self, world: World, person: Person) -> None:
        super().__init__(world, person)
        self._eyes = person

    def overview(self, people: list[Person], *, connected: bool) -> Json:
        """Servers, people and the bot; the sample picture and the suggestions too."""
        return super().overview(people, connected=connected) | {"welcome": welcome()}

    def message(self, message: Message) -> Json:
        """A message with the person's own votes marked, not the bot's, and names for the message that it answers."""
        body = super().message(message)
        if message.reference is not None:
            answered = self._world.find_message(message.reference.channel_id, message.reference.message_id)
            body["names"] |= self._names(answered) if answered is not None else {}
        if message.poll is not None:
            body["poll"] = poll_json(message.poll, self._eyes.id)
        return body

    def commands(self, channel: Channel) -> Json:
        """What the person may use here; the Apps menu of people by name, too."""
        people = usable_commands(self._world, self._eyes.user, channel, USER_COMMAND)
        return super().commands(channel) | {"user": [one.name for one in people]}

    def _guild(self, guild: Guild) -> Json:
        body = super()._guild(guild)
        forums = [one for one in self._world.channels_of(guild) if one.type in FORUMS and self.sees(one.id)]
        member = guild.members[self._eyes.id]
        body["channels"] += [self._channel(one) for one in forums]
        body["may_build"] = bool(rights.server_permissions(guild, member) & rights.MANAGE_CHANNELS)
        return body

    def _channel(self, channel: Channel) -> Json:
        granted = self._world.permissions(self._eyes.user, channel)
        return super()._channel(channel) | {
            "type": channel.type,
            "tags": [one.name for one in channel.tags],
            "may_poll": bool(granted & rights.SEND_POLLS),
            "may_pin": bool(granted & rights.PIN_MESSAGES),
            "may_thread": bool(granted & rights.CREATE_PUBLIC_THREADS),
        }
