"""Every guard between servers counts: with any one of them taken out, something turns red."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from ravsg.errors import StoreError
from ravsg.memory.cache import IndexCache
from ravsg.store.connection import Database
from tests.memory.mutants import Mutant, Tap
from tests.memory.two_servers import live

SHARES: Final = 8
"""The mutants are shared out among so many tests, because each lives a whole life of two servers."""


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> Tap:
    tap = Tap()
    tap.install(monkeypatch)
    return tap


async def run(path: Path) -> None:
    async with Database(path / "ravsg.sqlite") as db:
        assert db._writer is not None
        await db._writer.execute("PRAGMA synchronous = OFF")  # these lives need no disk
        await live(db)


async def survives(folder: Path, tap: Tap, mutant: Mutant) -> bool:
    """Whether nobody notices that the guard is missing."""
    tap.mutant = mutant
    try:
        await run(folder)
    except (AssertionError, StoreError, StopIteration, ValueError):
        return False
    finally:
        tap.mutant = None
    return True


@pytest.mark.parametrize("share", range(SHARES))
async def test_every_condition_on_a_server_is_needed(tmp_path: Path, tap: Tap, share: int) -> None:
    await run(tmp_path / "sound")
    mutants = tap.mutants()
    assert len(mutants) >= 40
    for beginning in ("guild_id = ?", "p.guild_id = :guild", "coalesce", "(:channels", "NOT m.private"):
        assert any(mutant.condition.startswith(beginning) for mutant in mutants)
    survivors = [
        str(mutant)
        for number, mutant in enumerate(mutants)
        if number % SHARES == share and await survives(tmp_path / str(number), tap, mutant)
    ]
    assert survivors == []


async def test_the_index_of_another_server_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index per server: searching another's would lose ours, and the rows let nothing of theirs through."""
    original = IndexCache.search

    async def wrong(self: IndexCache, guild_id: int, *args: Any, **more: Any) -> Any:
        return await original(self, 3 - guild_id, *args, **more)

    monkeypatch.setattr(IndexCache, "search", wrong)
    with pytest.raises(AssertionError):
        await run(tmp_path)
