"""Pictures that cannot be read get a private sentence that says why; odd ones are read as they were meant.

What reaches the models is looked at pixel by pixel. After every refusal a good request works: nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from PIL import ExifTags, Image

from bot import texts
from bot.sandbox.model import Message
from ravsg.types import WriteTask
from tests.picture.helpers import astronaut, china, difference, encoded, opened, png_bomb
from tests.sandbox.house import moved_in
from tests.sandbox.quick import picture
from tests.sandbox.village import STORY_BUTTONS, Place, Village, said, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

ID = re.compile(r"id `[a-z2-7]{8}`")
WORDS = b"These are only words, whatever the name says."
PHOTO = encoded(astronaut(), "JPEG", quality=90)
BAD = {
    "words": ("photo.png", WORDS, "file is text"),
    "half": ("photo.jpg", PHOTO[: len(PHOTO) // 2], "JPEG is cut off"),
    "bomb": ("photo.png", png_bomb(20_000, 20_000), "20,000 × 20,000"),
    "empty": ("photo.png", b"", "empty"),
    "pdf": ("photo.jpg", b"%PDF-1.7 " + bytes(100), "PDF"),
    "strip": ("photo.png", encoded(Image.new("RGB", (1, 4000)), "PNG"), "too thin"),
    "large": ("photo.png", PHOTO + bytes(1_000_000), "1.1 MB"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("bad-pictures"), limits={"picture_megabytes": 1}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def seen(place: Place) -> Image.Image:
    """The picture that the writer was given last."""
    data = place.tasks(WriteTask)[-1].picture
    assert data is not None
    return opened(data)


def posted(place: Place) -> list[Message]:
    """What the bot said so that everyone reads it."""
    return [one for one in place.robin.read(place.stories) if one.author.bot and not one.ephemeral]


async def test_ways_that_lead_on(place: Place) -> None:
    """The yardstick for the tests below: this is what a good request does."""
    await place.story(place.sam)
    assert len(posted(place)) == 1


@pytest.mark.parametrize("kind", BAD)
async def test_a_command_with_a_bad_file(place: Place, kind: str) -> None:
    name, data, words = BAD[kind]
    told = await place.refusal(await place.sam.command("story", in_=place.stories, image=(name, data)))
    assert words in told
    assert ID.search(told)
    assert posted(place) == []
    assert place.steps == []
    story = await place.story(place.sam, image=("photo.jpg", PHOTO))
    assert story.labels == STORY_BUTTONS


@pytest.mark.parametrize("kind", ["words", "half", "bomb", "large"])
async def test_the_apps_menu_on_a_bad_file(place: Place, kind: str) -> None:
    name, data, words = BAD[kind]
    post = await place.sam.say(place.stories, "look", files=[(name, data)])
    told = await place.refusal(await place.sam.message_command(texts.MENU_TELL, post))
    assert words in told
    assert ID.search(told)
    assert posted(place) == []


@pytest.mark.parametrize("kind", ["words", "half", "bomb", "large"])
async def test_a_mention_with_a_bad_file(place: Place, kind: str) -> None:
    name, data, words = BAD[kind]
    post = await place.sam.say(place.stories, "look", files=[(name, data)], mention_bot=True)
    answer = await place.sam.wait_for(place.stories, lambda one: one.author.bot)
    assert words in answer.text
    assert ID.search(answer.text)
    assert answer.reference is not None
    assert answer.reference.message_id == post.id
    assert place.steps == []


async def test_one_bad_picture_of_several_spoils_only_itself(place: Place) -> None:
    files = [("words.png", WORDS), ("photo.jpg", PHOTO)]
    post = await place.sam.say(place.stories, "look", files=files)
    menu = await (await place.sam.message_command(texts.MENU_TELL, post)).response()
    assert ID.search(await place.refusal(await place.sam.select(menu, ["0"])))
    await place.result(place.sam, await place.sam.select(menu, ["1"]))
    assert difference(seen(place), astronaut()) < 6


async def test_of_an_animated_gif_the_first_frame_with_a_note(place: Place) -> None:
    frames = [Image.new("RGB", (64, 48), (i * 20, 0, 255 - i * 20)) for i in range(12)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    handle = await place.sam.command("story", in_=place.stories, image=("dance.gif", data))
    await place.result(place.sam, handle)
    assert "used the first of 12 frames" in said(handle)
    assert seen(place).getpixel((5, 5)) == (0, 0, 255)


async def test_print_colours(place: Place) -> None:
    await place.story(place.sam, image=("print.jpg", encoded(astronaut().convert("CMYK"), "JPEG", quality=95)))
    assert seen(place).mode == "RGB"
    assert difference(seen(place), astronaut()) < 6


async def test_sixteen_bits(place: Place) -> None:
    ramp = np.linspace(0, 65535, 256 * 64).reshape(64, 256).astype(np.uint16)
    handle = await place.sam.command(
        "story", in_=place.stories, image=("depth.png", encoded(Image.fromarray(ramp), "PNG"))
    )
    await place.result(place.sam, handle)
    assert "16-bit" in said(handle)
    grey = np.asarray(seen(place).convert("L"), dtype=float)
    assert np.abs(grey - ramp / 257).max() < 2


@pytest.mark.parametrize(
    ("orientation", "undo"),
    [(3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270)],
)
async def test_a_photo_is_turned_right_and_loses_what_its_camera_wrote(
    place: Place, orientation: int, undo: Image.Transpose
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.ImageDescription] = "the street where I live"
    data = encoded(china().transpose(undo), "JPEG", exif=exif, quality=95)
    assert b"where I live" in data
    story = await place.story(place.sam, image=("china.jpg", data))
    assert seen(place).size == china().size
    assert difference(seen(place), china()) < 5
    sent = place.tasks(WriteTask)[-1].picture
    assert sent is not None
    assert b"where I live" not in sent + story.files[0].data


async def test_a_picture_that_was_deleted_meanwhile(place: Place) -> None:
    files = [("one.png", picture("one")), ("two.png", picture("two"))]
    post = await place.sam.say(place.stories, "look", files=files)
    menu = await (await place.sam.message_command(texts.MENU_TELL, post)).response()
    await place.sam.delete(post)
    told = await place.refusal(await place.sam.select(menu, ["0"]))
    assert texts.FILE_GONE in told
    assert ID.search(told)
    await place.story(place.sam)


async def test_a_link_that_has_expired(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        files = [("one.png", picture("one")), ("two.png", picture("two"))]
        post = await house.sam.say("#stories", "look", files=files)
        menu = await (await house.sam.message_command(texts.MENU_TELL, post)).response()
        house.sandbox.clock.advance(25 * 3600)
        told = await house.refusal(await house.sam.select(menu, ["0"]))
        assert texts.FILE_GONE in told
        assert ID.search(told)
        assert house.device.steps == []
        menu = await (await house.sam.message_command(texts.MENU_TELL, post)).response()
        story = await house.result(house.sam, await house.sam.select(menu, ["0"]))
        assert story.labels == STORY_BUTTONS, "a new menu has new links"
