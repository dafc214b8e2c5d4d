"""Everything at once, by chance from a seed: errors, lost answers, resets, limits, events twice, late and shuffled,
and a gateway that breaks now and then. Nothing accepted is lost, nothing is doubled, everybody hears how it ended."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox.handles import Handle
from tests.faults.conftest import FOX
from tests.faults.ledger import Ledger, promised
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import picture

ROUNDS = 6


async def asked(house: House, number: int) -> Handle:
    if number % 2:
        return await house.sam.command("paint", in_=house.stories, text=f"{FOX} {number}", seed=number)
    return await house.sam.command("story", in_=house.stories, image=("a.png", picture(f"photo {number}")))


def all_answered(handles: list[Handle]) -> bool:
    return all(answered(one) for one in handles)


def answered(handle: Handle) -> bool:
    """Whether the member reads a promise or a refusal, or Discord says that nobody answered."""
    told = handle.original is not None and not handle.original.loading and bool(handle.original.text)
    return handle.failed or told


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_storm(tmp_path: Path, seed: int) -> None:
    roomy = {"waiting_per_member": 200, "waiting_per_server": 200}
    async with moved_in(tmp_path, jobs=roomy, delivery={"requests_per_second": 50}) as house:
        house.sandbox.faults.storm(seed)
        handles: list[Handle] = []
        breaks = [
            house.sandbox.faults.drop_gateway,
            house.sandbox.faults.reconnect,
            house.sandbox.faults.invalid_session,
        ]
        for number in range(ROUNDS):
            handles += [await asked(house, 3 * number + one) for one in range(3)]
            await house.sam.say("#stories", files=[("a.png", picture(f"{number}"))], mention_bot=True)
            await house.sandbox.world.watch.until(partial(all_answered, handles), 60.0)
            if number % 2:
                breaks[number // 2]()
                await house.sandbox.until_connected()
        ledger = Ledger(tmp_path, house.sandbox, house.stories)
        await asyncio.gather(*(house.app.jobs.wait(job) for job in ledger.states()))
        happened = sum(rule.hits for rule in house.sandbox.faults.rules)
        house.sandbox.faults.clear()
        ledger.check(handles)
        states = ledger.states()
        assert set(states.values()) == {"done"}
        # an interaction whose answers were all lost was refused, and then no job may have come of it
        assert len(states) - ROUNDS <= len([one for one in handles if promised(one)])
        assert len(states) >= 3 * ROUNDS
        assert happened >= 4  # how many requests there are to meet depends on how busy the machine is
