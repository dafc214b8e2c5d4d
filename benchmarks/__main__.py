"""`python -m benchmarks NAME [--json]`: run one benchmark and print its figures.

The exit code is 1 where a goal is missed, and 2 where something that the benchmark needs is not installed.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
from pathlib import Path

from benchmarks.report import CannotMeasureError, Figure, as_json, as_table

NAMES = (
    "books",
    "forget",
    "index-damage",
    "isolation",
    "memory-effect",
    "pipeline",
    "relevance",
    "retrieval",
    "sandbox",
)

OURS = ("benchmarks", "bot", "cogs", "ravsg", "tests")


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--rounds", type=int, default=3, help="measured repetitions")
    parser.add_argument("--weights", type=Path, help="a folder with writer/, painter/ and embedder/, for pocket's")
    parser.add_argument("--sizes", type=int, nargs="+", help="vectors per server, for retrieval")
    parser.add_argument("--quick", action="store_true", help="less of it, for retrieval, isolation and index-damage")
    parser.add_argument("--n", type=int, default=60, help="cases, for memory-effect; books")
    asked = parser.parse_args()
    try:
        figures = _run(asked)
    except CannotMeasureError as error:
        print(error, file=sys.stderr)
        return 2
    print(as_json(figures) if asked.json else as_table(figures))
    return 0 if all(figure.met is not False for figure in figures) else 1


def _run(asked: argparse.Namespace) -> list[Figure]:
    """The figures of one benchmark. Raises CannotMeasureError."""
    try:
        module = importlib.import_module(f"benchmarks.{asked.name.replace('-', '_')}")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in OURS:
            raise
        told = f"{error.name} is not installed; `.venv/bin/pip install -r requirements-dev.txt` brings it."
        raise CannotMeasureError(told) from error
    options = inspect.signature(module.run).parameters
    figures: list[Figure] = module.run(**{name: value for name, value in vars(asked).items() if name in options})
    return figures


if __name__ == "__main__":
    sys.exit(main())
