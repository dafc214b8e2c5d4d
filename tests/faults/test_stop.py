"""SIGTERM: the process is out within 10 s whatever it is doing, and what it was doing goes on at the next start."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import pytest

from bot.sandbox.server import Sandbox
from ravsg.config import JobsSection
from tests.faults.conftest import MESSAGES, ask, finish, ledger_of
from tests.faults.quick_bot import PATIENCE, Fate, Life, life

OUT: Final = 10.0
"""Seconds from SIGTERM to the end that are promised; supervisors kill after them."""
SHIPPED: Final = {"jobs": {"grace_seconds": JobsSection().grace_seconds}}


async def stopped(one: Life) -> None:
    """Ask it to stop, and assert that it ends in good order and in time."""
    asked = time.monotonic()
    assert await one.terminate() == 0
    assert time.monotonic() - asked < OUT


async def test_an_idle_bot(tmp_path: Path, sandbox: Sandbox) -> None:
    async with life(tmp_path, sandbox) as one:
        await stopped(one)


@pytest.mark.parametrize("deaf", [False, True])
async def test_a_job_on_the_device(tmp_path: Path, sandbox: Sandbox, deaf: bool) -> None:
    """A deaf step, as loading a model is, does not hold the end up, not even after the whole grace."""
    fate = Fate(hold="write", deaf=deaf, sections=SHIPPED if deaf else {})
    async with life(tmp_path, sandbox, fate) as one:
        handles = await ask(sandbox, 1)
        await one.hears("held")
        await stopped(one)
    ledger = ledger_of(tmp_path, sandbox)
    assert list(ledger.states().values()) == ["interrupted"]
    assert ledger.rows("SELECT attempts, deaths_alone FROM jobs") == [(0, 0)], "a stop counts nothing"
    await finish(tmp_path, sandbox)
    ledger.check(handles, asked=1)
    assert list(ledger.states().values()) == ["done"]


async def test_a_delivery_that_discord_does_not_take(tmp_path: Path, sandbox: Sandbox) -> None:
    down = sandbox.faults.next("POST", MESSAGES, status=503, times=1000)
    async with life(tmp_path, sandbox) as one:
        handles = await ask(sandbox, 1)
        await sandbox.world.watch.until(lambda: down.hits >= 1, PATIENCE)
        await stopped(one)
    sandbox.faults.clear()
    ledger = ledger_of(tmp_path, sandbox)
    assert list(ledger.states().values()) == ["interrupted"]
    await finish(tmp_path, sandbox)
    ledger.check(handles, asked=1)
    assert list(ledger.states().values()) == ["done"]


async def test_a_start_that_discord_does_not_let_in(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.faults.silence()  # no READY comes
    async with life(tmp_path, sandbox, up=False) as one:
        await sandbox.until_connected(PATIENCE)
        await stopped(one)
