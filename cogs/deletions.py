"""Messages, threads and channels that are deleted take along what was kept of the results in them.

It hears of them from the gateway; what went while the bot was not connected is looked for after each new session
(`bot.lookout`). Forgetting itself is `bot.forgetting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot


class DeletionsCog(commands.Cog):
    """Listens to what goes."""

    def __init__(self, parts: Parts) -> None:
        self._forgetting = parts.forgetting
        self._lookout = parts.lookout

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted: the result that it was a part of goes with it."""
        if event.guild_id is not None:
            await self._forgetting.message(event.guild_id, event.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages were deleted at once."""
        if event.guild_id is not None:
            for message_id in sorted(event.message_ids):
                await self._forgetting.message(event.guild_id, message_id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted, with all that was written in it; Discord tells of none of its messages."""
        await self._forgetting.channel(event.guild_id, event.thread_id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted, with its threads and all that was written there."""
        await self._forgetting.channel(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """A new session with Discord: what happened before it was not told."""
        await self._lookout.look_around()


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(DeletionsCog(bot.parts))
