"""`python -m benchmarks NAME [--json]`: run one benchmark, print its figures; exit code 1 where a goal is missed."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from benchmarks.report import Figure, as_json, as_table

NAMES = ("pipeline", "sandbox")


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--rounds", type=int, default=3, help="measured repetitions")
    parser.add_argument("--weights", type=Path, help="a folder with writer/, painter/ and embedder/, for pocket's")
    asked = parser.parse_args()
    module = importlib.import_module(f"benchmarks.{asked.name}")
    figures: list[Figure] = module.run(rounds=asked.rounds, weights=asked.weights)
    print(as_json(figures) if asked.json else as_table(figures))
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
