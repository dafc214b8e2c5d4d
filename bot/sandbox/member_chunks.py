"""Members on request: what a session gets for opcode 8 of the gateway."""

from __future__ import annotations

from typing import Any

from .intents import GUILD_MEMBERS
from .model import Guild, Json, Member
from .shapes import member_json
from .world import World

A_CHUNK = 1000
AT_ONCE = 100  # members by the beginning of their name, or by id


def chunks(world: World, intents: int, asked: Json) -> list[Json]:
    """The payloads of GUILD_MEMBERS_CHUNK; none for a server that is not the bot's, or for what the intents forbid.

    Everybody (an empty `query`) is told only to those with the members intent; the others wait in vain, as they do
    at Discord.
    """
    raw: Any = asked.get("guild_id", 0)
    guild = world.guilds.get(int(raw[0] if isinstance(raw, list) else raw))
    if guild is None or world.bot.id not in guild.members:
        return []
    wanted = [int(one) for one in asked.get("user_ids") or []][:AT_ONCE]
    query, limit = str(asked.get("query") or "").lower(), int(asked.get("limit") or 0)
    if not wanted and not query and not intents & GUILD_MEMBERS:
        return []
    found = _found(guild, wanted, query, limit)
    known = {one.user.id for one in found}
    parts = [found[at : at + A_CHUNK] for at in range(0, len(found), A_CHUNK)] or [[]]
    return [
        {
            "guild_id": str(guild.id),
            "members": [member_json(one) for one in part],
            "chunk_index": number,
            "chunk_count": len(parts),
            "not_found": [str(one) for one in sorted(set(wanted) - known)],
            "nonce": asked.get("nonce"),
        }
        for number, part in enumerate(parts)
    ]


def _found(guild: Guild, wanted: list[int], query: str, limit: int) -> list[Member]:
    if wanted:
        return [guild.members[one] for one in dict.fromkeys(wanted) if one in guild.members]
    found = [one for one in guild.members.values() if one.user.username.lower().startswith(query)]
    return found[: min(limit or AT_ONCE, AT_ONCE) if query else limit or None]
