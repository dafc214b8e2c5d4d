"""`/recap`: what happened so far in a book, for the one who asks, up to where they stopped reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.convert import origin_of
from bot.suggestions import unbroken

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot


class RecapCog(commands.Cog):
    """`/recap`."""

    def __init__(self, parts: Parts) -> None:
        self._library = parts.library

    @app_commands.command(name="recap", description="Previously on …: what happened up to where you stopped reading")
    @app_commands.describe(book="Which book; without one, the newest here")
    async def recap(self, interaction: discord.Interaction[Any], book: str = "") -> None:
        """For the reader alone; nothing beyond their bookmark."""
        origin_of(interaction)  # refused outside servers
        await self._library.recaps.tell(interaction, await self._library.shelf.find(interaction, book))

    @recap.autocomplete("book")
    async def books(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        """Books that may be read here."""
        return await unbroken(lambda: self._library.shelf.choices(interaction, current))


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(RecapCog(bot.parts))
