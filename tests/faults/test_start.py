"""A start over faults: whatever is asked on the way up may fail at first, and the bot is there all the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.app import running_bot
from bot.sandbox.fault_rules import Fault
from bot.sandbox.faults import Faults
from ravsg.models.profiles import pocket
from tests.sandbox.checked import checked
from tests.sandbox.house import configured
from tests.sandbox.quick import QuickDevice

ON_THE_WAY_UP = {
    "who am I": ("GET", "^/users/@me$"),
    "the application": ("GET", "^/(oauth2/)?applications/@me$"),
    "the commands": ("PUT", r"^/applications/\d+/commands$"),
    "the gateway": ("GET", "^/gateway/$"),
}
PLAYS: dict[str, Callable[[Faults, str, str], Fault]] = {
    "503": partial(Faults.next, status=503, times=2),
    "a reset connection": partial(Faults.reset, times=2),
    "a page with status 200": Faults.html,
}


@pytest.mark.parametrize("play", PLAYS)
@pytest.mark.parametrize("what", ON_THE_WAY_UP)
async def test_a_start_over_faults(tmp_path: Path, what: str, play: str) -> None:
    async with checked(message_content=False) as sandbox:
        rule = PLAYS[play](sandbox.faults, *ON_THE_WAY_UP[what])
        base = sandbox.page_url.rstrip("/")
        starting = running_bot(
            configured(tmp_path),
            token=sandbox.token,
            sandbox_base=base,
            profile=pocket(Path("unused")),
            device=QuickDevice,
        )
        async with starting:
            assert rule.hits == rule.times
            await sandbox.until_command("story")
            answer = await (await sandbox.person("Sam").command("queue", in_="#stories")).response()
            assert answer.text
            assert sandbox.gateway.identified == 1, "each IDENTIFY counts towards the thousand of a day"
