"""Endpoints about messages: sending, reading, editing, deleting, typing; routes_reactions.py has the rest."""

from __future__ import annotations

from collections import defaultdict, deque

from . import permissions as rights
from .contents import Reference
from .errors import ApiError, TooSoon, invalid_form
from .forwarding import FORWARD, original_of, unreadable
from .gateway import Gateway
from .interactions import draft_of
from .limits import check_message
from .messages import Draft, Messages
from .model import FORUMS, THREADS, Channel, Json, Message
from .reading import Reading
from .rest import Call, Result, Routes
from .routes_reactions import ReactionRoutes
from .shapes import member_json
from .threads import Threads, require_awake
from .world import Event, World

MESSAGES = "/channels/{channel_id}/messages"
ONE = MESSAGES + "/{message_id}"
BULK_SECONDS = 14 * 24 * 3600
OLD_SECONDS, OLD_EDITS, OLD_WINDOW = 3600, 3, 20.0  # Discord tells no numbers; bots that met the limit report these


class MessageRoutes:
    """What the bot does with messages."""

    def __init__(self, world: World, messages: Messages, threads: Threads, gateway: Gateway) -> None:
        self._world = world
        self._messages = messages
        self._threads = threads
        self._reading = Reading(world, gateway)
        self._old_edits: defaultdict[int, deque[float]] = defaultdict(deque)
        """When a channel's old messages were edited last, in seconds of the clock."""

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        return [
            # first, or `pins` would be taken for a message's id
            *ReactionRoutes(self._world, self._messages, self._reading).routes(),
            ("GET", MESSAGES, self._history),
            ("POST", MESSAGES, self._send),
            ("POST", MESSAGES + "/bulk-delete", self._bulk_delete),
            ("GET", ONE, self._get),
            ("PATCH", ONE, self._edit),
            ("DELETE", ONE, self._delete),
            ("POST", "/channels/{channel_id}/typing", self._typing),
        ]

    # ---- reading

    def _get(self, call: Call) -> Result:
        return self._reading.json(self._reading.message(call, rights.READ_MESSAGE_HISTORY))

    def _history(self, call: Call) -> Result:
        channel = self._reading.channel(call)
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
        return [self._reading.json(one) for one in reversed(found)]

    # ---- writing

    def _send(self, call: Call) -> Result:
        body = call.body or {}
        channel = self._reading.channel(call)
        if channel.type in FORUMS:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        in_thread = channel.type in THREADS
        needed = rights.SEND_MESSAGES_IN_THREADS if in_thread else rights.SEND_MESSAGES
        needed |= rights.ATTACH_FILES if call.uploads else 0
        needed |= rights.EMBED_LINKS if body.get("embeds") else 0
        needed |= rights.SEND_POLLS if body.get("poll") else 0
        self._world.require(self._world.bot, channel, needed)
        check_message(body)
        draft = draft_of(body, call.uploads_described())
        draft.reference = self._reference(channel, body.get("message_reference"))
        if draft.reference is not None and draft.reference.forward:
            draft.forwarded = self._forwarded(channel, draft, draft.reference)
        if in_thread:
            self._threads.revive(channel, self._world.bot)
        return self._reading.json(self._messages.create(self._world.bot, channel, draft))

    def _reference(self, channel: Channel, wanted: Json | None) -> Reference | None:
        if not wanted:
            return None
        key = int(wanted.get("message_id") or 0)
        if wanted.get("type") == FORWARD:
            return self._forward(key, wanted)
        if key not in channel.messages or channel.messages[key].ephemeral:
            if wanted.get("fail_if_not_exists") is False:
                return None
            raise invalid_form("message_reference", "Unknown message", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
        if not self._world.permissions(self._world.bot, channel) & rights.READ_MESSAGE_HISTORY:
            raise ApiError(403, 160002, "Cannot reply without permission to read message history")
        return Reference(key, channel.id, channel.guild_id)

    def _forward(self, key: int, wanted: Json) -> Reference:
        if not wanted.get("channel_id"):
            raise invalid_form("message_reference.channel_id", "This field is required", "BASE_TYPE_REQUIRED")
        source = self._world.channels.get(int(wanted["channel_id"]))
        return Reference(key, int(wanted["channel_id"]), source.guild_id if source else None, forward=True)

    def _forwarded(self, channel: Channel, draft: Draft, reference: Reference) -> Message:
        if not draft.empty:
            raise ApiError(400, 160011, "Forward messages cannot have additional content")
        original = original_of(self._world, self._world.bot, reference, channel)
        if not self._reading.is_whole(original):
            raise unreadable()
        return original

    def _edit(self, call: Call) -> Result:
        message = self._reading.message(call)
        if message.author.id != self._world.bot.id:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        if message.poll is not None:
            raise ApiError(400, 520003, "Cannot edit a poll message")
        require_awake(self._world.channels[message.channel_id])
        check_message({"flags": message.flags} | (call.body or {}))
        self._spare_old(message)
        self._messages.edit(message, call.body or {}, call.uploads_described())
        return self._reading.json(message)

    def _spare_old(self, message: Message) -> None:
        """Count an edit of a message that is over an hour old; few of a channel's are allowed at a time."""
        now = self._world.clock.now()
        if now - message.timestamp <= OLD_SECONDS:
            return
        edits = self._old_edits[message.channel_id]
        while edits and edits[0] <= now - OLD_WINDOW:
            edits.popleft()
        if len(edits) >= OLD_EDITS:
            told = "Maximum number of edits to messages older than 1 hour reached. Try again later"
            raise TooSoon(30046, told, edits[0] + OLD_WINDOW - now)
        edits.append(now)

    def _delete(self, call: Call) -> Result:
        message = self._reading.message(call)
        if message.author.id != self._world.bot.id:
            self._reading.channel(call, rights.MANAGE_MESSAGES)
        self._messages.delete(message)
        return None

    def _bulk_delete(self, call: Call) -> Result:
        channel = self._reading.channel(call, rights.MANAGE_MESSAGES)
        keys = [int(one) for one in call.body["messages"]]
        if not 2 <= len(keys) <= 100:
            raise ApiError(400, 50016, "Provided too few or too many messages to delete.")
        oldest = self._world.clock.now() - BULK_SECONDS
        found = [channel.messages[one] for one in keys if one in channel.messages]
        if any(one.timestamp < oldest for one in found):
            raise ApiError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
        self._messages.delete_many(channel, found)
        return None

    def _typing(self, call: Call) -> Result:
        channel = self._reading.channel(call)
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
