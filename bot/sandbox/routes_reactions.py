"""Endpoints about what is done to messages that are there: reactions, pins, polls."""

from __future__ import annotations

from datetime import datetime

from . import permissions as rights
from . import reactions
from .errors import invalid_form
from .messages import Messages
from .model import Message, User
from .reading import Reading
from .rest import Call, Result, Routes
from .shapes import timestamp, user_json
from .threads import require_awake
from .world import World

ONE = "/channels/{channel_id}/messages/{message_id}"
EMOJI = ONE + "/reactions/{emoji_name}"
PINS = "/channels/{channel_id}/messages/pins"
POLL = "/channels/{channel_id}/polls/{message_id}"


class ReactionRoutes:
    """What the bot does to messages beside writing them."""

    def __init__(self, world: World, messages: Messages, reading: Reading) -> None:
        self._world = world
        self._messages = messages
        self._reading = reading

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        return [
            ("GET", EMOJI, self._reactors),
            ("DELETE", EMOJI, self._clear_emoji),
            ("DELETE", ONE + "/reactions", self._clear_reactions),
            ("PUT", EMOJI + "/@me", self._react),
            ("DELETE", EMOJI + "/@me", self._unreact),
            ("DELETE", EMOJI + "/{user_id}", self._unreact_other),
            ("GET", PINS, self._pins),
            ("PUT", PINS + "/{message_id}", self._pin),
            ("DELETE", PINS + "/{message_id}", self._pin),
            ("GET", POLL + "/answers/{answer_id}", self._voters),
            ("POST", POLL + "/expire", self._end_poll),
        ]

    # ---- reactions

    def _marked(self, call: Call, needed: int = 0) -> Message:
        """The message, which an archived thread keeps as it is."""
        message = self._reading.message(call, needed)
        require_awake(self._world.channels[message.channel_id])
        return message

    def _react(self, call: Call) -> Result:
        message = self._marked(call, rights.READ_MESSAGE_HISTORY)
        emoji = call.parts["emoji_name"]
        if reactions.find(message, emoji) is None:
            self._reading.channel(call, rights.ADD_REACTIONS)
        reactions.react(self._world, message, self._world.bot, emoji)
        return None

    def _unreact(self, call: Call) -> Result:
        reactions.unreact(self._world, self._marked(call), self._world.bot.id, call.parts["emoji_name"])
        return None

    def _unreact_other(self, call: Call) -> Result:
        message = self._marked(call, rights.MANAGE_MESSAGES)
        reactions.unreact(self._world, message, call.key("user_id"), call.parts["emoji_name"])
        return None

    def _clear_emoji(self, call: Call) -> Result:
        reactions.clear(self._world, self._marked(call, rights.MANAGE_MESSAGES), call.parts["emoji_name"])
        return None

    def _clear_reactions(self, call: Call) -> Result:
        reactions.clear(self._world, self._marked(call, rights.MANAGE_MESSAGES))
        return None

    def _reactors(self, call: Call) -> Result:
        message = self._reading.message(call, rights.READ_MESSAGE_HISTORY)
        found = reactions.find(message, call.parts["emoji_name"])
        return self._page(call, [] if found is None else found.users)

    def _page(self, call: Call, users: list[int]) -> list[dict[str, object]]:
        """Users by id, from `after` on."""
        after, limit = call.number("after", 0), call.number("limit", 25)
        if not 1 <= limit <= 100:
            raise invalid_form("limit", "int value should be between 1 and 100.", "NUMBER_TYPE_MAX")
        later: list[User] = [self._world.users[one] for one in sorted(users) if one > after]
        return [user_json(one) for one in later[:limit]]

    # ---- pins

    def _pins(self, call: Call) -> Result:
        channel = self._reading.channel(call, rights.READ_MESSAGE_HISTORY)
        limit = call.number("limit", 50)
        before = datetime.fromisoformat(call.query["before"]) if "before" in call.query else None
        pinned = [(timestamp(one.pinned_at), one) for one in channel.messages.values() if one.pinned_at is not None]
        earlier = [pair for pair in pinned if before is None or datetime.fromisoformat(pair[0]) < before]
        found = sorted(earlier, key=lambda pair: pair[0], reverse=True)
        items = [{"pinned_at": at, "message": self._reading.json(one)} for at, one in found[:limit]]
        return {"items": items, "has_more": len(found) > limit}

    def _pin(self, call: Call) -> Result:
        message = self._marked(call, rights.PIN_MESSAGES)
        self._messages.pin(message, self._world.bot, call.method == "PUT")
        return None

    # ---- polls

    def _voters(self, call: Call) -> Result:
        poll = self._reading.message(call, rights.READ_MESSAGE_HISTORY).poll
        answers = [] if poll is None else poll.answers
        found = next((one for one in answers if one.id == call.key("answer_id")), None)
        if found is None:
            raise invalid_form("answer_id", "The poll has no such answer.")
        return {"users": self._page(call, found.voters)}

    def _end_poll(self, call: Call) -> Result:
        message = self._reading.message(call)
        self._messages.polls.end(message, self._world.bot)
        return self._reading.json(message)
