"""The last guard before a prompt: a memory of another server ends the job, whatever let it through before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from ravsg.config import MemorySection
from ravsg.engine import remembering as module
from ravsg.engine.guard import ForeignMemoryError, of_this_server
from ravsg.engine.remembering import Remembering
from ravsg.memory.service import Memory
from ravsg.types import Embedded, MemoryKind, Recalled, StoryRequest
from tests.engine.runners import GUILD, job_of

OURS = Recalled(
    *(4, MemoryKind.STORY, "Jorobel lit it.", "The lamp", 7, "Ann", 3, 9, "aaaaaaaa", datetime.now(UTC), 0.5, "w"),
    guild_id=GUILD,
)
THEIRS = replace(OURS, memory_id=5, guild_id=GUILD + 1)
NOTHING = np.zeros((0, 4), dtype=np.float32)


def test_only_memories_of_the_server_pass() -> None:
    assert of_this_server(GUILD, [OURS]) == (OURS,)
    assert of_this_server(GUILD, []) == ()
    for foreign in (THEIRS, replace(OURS, guild_id=0)):
        with pytest.raises(ForeignMemoryError):
            of_this_server(GUILD, [OURS, foreign])


class Leaking(Memory):
    """A memory that has lost all its guards."""

    def __init__(self) -> None:
        pass

    async def recall(self, *_where: object, **_how: object) -> list[Recalled]:
        return [OURS, THEIRS]


async def recalled() -> tuple[Recalled, ...]:
    remembering = Remembering(Leaking(), MemorySection(), 0.2)
    return await remembering.recall(job_of(StoryRequest()), Embedded(NOTHING, NOTHING, "m@1"), "a lamp")


async def test_a_memory_without_guards_shapes_nothing() -> None:
    with pytest.raises(ForeignMemoryError, match=r"\[5\] are not of server"):
        await recalled()


async def test_without_the_last_guard_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "of_this_server", lambda _guild_id, memories: tuple(memories))
    assert THEIRS in await recalled()
