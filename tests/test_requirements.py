"""Every library that is imported is pinned where it is needed, with a reason, and nothing else is."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
OURS: Final = {"bot", "cogs", "ravsg", "tests", "benchmarks"}
NOT_IMPORTED: Final = {
    "accelerate",  # transformers and diffusers use it where it is installed
    "safetensors",  # the same
    "faiss-gpu-cu12",
    "bitsandbytes",
    "ruff",
    "mypy",
    "pytest-timeout",
    "pytest-xdist",
    "psutil",
}


def pinned(*names: str) -> dict[str, str]:
    """Libraries of some lists with their versions, names in lower case."""
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)
    return {name.lower(): version for name, version in re.findall(r"^([\w.-]+)==([\w.+]+)", text, re.MULTILINE)}


def imported(*folders: str, without: tuple[str, ...] = ()) -> Iterator[str]:
    """Distributions that files under these folders import."""
    owners = {
        "skia": ["skia-python"],
        **importlib.metadata.packages_distributions(),
    }  # the recipe's, rarely installed
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            if any(path.is_relative_to(ROOT / other) for other in without):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    names = [node.module]
                for top in {name.split(".")[0] for name in names} - OURS - sys.stdlib_module_names:
                    yield owners.get(top, [top])[0].lower()


RUN: Final = ("requirements.txt",)
TEST: Final = (*RUN, "requirements-dev.txt")
TRAIN: Final = (*TEST, "requirements-train.txt")


@pytest.mark.parametrize(
    ("folders", "without", "lists"),
    [
        (("bot", "cogs", "ravsg"), ("ravsg/pocket", "bot/sandbox"), RUN),
        (("bot/sandbox", "tests", "benchmarks"), (), TEST),
        (("ravsg/pocket",), (), TRAIN),
    ],
)
def test_what_is_imported_is_pinned(
    folders: tuple[str, ...], without: tuple[str, ...], lists: tuple[str, ...]
) -> None:
    used = set(imported(*folders, without=without))
    assert len(used) >= 5
    # faiss comes as one of two packages
    assert used - set(pinned(*lists)) - {"faiss-gpu-cu12"} == set()


def test_what_is_pinned_is_imported() -> None:
    used = set(imported("bot", "cogs", "ravsg", "tests", "benchmarks"))
    assert set(pinned(*TRAIN)) - used - NOT_IMPORTED == set()


def test_the_pins_are_what_the_tests_run_with() -> None:
    different = {
        name: (version, importlib.metadata.version(name))
        for name, version in pinned(*TEST).items()
        if (name != "faiss-cpu" or _there(name)) and importlib.metadata.version(name).split("+")[0] != version
    }
    assert different == {}


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_the_lists_say_why(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert not any(line.startswith("-r") for line in lines), "scripts/setup alone chooses between faiss-cpu and -gpu"
    if name == "requirements.txt":
        assert [line for line in lines if "==" in line and " # " not in line] == []


def _there(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
