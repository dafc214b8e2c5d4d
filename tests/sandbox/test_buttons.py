"""Buttons: what each does, whose they are, and that they outlive the process."""

from __future__ import annotations

from pathlib import Path

from bot import texts
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from ravsg.types import PaintTask
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import picture
from tests.sandbox.village import job_of

FOX = "A grey fox waits at the harbour at dusk."
FOX_PICTURE = picture("a fox")


async def pressed(house: House, person: Person, message: Message, button: str) -> Message:
    """Press, and wait for the new result."""
    return await house.result(person, await person.press(message, button))


async def test_retry_tells_another_story_of_the_same_picture(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        first = await house.story(house.sam)
        second = await pressed(house, house.sam, first, "Retry")
        assert second.embeds[0]["description"] != first.embeds[0]["description"]
        assert second.reference is not None
        assert second.reference.message_id == first.id


async def test_continue_goes_on_and_anyone_may_ask(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        first = await house.story(house.sam)
        second = await pressed(house, house.robin, first, "Continue")
        assert second.mentions == [house.robin.id]
        assert "[so far]" in house.device.prompts[-1]
        third = await pressed(house, house.sam, second, "Continue")
        (job,) = await house.app.jobs.recent(first.guild_id or 0, house.sam.id, 1)
        for part in (first, second):
            assert str(part.embeds[0]["description"])[:60] in job.request["continues"], "the whole way is known"
        assert third.labels == first.labels


async def test_paint_it_and_tell_its_story_lead_round(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        story = await house.story(house.sam)
        picture = await pressed(house, house.sam, story, "Paint it")
        again = await pressed(house, house.sam, picture, "Tell its story")
        assert again.labels == story.labels
        assert again.files == []


async def test_again_and_vary(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        first = await house.painting(house.sam, text=FOX, seed=5)
        again = await pressed(house, house.sam, first, "Again")
        assert again.files[0].data != first.files[0].data
        await pressed(house, house.sam, first, "Vary")
        varied = [step.task for step in house.device.steps if isinstance(step.task, PaintTask)][-1]
        assert varied.reference is not None
        assert 0 < varied.strength < 1


async def test_vary_asks_which_of_several_pictures(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        first = await house.painting(house.sam, text=FOX, seed=5, count=2)
        menu = await (await house.sam.press(first, "Vary")).response()
        assert menu.ephemeral
        await house.result(house.sam, await house.sam.select(menu, ["Picture 2"]))
        varied = [step.task for step in house.device.steps if isinstance(step.task, PaintTask)][-1]
        assert varied.reference == first.files[1].data


async def test_strangers_are_refused_privately_and_moderators_may_delete(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        mia = house.sandbox.add_person("Mia", [house.sandbox.guild("Storybook Corner")])
        story = await house.story(house.sam)
        for button in ("Retry", "Delete"):
            told = await house.refusal(await mia.press(story, button))
            assert texts.NOT_YOURS in told
        assert texts.NOT_YOURS in await house.refusal(await house.robin.press(story, "Retry"))
        await (await house.robin.press(story, "Delete")).response()
        await house.sandbox.world.watch.until(lambda: story.deleted, 10.0)


async def test_delete_removes_the_message(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        story = await house.story(house.sam)
        answer = await (await house.sam.press(story, "Delete")).response()
        assert answer.ephemeral
        assert answer.content == texts.DELETED_ONLY
        assert story.deleted
        assert await house.app.jobs.get(job_of(story)) is None, "its picture and its words are not kept either"


async def test_cancel_while_running_stops_within_one_model_step(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        status = await house.status(await house.sam.command("paint", in_=house.stories, text=FOX), "job `")
        assert status.labels == ["Cancel"]
        await (await house.sam.press(status, "Cancel")).response()
        await house.sandbox.world.watch.until(lambda: "was cancelled" in status.text, 20.0)
        assert status.labels == []
        assert not [one for one in house.sam.read("#stories") if one.labels]


async def test_cancel_while_waiting(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("embed")
        handles = [await house.sam.command("paint", in_=house.stories, text=f"{FOX} {i}") for i in range(3)]
        for handle in handles:
            await house.status(handle, "job `")
        listing = await (await house.sam.command("queue", in_=house.stories)).response()
        assert len(listing.labels) == 3
        await (await house.sam.press(listing, listing.labels[2])).response()
        await house.status(handles[2], "was cancelled")
        house.device.let_go()
        for handle in handles[:2]:
            await house.result(house.sam, handle)


async def test_strangers_cannot_cancel(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        await house.sam.say("#stories", "look", files=[("a.png", FOX_PICTURE)], mention_bot=True)
        status = await house.robin.wait_for("#stories", lambda one: "Cancel" in one.labels)
        mia = house.sandbox.add_person("Mia", [house.sandbox.guild("Storybook Corner")])
        assert texts.NOT_YOURS in await house.refusal(await mia.press(status, "Cancel"))
        await (await house.robin.press(status, "Cancel")).response()
        await house.sandbox.world.watch.until(lambda: "was cancelled" in status.text, 20.0)


async def test_buttons_work_after_a_restart(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        story = await house.story(house.sam)
        picture = await house.painting(house.sam, text=FOX)
        async with restarted(house, tmp_path) as again:
            await pressed(again, again.sam, story, "Continue")
            await pressed(again, again.sam, story, "Retry")
            await pressed(again, again.sam, picture, "Vary")
            await pressed(again, again.sam, picture, "Tell its story")
            await (await again.sam.press(story, "Delete")).response()
            assert story.deleted


async def test_a_button_of_a_job_that_is_not_known_any_more(tmp_path: Path) -> None:
    async with moved_in(tmp_path / "one") as house:
        story = await house.story(house.sam)
        async with restarted(house, tmp_path / "two") as again:
            assert texts.JOB_UNKNOWN in await again.refusal(await again.sam.press(story, "Continue"))
