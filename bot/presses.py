"""Every press on a button or menu ends in an answer: discord.py alone would only log what went wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.errors import Funnel
from bot.fresh import Freshness


class Presses:
    """Lets work that answers an interaction run, once, and tells what went wrong with it."""

    def __init__(self, funnel: Funnel, freshness: Freshness) -> None:
        self._funnel = funnel
        self._freshness = freshness

    async def answered(
        self,
        interaction: discord.Interaction[Any],
        where: str,
        work: Callable[[], Awaitable[object]],
        *,
        job_id: str | None = None,
    ) -> None:
        """Run `work`, unless the press came twice or too late. `where` says in the log what was pressed."""
        if not self._freshness.takes(interaction):
            return
        try:
            await work()
        except Exception as error:
            await self._funnel.private(interaction, error, where, job_id)
