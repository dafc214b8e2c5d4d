"""The gateway's intents: their bits, which are privileged, and which one an event needs."""

from __future__ import annotations

from .world import Event

GUILDS, GUILD_MEMBERS, EXPRESSIONS, PRESENCES = 1 << 0, 1 << 1, 1 << 3, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING, MESSAGE_CONTENT = 1 << 12, 1 << 13, 1 << 14, 1 << 15
GUILD_POLLS, DIRECT_POLLS = 1 << 24, 1 << 25
KNOWN = (1 << 17) - 1 | 1 << 20 | 1 << 21 | GUILD_POLLS | DIRECT_POLLS
# The privileged intents, with the application flag that the developer portal's switch sets (limited variant).
PRIVILEGED = {PRESENCES: 1 << 13, GUILD_MEMBERS: 1 << 15, MESSAGE_CONTENT: 1 << 19}
# By the beginning of the event's name, the first that fits: the intent in servers, and the one in direct messages.
NEEDED = {
    "MESSAGE_POLL": (GUILD_POLLS, DIRECT_POLLS),
    "MESSAGE_REACTION": (GUILD_REACTIONS, DIRECT_REACTIONS),
    "MESSAGE_": (GUILD_MESSAGES, DIRECT_MESSAGES),
    "TYPING_START": (GUILD_TYPING, DIRECT_TYPING),
    "CHANNEL_PINS_UPDATE": (GUILDS, DIRECT_MESSAGES),
    "GUILD_MEMBER_": (GUILD_MEMBERS, GUILD_MEMBERS),
    "GUILD_STICKERS": (EXPRESSIONS, EXPRESSIONS),
    "GUILD_EMOJIS": (EXPRESSIONS, EXPRESSIONS),
    "THREAD_MEMBERS_UPDATE": (GUILDS | GUILD_MEMBERS, 0),
    "GUILD_": (GUILDS, GUILDS),
    "CHANNEL_": (GUILDS, GUILDS),
    "THREAD_": (GUILDS, GUILDS),
}


def needed_for(event: Event) -> int:
    """The intents of which one is needed for the event; 0 where every session gets it."""
    found = next((bits for start, bits in NEEDED.items() if event.name.startswith(start)), (0, 0))
    return found[event.guild_id is None]
