"""Results over a Discord that fails: nothing lost, nothing doubled, and a bad end is told to its member."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.sandbox import permissions as rights
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message
from ravsg.errors import RavsgError
from ravsg.jobs.job import Job
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, Painted, PaintTask
from tests.faults.conftest import FOX, MESSAGES
from tests.faults.ledger import Ledger, notices, promised
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import QuickDevice, picture

EDITS = r"/webhooks/\d+/[^/]+/messages/"


def ledger_of(folder: Path, house: House) -> Ledger:
    return Ledger(folder, house.sandbox, house.stories)


async def started(house: House, handle: Handle) -> str:
    """The id of the job that a member was promised."""
    found = await house.sandbox.world.watch.until(lambda: promised(handle), 20.0)
    assert found is not None
    return found


# ------------------------------------------------------------------ passing faults


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    quick = {"requests_per_second": 50}
    async with moved_in(tmp_path, delivery=quick, jobs={"waiting_per_member": 100}) as moved:
        yield moved


@pytest.mark.parametrize("fault", ["503", "520", "reset", "lost", "html"])
async def test_each_passing_fault(tmp_path: Path, house: House, fault: str) -> None:
    for method, route in (("POST", MESSAGES), ("PATCH", EDITS)):
        match fault:
            case "reset":
                house.sandbox.faults.reset(method, route, times=2)
            case "lost":
                house.sandbox.faults.lose_answer(method, route, times=2)
            case "html":
                house.sandbox.faults.next(method, route, status=502, times=2, body="<h1>Bad gateway</h1>")
            case _:
                house.sandbox.faults.next(method, route, status=int(fault), times=2)
    handle = await house.sam.command("story", in_=house.stories, image=("a.png", picture("a")))
    await house.result(house.sam, handle)
    assert all(rule.hits == 2 for rule in house.sandbox.faults.rules)
    ledger_of(tmp_path, house).check([handle], asked=1)


async def test_many_results_over_many_faults(tmp_path: Path, house: House) -> None:
    chance = random.Random(8)
    for _ in range(8):
        house.sandbox.faults.lose_answer("POST", MESSAGES)
        house.sandbox.faults.next("POST", MESSAGES, status=chance.choice([500, 503, 520]))
        house.sandbox.faults.reset("POST", MESSAGES)
        house.sandbox.faults.rate_limit("POST", MESSAGES, retry_after=0.05)
    chance.shuffle(house.sandbox.faults.rules)
    handles = [await house.sam.command("paint", in_=house.stories, text=f"{FOX} {at}") for at in range(24)]
    await asyncio.gather(*(house.result(house.sam, handle) for handle in handles))
    assert all(rule.hits == 1 for rule in house.sandbox.faults.rules)
    ledger_of(tmp_path, house).check(handles, asked=24)


async def test_an_outage_that_outlives_the_nonce(
    tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message arrived, its answer did not, and Discord knows the nonce no more when it is sent again."""
    monkeypatch.setattr("bot.results.NONCE_SECONDS", 0.0)
    house.sandbox.faults.lose_answer("POST", MESSAGES)
    handle = await house.sam.command("paint", in_=house.stories, text=FOX)
    ledger = ledger_of(tmp_path, house)
    await house.sandbox.world.watch.until(lambda: bool(ledger.results()), 20.0)
    house.sandbox.clock.advance(600)
    await house.app.jobs.wait(await started(house, handle))
    ledger.check([handle], asked=1)


# ------------------------------------------------------------------ files that are too large


class NoisyDevice(QuickDevice):
    """Paints what no compression makes small."""

    def run(self, steps: list[Step], watches: list[Watch]) -> list[Output | RavsgError]:  # type: ignore[override]
        given = super().run(steps, watches)
        return [
            Painted(png=noise(768), seed=step.task.seed) if isinstance(step.task, PaintTask) else output
            for step, output in zip(steps, given, strict=True)
        ]


def noise(side: int) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("limit", [1_000_000, 100_000])
async def test_a_picture_that_discord_finds_too_large_arrives_smaller(tmp_path: Path, limit: int) -> None:
    device = NoisyDevice()
    async with moved_in(tmp_path, device=device, paint={"size": 768}) as house:
        house.sandbox.world.attachment_limit = limit
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        result = await house.result(house.sam, handle)
        (file,) = result.attachments
        assert file.filename.endswith(".jpg")
        assert len(file.data) <= limit
        assert file.description
        ledger_of(tmp_path, house).check([handle], asked=1)


# ------------------------------------------------------------------ what Discord refuses for good


async def bad_end(house: House, handle: Handle, job: str) -> Job:
    """How the job ended, once its member can read it, privately."""
    ended = await house.app.jobs.wait(job)
    await house.sandbox.world.watch.until(lambda: told_privately(house, handle, job) or None, 20.0)
    return ended


def told_privately(house: House, handle: Handle | None, job: str) -> list[Message]:
    own = handle.original if handle is not None else None
    line = [own] if own is not None and own.ephemeral and "could not be finished" in own.text else []
    return [*line, *notices(house.sam.dm().messages.values(), job)]


async def test_the_permission_goes_while_a_job_runs(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        job = await started(house, handle)
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.SEND_MESSAGES)
        house.device.let_go()
        assert (await bad_end(house, handle, job)).state == "failed"
        assert len(told_privately(house, handle, job)) == 1
        ledger_of(tmp_path, house).check([handle], asked=1)


async def test_the_permission_goes_and_the_bot_is_started_again(tmp_path: Path) -> None:
    """The interaction's own line is forgotten by then: the member is written to."""
    async with moved_in(tmp_path) as house:
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        job = await started(house, handle)
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.SEND_MESSAGES)
        async with restarted(house, tmp_path) as again:
            await again.sandbox.world.watch.until(lambda: told_privately(again, None, job) or None, 20.0)
            ledger = ledger_of(tmp_path, again)
            assert ledger.states() == {job: "failed"}
            assert ledger.results() == []
        async with restarted(again, tmp_path) as third:
            assert len(told_privately(third, None, job)) == 1, "told once, not at every start"
            assert ledger.settled()


@pytest.mark.parametrize("door", ["command", "mention"])
async def test_the_channel_goes_while_a_job_runs(tmp_path: Path, door: str) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        channel = house.sandbox.world.add_channel(house.sandbox.guild("Storybook Corner"), "passing")
        handle = None
        if door == "command":
            handle = await house.sam.command("story", in_=channel, image=("a.png", picture("a")))
            job = await started(house, handle)
        else:
            await house.sam.say(channel, files=[("a.png", picture("a"))], mention_bot=True)
            await house.sam.wait_for(channel, lambda one: "Cancel" in one.labels)
            ((job,),) = ledger_of(tmp_path, house).rows("SELECT id FROM jobs")
        house.sandbox.world.remove_channel(channel)
        house.device.let_go()
        ended = await house.app.jobs.wait(job)
        assert ended.state == "failed"
        await house.sandbox.world.watch.until(lambda: told_privately(house, handle, job) or None, 20.0)
