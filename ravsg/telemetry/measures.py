"""Counters and timings with labels, kept in memory and read as one snapshot.

One `Telemetry` is made where the bot is put together and handed to whoever counts; it may be called from any thread.
There is no export and no history: a restart begins at zero. Labels are few and small (a kind, a state), never ids.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """How often something was measured, and how long it took in seconds."""

    count: int = 0
    total: float = 0.0
    longest: float = 0.0
    last: float = 0.0

    @property
    def mean(self) -> float:
        """Seconds on average; 0 before the first measurement."""
        return self.total / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All counters and timings at one moment, by name and labels."""

    counters: dict[tuple[str, Labels], int] = field(default_factory=dict)
    timings: dict[tuple[str, Labels], Timing] = field(default_factory=dict)

    def count(self, name: str, **labels: str) -> int:
        """Sum of a counter over all label sets that hold the given labels."""
        return sum(value for (n, have), value in self.counters.items() if n == name and labels.items() <= set(have))

    def timing(self, name: str, **labels: str) -> Timing:
        """One timing; empty where nothing was measured."""
        return self.timings.get((name, _labels(labels)), Timing())


class Telemetry:
    """Where counts and times are gathered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters: dict[tuple[str, Labels], int] = {}
        self._timings: dict[tuple[str, Labels], Timing] = {}

    def count(self, name: str, amount: int = 1, **labels: str) -> None:
        """Add to a counter."""
        key = (name, _labels(labels))
        with self._lock:
            self._counters[key] = self._counters.get(key, 0) + amount

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Add one measured time."""
        key = (name, _labels(labels))
        with self._lock:
            old = self._timings.get(key, Timing())
            self._timings[key] = Timing(old.count + 1, old.total + seconds, max(old.longest, seconds), seconds)

    @contextlib.contextmanager
    def timed(self, name: str, **labels: str) -> Iterator[None]:
        """Measure what happens inside, whether it succeeds or not."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.observe(name, time.monotonic() - start, **labels)

    def snapshot(self) -> Snapshot:
        """A copy of everything."""
        with self._lock:
            return Snapshot(dict(self._counters), dict(self._timings))


def _labels(labels: dict[str, str]) -> Labels:
    return tuple(sorted(labels.items()))
