"""A server's own emoji and stickers: making them, taking emoji away, and the events that tell of it."""

from __future__ import annotations

from .contents import Emoji, Sticker
from .model import Guild
from .shapes import emoji_json, sticker_json
from .world import Event, World


def add_emoji(world: World, guild: Guild, name: str, *, animated: bool = False) -> Emoji:
    """A new emoji of the server's own."""
    emoji = Emoji(world.new_id(), guild.id, name, animated)
    guild.emojis[emoji.id] = emoji
    _tell_emojis(world, guild)
    return emoji


def remove_emoji(world: World, guild: Guild, emoji: Emoji) -> None:
    """Delete an emoji; reactions with it stay."""
    del guild.emojis[emoji.id]
    _tell_emojis(world, guild)


def _tell_emojis(world: World, guild: Guild) -> None:
    data = {"guild_id": str(guild.id), "emojis": [emoji_json(one) for one in guild.emojis.values()]}
    world.publish(Event("GUILD_EMOJIS_UPDATE", data, guild.id))


def add_sticker(world: World, guild: Guild, name: str, *, description: str = "", tags: str = "") -> Sticker:
    """A new sticker of the server's own."""
    sticker = Sticker(world.new_id(), guild.id, name, description, tags)
    guild.stickers[sticker.id] = sticker
    data = {"guild_id": str(guild.id), "stickers": [sticker_json(one) for one in guild.stickers.values()]}
    world.publish(Event("GUILD_STICKERS_UPDATE", data, guild.id))
    return sticker
