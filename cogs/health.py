"""`/health`: how the bot is, for those who manage the server: models, licences, queue, times, versions."""

from __future__ import annotations

import platform
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts, texts_memory
from bot.convert import origin_of
from bot.outgoing import Outgoing
from ravsg.errors import Refused

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot

PACKAGES: Final = ("discord.py", "torch", "transformers", "diffusers")


class HealthCog(commands.Cog):
    """`/health`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._started = time.time()

    @app_commands.command(name="health", description="How I am: models, queue, times, versions")
    @app_commands.default_permissions(manage_guild=True)
    async def health(self, interaction: discord.Interaction[Any]) -> None:
        """The state of the bot."""
        origin = origin_of(interaction)
        if not (interaction.permissions.manage_guild or await interaction.client.is_owner(interaction.user)):
            raise Refused(texts.MANAGERS_ONLY, "")
        parts = self._parts
        snapshot = parts.telemetry.snapshot()
        waiting = await parts.jobs.list_open(origin.guild_id)
        stats = await parts.memory.stats(origin.guild_id)
        lag = snapshot.timing("loop.lag")
        embed = discord.Embed(title=texts.HEALTH_TITLE, description=f"{parts.profile.name}: {parts.profile.why}")
        embed.add_field(name="Models and licences", value="\n".join(parts.profile.licences), inline=False)
        embed.add_field(name="Queue here", value=texts.health_queue(len(waiting)))
        embed.add_field(name="Memory here", value=texts.health_memory(stats.stories, stats.pictures, stats.authors))
        if (progress := await parts.embedding()) is not None:
            told = texts_memory.embedder_progress(progress.done, progress.total, progress.words_only)
            embed.add_field(name="Embedder, all servers", value=told)
        embed.add_field(name="Running since", value=f"<t:{round(self._started)}:R>")
        embed.add_field(
            name="Times",
            value=texts.health_times(lag.mean, lag.longest, interaction.client.latency, parts.clock.skew),
            inline=False,
        )
        counted = sorted({name for name, _ in snapshot.counters})
        counts = [f"{name} {snapshot.count(name):,}" for name in counted]
        embed.add_field(name="Counters", value=", ".join(counts) or "–", inline=False)
        measured = [
            f"{name}{_labels(labels)} {timing.mean:.2f} s × {timing.count:,}"
            for (name, labels), timing in sorted(snapshot.timings.items())
            if name != "loop.lag"
        ]
        embed.add_field(name="Measured", value="\n".join(measured) or "–", inline=False)
        versions = [f"Python {platform.python_version()}"]
        versions += [f"{name} {version(name)}" for name in PACKAGES]
        embed.set_footer(text=" · ".join(versions))
        await parts.delivery.answer(interaction, Outgoing(embeds=(embed,)))


def _labels(labels: tuple[tuple[str, str], ...]) -> str:
    return f" ({', '.join(value for _, value in labels)})" if labels else ""


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(HealthCog(bot.parts))
