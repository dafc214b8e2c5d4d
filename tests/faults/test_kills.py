"""SIGKILL at named and at random moments: what was accepted ends, once, and is remembered once."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from bot.sandbox import permissions as rights
from bot.sandbox.handles import Handle
from bot.sandbox.server import Sandbox
from tests.faults.conftest import FOX, MESSAGES, ROOMY, agree, ask, finish, ledger_of
from tests.faults.ledger import notices
from tests.faults.quick_bot import PATIENCE, Fate, life


async def test_some_run_and_others_wait(tmp_path: Path, sandbox: Sandbox) -> None:
    async with life(tmp_path, sandbox, Fate(hold="embed", sections=ROOMY)) as first:
        handles = await ask(sandbox, 10)  # more than run at the same time
        await first.hears("held")
        await first.kill()
    ledger = ledger_of(tmp_path, sandbox)
    assert set(ledger.states().values()) == {"queued", "running"}
    await finish(tmp_path, sandbox)
    ledger.check(handles, asked=10)
    assert set(ledger.states().values()) == {"done"}


@pytest.mark.parametrize(
    "death",
    [
        "after JobStore.add",
        "after JobStore.begin",
        "before JobStore.commit_result",
        "after JobStore.commit_result",
        "before Delivery.send",
        "after Delivery.send",
        "before JobStore.finish_delivery",
        "after JobStore.finish_delivery",
        "before MemoryStore.add",
        "after MemoryStore.add",
        "before JobStore.drop_result",
        "after JobStore.drop_result",
        "before JobStore.finish",
        "after JobStore.finish",
    ],
)
async def test_a_death_at_a_named_moment(tmp_path: Path, sandbox: Sandbox, death: str) -> None:
    """The second job meets the moment, the first is somewhere else, the third perhaps has not come yet."""
    async with life(tmp_path, sandbox, Fate(death=death, nth=2)) as first:
        await agree(sandbox)
        handles = await ask(sandbox, 3, wait=False)
        assert await first.ended() == -9
    ledger = ledger_of(tmp_path, sandbox)
    kept = len(ledger.states())
    assert kept >= 2
    await finish(tmp_path, sandbox)
    ledger.check(handles, asked=kept)
    assert set(ledger.states().values()) == {"done"}
    assert ledger.remembered() == ledger.states().keys()


async def test_discord_took_the_message_and_its_answer_was_lost(tmp_path: Path, sandbox: Sandbox) -> None:
    lost = sandbox.faults.lose_answer("POST", MESSAGES, times=100)
    ledger = ledger_of(tmp_path, sandbox)
    async with life(tmp_path, sandbox) as first:
        handles = await ask(sandbox, 1)
        await sandbox.world.watch.until(lambda: bool(ledger.results()), PATIENCE)
        await first.kill()
    assert lost.hits
    sandbox.faults.clear()
    sandbox.clock.advance(3600)  # long enough for the nonce to be forgotten
    await finish(tmp_path, sandbox)
    ledger.check(handles, asked=1)


async def test_a_result_that_is_known_to_stand_is_not_posted_again(tmp_path: Path, sandbox: Sandbox) -> None:
    """Neither is it searched for, nor does the nonce have to help, which Discord has forgotten by then."""
    async with life(tmp_path, sandbox, Fate(death="after JobStore.finish_delivery")) as first:
        handles = await ask(sandbox, 1, wait=False)
        assert await first.ended() == -9
    sandbox.clock.advance(3600)
    await finish(tmp_path, sandbox)
    ledger_of(tmp_path, sandbox).check(handles, asked=1)


async def test_a_job_that_takes_the_process_down_is_given_up_and_its_member_told(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    handles: list[Handle] = []
    for _ in range(3):
        async with life(tmp_path, sandbox, Fate(hold="paint"), up=not handles) as one:
            if not handles:
                handles.append(await sandbox.person("Sam").command("paint", in_="#stories", text=FOX))
            await one.hears("held")
            await one.kill()
    ledger = ledger_of(tmp_path, sandbox)
    await finish(tmp_path, sandbox)
    ledger.check(handles, asked=1)
    assert list(ledger.states().values()) == ["quarantined"]
    (job,) = ledger.states()
    assert len(notices(sandbox.messages("#stories"), job)) == 1


@pytest.mark.parametrize("death", ["before JobStore.finish_delivery", "before JobStore.told"])
async def test_a_notice_whose_sender_dies_is_not_doubled(tmp_path: Path, sandbox: Sandbox, death: str) -> None:
    """The channel takes nothing any more, so the member is written to; the death comes before that is known."""
    sam, channel = sandbox.person("Sam"), sandbox.channel("#stories")
    async with life(tmp_path, sandbox, Fate(hold="paint")) as first:
        handle = await sam.command("paint", in_=channel, text=FOX)
        await first.hears("held")
        await first.kill()
    sandbox.world.overwrite(channel, sandbox.bot, deny=rights.SEND_MESSAGES)
    async with life(tmp_path, sandbox, Fate(death=death)) as second:
        assert await second.ended() == -9
    await finish(tmp_path, sandbox)
    ledger = ledger_of(tmp_path, sandbox)
    ledger.check([handle], asked=1)
    ((job, state),) = ledger.states().items()
    assert state == "failed"
    assert len(notices(sam.dm().messages.values(), job)) == 1


async def test_random_deaths_lose_and_double_nothing(tmp_path: Path, sandbox: Sandbox) -> None:
    """The moment of death is a time drawn by chance; nothing waits for it to be any particular one."""
    chance = random.Random(20)
    ledger = ledger_of(tmp_path, sandbox)
    handles: list[Handle] = []
    agreed = False
    for number in range(30):
        newborn = number % 3 == 2  # killed while it starts and takes up what was left
        if chance.random() < 0.4:
            sandbox.faults.lose_answer("POST", MESSAGES)
        if chance.random() < 0.3:
            sandbox.faults.next("POST", MESSAGES, status=chance.choice([503, 520]))
        async with life(tmp_path, sandbox, Fate(sections=ROOMY), up=not newborn) as one:
            if not agreed:
                await agree(sandbox)
                agreed = True
            if not newborn:
                handles += await ask(sandbox, chance.randint(1, 4), wait=chance.random() < 0.5)
            await asyncio.sleep(chance.uniform(0, 1.2 if newborn else 0.5))
            await one.kill()
    sandbox.faults.clear()
    await finish(tmp_path, sandbox)
    ledger.check(handles)
    states = ledger.states()
    assert len(states) >= 30
    # a job that was alone on the device at two deaths is given up by rule; chance seldom does that
    assert list(states.values()).count("done") >= len(states) - 2
    assert set(states.values()) <= {"done", "quarantined"}
    for job in (job for job, state in states.items() if state == "quarantined"):
        assert len(notices(sandbox.messages("#stories"), job)) == 1
