"""Suggestions while a member types into an option of `/memory`: titles and numbers of what they may see there.

They come from SQLite alone, within Discord's 3 seconds, and never wait for the device: the newest memories whose
title or passage holds what was typed, and for whole words the older ones too.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import discord
from discord import app_commands

from bot import texts, texts_memory
from bot.actions import is_moderator
from bot.markup import plain, shorten
from bot.rating import age_restricted
from bot.visibility import audience
from ravsg import safety
from ravsg.errors import RavsgError
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.store.memory_filter import MemoryFilter
from ravsg.types import Recalled

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

CHOICES: Final = 25
NAME: Final = 100
"""Characters of a suggestion, and of the text that it stands for."""
NEWEST: Final = 100
"""Memories that are looked through for what was typed, which may be the beginning of a word."""


class Suggestions:
    """Reads what may be suggested."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def titles(self, interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        """Titles to search for, each once. Raises StoreError."""
        found = await self._found(interaction, typed, MemoryFilter(channels=audience(interaction)))
        titles = dict.fromkeys(shorten(plain(one.title), NAME) for one in found if one.title)
        return [app_commands.Choice(name=title, value=title) for title in titles if title][:CHOICES]

    async def numbers(
        self, interaction: discord.Interaction[Any], typed: str, *, pinned: bool | None = None
    ) -> list[app_commands.Choice[int]]:
        """Memories that whoever types may correct, by number or by words. Raises StoreError."""
        own = None if is_moderator(interaction) else interaction.user.id
        where = MemoryFilter(channels=audience(interaction), author_id=own, pinned=pinned)
        found = await self._found(interaction, typed, where)
        return [app_commands.Choice(name=_name(one), value=one.memory_id) for one in found[:CHOICES]]

    async def _found(self, interaction: discord.Interaction[Any], typed: str, where: MemoryFilter) -> list[Recalled]:
        guild_id, wanted = interaction.guild_id or 0, " ".join(typed.casefold().split())
        newest = await self._memory.recent(guild_id, NEWEST, where)
        found = [one for one in newest if _holds(one, wanted)]
        if wanted and len(found) < CHOICES:
            found += await self._memory.search(guild_id, Query(typed), where, limit=CHOICES)
        adult = age_restricted(interaction.channel)
        once = {one.memory_id: one for one in found}
        return [one for one in once.values() if safety.fits(one.title, one.author_name, adult=adult)]


async def unbroken(suggest: Callable[[], Awaitable[list[_T]]]) -> list[_T]:
    """Suggestions, or none where they cannot be read: nobody can be told of an error while they type."""
    try:
        return await suggest()
    except RavsgError as error:
        _log.warning("there are no suggestions: %s", error)
        return []


def _holds(memory: Recalled, wanted: str) -> bool:
    number = str(memory.memory_id)
    return number.startswith(wanted) or wanted in f"{memory.title} {memory.text}".casefold()


def _name(memory: Recalled) -> str:
    title = shorten(plain(memory.title) or texts.UNTITLED, 50)
    author = shorten(plain(memory.author_name), 25)
    return shorten(texts_memory.choice(memory.memory_id, title, memory.kind.value, author), NAME)
