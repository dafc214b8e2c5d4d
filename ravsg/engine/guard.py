"""The last guard before a prompt: every memory in it belongs to the server that asked.

Each statement that reads memories asks for the server, and this stands behind them all: should one of them be wrong
some day, the job ends with an apology instead of showing one server's words to another.
"""

from __future__ import annotations

from collections.abc import Iterable

from ravsg.types import Recalled


class ForeignMemoryError(Exception):
    """A memory reached another server's job: a bug, told with an apology and logged with its trace."""


def of_this_server(guild_id: int, memories: Iterable[Recalled]) -> tuple[Recalled, ...]:
    """The same memories. Raises ForeignMemoryError where one belongs to another server, or to none."""
    checked = tuple(memories)
    foreign = [one.memory_id for one in checked if one.guild_id != guild_id]
    if foreign:
        raise ForeignMemoryError(f"memories {foreign} are not of server {guild_id}")
    return checked
