"""Which steps go on the device next: fair between servers, in batches of like steps, with few changes of model.

Each server has a virtual counter of charged device-seconds; the one with the least is served first. A server that
comes back is lifted to the least of those that are here, or to where the last one was served, so absence saves
nothing up; after a while without anybody all counters are forgotten.
(A form of start-time fair queueing: Goyal, Vin, Cheng, "Start-time Fair Queueing", SIGCOMM 1996.)
This module is pure bookkeeping: it runs nothing and knows neither thread nor event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ravsg.jobs.step import Operation, Step, Watch
from ravsg.types import Output, Role

Key = tuple[Role, Operation, str]
"""Role, operation and shape: steps with equal keys may run as one batch."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the device says about a key at this moment."""

    limit: int
    resident: bool


@dataclass(slots=True, eq=False)
class Ticket:
    """A step that waits. `done` is told its outcome, once."""

    step: Step
    watch: Watch
    done: Callable[[Output | Exception], None]
    number: int
    """Order of arrival."""
    age: int
    """Order of its job's first step: within a server, the older job goes first."""
    since: float
    """When it came, in seconds of the queue's clock."""

    @property
    def key(self) -> Key:
        """What it can share a batch with."""
        return self.step.role, self.step.operation, self.step.shape


class FairQueue:
    """The waiting tickets and the servers' counters."""

    def __init__(self, patience: float) -> None:
        """`patience`: seconds after which a step no longer waits for the resident model's steps to run dry."""
        self._patience = patience
        self._waiting: list[Ticket] = []
        self._taken: dict[int, int] = {}
        self._charged: dict[int, float] = {}
        self._served_at = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def charged(self, guild_id: int) -> float:
        """A server's counter in device-seconds; 0 for one that is not known."""
        return self._charged.get(guild_id, 0.0)

    def add(self, ticket: Ticket) -> None:
        """Let a step wait; a server that comes back is lifted to the least counter of those that are here."""
        guild = ticket.step.guild_id
        here = self._here()
        if guild not in here:
            least = min((self._charged[other] for other in here), default=self._served_at)
            self._charged[guild] = max(self.charged(guild), least)
        self._waiting.append(ticket)

    def remove(self, gone: Callable[[Ticket], bool]) -> list[Ticket]:
        """Take out the tickets that `gone` says; gives them."""
        removed = [ticket for ticket in self._waiting if gone(ticket)]
        self._waiting = [ticket for ticket in self._waiting if ticket not in removed]
        return removed

    def keys(self) -> dict[Key, Step]:
        """What waits, with one step of each kind to ask the device about."""
        return {ticket.key: ticket.step for ticket in self._waiting}

    def next_batch(self, answers: Mapping[Key, Answer], now: float) -> list[Ticket]:
        """Take the steps that run now, and charge their expected cost; [] when nothing waits that has an answer.

        A key without an answer (it came after the device was asked) waits for the next round.
        """
        known = [ticket for ticket in self._waiting if ticket.key in answers]
        if not known:
            return []
        resident = [ticket for ticket in known if answers[ticket.key].resident]
        overdue = [t for t in known if not answers[t.key].resident and now - t.since > self._patience]
        batch = [self._take(overdue or resident or known)]
        like = [ticket for ticket in known if ticket.key == batch[0].key and ticket is not batch[0]]
        while like and len(batch) < answers[batch[0].key].limit:
            batch.append(self._take(like))
            like.remove(batch[-1])
        return batch

    def settle(self, batch: Iterable[Ticket], seconds: float) -> None:
        """A batch has ended after so many seconds: each of its steps is charged its share instead of its estimate."""
        tickets = list(batch)
        for ticket in tickets:
            guild = ticket.step.guild_id
            self._charged[guild] += seconds / len(tickets) - ticket.step.cost
            self._taken[guild] -= 1
            if not self._taken[guild]:
                del self._taken[guild]

    def forget_charges(self) -> None:
        """Nobody waits and nobody is owed anything: start from zero. Does nothing while anyone is here."""
        if not self._waiting and not self._taken:
            self._charged.clear()
            self._served_at = 0.0

    def _take(self, among: list[Ticket]) -> Ticket:
        first = min(among, key=lambda t: (self._charged[t.step.guild_id], t.age, t.number))
        self._waiting.remove(first)
        guild = first.step.guild_id
        self._served_at = self._charged[guild]
        self._charged[guild] += first.step.cost
        self._taken[guild] = self._taken.get(guild, 0) + 1
        return first

    def _here(self) -> set[int]:
        return {ticket.step.guild_id for ticket in self._waiting} | self._taken.keys()
