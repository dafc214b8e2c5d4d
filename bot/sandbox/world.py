"""The sandbox's world: servers, people, channels, and the stream of what happens to them.

World holds and finds things, and builds servers. Roles are given in roles.py, stickers and emoji made in
expressions.py, messages written through messages.py, threads through threads.py, interactions through
interactions.py. All of it lives in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from . import permissions as rights
from .channels import Channels
from .clock import Clock
from .errors import missing_access, missing_permissions, unknown
from .files import FileStore
from .model import (
    DISCORD_EPOCH_MS,
    DM,
    FORUM,
    PRIVATE_THREAD,
    REQUIRE_TAG,
    TEXT,
    THREADS,
    Channel,
    Command,
    Guild,
    Json,
    Member,
    Message,
    Overwrite,
    Role,
    Tag,
    User,
)
from .shapes import member_json, user_json
from .waiting import Watch
from .world_shapes import Shapes


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `data` is the gateway's payload in full; each receiver gets what it may see.

    `reader` is set for what only one person sees (ephemeral messages); such events never reach the gateway.
    """

    name: str
    data: Json
    guild_id: int | None = None
    channel_id: int | None = None
    reader: int | None = None


class World:
    """Everything that exists, by id."""

    def __init__(self, clock: Clock, *, bot_name: str = "RAVSG") -> None:
        self.clock = clock
        self.files = FileStore(clock)
        self.watch = Watch()
        self.shapes = Shapes(self)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels = Channels()
        self.commands: dict[int, Command] = {}
        self.attachment_limit = 10 * 1024 * 1024
        self._listeners: list[Callable[[Event], None]] = []
        self._last_id = 0
        self.bot = self.add_user(bot_name.lower(), bot_name, bot=True)

    # ---- ids, events

    def new_id(self) -> int:
        """A snowflake of now, larger than every one before."""
        now = int(self.clock.now() * 1000) - DISCORD_EPOCH_MS
        self._last_id = max(self._last_id + 1, now << 22)
        return self._last_id

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` for every event from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, event: Event) -> None:
        """Tell everyone."""
        for listener in list(self._listeners):
            listener(event)
        self.watch.notify()

    # ---- finding

    def channel(self, channel_id: int) -> Channel:
        """The channel, or Discord's 10003."""
        if (channel := self.channels.get(channel_id)) is None:
            raise unknown("Channel")
        return channel

    def guild(self, guild_id: int) -> Guild:
        """The server, if the bot is in it; else Discord's 10004."""
        guild = self.guilds.get(guild_id)
        if guild is None or self.bot.id not in guild.members:
            raise unknown("Guild")
        return guild

    def find_message(self, channel_id: int, message_id: int) -> Message | None:
        """The message, or None."""
        channel = self.channels.get(channel_id)
        return channel.messages.get(message_id) if channel else None

    def channels_of(self, guild: Guild) -> Iterator[Channel]:
        """The server's channels and threads, in order of creation."""
        return iter(self.channels.of(guild.id))

    def permissions(self, user: User, channel: Channel) -> int:
        """What the user may do in the channel; 0 for those who are not there."""
        if channel.guild_id is None:
            return rights.DIRECT if user.id in channel.recipients else 0
        guild = self.guilds[channel.guild_id]
        if (member := guild.members.get(user.id)) is None:
            return 0
        parent = self.channels.get(channel.parent_id or 0) if channel.type in THREADS else None
        granted = rights.channel_permissions(guild, member, channel, parent)
        if channel.type == PRIVATE_THREAD and channel.thread is not None and user.id not in channel.thread.members:
            return granted if granted & rights.MANAGE_THREADS else 0
        return granted

    def require(self, user: User, channel: Channel, needed: int) -> None:
        """Raise 50001 where the user does not see the channel, 50013 where a right is missing."""
        granted = self.permissions(user, channel)
        if not granted & rights.VIEW_CHANNEL:
            raise missing_access()
        if granted & needed != needed:
            raise missing_permissions()

    def require_in(self, guild: Guild, needed: int) -> None:
        """Raise 50013 where the bot lacks a right in the server as a whole."""
        if rights.server_permissions(guild, guild.members[self.bot.id]) & needed != needed:
            raise missing_permissions()

    # ---- building

    def add_user(self, username: str, global_name: str | None = None, *, bot: bool = False) -> User:
        """A new account."""
        user = User(self.new_id(), username, global_name, bot=bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: User, *, with_bot: bool = True) -> Guild:
        """A new server with the owner in it and, unless told otherwise, the bot."""
        guild_id = self.new_id()
        guild = Guild(guild_id, name, owner.id)
        guild.roles[guild_id] = Role(guild_id, "@everyone", rights.EVERYONE)
        self.guilds[guild_id] = guild
        guild.members[owner.id] = Member(owner, self.clock.now())
        if with_bot:
            self.invite_bot(guild)
        return guild

    def invite_bot(self, guild: Guild, permissions: int = rights.BOT) -> None:
        """Let the bot join, with a role of its own that carries `permissions`."""
        role = Role(self.new_id(), self.bot.display_name, permissions, 1, managed=True, bot_id=self.bot.id)
        guild.roles[role.id] = role
        guild.members[self.bot.id] = Member(self.bot, self.clock.now(), [role.id])
        self.publish(Event("GUILD_CREATE", {"id": str(guild.id)}, guild.id))

    def remove_bot(self, guild: Guild) -> None:
        """The bot is thrown out of the server."""
        member = guild.members.pop(self.bot.id)
        guild.roles = {key: one for key, one in guild.roles.items() if one.bot_id != member.user.id}
        for command in [one for one in self.commands.values() if one.guild_id == guild.id]:
            del self.commands[command.id]
        self.publish(Event("GUILD_DELETE", {"id": str(guild.id)}, guild.id))

    def outage(self, guild: Guild, *, over: bool = False) -> None:
        """The server becomes unavailable, as in an outage of Discord's, or available again (`over`)."""
        guild.unavailable = not over
        data: Json = {"id": str(guild.id), "unavailable": True}
        self.publish(Event("GUILD_CREATE", data, guild.id) if over else Event("GUILD_DELETE", data, guild.id))

    def join(self, guild: Guild, user: User) -> Member:
        """A person becomes a member."""
        member = guild.members[user.id] = Member(user, self.clock.now())
        self.publish(Event("GUILD_MEMBER_ADD", member_json(member) | {"guild_id": str(guild.id)}, guild.id))
        return member

    def leave(self, guild: Guild, user: User) -> None:
        """A person leaves."""
        del guild.members[user.id]
        data = {"guild_id": str(guild.id), "user": user_json(user)}
        self.publish(Event("GUILD_MEMBER_REMOVE", data, guild.id))

    def add_channel(
        self, guild: Guild, name: str, *, kind: int = TEXT, topic: str | None = None, nsfw: bool = False
    ) -> Channel:
        """A new channel at the end of the list."""
        channel = self.prepare_channel(guild, name, kind=kind, topic=topic, nsfw=nsfw)
        self.channel_event("CHANNEL_CREATE", channel)
        return channel

    def prepare_channel(
        self, guild: Guild, name: str, *, kind: int = TEXT, topic: str | None = None, nsfw: bool = False
    ) -> Channel:
        """A new channel that nobody has been told of yet."""
        position = sum(1 for one in self.channels_of(guild) if one.type not in THREADS)
        channel = Channel(self.new_id(), kind, name, guild.id, topic, position, nsfw)
        self.channels[channel.id] = channel
        return channel

    def add_forum(self, guild: Guild, name: str, *, tags: Sequence[Tag] = (), must_tag: bool = False) -> Channel:
        """A new forum; `must_tag` demands a tag of every post. Ids of the tags are filled in where they are 0."""
        forum = self.prepare_channel(guild, name, kind=FORUM)
        forum.tags = [replace(one, id=one.id or self.new_id()) for one in tags]
        forum.flags = REQUIRE_TAG * must_tag
        self.channel_event("CHANNEL_CREATE", forum)
        return forum

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel or a thread and everything in it."""
        if channel.type in THREADS:
            data = self.shapes.channel(channel)
            told = {key: data[key] for key in ("id", "guild_id", "parent_id", "type")}
            self.publish(Event("THREAD_DELETE", told, channel.guild_id, channel.id))
        else:
            self.channel_event("CHANNEL_DELETE", channel)
        for one in list(self.channels.values()):
            if channel.id in (one.id, one.parent_id):
                del self.channels[one.id]
                for message in one.messages.values():
                    self.files.forget_with(message)
        self.watch.notify()

    def direct_channel(self, one: User, other: User) -> Channel:
        """The conversation of two users, made when there is none."""
        pair = sorted((one.id, other.id))
        for channel in self.channels.of(None):
            if sorted(channel.recipients) == pair:
                return channel
        channel = Channel(self.new_id(), DM, "", recipients=pair)
        self.channels[channel.id] = channel
        return channel

    def channel_event(self, name: str, channel: Channel) -> None:
        """Publish CHANNEL_CREATE, CHANNEL_UPDATE, …, with the channel as it is now."""
        self.publish(Event(name, self.shapes.channel(channel), channel.guild_id, channel.id))

    def overwrite(self, channel: Channel, target: User | Role, *, allow: int = 0, deny: int = 0) -> None:
        """Set a channel's exception for a person or a role."""
        kind = 0 if isinstance(target, Role) else 1
        channel.overwrites[target.id] = Overwrite(target.id, kind, allow, deny)
        self.channel_event("CHANNEL_UPDATE", channel)

    def age_restrict(self, channel: Channel, restricted: bool = True) -> None:
        """Mark a channel as for adults only, or not any more; its threads follow it."""
        for one in self.channels.values():
            if channel.id in (one.id, one.parent_id):
                one.nsfw = restricted
        self.channel_event("CHANNEL_UPDATE", channel)
