"""A benchmark that lacks something says what in a sentence."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

PROGRAM = """
import sys
sys.modules[{module!r}] = None  # as if it were not installed
sys.argv = ["benchmarks", {name!r}, "--n", "1"]
from benchmarks.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("name", "module", "remedy"),
    [
        ("memory-effect", "skia", "Install requirements-train.txt"),
        ("retrieval", "sqlite_vec", "install -r requirements-dev.txt"),
    ],
)
async def test_what_is_not_installed_is_told_without_a_trace(name: str, module: str, remedy: str) -> None:
    program = PROGRAM.format(name=name, module=module)
    run = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2, run.stderr
    assert remedy in run.stderr
    assert "Traceback" not in run.stderr
