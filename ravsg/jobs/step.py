"""A model step, the unit that is scheduled, and the device that runs it.

A step is plain data, so that it could travel to another process. What a device does with it is the device's affair:
this module neither loads nor runs a model.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ravsg.errors import RavsgError
from ravsg.types import Output, Role, Task

Operation = Literal["write", "paint", "embed", "count"]


@dataclass(frozen=True, slots=True)
class Step:
    """One call of one model for one job of one server.

    Steps with equal (role, operation, shape) may run as one batch. `cost` is the expected time on the device in
    seconds; the queue charges it to the server and corrects it by what was measured.
    """

    role: Role
    operation: Operation
    task: Task
    guild_id: int
    job_id: str
    shape: str
    cost: float = 1.0


@dataclass(slots=True)
class Watch:
    """How a running step hears of cancellation and tells its progress. Shared by the event loop and the worker."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    on_progress: Callable[[int, int], None] | None = None
    """Called on the worker thread with (model steps done, model steps in all); must return at once."""

    def report(self, done: int, total: int) -> None:
        """Pass progress on, if anyone listens."""
        if self.on_progress is not None:
            self.on_progress(done, total)


class Device(Protocol):
    """What runs steps. Every method is called on the one worker thread and may block it.

    Implementations: `ravsg.models.device.ModelDevice` (torch), and the small ones of the tests.
    """

    def batch_limit(self, step: Step) -> int:
        """How many steps like this one may run together; at least 1."""

    def is_resident(self, step: Step) -> bool:
        """Whether the step's model is loaded now."""

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        """Run a batch of like steps and give one outcome per step, in order.

        A step whose watch is cancelled stops within one model step and its outcome is JobCancelled. Raises
        DeviceOutOfMemory when the batch did not fit (the caller halves it), DeviceLost when only a new process helps.
        """

    def free_memory(self, *, keep: Role | None = None) -> None:
        """Give back what can be given back: caches, and the resident models other than `keep`."""

    def close(self) -> None:
        """Unload everything."""
