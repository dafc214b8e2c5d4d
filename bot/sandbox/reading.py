"""What the bot may find and read through the REST API: channels, messages, and a message as the bot sees it."""

from __future__ import annotations

from .errors import unknown
from .gateway import Gateway
from .intents import MESSAGE_CONTENT
from .model import Channel, Json, Message
from .rest import Call
from .shapes import is_whole, public, stripped
from .world import World


class Reading:
    """Finds what a request names, with the bot's rights."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def channel(self, call: Call, needed: int = 0) -> Channel:
        """The channel of the path; 10003, 50001 or 50013 where the bot has no business."""
        channel = self._world.channel(call.key("channel_id"))
        self._world.require(self._world.bot, channel, needed)
        return channel

    def message(self, call: Call, needed: int = 0) -> Message:
        """The message of the path; 10008 where there is none, or one that a single person sees."""
        message = self.channel(call, needed).messages.get(call.key("message_id"))
        if message is None or message.ephemeral:
            raise unknown("Message")
        return message

    def json(self, message: Message) -> Json:
        """As the application sees it: the portal's Message Content switch also rules the REST API."""
        body = self._world.shapes.message(message)
        return public(body if self._reads_all else stripped(body, self._world.bot.id))

    def is_whole(self, message: Message) -> bool:
        """Whether the bot may read the message's content."""
        return self._reads_all or is_whole(self._world.shapes.message(message), self._world.bot.id)

    @property
    def _reads_all(self) -> bool:
        return bool(self._gateway.portal_intents & MESSAGE_CONTENT)
