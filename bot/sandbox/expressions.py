"""A server's own stickers and emoji."""

from __future__ import annotations

from .contents import Sticker
from .model import Guild
from .shapes import sticker_json
from .world import Event, World


def add_sticker(world: World, guild: Guild, name: str, *, description: str = "", tags: str = "") -> Sticker:
    """A new sticker of the server's own."""
    sticker = Sticker(world.new_id(), guild.id, name, description, tags)
    guild.stickers[sticker.id] = sticker
    data = {"guild_id": str(guild.id), "stickers": [sticker_json(one) for one in guild.stickers.values()]}
    world.publish(Event("GUILD_STICKERS_UPDATE", data, guild.id))
    return sticker
