"""The jobs that have not ended: who starts next, who waits where and for how long, and when it is too much.

Fair between servers: a server with fewer jobs under way starts before one with more, then the one that used the
device less, then the older request. A job under suspicion starts only alone. This module keeps no time and runs
nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ravsg.config import JobsSection
from ravsg.errors import QueueFull
from ravsg.jobs.job import Job
from ravsg.types import Origin

Phase = Literal["waiting", "running", "delivering", "ending"]
Stop = Literal["", "cancel", "timeout", "shutdown"]


@dataclass(slots=True, eq=False)
class Entry:
    """One open job and what only this process knows about it."""

    job: Job
    number: int
    """Order of acceptance."""
    suspect: bool = False
    phase: Phase = "waiting"
    begun: bool = False
    """Whether this process counted an attempt for it."""
    stop: Stop = ""
    """Why it is to end before its time."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    task: asyncio.Task[None] | None = None
    timers: list[asyncio.TimerHandle] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def guild_id(self) -> int:
        """Its server."""
        return self.job.origin.guild_id


class Line:
    """All open jobs of the installation, at most a few hundred."""

    def __init__(self, config: JobsSection, at_once: int, charged: Callable[[int], float]) -> None:
        """`at_once`: jobs that may run at the same time; a server with none running gets one beyond it, up to twice
        as many in all, so that one server's long jobs do not shut out the others. `charged`: device-seconds of a
        server."""
        self.entries: dict[str, Entry] = {}
        self.seconds: dict[str, float] = {}
        """Measured device-seconds per kind of job."""
        self._config = config
        self._at_once = at_once
        self._charged = charged
        self._reserved: list[Origin] = []

    def check(self, origin: Origin) -> None:
        """Raise QueueFull when one more request of this member would be too much."""
        waits = [(entry.job.origin, entry.job.id) for entry in self._unfinished()]
        waits += [(reserved, "") for reserved in self._reserved]
        here = [wait for wait in waits if wait[0].guild_id == origin.guild_id]
        mine = [wait for wait in here if wait[0].author_id == origin.author_id]
        for found, limit, where in (
            (mine, self._config.waiting_per_member, f"You already have {_count(mine)} waiting here"),
            (here, self._config.waiting_per_server, f"This server already has {_count(here)} waiting"),
            (waits, self._config.waiting_in_all, f"I already have {_count(waits)} waiting"),
        ):
            if len(found) >= limit:
                raise QueueFull(
                    f"{where}, and {limit} is the most that I take at once.",
                    self._when(job_id for _, job_id in found),
                    detail=f"server {origin.guild_id}",
                )

    def reserve(self, origin: Origin) -> None:
        """Count a request that is being written to disk."""
        self._reserved.append(origin)

    def unreserve(self, origin: Origin) -> None:
        """It is written, or it failed."""
        self._reserved.remove(origin)

    def next(self) -> Entry | None:
        """The job that starts now, if one may."""
        running = [entry for entry in self.entries.values() if entry.phase == "running"]
        if any(entry.suspect for entry in running):
            return None
        busy = {entry.guild_id for entry in running}
        for entry in self.order():
            if entry.suspect:
                return None if running else entry
            if len(running) < self._at_once or (entry.guild_id not in busy and len(running) < 2 * self._at_once):
                return entry
        return None

    def order(self) -> list[Entry]:
        """The waiting jobs in the order in which they are likely to start."""
        under_way = Counter(entry.guild_id for entry in self.entries.values() if entry.phase == "running")
        keys: dict[str, tuple[int, float, int]] = {}
        waiting = sorted((e for e in self.entries.values() if e.phase == "waiting"), key=lambda e: e.number)
        for entry in waiting:
            keys[entry.job.id] = (under_way[entry.guild_id], self._charged(entry.guild_id), entry.number)
            under_way[entry.guild_id] += 1
        return sorted(waiting, key=lambda entry: keys[entry.job.id])

    def position(self, job_id: str) -> int | None:
        """1 for the job that starts next; None for one that does not wait."""
        for place, entry in enumerate(self.order(), start=1):
            if entry.job.id == job_id:
                return place
        return None

    def estimate(self, job_id: str) -> float | None:
        """Seconds until the job is likely to be done; None for one that has ended, and before any measurement."""
        return self._estimates().get(job_id)

    def _estimates(self) -> Mapping[str, float]:
        """One device does it all: what runs shares it, what waits comes after. Empty before the first measurement."""
        if not self.seconds:
            return {}
        running = [entry for entry in self.entries.values() if entry.phase == "running"]
        left = {entry.job.id: self._seconds(entry) * (1 - entry.job.share) for entry in running}
        done = {entry.job.id: 0.0 for entry in self.entries.values() if entry.phase == "delivering"}
        for job_id, seconds in left.items():
            # of jobs that share a device, each waits for the others as long as it has work left itself
            done[job_id] = sum(min(seconds, other) for other in left.values())
        ahead = sum(left.values())
        for entry in self.order():
            ahead += self._seconds(entry)
            done[entry.job.id] = ahead
        return done

    def _seconds(self, entry: Entry) -> float:
        """A kind never measured is taken to be like the others."""
        known = self.seconds.values()
        return self.seconds.get(entry.job.kind, sum(known) / len(known))

    def _unfinished(self) -> Iterable[Entry]:
        return (entry for entry in self.entries.values() if entry.phase in ("waiting", "running"))

    def _when(self, job_ids: Iterable[str]) -> str:
        estimates = self._estimates()
        known = [estimates[job_id] for job_id in job_ids if job_id in estimates]
        soon = f"The next of them should be done in {_about(min(known))}; p" if known else "P"
        return f"{soon}lease try again then, or cancel one with /queue."


def _count(found: Sequence[object]) -> str:
    return f"{len(found)} request" if len(found) == 1 else f"{len(found)} requests"


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} seconds"
    return f"about {round(seconds / 60)} minutes"
