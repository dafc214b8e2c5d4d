"""Twice is once, and too late is never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.clock import DiscordClock
from bot.fresh import KEPT, Freshness
from ravsg.telemetry.measures import Telemetry


def interaction(number: int, age: float) -> discord.Interaction[Any]:
    """What `takes` looks at."""
    created = datetime.now(UTC) - timedelta(seconds=age)
    return cast("discord.Interaction[Any]", SimpleNamespace(id=number, created_at=created))


def test_an_event_is_taken_once() -> None:
    telemetry = Telemetry()
    freshness = Freshness(telemetry, DiscordClock())
    assert freshness.first(1)
    assert not freshness.first(1)
    assert freshness.first(2)
    assert telemetry.snapshot().count("events.doubled") == 1


@pytest.mark.parametrize(("age", "taken"), [(-5, True), (0, True), (2.5, True), (3.0, False), (900, False)])
def test_what_cannot_be_answered_in_time_is_refused(age: float, taken: bool) -> None:
    assert Freshness(Telemetry(), DiscordClock()).takes(interaction(1, age)) is taken


def test_memory_is_bounded() -> None:
    freshness = Freshness(Telemetry(), DiscordClock())
    for number in range(KEPT + 1):
        freshness.first(number)
    assert freshness.first(0), "the oldest is forgotten"
    assert not freshness.first(KEPT)
