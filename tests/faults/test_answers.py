"""The first answer to an interaction: in time under load, told over faults, and never for one that comes too late."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.outgoing import Outgoing
from tests.faults.conftest import CALLBACK, FOX
from tests.sandbox.house import moved_in
from tests.sandbox.quick import picture


async def test_acknowledgements_do_not_stand_in_line_with_messages(tmp_path: Path) -> None:
    async with moved_in(tmp_path, delivery={"requests_per_second": 1}) as house:
        delivery = house.app.bot.parts.delivery
        line = [asyncio.create_task(delivery.send(house.stories.id, Outgoing("one more"))) for _ in range(20)]
        await house.sandbox.world.watch.until(lambda: house.sam.read("#stories"), 20.0)
        handles = [
            await house.sam.command("queue", in_=house.stories),
            await house.sam.command("paint", in_=house.stories, text=FOX),
            await house.sam.command("paint", in_=house.stories),  # opens a form
            await house.sam.autocomplete("paint", "style", "st", in_=house.stories),
            await house.sam.command("story", in_=house.stories, image=("a.txt", b"no picture")),
        ]
        kinds = [(await handle.acked()).kind for handle in handles]  # raises after 3 s of the sandbox's clock
        assert set(kinds) == {"message", "deferred", "modal", "choices"}
        for one in line:
            one.cancel()
        await asyncio.gather(*line, return_exceptions=True)


async def test_an_acknowledgement_whose_answer_was_lost(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        for fault in (house.sandbox.faults.lose_answer, house.sandbox.faults.reset):
            rules = [fault(*CALLBACK)]
            await house.painting(house.sam, text=FOX)
            rules.append(fault(*CALLBACK))
            handle = await house.sam.command("story", in_=house.stories, image=("a.png", b"no picture"))
            assert "-# id `" in await house.refusal(handle)
            rules.append(fault(*CALLBACK))
            answer = await (await house.sam.command("queue", in_=house.stories)).response()
            assert answer.text
            assert [rule.hits for rule in rules] == [1, 1, 1]


@pytest.mark.parametrize("status", [500, 503])
async def test_two_errors_in_a_row_leave_time_for_an_answer(tmp_path: Path, status: int) -> None:
    """discord.py alone would ask a third time only after the 3 s."""
    async with moved_in(tmp_path) as house:
        rule = house.sandbox.faults.next(*CALLBACK, status=status, times=2)
        assert await house.painting(house.sam, text=FOX)
        assert rule.hits == 2


async def test_what_a_resume_replays_too_late_is_refused(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.silence()
        late = await house.sam.command("paint", in_=house.stories, text=FOX)
        await house.sandbox.world.watch.until(lambda: late.failed, 20.0)  # 3 s by the sandbox's clock
        house.sandbox.faults.clear()
        house.sandbox.faults.drop_gateway()
        await house.sandbox.world.watch.until(lambda: house.sandbox.gateway.resumed == 1, 20.0)
        assert await house.painting(house.sam, text=FOX), "what comes in time is taken"
        assert late.ack is None
        assert house.app.telemetry.snapshot().count("interactions.too_late") == 1
        assert len(await house.app.jobs.recent(house.stories.guild_id or 0, house.sam.id, 10)) == 1


async def test_a_message_that_comes_twice_is_done_once(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.duplicate_events(1)
        await house.sam.say("#stories", files=[("a.png", picture("a"))], mention_bot=True)
        await house.sam.wait_for("#stories", lambda one: "Retry" in one.labels)
        assert house.app.telemetry.snapshot().count("events.doubled") == 1
        assert len(await house.app.jobs.recent(house.stories.guild_id or 0, house.sam.id, 10)) == 1
