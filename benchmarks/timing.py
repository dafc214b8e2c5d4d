"""How long something takes when it is done many times, one after the other."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    values: npt.NDArray[np.float64]
    cpu: float
    """Of the processors, all threads together, on average: what a busy machine changes least."""

    @property
    def p50(self) -> float:
        """The median."""
        return float(np.median(self.values))

    @property
    def p99(self) -> float:
        """Of 100, the second worst."""
        return float(np.percentile(self.values, 99))

    @property
    def worst(self) -> float:
        """The longest."""
        return float(self.values.max())


async def timed(times: int, do: Callable[[int], Awaitable[object]]) -> Times:
    """Every call of `do` with its number, awaited."""
    values = []
    cpu = time.process_time()
    for i in range(times):
        started = time.perf_counter()
        await do(i)
        values.append((time.perf_counter() - started) * 1000)
    return Times(np.asarray(values), (time.process_time() - cpu) * 1000 / times)


def timed_here(times: int, do: Callable[[int], object]) -> Times:
    """The same for what blocks."""
    values = []
    cpu = time.process_time()
    for i in range(times):
        started = time.perf_counter()
        do(i)
        values.append((time.perf_counter() - started) * 1000)
    return Times(np.asarray(values), (time.process_time() - cpu) * 1000 / times)
