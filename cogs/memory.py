"""`/memory`: what this server remembers, as far as the readers of this channel may see it, and forgetting it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts
from bot.actions import is_moderator
from bot.convert import origin_of
from bot.embeds import message_link
from bot.markup import CONTENT_LIMIT, quote
from bot.outgoing import Outgoing
from bot.rating import age_restricted
from bot.visibility import visible_channels
from ravsg import safety
from ravsg.errors import BadInput, RavsgError
from ravsg.memory.query import Query
from ravsg.store.memory_filter import MemoryFilter
from ravsg.types import Embedded, Recalled

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot

SHOWN: Final = 5
EMBED_SECONDS: Final = 5.0
"""How long a search waits for its turn at the device."""
_log = logging.getLogger(__name__)


class MemoryCog(commands.GroupCog, group_name="memory", group_description="What this server remembers"):
    """`/memory …`."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._memory = parts.memory
        self._forgetting = parts.forgetting
        self._delivery = parts.delivery
        self._reader = parts.reader
        self._embed = parts.embed

    @app_commands.command(name="search", description="Look for something that was made here")
    @app_commands.describe(words="What it was about")
    async def search(self, interaction: discord.Interaction[Any], words: str) -> None:
        """Memories with these words, or of such things; by words alone while the device is busy."""
        origin = origin_of(interaction)
        clean = self._reader.text(words, "Your search")
        if not await self._delivery.defer(interaction):
            return
        embedded: Embedded | None = None
        try:
            async with asyncio.timeout(EMBED_SECONDS):
                embedded = await self._embed(origin.guild_id, clean)
        except (TimeoutError, RavsgError) as error:
            _log.info("a search goes by its words alone: %r", error)
        found = await self._memory.search(
            origin.guild_id, Query.of(clean, embedded), MemoryFilter(channels=_visible(interaction)), limit=SHOWN
        )
        await self._show(interaction, found, texts.MEMORY_NOTHING)

    @app_commands.command(name="recent", description="What was remembered last")
    @app_commands.describe(mine="Only what you made")
    async def recent(self, interaction: discord.Interaction[Any], mine: bool = False) -> None:
        """The newest memories."""
        origin = origin_of(interaction)
        where = MemoryFilter(channels=_visible(interaction), author_id=origin.author_id if mine else None)
        found = await self._memory.recent(origin.guild_id, SHOWN, where)
        await self._show(interaction, found, texts.MEMORY_EMPTY)

    @app_commands.command(name="forget", description="Have one result forgotten: yours, or any as a moderator")
    @app_commands.describe(number="The number that /memory recent and /memory search show")
    async def forget(self, interaction: discord.Interaction[Any], number: app_commands.Range[int, 1]) -> None:
        """Delete all that is kept of the result that a memory is of."""
        origin = origin_of(interaction)
        if not await self._delivery.defer(interaction):
            return
        forgotten = await self._forgetting.memory(
            origin.guild_id, number, by=origin.author_id, moderator=is_moderator(interaction)
        )
        if not forgotten:
            raise BadInput(texts.MEMORY_UNKNOWN, texts.MEMORY_UNKNOWN_REMEDY)
        await self._delivery.update(interaction, Outgoing(texts.MEMORY_FORGOTTEN))

    async def _show(self, interaction: discord.Interaction[Any], found: Sequence[Recalled], empty: str) -> None:
        adult = age_restricted(interaction.channel)
        fit = [one for one in found if safety.fits(one.title, one.text, adult=adult)]
        lines = [_line(interaction.guild_id or 0, memory) for memory in fit]
        while len("\n".join(lines)) > CONTENT_LIMIT:
            lines.pop()
        await self._delivery.answer(interaction, Outgoing("\n".join(lines) or empty))


def _line(guild_id: int, memory: Recalled) -> str:
    link = message_link(guild_id, memory.channel_id, memory.message_id) if memory.message_id is not None else ""
    return texts.memory_line(
        number=memory.memory_id,
        kind=memory.kind.value,
        title=quote(memory.title, 80) or texts.UNTITLED,
        author=quote(memory.author_name, 40),
        when=round(memory.created_at.timestamp()),
        quote=quote(memory.text, 180),
        link=link,
    )


def _visible(interaction: discord.Interaction[Any]) -> Collection[int]:
    """Which channels' memories may be shown where the command was used."""
    channel = interaction.channel
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return visible_channels(channel)
    return () if interaction.channel_id is None else (interaction.channel_id,)


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(MemoryCog(bot.parts))
