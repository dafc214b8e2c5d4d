"""`/queue`: a member's own jobs of this server, where they stand, and how to stop them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts
from bot.convert import origin_of
from bot.outgoing import Outgoing
from bot.views import cancel_buttons

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot


class QueueCog(commands.Cog):
    """`/queue`."""

    def __init__(self, parts: Parts) -> None:
        self._jobs = parts.jobs
        self._delivery = parts.delivery

    @app_commands.command(name="queue", description="Your requests that are waiting or being worked on")
    async def queue(self, interaction: discord.Interaction[Any]) -> None:
        """The member's open jobs."""
        origin = origin_of(interaction)
        jobs = await self._jobs.list_open(origin.guild_id, origin.author_id)
        if not jobs:
            await self._delivery.answer(interaction, Outgoing(texts.QUEUE_EMPTY))
            return
        lines = []
        for job in jobs:
            estimate = self._jobs.estimate(job.id)
            due = None if estimate is None else round(time.time() + estimate)
            lines.append(texts.queue_line(job.kind, job.id, str(job.state), self._jobs.position(job.id), due))
        view = cancel_buttons([job.id for job in jobs], named=True)
        await self._delivery.answer(interaction, Outgoing("\n".join(lines), view=view))


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(QueueCog(bot.parts))
