"""Hands a member the copy of all that is kept of them: `/privacy export`, and `/memory export` by another name.

What is in it, and what of others is not, is `bot.export`. There is no copy of a whole server's memory: it would
outlive the wish of whoever is in it to be forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot import texts_privacy as texts
from bot.convert import origin_of
from bot.markup import plain
from bot.outgoing import OutFile, Outgoing

if TYPE_CHECKING:
    from bot.delivery import Delivery
    from bot.export import Exporter
    from bot.results import Results


class Copies:
    """Packs and hands over."""

    def __init__(self, exporter: Exporter, results: Results, delivery: Delivery) -> None:
        self._exporter = exporter
        self._results = results
        self._delivery = delivery

    async def hand_over(self, interaction: discord.Interaction[Any]) -> None:
        """A zip file, for whoever asks alone. Raises Refused where even words do not fit, or outside servers;
        StoreError."""
        origin = origin_of(interaction)
        if not await self._delivery.defer(interaction):
            return
        export = await self._exporter.export(
            origin.guild_id,
            origin.author_id,
            server=plain(interaction.guild.name) if interaction.guild is not None else "",
            member=origin.author_name,
            limit=self._results.file_limit(origin.guild_id),
        )
        told = texts.exported(export.memories, export.requests, export.pictures, export.left_out)
        file = OutFile(texts.EXPORT_NAME, export.data, texts.EXPORT_ALT)
        await self._delivery.hand_over(interaction, Outgoing(told, files=(file,)))
