"""Permissions as Discord computes them: roles, then the channel's overwrites, then what a lost right takes along.

Bits and order of computation follow Discord's documentation, "Permissions". Timeouts are not played.
"""

from __future__ import annotations

from .model import THREADS, Channel, Guild, Member

ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
USE_EXTERNAL_EMOJIS = 1 << 18
CHANGE_NICKNAME = 1 << 26
MANAGE_NICKNAMES = 1 << 27
MANAGE_ROLES = 1 << 28
USE_APPLICATION_COMMANDS = 1 << 31
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
SEND_POLLS = 1 << 49
PIN_MESSAGES = 1 << 51

ALL = (1 << 53) - 1
EVERYONE = (
    ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | CHANGE_NICKNAME
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | SEND_MESSAGES_IN_THREADS
    | SEND_POLLS
)
BOT = (
    ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS
)
DIRECT = (
    ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | USE_APPLICATION_COMMANDS
    | SEND_POLLS
)
# Without Send Messages these mean nothing (Discord's "implicit permissions").
NEEDS_SENDING = MENTION_EVERYONE | EMBED_LINKS | ATTACH_FILES


def server_permissions(guild: Guild, member: Member) -> int:
    """The member's rights in the server, before any channel."""
    if guild.owner_id == member.user.id:
        return ALL
    granted = guild.roles[guild.id].permissions
    for role_id in member.roles:
        granted |= guild.roles[role_id].permissions
    return ALL if granted & ADMINISTRATOR else granted


def channel_permissions(guild: Guild, member: Member, channel: Channel, parent: Channel | None = None) -> int:
    """The member's rights in a channel; a thread takes its parent's overwrites (`parent`)."""
    base = server_permissions(guild, member)
    if base & ADMINISTRATOR:
        return ALL
    overwrites = (parent or channel).overwrites
    if (everyone := overwrites.get(guild.id)) is not None:
        base = base & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in member.roles:
        if (one := overwrites.get(role_id)) is not None:
            allow |= one.allow
            deny |= one.deny
    base = base & ~deny | allow
    if (own := overwrites.get(member.user.id)) is not None:
        base = base & ~own.deny | own.allow
    if not base & VIEW_CHANNEL:
        return 0
    sending = SEND_MESSAGES_IN_THREADS if channel.type in THREADS else SEND_MESSAGES
    return base if base & sending else base & ~NEEDS_SENDING
