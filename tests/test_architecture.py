"""The house of docs: who may import whom, read off the source by `ast`, never by importing it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent

# A lower number lies deeper: a module imports only from layers below its own, or from its own part.
LAYERS: Final = {
    "ravsg.errors": 0,
    "ravsg.scenes": 0,
    "ravsg.model_tasks": 0,
    "ravsg.types": 1,
    "ravsg.languages": 1,
    "ravsg.config": 2,
    "ravsg.telemetry": 3,
    "ravsg.safety": 3,
    "ravsg.store": 4,
    "ravsg.story": 5,
    "ravsg.picture": 5,
    "ravsg.models": 5,
    "ravsg.memory": 5,
    "ravsg.jobs": 5,
    "ravsg.book": 5,
    "ravsg.engine": 6,
    "ravsg.pocket": 7,
    "bot.sandbox": 8,
    "bot": 9,
    "cogs": 10,
}
# A device runs steps, and what a step is belongs to jobs: the one word that two siblings share.
SHARED_BETWEEN_SIBLINGS: Final = {("ravsg.models", "ravsg.jobs.step")}

# Foreign libraries, and the only places that know them.
HOMES: Final = {
    "discord": ("bot", "cogs"),
    "aiohttp": ("bot",),
    "torch": ("ravsg.models", "ravsg.pocket"),
    "transformers": ("ravsg.models", "ravsg.pocket"),
    "diffusers": ("ravsg.models", "ravsg.pocket"),
    "llguidance": ("ravsg.models",),
    "faiss": ("ravsg.memory.kinds", "ravsg.memory.cosines"),
    "sqlite3": ("ravsg.store", "bot.doctor"),
    "aiosqlite": ("ravsg.store",),
    "skia": ("ravsg.pocket",),
    "typst": ("ravsg.book.press",),
    "jinja2": ("ravsg.book.markup",),
    "markdown_it": ("ravsg.book.prose",),
}
SQL: Final = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX)|PRAGMA)\b",
    re.DOTALL,
)


def sources() -> Iterator[tuple[str, Path, ast.Module]]:
    for top in ("ravsg", "bot", "cogs"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, path, ast.parse(path.read_text(encoding="utf-8"))


def imports(name: str, path: Path, tree: ast.Module) -> Iterator[str]:
    """Every module that this one imports, at the top or later, as full dotted names."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]) if base else ".".join(above)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if (ROOT / Path(*full.split("."))).with_suffix(".py").exists() else base


def part(name: str) -> str | None:
    """The layer's name that a module belongs to: the longest that fits."""
    fitting = [layer for layer in LAYERS if name == layer or name.startswith(f"{layer}.")]
    return max(fitting, key=len) if fitting else None


MODULES: Final = list(sources())


def test_there_is_a_house_to_read() -> None:
    names = {name for name, _, _ in MODULES}
    assert len(names) >= 60
    assert {"ravsg.engine", "bot.app", "bot.delivery", "cogs.story", "ravsg.memory.index"} <= names
    assert sum(1 for item in MODULES for target in imports(*item) if target.startswith("ravsg")) >= 100


def test_every_folder_has_a_layer() -> None:
    homeless = [name for name, _, _ in MODULES if name != "ravsg" and part(name) is None]
    assert homeless == []


def test_imports_point_down() -> None:
    wrong = []
    for name, path, tree in MODULES:
        own = part(name)
        for target in imports(name, path, tree):
            theirs = part(target)
            if own is None or theirs is None or own == theirs or (own, target) in SHARED_BETWEEN_SIBLINGS:
                continue
            if LAYERS[theirs] >= LAYERS[own]:
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_the_running_bot_does_not_import_the_recipe() -> None:
    above = [
        f"{name} imports {target}"
        for name, path, tree in MODULES
        if part(name) in {"bot", "bot.sandbox", "cogs"}
        for target in imports(name, path, tree)
        if target.startswith("ravsg.pocket")
    ]
    assert above == []


def test_the_sandbox_is_a_stranger_to_the_engine() -> None:
    """A stand-in that knew the bot's insides would agree with everything; what runs the bot in it is `bot.once`."""
    known = [
        f"{name} imports {target}"
        for name, path, tree in MODULES
        if part(name) == "bot.sandbox"
        for target in imports(name, path, tree)
        if target.startswith(("ravsg", "cogs"))
    ]
    assert known == []


def test_cogs_are_strangers_to_each_other_and_are_loaded_by_name() -> None:
    wrong = [
        f"{name} imports {target}"
        for name, path, tree in MODULES
        for target in imports(name, path, tree)
        if (target.startswith("cogs") and part(name) != "cogs") or (target.startswith("cogs.") and target != name)
    ]
    assert wrong == []


@pytest.mark.parametrize("library", sorted(HOMES))
def test_foreign_libraries_stay_at_home(library: str) -> None:
    users = {
        name
        for name, path, tree in MODULES
        for target in imports(name, path, tree)
        if target.split(".")[0] == library
    }
    strangers = [
        name
        for name in sorted(users)
        if not any(name == home or name.startswith(f"{home}.") for home in HOMES[library])
    ]
    assert strangers == []


def test_the_libraries_that_are_guarded_are_really_used() -> None:
    used = {target.split(".")[0] for name, path, tree in MODULES for target in imports(name, path, tree)}
    assert {"discord", "torch", "transformers", "diffusers", "faiss", "aiosqlite"} <= used


def test_sql_lives_in_the_store() -> None:
    found: dict[bool, list[str]] = {True: [], False: []}
    for name, _, tree in MODULES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
                found[part(name) == "ravsg.store"].append(f"{name}:{node.lineno}")
    assert found[False] == []
    assert len(found[True]) >= 10
