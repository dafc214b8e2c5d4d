"""Refuses what comes twice or too late: Discord repeats events after a RESUME, and doubles some.

An interaction lives 3 s until its first answer; one older than 2.8 s by Discord's clock (`bot.clock`) cannot be
answered any more. Only the ids of the last few thousand events are kept.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Any, Final

import discord

from bot.clock import DiscordClock
from ravsg.telemetry.measures import Telemetry

_log = logging.getLogger(__name__)
LATEST: Final = 2.8
"""Seconds after which an interaction is refused: an answer would arrive after Discord's 3 s."""
KEPT: Final = 10_000


class Freshness:
    """Remembers which events were taken."""

    def __init__(self, telemetry: Telemetry, clock: DiscordClock) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._telemetry = telemetry
        self._clock = clock

    def first(self, event_id: int) -> bool:
        """Whether this snowflake comes for the first time."""
        if event_id in self._seen:
            self._telemetry.count("events.doubled")
            return False
        self._seen[event_id] = None
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        return True

    def takes(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether an interaction is new and can still be answered."""
        age = self._clock.now() - interaction.created_at.timestamp()
        if age > LATEST:
            self._telemetry.count("interactions.too_late")
            _log.warning("an interaction was %.1f s old and is refused", age)
            return False
        return self.first(interaction.id)
