"""Faults of events: doubled, late, in another order. What is held back keeps its sequence number.

Each session keeps what it was sent for a RESUME, undisturbed: a fault here is one of the way, not of the memory.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from .clock import Clock
from .fault_rules import EventFault, first_that_happens
from .model import Json
from .sessions import Session

HELD_SECONDS = 1.0
"""Events that wait to be shuffled go out after this time, even when too few came."""


class EventFaults:
    """The rules for events, and the events that are held back."""

    def __init__(self, clock: Clock, seed: Callable[[], int]) -> None:
        self._clock = clock
        self._seed = seed
        self.rules: list[EventFault] = []
        self._held: list[tuple[Session, Json]] = []
        self._wanted = 0

    def send(self, session: Session, frame: Json) -> None:
        """Send an event to a session, or do to it what a rule says."""
        name = str(frame["t"])
        rule = first_that_happens(self.rules, lambda one: one.concerns(name), self._seed())
        if rule is None:
            _deliver(session, frame)
        elif rule.kind == "twice":
            _deliver(session, frame)
            _deliver(session, frame)
        elif rule.kind == "late":
            self._clock.call_later(rule.seconds, partial(_deliver, session, frame))
        else:
            self._hold(session, frame, rule.many)

    def clear(self) -> None:
        """Forget the rules; what is held back goes out."""
        self.rules.clear()
        self._release()

    def _hold(self, session: Session, frame: Json, many: int) -> None:
        if not self._held:
            self._wanted = many
            self._clock.call_later(HELD_SECONDS, self._release)
        self._held.append((session, frame))
        if len(self._held) >= self._wanted:
            self._release()

    def _release(self) -> None:
        """Send what is held, the last first and the rest as the seed has it: never in the order in which it came."""
        held, self._held = self._held, []
        if not held:
            return
        *rest, last = held
        random.Random(self._seed()).shuffle(rest)  # noqa: S311 - no secret, but the same in every run
        for session, frame in (last, *rest):
            _deliver(session, frame)


def _deliver(session: Session, frame: Json) -> None:
    """To whichever connection the session has by now; one that is away finds the event in its replay."""
    if session.socket is not None:
        session.socket.send(frame)
