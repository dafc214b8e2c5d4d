"""Forwarding: what may be forwarded where, and the snapshot of a message that a forward shows for ever.

Codes and rules: Discord's documentation of message references, snapshots and error codes (August 2026). What the
person or the bot may write where it goes is the callers' business.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import permissions as rights
from .contents import Attachment, Reference
from .errors import ApiError, invalid_form
from .model import CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND, DEFAULT, REPLY, Channel, Message, User

if TYPE_CHECKING:
    from .world import World

FORWARD = 1
FORWARDABLE = frozenset({DEFAULT, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND})


def original_of(world: World, user: User, reference: Reference, target: Channel) -> Message:
    """The message that a user forwards to a channel.

    Raises:
        ApiError: 50035 for a message that is not there or cannot be forwarded (polls, system messages), 160014 where
            the user does not see its channel, 160009 where they may not read what was written there, 160010 from an
            age-restricted channel to one that is not.
    """
    source = world.channels.get(reference.channel_id)
    original = world.find_message(reference.channel_id, reference.message_id)
    if source is None or original is None or original.ephemeral:
        raise invalid_form("message_reference", "Unknown message", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
    granted = world.permissions(user, source)
    if not granted & rights.VIEW_CHANNEL:
        raise unreadable()
    if not granted & rights.READ_MESSAGE_HISTORY:
        raise ApiError(403, 160009, "Cannot reference a message without permission to read message history")
    if source.nsfw and not target.nsfw:
        raise ApiError(400, 160010, "NSFW channel message reference not allowed")
    if original.type not in FORWARDABLE or original.poll is not None:
        raise invalid_form("message_reference", "It cannot be forwarded.", "FORWARD_CONTAINS_UNSUPPORTED_CONTENT")
    return original


def unreadable() -> ApiError:
    """The bot may not read the content of what it wants to forward."""
    return ApiError(403, 160014, "You cannot forward a message whose content you cannot read")


def snapshot_of(world: World, original: Message, target: Channel) -> Message:
    """The original as it is now, with files of its own; of a forward, what it shows itself."""
    shown = original.snapshot or original

    def copied(files: list[Attachment]) -> list[Attachment]:
        found = [replace(one, id=world.new_id(), channel_id=target.id) for one in files]
        for one in found:
            world.files.add(one)
        return found

    return replace(
        shown,
        channel_id=target.id,
        guild_id=target.guild_id,
        attachments=copied(shown.attachments),
        inline=copied(shown.inline),
        reference=None,
        thread_id=None,
    )
