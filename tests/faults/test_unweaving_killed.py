"""Killed at each step of an erasure, the next process ends it: nothing planted is left, the member is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import forget
from benchmarks.planted import planted
from bot.app import DATABASE
from bot.sandbox.server import Sandbox
from tests.faults.conftest import agree, ask
from tests.faults.quick_bot import life

CHOSEN = range(0, len(forget.DEATHS), 3)
"""Of the moments at which the benchmark lets a process die, every third."""


@pytest.mark.parametrize("number", [2 * one + 1 for one in CHOSEN], ids=[str(forget.DEATHS[one]) for one in CHOSEN])
async def test_an_erasure_that_died_is_ended(tmp_path: Path, sandbox: Sandbox, number: int) -> None:
    played = await forget.play(tmp_path, sandbox, number)
    assert played.death
    assert played.there, "the look sees what was planted"
    assert played.left == ()
    assert played.receipts == 1


async def test_the_look_sees_words_pictures_and_vectors(tmp_path: Path, sandbox: Sandbox) -> None:
    async with life(tmp_path, sandbox) as bot:
        await agree(sandbox)
        await ask(sandbox, 1)
        await bot.hears("after MemoryStore.add")
    traces = planted(tmp_path / DATABASE, sandbox.person("Sam").user.id, "harbour")
    assert len(traces.words) == 6, "a word and a name, in three encodings each"
    assert len(traces.pieces) >= 3, "the picture that was given, its copy in memory, and vectors"
    found = traces.found(tmp_path)
    assert {one for one in traces.pieces if f"{len(one)} bytes in" in " ".join(found)} == set(traces.pieces)
    (tmp_path / "left.log").write_bytes("Harbour".encode("utf-16-le"))
    assert any("left.log" in one for one in traces.found(tmp_path))
