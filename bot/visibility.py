"""Which channels the audience of a channel may read too: what they remember may surface there, nothing else.

Without the members intent the members of a role are unknown, so the answer is computed from roles and is careful: a
channel counts as readable only if everyone who can read the origin can certainly read it. Where that is not certain
it is left out: a memory that is missing does less harm than one shown to somebody who was shut out of its channel.
This module asks Discord nothing; it reads what the gateway sent.
"""

from __future__ import annotations

from typing import Any

import discord

Place = discord.abc.GuildChannel | discord.Thread


def audience(interaction: discord.Interaction[Any]) -> list[int]:
    """Ids of the channels that everybody who reads along where an interaction happened can read."""
    channel = interaction.channel
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return visible_channels(channel)
    return [] if interaction.channel_id is None else [interaction.channel_id]


def visible_channels(origin: Place) -> list[int]:
    """Ids of the channels and active public threads that every reader of `origin` can read, `origin` included."""
    base = origin.parent if isinstance(origin, discord.Thread) else origin
    if base is None:
        return [origin.id]
    found = {origin.id} | {one.id for one in origin.guild.channels if one.id == base.id or _includes(one, base)}
    found |= {
        thread.id
        for thread in origin.guild.threads
        if thread.type is not discord.ChannelType.private_thread and thread.parent_id in found
    }
    return sorted(found)


def _includes(channel: discord.abc.GuildChannel, base: discord.abc.GuildChannel) -> bool:
    """Whether everyone who reads `base` certainly reads `channel`."""
    everyone = base.guild.default_role
    if channel.permissions_for(everyone).view_channel and not _somebody_shut_out(channel):
        return True
    if channel.overwrites == base.overwrites:
        return True
    if _somebody_shut_out(channel) or _members_named(base):
        return False
    readers = [role for role in base.guild.roles if base.permissions_for(role).view_channel]
    return all(channel.permissions_for(role).view_channel for role in readers)


def _somebody_shut_out(channel: discord.abc.GuildChannel) -> bool:
    """Whether a role or member other than @everyone is denied the view: its readers cannot be told from roles."""
    return any(
        overwrite.view_channel is False and target != channel.guild.default_role
        for target, overwrite in channel.overwrites.items()
    )


def _members_named(channel: discord.abc.GuildChannel) -> bool:
    """Whether the channel has exceptions for single members other than the bot itself."""
    own = channel.guild.me.id
    return any(not isinstance(one, discord.Role) and one.id != own for one in channel.overwrites)
