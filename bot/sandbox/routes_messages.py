"""Endpoints about messages: sending, reading, editing, deleting, typing, reactions, pins."""

from __future__ import annotations

from . import permissions as rights
from .errors import ApiError, invalid_form, unknown
from .gateway import MESSAGE_CONTENT, Gateway
from .interactions import draft_of
from .limits import check_message
from .messages import Messages
from .model import THREADS, Channel, Json, Message, Reference
from .rest import Call, Result, Routes
from .shapes import member_json, public, stripped, user_json
from .threads import Threads
from .world import Event, World

MESSAGES = "/channels/{channel_id}/messages"
ONE = MESSAGES + "/{message_id}"
EMOJI = ONE + "/reactions/{emoji_name}"


class MessageRoutes:
    """What the bot does with messages."""

    def __init__(self, world: World, messages: Messages, threads: Threads, gateway: Gateway) -> None:
        self._world = world
        self._messages = messages
        self._threads = threads
        self._gateway = gateway

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        return [
            ("GET", MESSAGES, self._history),
            ("POST", MESSAGES, self._send),
            ("POST", MESSAGES + "/bulk-delete", self._bulk_delete),
            ("GET", ONE, self._get),
            ("PATCH", ONE, self._edit),
            ("DELETE", ONE, self._delete),
            ("POST", "/channels/{channel_id}/typing", self._typing),
            ("GET", EMOJI, self._reactors),
            ("DELETE", EMOJI, self._clear_emoji),
            ("DELETE", ONE + "/reactions", self._clear_reactions),
            ("PUT", EMOJI + "/@me", self._react),
            ("DELETE", EMOJI + "/@me", self._unreact),
            ("DELETE", EMOJI + "/{user_id}", self._unreact_other),
            ("GET", MESSAGES + "/pins", self._pins),
            ("PUT", MESSAGES + "/pins/{message_id}", self._pin),
            ("DELETE", MESSAGES + "/pins/{message_id}", self._pin),
        ]

    def _channel(self, call: Call, needed: int = 0) -> Channel:
        channel = self._world.channel(call.key("channel_id"))
        self._world.require(self._world.bot, channel, needed)
        return channel

    def _message(self, call: Call, needed: int = 0) -> Message:
        channel = self._channel(call, needed)
        message = channel.messages.get(call.key("message_id"))
        if message is None or message.ephemeral:
            raise unknown("Message")
        return message

    def _json(self, message: Message) -> Json:
        """As the application sees it: the portal's Message Content switch also rules the REST API."""
        body = self._world.shapes.message(message)
        whole = self._gateway.portal_intents & MESSAGE_CONTENT
        return public(body if whole else stripped(body, self._world.bot.id))

    # ---- reading

    def _get(self, call: Call) -> Result:
        return self._json(self._message(call, rights.READ_MESSAGE_HISTORY))

    def _history(self, call: Call) -> Result:
        channel = self._channel(call)
        limit = call.number("limit", 50)
        if not 1 <= limit <= 100:
            raise invalid_form("limit", "int value should be between 1 and 100.", "NUMBER_TYPE_MAX")
        if not self._world.permissions(self._world.bot, channel) & rights.READ_MESSAGE_HISTORY:
            return []
        found = [one for one in channel.messages.values() if not one.ephemeral]
        if "around" in call.query:
            pivot = call.number("around", 0)
            older = [one for one in found if one.id < pivot][-(limit // 2) :]
            newer = [one for one in found if one.id >= pivot][: limit - len(older)]
            found = older + newer
        elif "after" in call.query:
            found = [one for one in found if one.id > call.number("after", 0)][:limit]
        elif "before" in call.query:
            found = [one for one in found if one.id < call.number("before", 0)][-limit:]
        else:
            found = found[-limit:]
        return [self._json(one) for one in reversed(found)]

    # ---- writing

    def _send(self, call: Call) -> Result:
        body = call.body or {}
        channel = self._channel(call)
        in_thread = channel.type in THREADS
        needed = rights.SEND_MESSAGES_IN_THREADS if in_thread else rights.SEND_MESSAGES
        needed |= rights.ATTACH_FILES if call.uploads else 0
        needed |= rights.EMBED_LINKS if body.get("embeds") else 0
        self._world.require(self._world.bot, channel, needed)
        check_message(body)
        draft = draft_of(body, call.uploads_described())
        draft.reference = self._reference(channel, body.get("message_reference"))
        if in_thread:
            self._threads.revive(channel)
        return self._json(self._messages.create(self._world.bot, channel, draft))

    def _reference(self, channel: Channel, wanted: Json | None) -> Reference | None:
        if not wanted:
            return None
        key = int(wanted.get("message_id") or 0)
        if key not in channel.messages or channel.messages[key].ephemeral:
            if wanted.get("fail_if_not_exists") is False:
                return None
            raise invalid_form("message_reference", "Unknown message", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
        if not self._world.permissions(self._world.bot, channel) & rights.READ_MESSAGE_HISTORY:
            raise ApiError(403, 160002, "Cannot reply without permission to read message history")
        return Reference(key, channel.id, channel.guild_id)

    def _edit(self, call: Call) -> Result:
        message = self._message(call)
        if message.author.id != self._world.bot.id:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        check_message({"flags": message.flags} | (call.body or {}))
        self._messages.edit(message, call.body or {}, call.uploads_described())
        return self._json(message)

    def _delete(self, call: Call) -> Result:
        message = self._message(call)
        if message.author.id != self._world.bot.id:
            self._channel(call, rights.MANAGE_MESSAGES)
        self._messages.delete(message)
        return None

    def _bulk_delete(self, call: Call) -> Result:
        channel = self._channel(call, rights.MANAGE_MESSAGES)
        keys = [int(one) for one in call.body["messages"]]
        if not 2 <= len(keys) <= 100:
            raise ApiError(400, 50016, "Provided too few or too many messages to delete.")
        for message in [channel.messages[one] for one in keys if one in channel.messages]:
            self._messages.delete(message)
        return None

    def _typing(self, call: Call) -> Result:
        channel = self._channel(call)
        sending = rights.SEND_MESSAGES_IN_THREADS if channel.type in THREADS else rights.SEND_MESSAGES
        self._world.require(self._world.bot, channel, sending)
        data: Json = {
            "channel_id": str(channel.id),
            "user_id": str(self._world.bot.id),
            "timestamp": int(self._world.clock.now()),
        }
        if channel.guild_id is not None:
            member = self._world.guilds[channel.guild_id].members[self._world.bot.id]
            data |= {"guild_id": str(channel.guild_id), "member": member_json(member)}
        self._world.publish(Event("TYPING_START", data, channel.guild_id, channel.id))
        return None

    # ---- reactions and pins

    def _react(self, call: Call) -> Result:
        message = self._message(call, rights.READ_MESSAGE_HISTORY)
        emoji = call.parts["emoji_name"]
        if not any(one.emoji == emoji for one in message.reactions):
            self._channel(call, rights.ADD_REACTIONS)
        self._messages.react(message, self._world.bot, emoji)
        return None

    def _unreact(self, call: Call) -> Result:
        self._messages.unreact(self._message(call), self._world.bot.id, call.parts["emoji_name"])
        return None

    def _unreact_other(self, call: Call) -> Result:
        message = self._message(call, rights.MANAGE_MESSAGES)
        self._messages.unreact(message, call.key("user_id"), call.parts["emoji_name"])
        return None

    def _clear_emoji(self, call: Call) -> Result:
        message = self._message(call, rights.MANAGE_MESSAGES)
        for reaction in [one for one in message.reactions if one.emoji == call.parts["emoji_name"]]:
            for user_id in list(reaction.users):
                self._messages.unreact(message, user_id, reaction.emoji)
        return None

    def _clear_reactions(self, call: Call) -> Result:
        message = self._message(call, rights.MANAGE_MESSAGES)
        for reaction in list(message.reactions):
            for user_id in list(reaction.users):
                self._messages.unreact(message, user_id, reaction.emoji)
        return None

    def _reactors(self, call: Call) -> Result:
        message = self._message(call, rights.READ_MESSAGE_HISTORY)
        found = [one for one in message.reactions if one.emoji == call.parts["emoji_name"]]
        after, limit = call.number("after", 0), call.number("limit", 25)
        users = sorted(user for one in found for user in one.users if user > after)
        return [user_json(self._world.users[user]) for user in users[:limit]]

    def _pins(self, call: Call) -> Result:
        channel = self._channel(call)
        items = [
            {"pinned_at": self._json(one)["timestamp"], "message": self._json(one)}
            for one in channel.messages.values()
            if one.pinned
        ]
        return {"items": items, "has_more": False}

    def _pin(self, call: Call) -> Result:
        message = self._message(call, rights.MANAGE_MESSAGES)
        message.pinned = call.method == "PUT"
        self._messages.tell("MESSAGE_UPDATE", message)
        return None
