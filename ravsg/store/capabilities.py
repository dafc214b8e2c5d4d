"""What this computer's SQLite can do, and whether a database file is sound: for the operator's doctor.

Nothing is changed: a file is opened read-only. Both functions block; call them off the event loop.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

LEAST_SQLITE: Final = (3, 35, 0)
"""RETURNING came with 3.35 (March 2021); Python 3.11's own builds bring 3.39 and later."""


def lacking() -> str:
    """What RAVSG needs and this SQLite does not have, in a few words; empty when all is there."""
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        return f"SQLite {sqlite3.sqlite_version} is older than {'.'.join(map(str, LEAST_SQLITE))}"
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        except sqlite3.OperationalError:
            return f"SQLite {sqlite3.sqlite_version} was built without FTS5, the full-text search"
    return ""


def version() -> str:
    """The version of the SQLite library."""
    return sqlite3.sqlite_version


def damage(path: Path) -> str:
    """What is wrong with a database file, in SQLite's words; empty for a sound one."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            ((answer,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        return str(error)
    return "" if answer == "ok" else str(answer)
