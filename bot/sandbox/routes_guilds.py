"""Endpoints about servers and their channels; routes_members.py and routes_threads.py have what is in them."""

from __future__ import annotations

from typing import Any

from . import permissions as rights
from .errors import ApiError, invalid_form, unknown
from .limits import FORUM_TAGS, TAG_NAME, check_name
from .model import FORUMS, TEXT, THREADS, Channel, Json, Overwrite, Tag, ThreadState
from .rest import Call, Created, Result, Routes
from .routes_members import MemberRoutes
from .routes_threads import ThreadRoutes
from .shapes import emoji_json, sticker_json
from .threads import Threads, archived
from .world import World

CHANNEL = "/channels/{channel_id}"
GUILD = "/guilds/{guild_id}"


class GuildRoutes:
    """What the bot asks about servers, and what it does with their channels."""

    def __init__(self, world: World, threads: Threads) -> None:
        self._world = world
        self._threads = threads

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        return [
            ("GET", GUILD, self._guild),
            ("GET", GUILD + "/channels", self._channels),
            ("POST", GUILD + "/channels", self._create),
            ("GET", GUILD + "/emojis", self._emojis),
            ("GET", GUILD + "/emojis/{emoji_id}", self._emoji),
            ("GET", GUILD + "/stickers", self._stickers),
            ("GET", GUILD + "/stickers/{sticker_id}", self._sticker),
            ("GET", "/stickers/{sticker_id}", self._any_sticker),
            ("GET", CHANNEL, lambda call: self._world.shapes.channel(self._channel(call))),
            ("PATCH", CHANNEL, self._change),
            ("DELETE", CHANNEL, self._remove),
            ("PUT", CHANNEL + "/permissions/{overwrite_id}", self._overwrite),
            ("DELETE", CHANNEL + "/permissions/{overwrite_id}", self._drop_overwrite),
            *MemberRoutes(self._world).routes(),
            *ThreadRoutes(self._world, self._threads).routes(),
        ]

    def _channel(self, call: Call, needed: int = 0) -> Channel:
        channel = self._world.channel(call.key("channel_id"))
        self._world.require(self._world.bot, channel, needed)
        return channel

    def _guild(self, call: Call) -> Result:
        guild = self._world.guild(call.key("guild_id"))
        body = self._world.shapes.guild(guild)
        if call.query.get("with_counts", "").lower() in ("1", "true"):
            body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
        return body

    def _channels(self, call: Call) -> Result:
        guild = self._world.guild(call.key("guild_id"))
        found = [one for one in self._world.channels_of(guild) if one.type not in THREADS]
        return [self._world.shapes.channel(one) for one in found]

    def _create(self, call: Call) -> Result:
        guild, kind = self._world.guild(call.key("guild_id")), call.body.get("type") or TEXT
        self._world.require_in(guild, rights.MANAGE_CHANNELS)
        check_name(call.body["name"])
        if kind != TEXT and kind not in FORUMS:
            raise invalid_form("type", "The sandbox plays text channels and forums.")
        channel = self._world.prepare_channel(guild, call.body["name"], kind=kind, nsfw=bool(call.body.get("nsfw")))
        self._apply(channel, call.body)
        self._world.channel_event("CHANNEL_CREATE", channel)
        return Created(self._world.shapes.channel(channel))

    # ---- emoji and stickers

    def _emojis(self, call: Call) -> Result:
        return [emoji_json(one) for one in self._world.guild(call.key("guild_id")).emojis.values()]

    def _emoji(self, call: Call) -> Result:
        found = self._world.guild(call.key("guild_id")).emojis.get(call.key("emoji_id"))
        if found is None:
            raise unknown("Emoji")
        return emoji_json(found)

    def _stickers(self, call: Call) -> Result:
        return [sticker_json(one) for one in self._world.guild(call.key("guild_id")).stickers.values()]

    def _sticker(self, call: Call) -> Result:
        found = self._world.guild(call.key("guild_id")).stickers.get(call.key("sticker_id"))
        if found is None:
            raise unknown("Sticker")
        return sticker_json(found)

    def _any_sticker(self, call: Call) -> Result:
        for guild in self._world.guilds.values():
            if (found := guild.stickers.get(call.key("sticker_id"))) is not None:
                return sticker_json(found)
        raise unknown("Sticker")

    # ---- changing channels

    def _change(self, call: Call) -> Result:
        channel = self._channel(call)
        if "name" in call.body:
            check_name(call.body["name"])
        if channel.thread is None:
            self._channel(call, rights.MANAGE_CHANNELS)
            self._apply(channel, call.body)
            self._world.channel_event("CHANNEL_UPDATE", channel)
        else:
            self._may_change(call, channel.thread)
            self._threads.change(channel, call.body, self._world.bot)
        return self._world.shapes.channel(channel)

    def _may_change(self, call: Call, state: ThreadState) -> None:
        """A thread's owner changes it, save for lock and pin; anyone who writes there wakes it up, unless locked."""
        asked = set(call.body)
        asleep = state.archived and call.body.get("archived") is not False
        if asleep and asked - {"archived", "locked"}:
            raise archived()
        shut = state.locked and state.archived
        mine = state.owner_id == self._world.bot.id and not {"locked", "flags"} & asked
        waking = asked == {"archived"} and not call.body["archived"]
        self._channel(call, 0 if (mine or waking) and not shut else rights.MANAGE_THREADS)

    def _apply(self, channel: Channel, changes: Json) -> None:
        """What a request says of a text channel or a forum; strange fields are for Discord's description to name."""
        channel.name = changes.get("name", channel.name)
        channel.topic = changes.get("topic", channel.topic)
        channel.position = changes.get("position") or channel.position
        channel.slowmode = changes.get("rate_limit_per_user", channel.slowmode) or 0
        channel.flags = changes.get("flags", channel.flags) or 0
        if changes.get("nsfw") is not None and changes["nsfw"] != channel.nsfw:
            self._world.age_restrict(channel, changes["nsfw"])
        if changes.get("permission_overwrites") is not None:
            found = [self._overwrite_of(int(one["id"]), one) for one in changes["permission_overwrites"]]
            channel.overwrites = {one.id: one for one in found}
        if changes.get("available_tags") is not None:
            channel.tags = self._tags(changes["available_tags"])

    def _tags(self, wanted: list[Json]) -> list[Tag]:
        names = [str(one.get("name", "")) for one in wanted]
        if len(wanted) > FORUM_TAGS:
            raise invalid_form("available_tags", "Must be 20 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
        if len(set(names)) != len(names):
            raise ApiError(400, 40061, "Tag names must be unique")
        for index, name in enumerate(names):
            if not 1 <= len(name) <= TAG_NAME:
                raise invalid_form(f"available_tags.{index}.name", "Must be between 1 and 20 in length.")
        return [
            Tag(
                int(one.get("id") or 0) or self._world.new_id(),
                str(one["name"]),
                bool(one.get("moderated")),
                one.get("emoji_name"),
            )
            for one in wanted
        ]

    def _remove(self, call: Call) -> Result:
        channel = self._channel(call)
        self._channel(call, rights.MANAGE_THREADS if channel.type in THREADS else rights.MANAGE_CHANNELS)
        body = self._world.shapes.channel(channel)
        self._world.remove_channel(channel)
        return body

    # ---- overwrites

    @staticmethod
    def _overwrite_of(key: int, data: Json) -> Overwrite:
        def bits(value: Any) -> int:
            return int(value or 0)

        return Overwrite(key, int(data["type"]), bits(data.get("allow")), bits(data.get("deny")))

    def _overwrite(self, call: Call) -> Result:
        channel = self._channel(call, rights.MANAGE_ROLES)
        key = call.key("overwrite_id")
        channel.overwrites[key] = self._overwrite_of(key, call.body)
        self._world.channel_event("CHANNEL_UPDATE", channel)
        return None

    def _drop_overwrite(self, call: Call) -> Result:
        channel = self._channel(call, rights.MANAGE_ROLES)
        if channel.overwrites.pop(call.key("overwrite_id"), None) is None:
            raise unknown("Permission Overwrite")
        self._world.channel_event("CHANNEL_UPDATE", channel)
        return None
