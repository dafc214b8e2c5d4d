"""What steps cost, measured: device-seconds by kind of step and by job, and how many fit at once. Runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ravsg.jobs.fair import Key, Ticket
from ravsg.jobs.ladder import Ran
from ravsg.telemetry.measures import Telemetry

DEFAULT_COST: Final = 1.0
"""Device-seconds that a kind of step is taken to need before it was measured."""
NEW_SHARE: Final = 0.3
"""Weight of the newest measurement in the moving average."""
ANY_NUMBER: Final = 1_000


class Meter:
    """One for the queue; it begins at zero with each process."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._costs: dict[Key, float] = {}
        self._rooms: dict[Key, int] = {}
        self._used: dict[str, float] = {}

    def ran(self, batch: Sequence[Ticket], ran: Ran, seconds: float) -> None:
        """Learn from a batch what such steps cost, if all went well, and how many fit."""
        if not any(isinstance(outcome, Exception) for outcome in ran.outcomes):
            self._measured(batch, seconds)
        if ran.room is not None:
            self._had_room_for(batch[0].key, ran.room)

    def _measured(self, batch: Sequence[Ticket], seconds: float) -> None:
        """A batch was done in so many seconds; its steps share them equally."""
        share = seconds / len(batch)
        known = self._costs.get(batch[0].key, share)
        self._costs[batch[0].key] = known + NEW_SHARE * (share - known)
        for ticket in batch:
            self._used[ticket.step.job_id] = self._used.get(ticket.step.job_id, 0.0) + share
        operation = batch[0].step.operation
        self._telemetry.observe("device.batch", seconds, operation=operation)
        self._telemetry.count("device.steps", len(batch), operation=operation)

    def _had_room_for(self, key: Key, number: int) -> None:
        """The device ran out of memory above so many such steps."""
        self._rooms[key] = number
        self._telemetry.count("device.out_of_memory", operation=key[1])

    def cost(self, key: Key) -> float:
        """Device-seconds that such a step is likely to take."""
        return self._costs.get(key, DEFAULT_COST)

    def room(self, key: Key) -> int:
        """How many such steps fit at once, as far as it was found out."""
        return self._rooms.get(key, ANY_NUMBER)

    def release(self, job_id: str) -> float:
        """Forget an ended job; gives the device-seconds that it used."""
        return self._used.pop(job_id, 0.0)
