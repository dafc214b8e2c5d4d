"""Words become pictures: prose, scene card, form, Apps menu; seeds, counts, alt text."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from bot import texts
from bot.sandbox.model import Message
from ravsg.types import PaintTask
from tests.sandbox.house import House, moved_in, restarted

BUTTONS = ["Again", "Vary", "Tell its story", "Delete"]


def painted(house: House) -> list[PaintTask]:
    """What the painter was given so far."""
    return [step.task for step in house.device.steps if isinstance(step.task, PaintTask)]


def seeds(message: Message) -> str:
    return next(str(field["value"]) for field in message.embeds[0]["fields"] if field["name"].startswith("Seed"))


async def test_prose_becomes_a_picture_with_alt_text_and_seed(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        message = await house.painting(house.sam, text="A grey fox waits at the harbour at dusk.", seed=7)
        assert message.labels == BUTTONS
        (file,) = message.files
        assert file.description
        assert Image.open(io.BytesIO(file.data)).size == (64, 64)
        assert seeds(message) == "`7`"
        assert "Woven from" in message.text
        assert "pocket models" in message.text


async def test_the_same_seed_gives_the_same_picture(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        asked = {"text": "A grey fox waits at the harbour.", "seed": 7}
        first, second = await house.painting(house.sam, **asked), await house.painting(house.sam, **asked)
        other = await house.painting(house.sam, **{**asked, "seed": 8})
        assert first.files[0].data == second.files[0].data != other.files[0].data


async def test_a_scene_card_is_painted_as_it_stands(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        await house.painting(
            house.sam,
            setting="on the moon",
            subjects="an astronaut with a red flower",
            atmosphere="isolation and hope",
            keywords="Earth in the black sky",
            shape="landscape",
            style="plain",
        )
        (task,) = painted(house)
        assert "an astronaut with a red flower" in task.prompt
        assert task.width > task.height


async def test_several_pictures_have_seeds_in_a_row(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        message = await house.painting(house.sam, text="A fox at the harbour.", seed=3, count=3)
        assert [file.filename for file in message.files] == ["picture-1.png", "picture-2.png", "picture-3.png"]
        assert seeds(message) == "`3`, `4`, `5`"


async def test_without_words_a_form_opens_and_its_text_is_painted(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        handle = await house.sam.command("paint", in_=house.stories, seed=9, shape="portrait", style="plain")
        form = await handle.form()
        assert form.title == texts.FORM_TITLE
        message = await house.result(house.sam, await house.sam.fill(form, text="A fox at the harbour. " * 100))
        assert seeds(message) == "`9`"
        (task,) = painted(house)
        assert task.height > task.width


async def test_a_form_that_was_opened_before_a_restart_still_works(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        handle = await house.sam.command("paint", in_=house.stories, seed=9)
        form = await handle.form()
        async with restarted(house, tmp_path) as again:
            message = await again.result(again.sam, await again.sam.fill(form, text="A fox at the harbour."))
            assert seeds(message) == "`9`"


async def test_apps_menu_paints_a_message(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        post = await house.robin.say("#stories", "A grey fox waits at the harbour at dusk.")
        message = await house.result(house.sam, await house.sam.message_command(texts.MENU_PAINT, post))
        assert message.reference is not None
        assert message.reference.message_id == post.id
        assert message.mentions == [house.sam.id], "the answered member is not pinged"


async def test_apps_menu_paints_a_story_of_ours(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        story = await house.story(house.sam)
        await house.result(house.sam, await house.sam.message_command(texts.MENU_PAINT, story))
        assert any(str(story.embeds[0]["title"]) in prompt for prompt in house.device.prompts)
        assert not any("asked for this story" in prompt for prompt in house.device.prompts)


async def test_styles_are_suggested_and_unknown_ones_named(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        handle = await house.sam.autocomplete("paint", "style", "water", in_=house.stories)
        await handle.acked()
        assert handle.choices == [("Storybook watercolour", "storybook")]
        told = await house.refusal(await house.sam.command("paint", in_=house.stories, text="A fox.", style="oil"))
        assert texts.STYLE_UNKNOWN in told
        assert "storybook" in told


async def test_a_count_over_the_operators_limit_is_refused(tmp_path: Path) -> None:
    async with moved_in(tmp_path, paint={"most_at_once": 2}) as house:
        told = await house.refusal(await house.sam.command("paint", in_=house.stories, text="A fox.", count=3))
        assert "at most 2" in told
