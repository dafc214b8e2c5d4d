"""The 15 minutes of an interaction pass while a job waits, and the clocks of the two sides are apart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot import texts
from bot.sandbox.clock import Clock
from bot.sandbox.handles import Handle
from bot.sandbox.model import Json, Message
from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, PaintTask
from tests.faults.conftest import CALLBACK, FOX, MESSAGES, PRIVATE_STATUS
from tests.faults.ledger import Ledger, notices, started, told_privately
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import QuickDevice, picture

MINUTES = 60.0


def ledger_of(folder: Path, house: House) -> Ledger:
    return Ledger(folder, house.sandbox, house.stories)


# ------------------------------------------------------------------ the 15 minutes


async def painting(house: House) -> Handle:
    return await house.sam.command("paint", in_=house.stories, text=FOX)


async def story(house: House) -> Handle:
    return await house.sam.command("story", in_=house.stories, image=("a.png", picture("a")))


async def menu(house: House) -> Handle:
    photo = await house.sam.say("#stories", files=[("a.png", picture("a"))])
    return await house.sam.message_command(texts.MENU_TELL, photo)


async def form(house: House) -> Handle:
    opened = await house.sam.command("paint", in_=house.stories)
    return await house.sam.fill(await opened.form(), text=FOX)


async def button(house: House) -> Handle:
    first = await house.painting(house.sam, text=FOX)
    house.device.hold("paint")
    return await house.sam.press(first, "Again")


ASKED: dict[str, tuple[str, Callable[[House], Awaitable[Handle]]]] = {
    "a painting": ("paint", painting),
    "a story": ("write", story),
    "the Apps menu": ("write", menu),
    "a form": ("paint", form),
    "a button": ("", button),
}


@pytest.mark.parametrize("how", ASKED)
async def test_the_result_still_comes_once_as_an_ordinary_message(tmp_path: Path, how: str) -> None:
    held, ask = ASKED[how]
    async with moved_in(tmp_path) as house:
        if held:
            house.device.hold(held)
        handle = await ask(house)
        job = await started(house, handle)
        before = handle.original.text if handle.original else ""
        earlier = len(ledger_of(tmp_path, house).results())
        house.sandbox.clock.advance(16 * MINUTES)
        house.device.let_go()
        assert (await house.app.jobs.wait(job)).state == "done"
        results = ledger_of(tmp_path, house).results()
        assert len(results) == earlier + 1
        assert results[-1].mentions == [house.sam.id], "the member hears of it"
        assert results[-1].interaction is None, "and not by the interaction, which is over"
        assert not results[-1].ephemeral
        assert handle.original is not None
        assert handle.original.text.split("\n")[0] in before, "what the interaction showed stays as it was"
        ledger_of(tmp_path, house).check([handle], asked=earlier + 1)


async def test_a_job_that_still_waits_in_the_line_when_the_minutes_are_over(tmp_path: Path) -> None:
    async with moved_in(tmp_path, jobs={"waiting_per_member": 100}) as house:
        house.device.hold("embed")
        handles = [await painting(house) for _ in range(12)]  # more than run at the same time
        jobs = [await started(house, handle) for handle in handles]
        house.sandbox.clock.advance(16 * MINUTES)
        house.device.let_go()
        assert {(await house.app.jobs.wait(job)).state for job in jobs} == {"done"}
        ledger_of(tmp_path, house).check(handles, asked=12)


class BreakingDevice(QuickDevice):
    """Cannot paint."""

    def _one(self, step: Step, watch: Watch) -> Output | RavsgError:
        given = super()._one(step, watch)
        return RavsgError("The paint has dried.") if isinstance(step.task, PaintTask) else given


async def test_a_bad_end_after_the_minutes_is_told_in_the_open_once(tmp_path: Path) -> None:
    async with moved_in(tmp_path, device=BreakingDevice()) as house:
        house.device.hold("paint")
        handle = await painting(house)
        job = await started(house, handle)
        house.sandbox.clock.advance(16 * MINUTES)
        house.device.let_go()
        assert (await house.app.jobs.wait(job)).state == "failed"
        told: Callable[[], list[Message]] = lambda: notices(house.sandbox.messages("#stories"), job)  # noqa: E731
        await house.sandbox.world.watch.until(lambda: told() or None, 20.0)
        (notice,) = told()
        assert notice.mentions == [house.sam.id]
        assert told_privately(house, handle, job) == []


async def test_after_the_minutes_the_bot_does_not_even_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts them itself: what is known to be refused is not sent."""
    monkeypatch.setattr("bot.progress_lines.TOKEN_SECONDS", 0.0)
    async with moved_in(tmp_path, device=BreakingDevice()) as house:
        edits = house.sandbox.faults.before(*PRIVATE_STATUS, lambda: None, times=None)
        await painting(house)
        await house.sam.wait_for("#stories", "could not be finished")
        assert edits.hits == 0


async def test_an_interaction_that_discord_gave_up_is_let_be(tmp_path: Path) -> None:
    """10062: neither is an error told where nobody can read it, nor is anything begun."""
    async with moved_in(tmp_path) as house:
        body: Json = {"message": "Unknown interaction", "code": 10062}
        gone = house.sandbox.faults.next(*CALLBACK, status=404, body=body, times=None)
        late = await painting(house)
        await house.sandbox.world.watch.until(lambda: late.failed, 20.0)
        assert gone.hits == 1
        house.sandbox.faults.clear()
        assert await house.painting(house.sam, text=FOX)
        ledger_of(tmp_path, house).check([], asked=1)


# ------------------------------------------------------------------ clocks


@pytest.mark.parametrize("shift", [-20 * MINUTES, -30.0, 30.0, 20 * MINUTES])
async def test_discords_clock_is_another(tmp_path: Path, shift: float) -> None:
    """Status, result and the search for a result that may have arrived go by no clock of this machine."""
    async with moved_in(tmp_path, clock=Clock(shift=shift)) as house:
        handle = await painting(house)
        await house.result(house.sam, handle)  # the private status says where it is
        ledger_of(tmp_path, house).check([handle], asked=1)


@pytest.mark.parametrize("shift", [-20 * MINUTES, 20 * MINUTES])
async def test_a_result_that_arrived_is_found_whatever_the_clocks_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shift: float
) -> None:
    monkeypatch.setattr("bot.posting.NONCE_SECONDS", 0.0)
    async with moved_in(tmp_path, clock=Clock(shift=shift)) as house:
        lost = house.sandbox.faults.lose_answer("POST", MESSAGES)
        looked = house.sandbox.faults.before("GET", MESSAGES, lambda: house.sandbox.clock.advance(10 * MINUTES))
        handle = await painting(house)
        job = await started(house, handle)
        assert (await house.app.jobs.wait(job)).state == "done"
        assert (lost.hits, looked.hits) == (1, 1)
        ledger_of(tmp_path, house).check([handle], asked=1)


async def test_a_few_answers_with_a_wrong_date_change_nothing(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.date_offset = 1000.0
        for _ in range(2):
            await house.app.bot.fetch_user(house.sam.id)
        house.sandbox.faults.date_offset = 0.0
        assert await house.painting(house.sam, text=FOX)
