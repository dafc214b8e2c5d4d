"""A real photograph becomes a story, and the story a picture, in the sandbox as a member sees it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import texts
from ravsg.types import PaintTask, WriteTask
from tests.picture.helpers import astronaut, china, difference, encoded, opened
from tests.sandbox.village import (
    PICTURE_BUTTONS,
    STORY_BUTTONS,
    Place,
    Village,
    job_of,
    receipt_of,
    seed_of,
    village,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("photographs"), paint={"size": 96}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """A photograph from a file, as somebody uploads it."""
    file = tmp_path_factory.mktemp("photo") / "astronaut.jpg"
    astronaut().save(file, quality=92)
    return file.name, file.read_bytes()


async def test_a_photograph_becomes_a_story(place: Place, photo: tuple[str, bytes]) -> None:
    story = await place.story(place.sam, image=photo, direction="she longs for the sea")
    (embed,) = story.embeds
    assert len(embed["title"]) > 3
    assert len(embed["description"].split()) >= 150
    assert receipt_of(story) == texts.WOVEN_NOTHING
    assert story.labels == STORY_BUTTONS
    assert "pocket models" in embed["footer"]["text"]
    assert re.fullmatch(r"[a-z2-7]{8}", job_of(story))
    (shown,) = story.files
    assert shown.description
    assert difference(opened(shown.data), astronaut()) < 6, "the photograph stands beside its story"
    seen = place.tasks(WriteTask)[0].picture
    assert seen is not None
    assert difference(opened(seen), astronaut()) < 6, "and reached the model as it is"


async def test_from_the_story_a_picture_of_the_configured_size(place: Place, photo: tuple[str, bytes]) -> None:
    story = await place.story(place.sam, image=photo)
    painting = await place.result(place.sam, await place.sam.press(story, "Paint it"))
    assert painting.labels == PICTURE_BUTTONS
    (file,) = painting.files
    assert file.filename == "picture-1.png"
    assert file.content_type == "image/png"
    assert opened(file.data).size == (96, 96)
    assert file.description
    assert "grey fox" in file.description
    assert seed_of(painting) == place.tasks(PaintTask)[-1].seed
    assert await place.sam.download(file) == file.data


async def test_the_same_seed_gives_the_same_pixels(place: Place, photo: tuple[str, bytes]) -> None:
    story = await place.story(place.sam, image=photo)
    text = f"{story.embeds[0]['title']}\n\n{story.embeds[0]['description']}"
    first = await place.painting(place.sam, text=text)
    second = await place.painting(place.robin, text=text, seed=seed_of(first))
    third = await place.painting(place.sam, text=text, seed=seed_of(first) + 1)
    pixels = [opened(one.files[0].data).tobytes() for one in (first, second, third)]
    assert pixels[0] == pixels[1] != pixels[2]


async def test_a_landscape_photograph_by_mention_and_by_menu(place: Place) -> None:
    data = encoded(china(), "PNG")
    post = await place.sam.say(place.stories, "our holiday", files=[("china.png", data)], mention_bot=True)
    told = await place.sam.wait_for(place.stories, lambda one: one.labels == STORY_BUTTONS)
    assert told.reference is not None
    assert told.reference.message_id == post.id
    menu = await place.result(place.sam, await place.sam.message_command(texts.MENU_TELL, post))
    assert menu.reference is not None
    assert menu.reference.message_id == post.id
    pictures = [task.picture for task in place.tasks(WriteTask) if task.picture]
    assert pictures
    assert all(difference(opened(one), china()) < 2 for one in pictures)


async def test_round_again_from_a_painting_to_its_story(place: Place) -> None:
    painting = await place.painting(place.sam, text="A grey fox waits at the harbour.", count=2)
    menu = await (await place.robin.press(painting, "Tell its story")).response()
    assert menu.ephemeral
    story = await place.result(place.robin, await place.robin.select(menu, ["Picture 2"]))
    assert len(story.embeds[0]["description"].split()) >= 150
    seen = place.tasks(WriteTask)[-1].picture
    assert seen is not None
    assert difference(opened(seen), opened(painting.files[1].data)) < 1
