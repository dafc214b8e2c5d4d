"""What comes too late is not begun, and Discord's time counts, whatever this machine's clock says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import KEPT
from bot.sandbox.clock import Clock
from ravsg.types import PaintTask
from tests.sandbox.house import House, moved_in
from tests.sandbox.village import PICTURE_BUTTONS


async def hear_the_time(house: House) -> None:
    """Let the bot ask Discord for something, so often that what it knew of the time before counts no more."""
    for _ in range(KEPT):
        await house.app.bot.fetch_user(house.sam.id)


@pytest.mark.parametrize(
    ("shift", "said"), [(0.0, ""), (-10.0, "this machine's clock is 10 s fast"), (60.0, "clock is 60 s slow")]
)
async def test_requests_are_taken_in_time_and_refused_when_late(tmp_path: Path, shift: float, said: str) -> None:
    async with moved_in(tmp_path, clock=Clock(shift=shift)) as house:
        health = await (await house.robin.command("health", in_=house.stories)).response()
        assert said in health.text if said else "this machine's clock" not in health.text
        assert (await house.painting(house.sam, text="A whale.")).labels == PICTURE_BUTTONS

        house.sandbox.faults.silence()
        late = await house.sam.command("paint", in_=house.stories, text="A fox.")
        house.sandbox.clock.advance(4.0)
        assert late.failed
        house.sandbox.faults.clear()
        await hear_the_time(house)
        house.sandbox.faults.reconnect()  # the missed event comes again with the RESUME
        resumed = house.sandbox.gateway
        await house.sandbox.world.watch.until(lambda: resumed.resumed or None, 30.0)
        await (await house.robin.command("queue", in_=house.stories)).response()

        assert late.ack is None
        assert house.app.telemetry.snapshot().count("interactions.too_late") == 1
        assert [isinstance(step.task, PaintTask) for step in house.device.steps].count(True) == 1
        assert (await house.painting(house.sam, text="A hare.")).labels == PICTURE_BUTTONS
