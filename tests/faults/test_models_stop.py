"""Cancel, pressed in the channel while the real classes compute over tiny weights: at most one more model step."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.models.device import ModelDevice
from ravsg.models.profiles import Profile, pocket
from ravsg.pocket.tiny import make_tiny
from ravsg.types import Output, Role
from tests.faults.conftest import FOX
from tests.sandbox.house import moved_in
from tests.sandbox.quick import QuickDevice, picture

PRESSED_AT = 3
"""Model steps after which the member presses Cancel; the models wait with the next one until they hear of it."""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny(folder)
    return pocket(folder)


class Counting(QuickDevice):
    """The real device, which counts the model steps of one operation and waits within one for its cancellation."""

    def __init__(self, profile: Profile, operation: str) -> None:
        super().__init__()
        self.models = ModelDevice(profile)
        self.operation = operation
        self.reports = 0

    def batch_limit(self, step: Step) -> int:
        return self.models.batch_limit(step)

    def is_resident(self, step: Step) -> bool:
        return self.models.is_resident(step)

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        if steps[0].operation != self.operation:
            return self.models.run(steps, watches)
        return self.models.run(steps, [replace(one, on_progress=self._counted(one.cancelled)) for one in watches])

    def _counted(self, cancelled: threading.Event) -> Callable[[int, int], None]:
        def count(done: int, total: int) -> None:
            self.reports += 1
            if self.reports == PRESSED_AT:
                assert total > PRESSED_AT + 1, "it would have ended by itself"
                self.entered.set()
                assert cancelled.wait(20)

        return count

    def free_memory(self, *, keep: Role | None = None) -> None:
        self.models.free_memory(keep=keep)

    def close(self) -> None:
        self.models.close()


@pytest.mark.parametrize("operation", ["write", "paint"])
async def test_cancel_stops_the_real_models_within_one_step(tmp_path: Path, profile: Profile, operation: str) -> None:
    device = Counting(profile, operation)
    async with moved_in(tmp_path, device=device, profile=profile, paint={"size": 64, "steps": 12}) as house:
        if operation == "write":
            handle = await house.sam.command("story", in_=house.stories, image=("a.png", picture("a")))
        else:
            handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        status = await house.status(handle, "job `")
        assert await asyncio.to_thread(device.entered.wait, 60)
        await (await house.sam.press(status, "Cancel")).response()
        await house.status(handle, "was cancelled")
        assert PRESSED_AT <= device.reports <= PRESSED_AT + 1
        (job,) = await house.app.jobs.recent(house.stories.guild_id or 0, house.sam.id, 1)
        assert job.state == "cancelled"
        device.operation = "none"
        assert await house.painting(house.sam, text=FOX), "the worker is free again"
