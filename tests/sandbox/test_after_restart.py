"""Buttons and menus of an earlier life: they work, they belong to whom they did, and what cannot go on says so."""

from __future__ import annotations

import re
from pathlib import Path

from bot import texts, texts_privacy
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import QuickDevice, picture
from tests.sandbox.village import PICTURE_BUTTONS, STORY_BUTTONS, job_of, receipt_of

FOX = "A grey fox waits at the harbour at dusk."
ID = re.compile(r"id `[a-z2-7]{8}`")


def stranger(house: House) -> Person:
    """A member who asked for nothing."""
    return house.sandbox.add_person("Mia", [house.sandbox.guild("Storybook Corner")])


async def remembered(house: House) -> int:
    stats = await house.app.memory.stats(house.sandbox.guild("Storybook Corner").id)
    return stats.stories + stats.pictures


async def test_every_button_of_both_results(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        story = await house.story(house.sam)
        painting = await house.painting(house.sam, text=FOX, count=2)
        open_menu = await (await house.sam.press(painting, "Vary")).response()
        async with restarted(house, tmp_path) as again:
            for button, labels in (
                ("Continue", STORY_BUTTONS),
                ("Retry", STORY_BUTTONS),
                ("Paint it", PICTURE_BUTTONS),
            ):
                result = await again.result(again.sam, await again.sam.press(story, button))
                assert result.labels == labels
            result = await again.result(again.sam, await again.sam.press(painting, "Again"))
            assert len(result.files) == 2
            result = await again.result(again.sam, await again.sam.select(open_menu, ["Picture 2"]))
            assert result.labels == PICTURE_BUTTONS
            menu = await (await again.robin.press(painting, "Tell its story")).response()
            result = await again.result(again.robin, await again.robin.select(menu, ["Picture 1"]))
            assert result.labels == STORY_BUTTONS
            for message in (story, painting):
                await (await again.sam.press(message, "Delete")).response()
                assert message.deleted


async def test_a_strangers_press_changes_nothing(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        await (await house.sam.command("privacy optin", in_=house.stories)).response()
        story = await house.story(house.sam)
        before = await remembered(house)
        assert before
        async with restarted(house, tmp_path) as again:
            mia = stranger(again)
            told = await again.refusal(await mia.press(story, "Delete"))
            assert texts.NOT_YOURS in told
            assert ID.search(told)
            assert not story.deleted
            assert story.edited is None
            assert await remembered(again) == before
            assert job_of(story) in receipt_links(again, await again.story(mia))


def receipt_links(house: House, message: Message) -> str:
    """The jobs of the messages that a receipt links to."""
    links = re.findall(r"channels/\d+/(\d+)/(\d+)", receipt_of(message))
    found = [house.sandbox.world.find_message(int(channel), int(one)) for channel, one in links]
    return " ".join(job_of(one) for one in found if one is not None)


async def test_cancel_under_a_job_that_was_taken_up_again(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        await house.sam.say("#stories", "look", files=[("a.png", picture("one"))], mention_bot=True)
        status = await house.sam.wait_for("#stories", lambda one: one.labels == ["Cancel"])
        held = QuickDevice()
        held.hold("write")
        async with restarted(house, tmp_path, device=held) as again:
            mia = stranger(again)
            assert texts.NOT_YOURS in await again.refusal(await mia.press(status, "Cancel"))
            assert status.labels == ["Cancel"]
            assert "was cancelled" not in status.text
            answer = await (await again.sam.press(status, "Cancel")).response()
            assert answer.ephemeral
            assert answer.text == texts.CANCELLING
            await again.sandbox.world.watch.until(lambda: "was cancelled" in status.text, 30.0)
            assert status.labels == []
            assert [one for one in again.sam.read("#stories") if one.labels] == []


async def test_a_menu_that_only_the_old_process_knew(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        files = [("one.png", picture("one")), ("two.png", picture("two"))]
        post = await house.sam.say("#stories", "look", files=files)
        menu = await (await house.sam.message_command(texts.MENU_TELL, post)).response()
        async with restarted(house, tmp_path) as again:
            told = await again.refusal(await again.sam.select(menu, ["0"]))
            assert texts.MENU_OLD in told
            assert ID.search(told)
            menu = await (await again.sam.message_command(texts.MENU_TELL, post)).response()
            assert (await again.result(again.sam, await again.sam.select(menu, ["0"]))).labels == STORY_BUTTONS


async def test_memory_and_consent_outlive_the_process(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        await (await house.sam.command("privacy optin", in_=house.stories)).response()
        first = await house.story(house.sam)
        question = await (await house.sam.command("privacy forget", in_=house.stories)).response()
        async with restarted(house, tmp_path) as again:
            second = await again.story(again.sam)
            assert str(first.id) in receipt_of(second)
            answer = await (await again.sam.press(question, texts_privacy.FORGET_LABEL)).response()
            await again.sandbox.world.watch.until(lambda: "Done" in answer.text, 30.0)
            assert await remembered(again) == 0
            assert receipt_of(await again.story(again.robin)) == texts.WOVEN_NOTHING
