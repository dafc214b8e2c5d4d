"""Many jobs of many servers, with cancellations, failures, memory trouble and a restart in between: all end, once."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from ravsg.errors import DeviceOutOfMemory, ModelError, QueueFull, RavsgError
from ravsg.jobs.job import TERMINAL, Job
from ravsg.jobs.step import Step, Watch
from ravsg.types import Origin, Output
from tests.jobs.devices import EchoDevice
from tests.jobs.helpers import world


class Moody(EchoDevice):
    """Runs out of memory, answers with errors and has bugs, by chance."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(most=4)
        self.chance = chance

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        mood = self.chance.random()
        if mood < 0.05:
            raise DeviceOutOfMemory(detail="today")
        if mood < 0.08:
            raise ZeroDivisionError("a bug")
        answers = super().run(steps, watches)
        return [ModelError() if self.chance.random() < 0.05 else answer for answer in answers]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_accepted_job_ends_once_whatever_happens(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    accepted: list[str] = []
    endings: defaultdict[str, set[str]] = defaultdict(set)
    delivered: Counter[str] = Counter()

    def note(job: Job) -> None:
        if job.state in TERMINAL:
            endings[job.id].add(job.state)

    for _ in range(2):
        async with world(tmp_path, Moody(chance), waiting_in_all=40, waiting_per_server=20, grace_seconds=0) as here:
            here.service.on_change.append(note)
            for _ in range(60):
                origin = Origin(chance.randrange(6), 1, chance.randrange(4), "x")
                with contextlib.suppress(QueueFull):
                    accepted.append((await here.ask("x", origin=origin, kind=chance.choice(["story", "paint"]))).id)
                if chance.random() < 0.2:
                    await here.service.cancel(chance.choice(accepted[-2:]))
                if chance.random() < 0.3:
                    await asyncio.sleep(0)
        delivered.update(here.delivered)
    async with world(tmp_path, EchoDevice()) as here:
        here.service.on_change.append(note)
        ended = [await here.service.wait(job_id) for job_id in accepted]
    delivered.update(here.delivered)
    assert all(job.state in TERMINAL for job in ended)
    assert {job.id for job in ended if job.state == "done"} <= set(delivered)
    assert {job.id: {job.state} for job in ended} == endings  # one end each, and it was told
    assert len(accepted) > 60
    assert {job.state.value for job in ended} > {"done", "cancelled"}
