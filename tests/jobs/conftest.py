"""Queues over small devices, closed when their test ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.step import Device
from tests.jobs.helpers import MakeQueue


@pytest.fixture
async def make_queue() -> AsyncIterator[MakeQueue]:
    made: list[GpuQueue] = []

    def make(device: Device, **options: Any) -> GpuQueue:
        made.append(GpuQueue(lambda: device, **options))
        return made[-1]

    yield make
    for queue in made:
        await queue.close(5)
