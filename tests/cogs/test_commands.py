"""The commands as Discord is told them: named once, described, within its limits; and every cog is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.client import COGS
from tests.sandbox.house import moved_in

FOLDER = Path(__file__).parents[2] / "cogs"


def test_every_cog_is_loaded() -> None:
    assert sorted(COGS) == sorted(one.stem for one in FOLDER.glob("*.py") if one.stem != "__init__")


def walked(command: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """A command, its subcommands and their options."""
    name = f"{path} {command['name']}".strip()
    yield name, command
    for option in command.get("options", []):
        yield from walked(option, name)


async def test_commands_and_options_are_described(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        commands = [one.data for one in house.sandbox.world.commands.values()]
        for command in commands:
            if command.get("type", 1) == 3:
                assert command["name"][0].isupper(), "an entry of the Apps menu is read as it stands"
        found = [one for command in commands if command.get("type", 1) == 1 for one in walked(command)]
        assert len(found) > 20
        assert len({name for name, _ in found}) == len(found), "no name shadows another"
        for name, one in found:
            assert re.fullmatch(r"[a-z0-9_-]{1,32}", one["name"]), name
            assert 3 < len(one["description"]) <= 100, name
