"""Guards taken out of SQL one by one, at the moment when a statement is run: what is left must be noticed.

A mutant is a statement with one of its conditions made always true. Parameters stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import aiosqlite
import pytest

_CONDITIONS: Final = tuple(
    map(
        re.compile,
        (
            r"(?<![\w(])((?:\w+\.)?guild_id = (?:\?\d*|:\w+))",  # the caller's server
            r"(\w+\.guild_id = \w+\.guild_id)",  # rows of two tables in one server
            r"(coalesce\((?:c|said)\.allowed[^)]*\))",  # consent
            r"(?s)(\(:channels IS NULL OR .*?\)\)\)\))",  # channels that the audience may read
            r"(NOT m\.private)",
        ),
    )
)
EQUIVALENT: Final = (
    # joined by a memory's id as well, which no two servers share, and held together by a foreign key
    "m.guild_id = p.guild_id",
    "p.guild_id = m.guild_id",
    "p.guild_id = memories.guild_id",
    "p.guild_id = ?1",
    "i.guild_id = o.guild_id",
    "i.guild_id = m.guild_id",
)
SECOND_LOCKS: Final = (
    # the memory was chosen in its server by the statement before, in the same transaction
    "SELECT id, model FROM passages WHERE guild_id = ? AND memory_id = ?",
    "INSERT INTO passages (",
    "INSERT INTO passage_words (rowid",
    "DELETE FROM passages WHERE guild_id = ? AND memory_id = ?",
    "DELETE FROM memories WHERE guild_id = ? AND id IN",
    # one finds the row that the other changes: either guards the other
    "SELECT counts FROM erasures WHERE guild_id = ? AND id = ?",
    "UPDATE erasures SET step =",
    # by the ids of memories, which no two servers share
    "SELECT * FROM memory_feedback WHERE guild_id = ? AND memory_id IN",
    "UPDATE jobs SET result = json_set(",
    # which passages an index of this server lacks, and their vectors by those ids: either guards the other
    "SELECT id FROM passages WHERE guild_id = ? AND kind = ?",
    "SELECT id, vector FROM passages WHERE +guild_id = ? AND id IN",
)
"""Statements that ask for the server although what they are given could not be another's: nothing could show it."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One statement, and the place in it where a condition is taken out."""

    statement: str
    start: int
    end: int

    @property
    def condition(self) -> str:
        """What is taken out."""
        return self.statement[self.start : self.end]

    @property
    def mutated(self) -> str:
        """The statement without it."""
        return f"{self.statement[: self.start]}({self.condition} OR 1){self.statement[self.end :]}"

    def __str__(self) -> str:
        return f"{self.condition!r} in {' '.join(self.statement.split())}"


@dataclass
class Tap:
    """Sees every statement that a test runs, and replaces one."""

    seen: dict[str, None] = field(default_factory=dict)
    mutant: Mutant | None = None

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand between the stores and SQLite."""
        for name in ("execute", "execute_fetchall", "executemany"):
            original = getattr(aiosqlite.Connection, name)

            def tapped(connection: Any, sql: str, *args: Any, _original: Any = original, **more: Any) -> Any:
                self.seen[sql] = None
                changed = self.mutant.mutated if self.mutant and self.mutant.statement == sql else sql
                return _original(connection, changed, *args, **more)

            monkeypatch.setattr(aiosqlite.Connection, name, tapped)

    def mutants(self, table: str = r"memor|passage|erasures|servers_left") -> list[Mutant]:
        """Every condition on a server in the statements that were seen and that touch the tables of memory."""
        return [one for sql in self.seen if re.search(table, sql) for one in of_statement(sql)]


def of_statement(sql: str) -> Iterator[Mutant]:
    """Its mutants, those left out that nothing could show."""
    if sql.strip().startswith(SECOND_LOCKS):
        return
    for pattern in _CONDITIONS:
        for match in pattern.finditer(sql):
            if match[1] not in EQUIVALENT:
                yield Mutant(sql, match.start(1), match.end(1))
