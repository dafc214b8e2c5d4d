"""The watchdog: a loop that was blocked is measured, and a long block is a line in the log."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot import watchdog
from bot.watchdog import watch_loop
from ravsg.telemetry.measures import Telemetry

BLOCK = 0.6
"""Seconds, more than what is worth a line."""


class Heard(Telemetry):
    """Says when something was measured."""

    def __init__(self) -> None:
        super().__init__()
        self.measured = asyncio.Event()

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        super().observe(name, seconds, **labels)
        self.measured.set()


async def test_a_blocked_loop_is_measured_and_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watchdog, "INTERVAL", 0.01)
    telemetry = Heard()
    watching = asyncio.create_task(watch_loop(telemetry))
    await asyncio.sleep(0)  # it has begun
    asyncio.get_running_loop().call_soon(time.sleep, BLOCK)
    await asyncio.wait_for(telemetry.measured.wait(), 20)
    watching.cancel()
    assert telemetry.snapshot().timing("loop.lag").longest > BLOCK - 0.1
    assert "the event loop was blocked for" in caplog.text
