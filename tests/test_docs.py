"""The documentation keeps up: config.toml names every key with its default, the README every command and folder."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import discord
import pytest
from pydantic import BaseModel

from bot import texts
from ravsg.config import Config, parse_config

ROOT: Final = Path(__file__).resolve().parent.parent
FILE: Final = (ROOT / "config.toml").read_text(encoding="utf-8")
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")


def written() -> dict[str, dict[str, str]]:
    """Sections of config.toml with their keys and values as written; keys that are commented out count."""
    sections: dict[str, dict[str, str]] = {}
    section = ""
    for line in FILE.splitlines():
        if head := re.match(r"\[([\w.]+)\]$", line):
            section = head[1]
            sections[section] = {}
        elif entry := re.match(r"(?:# )?(\w+) = (.+)$", line):
            sections[section][entry[1]] = entry[2]
    return sections


def known(model: type[BaseModel] = Config, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """(section, key, default) of everything that the configuration knows, styles apart."""
    for name, field in model.model_fields.items():
        inner = field.default
        if isinstance(inner, BaseModel):
            yield from known(type(inner), f"{path}.{name}".removeprefix("."))
        elif name != "styles":
            yield path, name, inner


OVERRIDES: Final = {"models.writer", "models.painter", "models.embedder"}
"""Sections whose keys are explained once, in the comment above the first of them."""


@pytest.mark.parametrize(("section", "key", "default"), list(known()))
def test_every_key_stands_in_the_file_with_its_default(section: str, key: str, default: Any) -> None:
    if section in OVERRIDES:
        assert section in written()
        assert key in written()["models.writer"]
        return
    assert key in written()[section]
    given: Any = parse_config(tomllib.loads(FILE))
    for part in section.split("."):
        given = getattr(given, part)
    assert getattr(given, key) == default


def test_every_key_of_the_file_is_known() -> None:
    there = {(section, key) for section, key, _ in known()}
    file = {
        (section, key) for section, keys in written().items() for key in keys if not section.startswith("styles.")
    }
    assert file - there == set()
    assert len(file) >= 30


def test_every_section_and_key_is_explained() -> None:
    lines = FILE.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"\w+ = ", line) and not re.match(r"(label|suffix|negative|trigger) = ", line):
            above = next(one for one in reversed(lines[:number]) if not re.match(r"\w+ = ", one))
            assert above.startswith("#") or above.startswith("["), f"{line!r} has no comment above it"


def commands() -> set[str]:
    """Every command as a member types or clicks it, read off the cogs."""
    found = set()
    for path in sorted((ROOT / "cogs").glob("*.py")):
        for owner in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(owner, ast.ClassDef):
                continue
            group = "".join(f"{text} " for text in constants(owner.keywords, "group_name"))
            for call in ast.walk(owner):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "app_commands.command":
                    found |= {f"/{group}{text}" for text in constants(call.keywords, "name")}
                elif isinstance(call, ast.Call) and ast.unparse(call.func) == "app_commands.ContextMenu":
                    names = [one.value for one in call.keywords if one.arg == "name"]
                    found |= {f"Apps ▸ {getattr(texts, ast.unparse(name).split('.')[1])}" for name in names}
    return found


def constants(keywords: Sequence[ast.keyword], name: str) -> list[str]:
    """The texts given to a keyword."""
    values = [one.value for one in keywords if one.arg == name]
    return [one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def test_the_readme_names_every_command() -> None:
    there = commands()
    assert len(there) >= 10
    missing = {name for name in there if f"| `{name}` " not in README and f"| **{name}** " not in README}
    assert missing == set()


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    rows = re.findall(r"^\| (?:`(/[a-z ]+)|\*\*(Apps ▸ [^*]+)\*\*)", README, re.MULTILINE)
    named = {(slash or menu).strip() for slash, menu in rows}
    assert len(named) >= 10
    assert named - commands() == set()


def test_the_invite_asks_for_what_the_bot_needs_and_no_more() -> None:
    asked = {int(number) for number in re.findall(r"permissions=(\d+)", README)}
    needed = discord.Permissions(**dict.fromkeys(texts.PERMISSION_NAMES, True), read_message_history=True)
    assert asked == {needed.value}


def test_the_readme_has_a_line_for_every_folder() -> None:
    folders = {
        f"{path.relative_to(ROOT).as_posix()}/"
        for top in ("bot", "cogs", "ravsg", "tests", "benchmarks", "docs", "scripts")
        for path in [ROOT / top, *(ROOT / top).iterdir()]
        if path.is_dir() and (top in {"bot", "ravsg"} or path == ROOT / top) and not path.name.startswith("__")
    }
    folders -= {"ravsg/pocket/weights/"}
    tree = README.partition("## The house")[2]
    missing = {folder for folder in folders if folder.rstrip("/").rpartition("/")[2] + "/" not in tree}
    assert missing == set()
    assert len(folders) >= 12
