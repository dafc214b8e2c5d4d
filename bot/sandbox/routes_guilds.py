"""Endpoints about servers, channels, members and threads."""

from __future__ import annotations

from . import permissions as rights
from .errors import ApiError, invalid_form, unknown
from .limits import THREAD_MINUTES, THREAD_NAME
from .model import PRIVATE_THREAD, THREADS, Channel, User
from .rest import Call, Result, Routes
from .shapes import member_json, role_json
from .threads import Threads
from .world import World

CHANNEL = "/channels/{channel_id}"
GUILD = "/guilds/{guild_id}"


class GuildRoutes:
    """What the bot asks about servers, and what it does with threads."""

    def __init__(self, world: World, threads: Threads) -> None:
        self._world = world
        self._threads = threads

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        return [
            ("GET", GUILD, lambda call: self._world.shapes.guild(self._world.guild(call.key("guild_id")))),
            ("GET", GUILD + "/channels", self._channels),
            ("GET", GUILD + "/roles", self._roles),
            ("GET", GUILD + "/members", self._members),
            ("GET", GUILD + "/members/{user_id}", self._member),
            ("GET", GUILD + "/threads/active", self._active_threads),
            ("GET", CHANNEL, lambda call: self._world.shapes.channel(self._channel(call))),
            ("PATCH", CHANNEL, self._change),
            ("DELETE", CHANNEL, self._remove),
            ("POST", CHANNEL + "/messages/{message_id}/threads", self._thread_on),
            ("POST", CHANNEL + "/threads", self._thread),
            ("GET", CHANNEL + "/thread-members", self._thread_members),
            ("PUT", CHANNEL + "/thread-members/@me", self._join),
            ("DELETE", CHANNEL + "/thread-members/@me", self._leave),
            ("PUT", CHANNEL + "/thread-members/{user_id}", self._join),
            ("DELETE", CHANNEL + "/thread-members/{user_id}", self._leave),
            ("GET", CHANNEL + "/threads/archived/public", self._archived),
        ]

    def _channel(self, call: Call, needed: int = 0) -> Channel:
        channel = self._world.channel(call.key("channel_id"))
        self._world.require(self._world.bot, channel, needed)
        return channel

    def _channels(self, call: Call) -> Result:
        guild = self._world.guild(call.key("guild_id"))
        found = [one for one in self._world.channels_of(guild) if one.type not in THREADS]
        return [self._world.shapes.channel(one) for one in found]

    def _roles(self, call: Call) -> Result:
        return [role_json(one) for one in self._world.guild(call.key("guild_id")).roles.values()]

    def _members(self, call: Call) -> Result:
        guild = self._world.guild(call.key("guild_id"))
        after, limit = call.number("after", 0), call.number("limit", 1)
        members = sorted(guild.members.values(), key=lambda one: one.user.id)
        return [member_json(one) for one in members if one.user.id > after][:limit]

    def _member(self, call: Call) -> Result:
        guild = self._world.guild(call.key("guild_id"))
        if (member := guild.members.get(call.key("user_id"))) is None:
            raise unknown("Member")
        return member_json(member)

    def _change(self, call: Call) -> Result:
        thread = self._channel(call)
        if thread.thread is None:
            self._channel(call, rights.MANAGE_CHANNELS)
            thread.name, thread.topic = call.body.get("name", thread.name), call.body.get("topic", thread.topic)
            self._world.channel_event("CHANNEL_UPDATE", thread)
        else:
            mine = thread.thread.owner_id == self._world.bot.id and "locked" not in call.body
            self._channel(call, 0 if mine else rights.MANAGE_THREADS)
            if "name" in call.body:
                self._check_name(call.body["name"])
            self._threads.change(thread, call.body)
        return self._world.shapes.channel(thread)

    def _remove(self, call: Call) -> Result:
        channel = self._channel(call)
        self._channel(call, rights.MANAGE_THREADS if channel.type in THREADS else rights.MANAGE_CHANNELS)
        body = self._world.shapes.channel(channel)
        self._world.remove_channel(channel)
        return body

    # ---- threads

    @staticmethod
    def _check_name(name: str) -> None:
        if not 1 <= len(name) <= THREAD_NAME:
            raise invalid_form("name", "Must be between 1 and 100 in length.", "BASE_TYPE_BAD_LENGTH")

    def _named(self, call: Call) -> tuple[str, int]:
        name, minutes = str(call.body.get("name", "")), call.body.get("auto_archive_duration") or 1440
        self._check_name(name)
        if minutes not in THREAD_MINUTES:
            raise invalid_form("auto_archive_duration", "Value must be one of {60, 1440, 4320, 10080}.")
        return name, minutes

    def _thread_on(self, call: Call) -> Result:
        channel = self._channel(call, rights.CREATE_PUBLIC_THREADS | rights.READ_MESSAGE_HISTORY)
        name, minutes = self._named(call)
        message = channel.messages.get(call.key("message_id"))
        if message is None or message.ephemeral:
            raise unknown("Message")
        return self._world.shapes.channel(self._threads.start_on(message, self._world.bot, name, minutes))

    def _thread(self, call: Call) -> Result:
        private = call.body.get("type", PRIVATE_THREAD) == PRIVATE_THREAD
        channel = self._channel(call, rights.CREATE_PRIVATE_THREADS if private else rights.CREATE_PUBLIC_THREADS)
        name, minutes = self._named(call)
        thread = self._threads.start(channel, self._world.bot, name, minutes, private=private)
        return self._world.shapes.channel(thread)

    def _thread_members(self, call: Call) -> Result:
        thread = self._channel(call)
        members = thread.thread.members if thread.thread is not None else set()
        return [self._threads.member_json(thread, self._world.users[one]) for one in sorted(members)]

    def _who(self, call: Call) -> User:
        if "user_id" not in call.parts:
            return self._world.bot
        if (user := self._world.users.get(call.key("user_id"))) is None:
            raise unknown("User")
        return user

    def _join(self, call: Call) -> Result:
        thread = self._channel(call, rights.SEND_MESSAGES_IN_THREADS if "user_id" in call.parts else 0)
        if thread.thread is None:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        self._threads.join(thread, self._who(call))
        return None

    def _leave(self, call: Call) -> Result:
        who = self._who(call)
        thread = self._channel(call, 0 if who.id == self._world.bot.id else rights.MANAGE_THREADS)
        self._threads.leave(thread, who)
        return None

    def _active_threads(self, call: Call) -> Result:
        guild = self._world.guild(call.key("guild_id"))
        found = [one for one in self._world.channels_of(guild) if one.thread is not None and not one.thread.archived]
        return {"threads": [self._world.shapes.channel(one) for one in found], "members": []}

    def _archived(self, call: Call) -> Result:
        channel = self._channel(call, rights.READ_MESSAGE_HISTORY)
        found = [
            one
            for one in self._world.channels.values()
            if one.parent_id == channel.id and one.thread is not None and one.thread.archived
        ]
        return {"threads": [self._world.shapes.channel(one) for one in found], "members": [], "has_more": False}
