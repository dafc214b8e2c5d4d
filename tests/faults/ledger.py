"""What must hold after any death: every accepted job has ended, once, and its member knows. Read from the outside."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.app import DATABASE
from bot.sandbox.handles import Handle
from bot.sandbox.model import Channel, Message
from bot.sandbox.server import Sandbox
from ravsg.jobs.job import TERMINAL
from tests.sandbox.house import House
from tests.sandbox.village import job_of


class Ledger:
    """A data folder's rows, and the channel that the members see."""

    def __init__(self, folder: Path, sandbox: Sandbox, channel: Channel) -> None:
        self._file = folder / DATABASE
        self._sandbox = sandbox
        self._channel = channel

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database holds, now."""
        if not self._file.exists():
            return []
        with closing(sqlite3.connect(self._file)) as db:
            return db.execute(sql).fetchall()

    def states(self) -> dict[str, str]:
        """Every job's state."""
        return dict(self.rows("SELECT id, state FROM jobs ORDER BY number"))

    def settled(self) -> bool:
        """Whether every job has ended and whoever must be told was told."""
        untold = self.rows("SELECT 1 FROM jobs WHERE untold")
        return not untold and all(state in TERMINAL for state in self.states().values())

    def results(self) -> list[Message]:
        """The results that stand in the channel."""
        return [one for one in self._sandbox.messages(self._channel) if "Delete" in one.labels and not one.deleted]

    def check(self, handles: Sequence[Handle], *, asked: int | None = None) -> None:
        """Nothing lost, nothing doubled, nothing without an end. `asked`: so many jobs there must be."""
        states = self.states()
        assert asked is None or len(states) == asked
        assert {job for handle in handles if (job := promised(handle))} <= states.keys(), "a promised job is lost"
        assert set(states.values()) <= TERMINAL
        posted = Counter(job_of(one) for one in self.results())
        assert posted == {job: 1 for job, state in states.items() if state == "done"}
        for message in self.results():
            assert len(message.mentions) == 1, "the one who asked is told by a mention"
        unsure = (
            "SELECT 1 FROM deliveries JOIN jobs ON id = job_id"
            " WHERE jobs.state = 'done' AND deliveries.state != 'sent'"
        )
        assert not self.rows(unsure)
        assert not self.rows("SELECT * FROM on_device")
        doubled = "SELECT job_id FROM memories GROUP BY job_id, kind HAVING count(*) > 1"
        assert not self.rows(doubled), "remembered twice"

    def remembered(self) -> set[str]:
        """The jobs that left a memory."""
        return {row[0] for row in self.rows("SELECT job_id FROM memories")}


def promised(handle: Handle) -> str | None:
    """The id that a member has read, if they have."""
    text = handle.original.text if handle.original is not None else ""
    return text.split("job `")[1].split("`")[0] if "job `" in text else None


async def started(house: House, handle: Handle) -> str:
    """The id of the job that a member was promised."""
    return await house.sandbox.world.watch.until(lambda: promised(handle), 20.0)


def told_privately(house: House, handle: Handle | None, job: str) -> list[Message]:
    """Where Sam can read, alone, that the job ended badly."""
    own = handle.original if handle is not None else None
    line = [own] if own is not None and own.ephemeral and "could not be finished" in own.text else []
    return [*line, *notices(house.sam.dm().messages.values(), job)]


def notices(messages: Iterable[Message], job: str) -> list[Message]:
    """Those messages that tell of a job without a result."""
    return [one for one in messages if f"`{job}`" in one.text and "could not be finished" in one.text]
