"""Endpoints about threads and forum posts: starting, following, listing; changing them is routes_guilds.py's."""

from __future__ import annotations

from datetime import datetime

from . import permissions as rights
from .errors import ApiError, invalid_form, unknown
from .interactions import draft_of
from .limits import TAGS_OF_A_POST, THREAD_MINUTES, check_message, check_name
from .membership import thread_member_json
from .model import FORUMS, PRIVATE_THREAD, PUBLIC_THREAD, Channel, Json, ThreadState, User
from .rest import Call, Created, Result, Routes
from .shapes import member_json, public, timestamp
from .threads import Threads
from .world import World

CHANNEL = "/channels/{channel_id}"


class ThreadRoutes:
    """What the bot does with threads."""

    def __init__(self, world: World, threads: Threads) -> None:
        self._world = world
        self._threads = threads

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        members = CHANNEL + "/thread-members"
        return [
            ("POST", CHANNEL + "/messages/{message_id}/threads", self._thread_on),
            ("POST", CHANNEL + "/threads", self._thread),
            ("GET", members, self._members),
            ("GET", members + "/{user_id}", self._member),
            ("PUT", members + "/@me", self._join),
            ("DELETE", members + "/@me", self._leave),
            ("PUT", members + "/{user_id}", self._join),
            ("DELETE", members + "/{user_id}", self._leave),
            ("GET", "/guilds/{guild_id}/threads/active", self._active),
            ("GET", CHANNEL + "/threads/archived/public", self._archived),
            ("GET", CHANNEL + "/threads/archived/private", self._archived),
            ("GET", CHANNEL + "/users/@me/threads/archived/private", self._archived_joined),
        ]

    def _channel(self, call: Call, needed: int = 0) -> Channel:
        channel = self._world.channel(call.key("channel_id"))
        self._world.require(self._world.bot, channel, needed)
        return channel

    # ---- starting

    def _named(self, call: Call) -> tuple[str, int]:
        name, minutes = str(call.body.get("name", "")), call.body.get("auto_archive_duration") or 1440
        check_name(name)
        if minutes not in THREAD_MINUTES:
            raise invalid_form("auto_archive_duration", "Value must be one of {60, 1440, 4320, 10080}.")
        return name, minutes

    def _thread_on(self, call: Call) -> Result:
        channel = self._channel(call, rights.CREATE_PUBLIC_THREADS | rights.READ_MESSAGE_HISTORY)
        name, minutes = self._named(call)
        message = channel.messages.get(call.key("message_id"))
        if message is None or message.ephemeral:
            raise unknown("Message")
        return Created(self._seen(self._threads.start_on(message, self._world.bot, name, minutes)))

    def _thread(self, call: Call) -> Result:
        channel = self._channel(call)
        if channel.type in FORUMS:
            return self._post(call, channel)
        private = call.body.get("type", PRIVATE_THREAD) == PRIVATE_THREAD
        self._channel(call, rights.CREATE_PRIVATE_THREADS if private else rights.CREATE_PUBLIC_THREADS)
        name, minutes = self._named(call)
        thread = self._threads.start(channel, self._world.bot, name, minutes, private=private)
        if private and call.body.get("invitable") is False and thread.thread is not None:
            thread.thread.invitable = False
        return Created(self._seen(thread))

    def _post(self, call: Call, forum: Channel) -> Result:
        name, minutes = self._named(call)
        body, tags = call.body.get("message") or {}, [int(one) for one in call.body.get("applied_tags") or []]
        needed = rights.SEND_MESSAGES | (rights.ATTACH_FILES if call.uploads else 0)
        self._channel(call, needed | (rights.EMBED_LINKS if body.get("embeds") else 0))
        if len(tags) > TAGS_OF_A_POST:
            raise invalid_form("applied_tags", "Must be 5 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
        check_message(body)
        uploads = Call(call.method, call.template, call.parts, call.query, body, call.uploads).uploads_described()
        draft = draft_of(body, uploads)
        thread, message = self._threads.post(forum, self._world.bot, name, draft, tags=tags, minutes=minutes)
        return Created(self._seen(thread) | {"message": public(self._world.shapes.message(message))})

    def _seen(self, thread: Channel) -> Json:
        """A thread with the bot's own membership."""
        body = self._world.shapes.channel(thread)
        bot = self._world.bot.id
        if thread.thread is not None and bot in thread.thread.members:
            body["member"] = thread_member_json(thread, bot)
        return body

    # ---- following

    def _state(self, thread: Channel) -> ThreadState:
        if thread.thread is None:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        return thread.thread

    def _members(self, call: Call) -> Result:
        thread = self._channel(call)
        users = sorted(self._state(thread).members)
        return [self._membership(call, thread, one) for one in users]

    def _member(self, call: Call) -> Result:
        thread, who = self._channel(call), call.key("user_id")
        if who not in self._state(thread).members:
            raise unknown("Member")
        return self._membership(call, thread, who)

    def _membership(self, call: Call, thread: Channel, user_id: int) -> Json:
        body = thread_member_json(thread, user_id)
        member = self._world.guilds[thread.guild_id or 0].members.get(user_id)
        asked = call.query.get("with_member", "").lower() in ("1", "true")
        return body | {"member": member_json(member)} if asked and member is not None else body

    def _who(self, call: Call) -> User:
        if "user_id" not in call.parts:
            return self._world.bot
        if (user := self._world.users.get(call.key("user_id"))) is None:
            raise unknown("User")
        return user

    def _join(self, call: Call) -> Result:
        thread = self._channel(call, rights.SEND_MESSAGES_IN_THREADS if "user_id" in call.parts else 0)
        self._state(thread)
        self._threads.join(thread, self._who(call))
        return None

    def _leave(self, call: Call) -> Result:
        who = self._who(call)
        thread = self._channel(call)
        mine = who.id == self._world.bot.id
        mine = mine or (thread.type == PRIVATE_THREAD and self._state(thread).owner_id == self._world.bot.id)
        self._channel(call, 0 if mine else rights.MANAGE_THREADS)
        self._threads.leave(thread, who)
        return None

    # ---- listing

    def _active(self, call: Call) -> Result:
        guild = self._world.guild(call.key("guild_id"))
        found = [one for one in self._world.channels_of(guild) if one.thread is not None and not one.thread.archived]
        seen = [one for one in found if self._world.permissions(self._world.bot, one) & rights.VIEW_CHANNEL]
        return self._listed(seen)

    def _archived(self, call: Call) -> Result:
        private = call.template.endswith("private")
        needed = rights.READ_MESSAGE_HISTORY | (rights.MANAGE_THREADS if private else 0)
        kind = PRIVATE_THREAD if private else PUBLIC_THREAD
        return self._old(call, self._archived_in(self._channel(call, needed), kind))

    def _archived_joined(self, call: Call) -> Result:
        found = self._archived_in(self._channel(call, rights.READ_MESSAGE_HISTORY), PRIVATE_THREAD)
        return self._old(call, [one for one in found if one.thread and self._world.bot.id in one.thread.members])

    def _archived_in(self, channel: Channel, kind: int) -> list[Channel]:
        found = [one for one in self._world.channels.values() if one.parent_id == channel.id and one.type == kind]
        return sorted(
            (one for one in found if one.thread is not None and one.thread.archived), key=_archived_at, reverse=True
        )

    def _old(self, call: Call, found: list[Channel]) -> Json:
        """Archived threads, the last archived first, `before` a time or (private, joined) an id."""
        before, limit = call.query.get("before"), call.number("limit", 50)
        if before is not None and before.isdecimal():
            found = [one for one in found if one.id < int(before)]
        elif before is not None:
            # both as texts tell them, in whole microseconds
            end = datetime.fromisoformat(before)
            found = [one for one in found if datetime.fromisoformat(timestamp(_archived_at(one))) < end]
        return self._listed(found[:limit]) | {"has_more": len(found) > limit}

    def _listed(self, threads: list[Channel]) -> Json:
        bot = self._world.bot.id
        followed = [one for one in threads if one.thread is not None and bot in one.thread.members]
        return {
            "threads": [self._world.shapes.channel(one) for one in threads],
            "members": [thread_member_json(one, bot) for one in followed],
            "has_more": False,
        }


def _archived_at(thread: Channel) -> float:
    return thread.thread.archive_timestamp if thread.thread is not None else 0.0
