"""What a fault is: for which requests or events it is meant, how often it happens, and what happens then.

A rule that happens by chance is decided anew for each match, from the seed, the rule's place in the script and the
match's number: the tenth upload has the same fate in every run, whatever else is going on at the same time.
How a fault looks to the client is `fault_answers.py` and `fault_events.py`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from .model import Json

Kind = Literal["status", "reset", "close", "slow", "cut", "act"]
"""`status`: answer this. `reset`, `close`: break the connection rudely, or politely. `slow`: the answer's body drips
over `seconds`. `cut`: the body ends in the middle. `act`: call `act`, then let the request pass."""
EventKind = Literal["twice", "late", "shuffled"]


@dataclass(slots=True, kw_only=True)
class Rule:
    """How often: the first `skip` matches pass, `times` faults happen (None: without end), each with `chance`."""

    times: int | None = 1
    skip: int = 0
    chance: float = 1.0
    number: int = 0
    """Its place in the script."""
    seen: int = 0
    hits: int = 0

    def happens(self, seed: int) -> bool:
        """Whether the fault happens to this match, which is counted."""
        self.seen += 1
        if self.seen <= self.skip or (self.times is not None and self.hits >= self.times):
            return False
        # no secret: the same script must always be the same
        if self.chance < 1 and random.Random(f"{seed} {self.number} {self.seen}").random() >= self.chance:  # noqa: S311
            return False
        self.hits += 1
        return True


@dataclass(slots=True, kw_only=True)
class Fault(Rule):
    """A fault of requests: of a method (or `*`) and of paths in which `pattern` is found."""

    method: str
    pattern: re.Pattern[str]
    kind: Kind
    carried_out: bool = False
    """Whether the request has its effect before the answer fails."""
    status: int = 503
    body: Json | str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    act: Callable[[], object] | None = None

    def concerns(self, method: str, path: str) -> bool:
        """Whether the rule is for this request."""
        return self.method in ("*", method) and bool(self.pattern.search(path))


@dataclass(slots=True, kw_only=True)
class EventFault(Rule):
    """A fault of events whose name `pattern` matches."""

    pattern: re.Pattern[str]
    kind: EventKind
    seconds: float = 0.0
    many: int = 2

    def concerns(self, name: str) -> bool:
        """Whether the rule is for this event."""
        return bool(self.pattern.match(name))


_Rule = TypeVar("_Rule", Fault, EventFault)


def first_that_happens(rules: Sequence[_Rule], concerned: Callable[[_Rule], bool], seed: int) -> _Rule | None:
    """The first rule of the script whose fault happens now; those behind it do not count this match."""
    return next((rule for rule in rules if concerned(rule) and rule.happens(seed)), None)
