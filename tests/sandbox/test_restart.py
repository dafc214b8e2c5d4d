"""A stop and a new start in one process: jobs go on, and their messages are found again. Deaths: tests/faults."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.model import Message
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import picture

FOX = "A grey fox waits at the harbour at dusk."


def results(house: House) -> list[Message]:
    """The results that stand in the channel."""
    return [one for one in house.sandbox.messages("#stories") if "Delete" in one.labels]


async def test_a_stop_interrupts_what_runs_and_the_next_start_ends_it(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        handle = await house.sam.command("story", in_=house.stories, image=("a.png", picture("one")))
        await house.status(handle, "job `")
        await house.stop()
        await house.status(handle, "goes on by itself")
        async with restarted(house, tmp_path) as again:
            story = await again.sam.wait_for("#stories", lambda one: "Retry" in one.labels)
            assert story.mentions == [again.sam.id]
            assert len(results(again)) == 1


async def test_a_progress_message_is_found_again_after_a_restart(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        await house.sam.say("#stories", files=[("a.png", picture("one"))], mention_bot=True)
        status = await house.sam.wait_for("#stories", lambda one: "Cancel" in one.labels)
        async with restarted(house, tmp_path) as again:
            await again.sam.wait_for("#stories", lambda one: "Retry" in one.labels)
            await again.sandbox.world.watch.until(lambda: status.deleted, 20.0)
            assert [one.labels for one in again.sandbox.messages("#stories") if "Cancel" in one.labels] == []
            assert len(results(again)) == 1


async def test_a_result_that_arrived_unnoticed_is_found_in_the_history(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.lose_answer("POST", r"/channels/\d+/messages$", times=100)
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        await house.sandbox.world.watch.until(lambda: len(results(house)) == 1, 20.0)
        await house.stop()
        house.sandbox.faults.rules.clear()
        house.sandbox.clock.advance(3600)  # the nonce is forgotten by now
        async with restarted(house, tmp_path) as again:
            job_id = results(again)[0].text.split("job ")[1].split()[0]
            await again.app.jobs.wait(job_id)
            assert len(results(again)) == 1
        assert handle.original is not None
