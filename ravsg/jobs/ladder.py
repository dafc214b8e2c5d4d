"""Running one batch on a device, and what is tried when its memory is too small. Everything here is the worker's.

The ladder: collect what nobody holds → half the batch → give back the other models → give back everything → a named
failure for the single step that still does not fit. No rung is taken inside an `except` block: the exception being
handled holds the frames, and with them the tensors, that filled the memory.
"""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from ravsg.errors import DeviceLost, DeviceOutOfMemory, JobCancelled, RavsgError
from ravsg.jobs.step import Device, Step, Watch
from ravsg.types import Output

Outcome = Output | Exception
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ran:
    """One outcome per step, in order, and the largest batch that the device had room for (None: no lack of room)."""

    outcomes: list[Outcome]
    room: int | None


class _OutOfMemory:
    """Stands for "did not fit", so that no exception has to be kept."""


_OUT_OF_MEMORY = _OutOfMemory()


def run_batch(device: Device, steps: Sequence[Step], watches: Sequence[Watch]) -> Ran:
    """Run like steps together, in smaller pieces where they do not fit or where one of them breaks the others.

    Raises DeviceLost. Any other exception of the device becomes the outcome of the steps that it concerns.
    """
    outcomes: list[Outcome] = [JobCancelled() for _ in steps]
    room: int | None = None
    pieces = [list(range(len(steps)))]
    while pieces:
        piece = [index for index in pieces.pop() if not watches[index].cancelled.is_set()]
        if not piece:
            continue
        answer = _attempt(device, [steps[i] for i in piece], [watches[i] for i in piece])
        if isinstance(answer, _OutOfMemory):
            gc.collect()
            if len(piece) > 1:
                half = len(piece) // 2
                room = half if room is None else min(room, half)
                pieces += [piece[half:], piece[:half]]
                continue
            answer = _make_room(device, steps[piece[0]], watches[piece[0]])
        if isinstance(answer, Exception):
            if len(piece) > 1 and not isinstance(answer, RavsgError):
                pieces += [[index] for index in reversed(piece)]  # find the step that it is about
                continue
            answer = [answer] * len(piece)
        for index, outcome in zip(piece, answer, strict=True):
            outcomes[index] = outcome
    return Ran(outcomes, room)


def _make_room(device: Device, step: Step, watch: Watch) -> list[Outcome] | Exception:
    """The last rungs, for one step: without the other models, then loading its own anew, then no more."""
    for keep in (step.role, None):
        device.free_memory(keep=keep)
        if watch.cancelled.is_set():
            return JobCancelled()
        answer = _attempt(device, [step], [watch])
        if not isinstance(answer, _OutOfMemory):
            return answer
        gc.collect()
    return DeviceOutOfMemory(detail=f"{step.operation} {step.shape} does not fit, even alone on the device")


def _attempt(device: Device, steps: list[Step], watches: list[Watch]) -> list[Outcome] | Exception | _OutOfMemory:
    try:
        answer: list[Outcome] = list(device.run(steps, watches))
    except DeviceOutOfMemory as error:
        _log.warning("no room for %d × %s %s: %s", len(steps), steps[0].operation, steps[0].shape, error)
        traceback.clear_frames(error.__traceback__)
        return _OUT_OF_MEMORY
    except DeviceLost:
        raise
    except Exception as error:  # it is the outcome of these steps, and the thread lives on
        if not isinstance(error, RavsgError):
            _log.exception("the device broke on %d × %s %s", len(steps), steps[0].operation, steps[0].shape)
        traceback.clear_frames(error.__traceback__)  # the lines stay readable, the tensors go
        return error
    if len(answer) != len(steps):
        return RuntimeError(f"the device gave {len(answer)} outcomes for {len(steps)} steps")
    lost = next((outcome for outcome in answer if isinstance(outcome, DeviceLost)), None)
    if lost is not None:
        raise lost
    if any(isinstance(outcome, DeviceOutOfMemory) for outcome in answer):
        return _OUT_OF_MEMORY
    return answer
