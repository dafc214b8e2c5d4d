"""`python -m benchmarks NAME [--json]`: run one benchmark, print its figures; exit code 1 where a goal is missed."""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
from pathlib import Path

from benchmarks.report import Figure, as_json, as_table

NAMES = ("forget", "index-damage", "isolation", "memory-effect", "pipeline", "relevance", "retrieval", "sandbox")


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--rounds", type=int, default=3, help="measured repetitions")
    parser.add_argument("--weights", type=Path, help="a folder with writer/, painter/ and embedder/, for pocket's")
    parser.add_argument("--sizes", type=int, nargs="+", help="vectors per server, for retrieval")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, for retrieval")
    parser.add_argument("--n", type=int, default=60, help="cases, for memory-effect")
    asked = parser.parse_args()
    module = importlib.import_module(f"benchmarks.{asked.name.replace('-', '_')}")
    options = inspect.signature(module.run).parameters
    figures: list[Figure] = module.run(**{name: value for name, value in vars(asked).items() if name in options})
    print(as_json(figures) if asked.json else as_table(figures))
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
