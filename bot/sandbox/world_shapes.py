"""The JSON of things that need the world around them: files with links, messages, channels, servers.

It decides nothing about who may see what; shapes.py has the plain forms and `stripped`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .contents import Attachment
from .forwarding import FORWARD
from .media import Media
from .model import (
    DM,
    FORUMS,
    PRIVATE_THREAD,
    REPLY,
    THREAD_STARTER,
    THREADS,
    Channel,
    Guild,
    Json,
    Message,
    ThreadState,
)
from .shapes import (
    emoji_json,
    member_json,
    poll_json,
    reaction_json,
    role_json,
    sticker_json,
    tag_json,
    timestamp,
    user_json,
)

if TYPE_CHECKING:
    from .world import World

SNAPSHOT = (
    "type",
    "content",
    "mentions",
    "mention_roles",
    "attachments",
    "embeds",
    "timestamp",
    "edited_timestamp",
    "flags",
    "components",
    "sticker_items",
)
"""The fields of a message that a forward of it shows; who wrote it is none of them."""
COUNTED_MEMBERS = 50  # Discord stops counting a thread's members there


class Shapes:
    """Forms that need the world around them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._media = Media(world.files)

    def attachment(self, attachment: Attachment) -> Json:
        """A file with a fresh link."""
        link = self._world.files.link(attachment)
        body: Json = {
            "id": str(attachment.id),
            "filename": attachment.filename,
            "size": len(attachment.data),
            "url": link,
            "proxy_url": link,
        }
        optional = {
            "content_type": attachment.content_type,
            "description": attachment.description,
            "width": attachment.width,
            "height": attachment.height,
        }
        body |= {key: value for key, value in optional.items() if value is not None}
        if attachment.ephemeral:
            body["ephemeral"] = True
        return body

    def message(self, message: Message, *, nested: bool = False) -> Json:
        """A message in full; `_direct` marks those outside of servers for `stripped`."""
        body: Json = {
            "id": str(message.id),
            "channel_id": str(message.channel_id),
            "author": user_json(message.author),
            "content": message.content,
            "timestamp": timestamp(message.timestamp),
            "edited_timestamp": timestamp(message.edited) if message.edited is not None else None,
            "tts": False,
            "mention_everyone": message.mention_everyone,
            "mentions": [self._mentioned(one, message.guild_id) for one in message.mentions],
            "mention_roles": [str(one) for one in message.mention_roles],
            "attachments": [self.attachment(one) for one in message.attachments],
            "embeds": [self._media.embed(one, message) for one in message.embeds],
            "components": self._media.components(message),
            "pinned": message.pinned,
            "type": message.type,
            "flags": message.flags,
            "_direct": message.guild_id is None,
        }
        if message.reactions:
            body["reactions"] = [reaction_json(one, self._world.bot.id) for one in message.reactions]
        if message.poll is not None:
            body["poll"] = poll_json(message.poll, self._world.bot.id)
        if message.stickers:
            body["sticker_items"] = [
                {"id": str(one.id), "name": one.name, "format_type": one.format} for one in message.stickers
            ]
        if message.nonce is not None:
            body["nonce"] = message.nonce
        for key in ("application_id", "webhook_id"):
            if getattr(message, key) is not None:
                body[key] = str(getattr(message, key))
        if message.interaction is not None:
            body["interaction_metadata"] = message.interaction
        if message.thread_id is not None and (thread := self._world.channels.get(message.thread_id)) is not None:
            body["thread"] = self.channel(thread)
        self._add_reference(body, message, nested)
        if message.snapshot is not None:
            shown = self.message(message.snapshot, nested=True)
            body["message_snapshots"] = [{"message": {key: shown[key] for key in SNAPSHOT if key in shown}}]
        return body

    def message_event(self, message: Message) -> Json:
        """The message as a gateway event carries it: with its server and the author's membership."""
        body = self.message(message)
        if message.guild_id is not None:
            guild = self._world.guilds[message.guild_id]
            body["guild_id"] = str(guild.id)
            if (member := guild.members.get(message.author.id)) is not None:
                body["member"] = member_json(member, with_user=False)
        return body

    def channel(self, channel: Channel) -> Json:
        """A channel, a direct conversation or a thread."""
        last = next(reversed(channel.messages), None)
        body: Json = {
            "id": str(channel.id),
            "type": channel.type,
            "flags": channel.flags,
            "last_message_id": str(last) if last is not None else None,
        }
        if channel.type == DM:
            others = [one for one in channel.recipients if one != self._world.bot.id]
            return body | {"recipients": [user_json(self._world.users[one]) for one in others]}
        body |= {
            "guild_id": str(channel.guild_id),
            "name": channel.name,
            "rate_limit_per_user": channel.slowmode,
            "parent_id": str(channel.parent_id) if channel.parent_id is not None else None,
        }
        if channel.thread is not None:
            return body | self._thread(channel, channel.thread)
        if channel.type in FORUMS:
            posts = [one.id for one in self._world.channels.values() if one.parent_id == channel.id]
            body |= {
                "last_message_id": str(max(posts)) if posts else None,
                "available_tags": [tag_json(one) for one in channel.tags],
                "default_reaction_emoji": None,
                "default_sort_order": None,
                "default_forum_layout": 0,
            }
        return body | {
            "topic": channel.topic,
            "position": channel.position,
            "nsfw": channel.nsfw,
            "permission_overwrites": [
                {"id": str(one.id), "type": one.kind, "allow": str(one.allow), "deny": str(one.deny)}
                for one in channel.overwrites.values()
            ],
        }

    def _thread(self, channel: Channel, state: ThreadState) -> Json:
        """What only threads have."""
        metadata: Json = {
            "archived": state.archived,
            "locked": state.locked,
            "auto_archive_duration": state.auto_archive_minutes,
            "archive_timestamp": timestamp(state.archive_timestamp),
            "create_timestamp": timestamp(state.created_at),
        }
        if channel.type == PRIVATE_THREAD:
            metadata["invitable"] = state.invitable
        body: Json = {
            "owner_id": str(state.owner_id),
            "message_count": state.sent - state.deleted,
            "total_message_sent": state.sent,
            "member_count": min(len(state.members), COUNTED_MEMBERS),
            "thread_metadata": metadata,
        }
        parent = self._world.channels.get(channel.parent_id or 0)
        if parent is not None and parent.type in FORUMS:
            body["applied_tags"] = [str(one) for one in state.tags]
        return body

    def guild(self, guild: Guild) -> Json:
        """A server as GET /guilds/{id} answers."""
        return {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "description": None,
            "banner": None,
            "home_header": None,
            "owner_id": str(guild.owner_id),
            "application_id": None,
            "region": "deprecated",
            "afk_channel_id": None,
            "afk_timeout": 300,
            "widget_enabled": False,
            "widget_channel_id": None,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "features": [],
            "roles": [role_json(one) for one in guild.roles.values()],
            "emojis": [emoji_json(one) for one in guild.emojis.values()],
            "stickers": [sticker_json(one) for one in guild.stickers.values()],
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "max_presences": None,
            "max_members": 500000,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "vanity_url_code": None,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "nsfw": False,
            "preferred_locale": guild.locale,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": False,
            "incidents_data": None,
        }

    def guild_create(self, guild: Guild, *, all_members: bool) -> Json:
        """A server as GUILD_CREATE brings it; without the members intent only the bot's own membership."""
        world = self._world
        me = guild.members[world.bot.id]
        members = list(guild.members.values()) if all_members else [me]
        channels = list(world.channels_of(guild))  # those that the bot cannot see are told, too
        return self.guild(guild) | {
            "joined_at": timestamp(me.joined_at),
            "large": len(guild.members) > 250,
            "unavailable": False,
            "member_count": len(guild.members),
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "members": [member_json(one) for one in members],
            "channels": [self.channel(one) for one in channels if one.type not in THREADS],
            "threads": [
                self.channel(one)
                for one in channels
                if one.thread is not None and not one.thread.archived and world.permissions(world.bot, one)
            ],
        }

    def _mentioned(self, user_id: int, guild_id: int | None) -> Json:
        body = user_json(self._world.users[user_id])
        guild = self._world.guilds.get(guild_id or 0)
        if guild is not None and (member := guild.members.get(user_id)) is not None:
            body["member"] = member_json(member, with_user=False)
        return body

    def _add_reference(self, body: Json, message: Message, nested: bool) -> None:
        if message.reference is None:
            return
        reference = message.reference
        body["message_reference"] = {
            "type": FORWARD if reference.forward else 0,
            "message_id": str(reference.message_id),
            "channel_id": str(reference.channel_id),
        }
        if reference.guild_id is not None:
            body["message_reference"]["guild_id"] = str(reference.guild_id)
        if not nested and message.type in (REPLY, THREAD_STARTER):
            answered = self._world.find_message(reference.channel_id, reference.message_id)
            body["referenced_message"] = self.message(answered, nested=True) if answered else None
