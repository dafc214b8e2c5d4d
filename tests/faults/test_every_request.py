"""Each fault of a request, on every road that a job takes: the bot recovers, nothing is lost, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.fault_rules import Fault
from bot.sandbox.faults import Faults
from tests.faults.conftest import CALLBACK, OPEN_STATUS, PICTURE, PRIVATE_STATUS, REMOVAL, UPLOAD
from tests.faults.ledger import Ledger
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import picture

Play = Callable[[Faults, str, str], Fault]
PLAYS: dict[str, Play] = {
    "429 of this user": partial(Faults.rate_limit, scope="user"),
    "429 shared": partial(Faults.rate_limit, scope="shared"),
    "429 global": partial(Faults.rate_limit, scope="global"),
    "429 of the edge": Faults.edge_limit,
    "500": partial(Faults.next, status=500),
    "502": partial(Faults.next, status=502),
    "503": partial(Faults.next, status=503),
    "520": partial(Faults.next, status=520),
    "502 as a page": partial(Faults.html, status=502),
    "520 although it was done": partial(Faults.next, status=520, carried_out=True),
    "502 although it was done": partial(Faults.next, status=502, carried_out=True),
    "a reset connection": Faults.reset,
    "a closed connection": Faults.close,
    "a lost answer": Faults.lose_answer,
    "half an answer": Faults.cut_short,
    "an answer that drips": partial(Faults.slow, seconds=400),
    "a page with status 200": Faults.html,
    "a page with status 200 although it was done": partial(Faults.html, carried_out=True),
}
LIMITS = {"429 of this user", "429 shared", "429 global"}
"""What Discord's files never answer."""


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that drips is given up after two seconds, and not only after two minutes."""
    monkeypatch.setattr("bot.wire.REQUEST", aiohttp.ClientTimeout(total=2))
    monkeypatch.setattr("bot.convert.FETCH_SECONDS", 2.0)


def played(house: House, play: str, *roads: tuple[str, str]) -> list[Fault]:
    return [PLAYS[play](house.sandbox.faults, method, route) for method, route in roads]


def all_happened(rules: list[Fault]) -> None:
    assert [(rule.method, rule.pattern.pattern) for rule in rules if not rule.hits] == []


@pytest.mark.parametrize("play", PLAYS)
async def test_a_story_by_command(tmp_path: Path, play: str) -> None:
    async with moved_in(tmp_path, delivery={"requests_per_second": 50}) as house:
        rules = played(house, play, CALLBACK, PRIVATE_STATUS, UPLOAD)
        if play not in LIMITS:
            rules += played(house, play, PICTURE)
        handle = await house.sam.command("story", in_=house.stories, image=("a.png", picture("a")))
        posted = await house.result(house.sam, handle)
        assert posted.labels[:2] == ["Continue", "Retry"]
        assert handle.followups == [], "nothing that cannot be repeated was sent"
        all_happened(rules)
        Ledger(tmp_path, house.sandbox, house.stories).check([handle], asked=1)


@pytest.mark.parametrize("play", PLAYS)
async def test_a_story_by_mention(tmp_path: Path, play: str) -> None:
    """Its status is an ordinary message: posted once, edited, and gone when the result stands there."""
    async with moved_in(tmp_path, delivery={"requests_per_second": 50}) as house:
        house.device.hold("write")
        rules = played(house, play, UPLOAD, OPEN_STATUS)
        asked = await house.sam.say("#stories", files=[("a.png", picture("a"))], mention_bot=True)
        await house.sam.wait_for("#stories", lambda one: "▱" in one.text and "Cancel" in one.labels)
        removal, second_upload = played(house, play, REMOVAL, UPLOAD)
        house.device.let_go()
        posted = await house.sam.wait_for("#stories", lambda one: "Retry" in one.labels)
        await house.sandbox.world.watch.until(lambda: len(standing(house)) == 2, 30.0)
        assert standing(house) == [asked.id, posted.id]
        all_happened([*rules, removal, second_upload])
        Ledger(tmp_path, house.sandbox, house.stories).check([], asked=1)


def standing(house: House) -> list[int]:
    return [one.id for one in house.sandbox.messages("#stories") if not one.deleted]
