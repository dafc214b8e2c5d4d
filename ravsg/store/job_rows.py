"""The jobs table's rows as data, and back. No SQL and no decisions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ravsg.types import Origin


@dataclass(frozen=True, slots=True)
class JobRow:
    """One row of the jobs table."""

    number: int
    """Order of acceptance."""
    id: str
    kind: str
    origin: Origin
    request: Mapping[str, Any]
    state: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    alone: bool
    suspect: bool
    deaths_alone: int
    progress_message_id: int | None
    result: Mapping[str, Any] | None
    error: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a start made of one job that it found open."""

    job_id: str
    state: str
    suspect: bool
    deaths_alone: int
    error: str = ""
    finished_at: datetime | None = None


def to_ms(at: datetime | None) -> int | None:
    """Milliseconds since 1970, as the database keeps times."""
    return None if at is None else round(at.timestamp() * 1000)


def _time(ms: int | None) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)


def job_row(row: sqlite3.Row) -> JobRow:
    """What one row of the jobs table says."""
    values = dict(row)
    origin = Origin(**{name: values.pop(name) for name in Origin.__dataclass_fields__})
    for name in ("created_at", "started_at", "finished_at"):
        values[name] = _time(values[name])
    for name in ("alone", "suspect"):
        values[name] = bool(values[name])
    for name in ("request", "result"):
        values[name] = None if values[name] is None else json.loads(values[name])
    del values["untold"]  # a note of the store to itself
    return JobRow(origin=origin, **values)
