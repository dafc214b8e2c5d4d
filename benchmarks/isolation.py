"""No memory crosses from one server to another: 50 servers with 200 facts each, the same words and vectors in all.

At least 100,000 retrievals by sixteen tasks at once: in peace, while servers forget, leave and return, after the
process was killed in the midst of that, and after the indices on disk were removed. Wanted: none foreign.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from benchmarks.report import Figure

SERVERS, FACTS = 50, 200
Ending = Literal["ends", "killed"]
PHASES: Final[tuple[tuple[str, str, Ending, float], ...]] = (
    ("in peace", "peace", "ends", 0.4),
    ("while servers change", "changing", "ends", 0.2),
    ("until it is killed amid changes", "changing", "killed", 0.1),
    ("after that", "peace", "ends", 0.2),
    ("with its indices built anew", "peace", "ends", 0.1),
)
RETRIEVALS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one phase came to."""

    retrievals: int
    foreign: int
    missed: int


def run(*, quick: bool) -> list[Figure]:
    """All figures, of 100,000 retrievals or a few more; `quick`: of a twentieth."""
    wanted = RETRIEVALS // 20 if quick else RETRIEVALS
    with tempfile.TemporaryDirectory() as folder:
        outcomes = lives(Path(folder), SERVERS, FACTS, wanted)
    found = [
        Figure(f"phase_{number}", f"retrievals {name}", outcome.retrievals, "")
        for number, (name, outcome) in enumerate(outcomes.items(), 1)
    ]
    total = sum(one.retrievals for one in outcomes.values())
    return [
        Figure("R7", "foreign memories", sum(one.foreign for one in outcomes.values()), "", 0.0),
        Figure(
            "R7_missed",
            "retrievals that missed their own server's",
            sum(one.missed for one in outcomes.values()),
            "",
            0.0,
        ),
        Figure(
            "R7_retrievals", f"retrievals, {SERVERS} servers with {FACTS} facts", total, "", wanted, at_most=False
        ),
        *found,
    ]


def lives(folder: Path, servers: int, facts: int, retrievals: int) -> dict[str, Outcome]:
    """Every phase in a process of its own, over one folder."""
    outcomes: dict[str, Outcome] = {}
    for seed, (name, how, ending, share) in enumerate(PHASES, 1):
        if "anew" in name:
            remove_indices(folder)
        outcomes[name] = phase(folder, (servers, facts, int(retrievals * share) + 25, seed), how, ending)
    return outcomes


def phase(folder: Path, numbers: tuple[int, int, int, int], how: str, ending: Ending) -> Outcome:
    """One process: (servers, facts, retrievals, seed). Raises RuntimeError where it broke."""
    servers, facts, count, seed = numbers
    asked = count if ending == "ends" else 10**9
    arguments = [str(folder), *map(str, (servers, facts, asked, seed)), how]
    command = [sys.executable, "-m", "benchmarks.isolation_life", *arguments]
    told = "0 0 0"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - our own module
        assert child.stdout is not None
        for line in child.stdout:
            told = line
            if ending == "killed" and int(line.split()[0]) >= count:
                child.kill()
                break
        with contextlib.suppress(BrokenPipeError):
            child.stdout.close()
    if ending == "ends" and child.returncode:
        raise RuntimeError(f"a life ended with {child.returncode}")
    return Outcome(*map(int, told.split()))


def remove_indices(folder: Path) -> None:
    """Everything that lies beside the database."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and not path.name.startswith("ravsg.sqlite"):
            path.unlink()
