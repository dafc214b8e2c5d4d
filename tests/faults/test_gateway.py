"""The gateway drops, falls silent, or brings events twice, late and out of order: jobs go on, each is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox.fault_rules import EventFault
from bot.sandbox.faults import Faults
from bot.sandbox.handles import Handle
from tests.faults.conftest import FOX
from tests.faults.ledger import Ledger, started
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import picture

BREAKS: dict[str, tuple[Callable[[Faults], object], str]] = {
    "a drop without a goodbye": (Faults.drop_gateway, "resumed"),
    "a drop with 1001": (partial(Faults.drop_gateway, code=1001), "resumed"),
    "a drop with 4000": (partial(Faults.drop_gateway, code=4000), "resumed"),
    "a drop with 4009, the session timed out": (partial(Faults.drop_gateway, code=4009), "identified"),
    "op 7, reconnect": (Faults.reconnect, "resumed"),
    "op 9, resumable": (partial(Faults.invalid_session, resumable=True), "resumed"),
    "op 9, not resumable": (Faults.invalid_session, "identified"),
}


async def back(house: House, how: str, before: int) -> None:
    await house.sandbox.world.watch.until(lambda: getattr(house.sandbox.gateway, how) > before or None, 30.0)
    await house.sandbox.world.watch.until(lambda: house.sandbox.gateway.connected or None, 30.0)


@pytest.mark.parametrize("what", BREAKS)
async def test_the_connection_breaks_while_a_job_runs(tmp_path: Path, what: str) -> None:
    fault, how = BREAKS[what]
    async with moved_in(tmp_path) as house:
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        await started(house, handle)
        before = getattr(house.sandbox.gateway, how)
        fault(house.sandbox.faults)
        await back(house, how, before)
        house.device.let_go()
        await house.result(house.sam, handle)
        later = await house.sam.command("paint", in_=house.stories, text=FOX)
        await house.result(house.sam, later)
        Ledger(tmp_path, house.sandbox, house.stories).check([handle, later], asked=2)


async def test_silence_is_noticed_and_what_was_missed_is_done_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No heartbeat is acknowledged and no event comes, though the connection stands."""
    monkeypatch.setattr("bot.client.SILENCE_SECONDS", 1.5)
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.silence()
        await house.sam.say("#stories", files=[("a.png", picture("a"))], mention_bot=True)
        await house.sandbox.world.watch.until(lambda: not house.sandbox.gateway.connected, 20.0)
        house.sandbox.faults.clear()
        await back(house, "resumed", 0)
        await house.sam.wait_for("#stories", lambda one: "Retry" in one.labels)
        ledger = Ledger(tmp_path, house.sandbox, house.stories)
        await asyncio.gather(*(house.app.jobs.wait(job) for job in ledger.states()))
        ledger.check([], asked=1)


async def test_a_handshake_that_fails_is_tried_again(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        refused = house.sandbox.faults.next("GET", "^/gateway/", status=503)
        house.sandbox.faults.drop_gateway()
        await back(house, "resumed", 0)
        assert refused.hits == 1
        assert await house.painting(house.sam, text=FOX)


# ------------------------------------------------------------------ events

WAYS: dict[str, Callable[[Faults], EventFault]] = {
    "all twice": partial(Faults.duplicate_events, times=None),
    "all late": partial(Faults.late_events, seconds=0.4, times=None),
    "some late": partial(Faults.late_events, seconds=0.4, times=None, chance=0.4),
    "in another order": partial(Faults.shuffle_events, many=3, times=None),
}


@pytest.mark.parametrize("way", WAYS)
async def test_events_that_come_twice_late_or_out_of_order(tmp_path: Path, way: str) -> None:
    async with moved_in(tmp_path, jobs={"waiting_per_member": 100}, delivery={"requests_per_second": 50}) as house:
        house.sandbox.faults.seed = 4
        rule = WAYS[way](house.sandbox.faults)
        handles: list[Handle] = []
        for number in range(4):
            handles.append(await house.sam.command("paint", in_=house.stories, text=f"{FOX} {number}"))
            await house.sam.say("#stories", files=[("a.png", picture(str(number)))], mention_bot=True)
        ledger = Ledger(tmp_path, house.sandbox, house.stories)
        await house.sandbox.world.watch.until(lambda: len(ledger.results()) >= 8, 30.0)
        assert rule.hits >= 2
        # a second drop has the last events replayed that were disturbed on their way
        house.sandbox.faults.clear()
        house.sandbox.faults.drop_gateway()
        await back(house, "resumed", 0)
        await asyncio.gather(*(house.result(house.sam, one) for one in handles))
        await asyncio.gather(*(house.app.jobs.wait(job) for job in ledger.states()))
        await house.sandbox.world.watch.until(lambda: len(standing(house)) == 12, 30.0)
        ledger.check(handles, asked=8)


async def test_what_comes_too_late_is_refused_and_the_member_sees_that(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.late_events(3.5, names="INTERACTION_CREATE")
        late = await house.sam.command("paint", in_=house.stories, text=FOX)
        arrived = asyncio.Event()
        house.sandbox.clock.call_later(3.6, arrived.set)
        await asyncio.wait_for(arrived.wait(), 20.0)
        assert late.failed, "the member sees that nobody answered"
        assert await house.painting(house.sam, text=FOX), "and can ask again"
        assert late.ack is None
        assert house.app.telemetry.snapshot().count("interactions.too_late") == 1
        Ledger(tmp_path, house.sandbox, house.stories).check([], asked=1)


def standing(house: House) -> list[int]:
    """Requests and results; the messages that showed the progress are gone again."""
    return [one.id for one in house.sandbox.messages("#stories") if not one.deleted and not one.ephemeral]
