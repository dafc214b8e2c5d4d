"""A start over faults: whatever is asked on the way up may fail a few times, and the bot is there all the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.client import SYNCED
from bot.sandbox.fault_rules import Fault
from bot.sandbox.faults import Faults
from tests.faults.conftest import FOX
from tests.sandbox.house import moved_in, restarted

ON_THE_WAY_UP = {
    "who am I": ("GET", "^/users/@me$"),
    "the application": ("GET", "^/oauth2/applications/@me$|^/applications/@me$"),
    "the commands": ("PUT", "^/applications/\\d+/commands$"),
    "the gateway's address": ("GET", "^/gateway(/bot)?$"),
    "the gateway": ("GET", "^/gateway/$"),
}
PLAYS: dict[str, Callable[[Faults, str, str], Fault]] = {
    "503": partial(Faults.next, status=503),
    "520": partial(Faults.next, status=520),
    "a reset connection": Faults.reset,
    "a page with status 200": Faults.html,
    "a lost answer": Faults.lose_answer,
}


@pytest.mark.parametrize("play", PLAYS)
@pytest.mark.parametrize("what", ON_THE_WAY_UP)
async def test_a_start_over_faults(tmp_path: Path, what: str, play: str) -> None:
    async with moved_in(tmp_path) as house:
        await house.stop()
        (tmp_path / SYNCED).unlink()
        rule = PLAYS[play](house.sandbox.faults, *ON_THE_WAY_UP[what])
        async with restarted(house, tmp_path) as again:
            assert rule.hits == 1
            assert again.sandbox.gateway.connected
            assert await again.painting(again.sam, text=FOX)
