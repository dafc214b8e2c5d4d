"""Who is told what: which event reaches a session of the bot, and in what form.

Decided by intents, shards, permissions, and the Message Content intent with its exceptions.
"""

from __future__ import annotations

from . import permissions as rights
from .intents import GUILD_MEMBERS, MESSAGE_CONTENT, needed_for
from .model import DM, Json
from .sessions import Session
from .shapes import public, stripped
from .world import Event, World


class Audience:
    """Answers for each event and session."""

    def __init__(self, world: World) -> None:
        self._world = world

    def seen(self, session: Session, event: Event) -> Json | None:
        """The event as this session gets it, or None."""
        if event.reader is not None or event.name.startswith("SANDBOX_"):
            return None
        needed = needed_for(event)
        if needed and not session.intents & needed:
            return None
        world = self._world
        if event.guild_id is not None and not session.has(event.guild_id):
            return None
        if event.name == "GUILD_CREATE":
            members = bool(session.intents & GUILD_MEMBERS)
            shown = world.shapes.guild_create(world.guilds[event.guild_id or 0], all_members=members)
            if "unavailable" not in event.data:
                shown.pop("unavailable")  # its presence means "back after an outage", its absence "just joined"
            return shown
        if event.name in ("GUILD_DELETE", "INTERACTION_CREATE"):
            return event.data
        if event.guild_id is not None and world.bot.id not in world.guilds[event.guild_id].members:
            return None
        if not self._is_there(event) or (event.name == "THREAD_MEMBERS_UPDATE" and not self._is_told(session, event)):
            return None
        if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            whole = bool(session.intents & MESSAGE_CONTENT)
            return public(event.data if whole else stripped(event.data, world.bot.id))
        return event.data

    def _is_there(self, event: Event) -> bool:
        """Whether the bot sees where it happened; channels themselves are told to all."""
        channel = self._world.channels.get(event.channel_id or 0)
        if channel is None or event.name.startswith("CHANNEL_"):
            return True
        if channel.type == DM and self._world.bot.id not in channel.recipients:
            return False
        return bool(self._world.permissions(self._world.bot, channel) & rights.VIEW_CHANNEL)

    def _is_told(self, session: Session, event: Event) -> bool:
        """Without the members intent, who follows a thread is told of the bot itself only."""
        added = [one["user_id"] for one in event.data["added_members"]]
        own = str(self._world.bot.id) in (*added, *event.data["removed_member_ids"])
        return own or bool(session.intents & GUILD_MEMBERS)
