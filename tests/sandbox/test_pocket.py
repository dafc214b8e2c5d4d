"""The whole way with real models: a photograph, its story, its picture, a second story that recalls the first.

With the weights that ship with the project, loaded once, and memory as it is configured by default. Two scenes of the
models' own world, as unlike as can be, are those of `tests/pocket/fixtures`.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot import drafts, texts
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message
from ravsg.models.profiles import pocket
from ravsg.story.unfamiliar import OUTSIDE_NOTE
from ravsg.types import PaintTask, WriteTask
from tests.picture.helpers import astronaut, difference, encoded, opened
from tests.sandbox.recorder import Recorder
from tests.sandbox.village import (
    PICTURE_BUTTONS,
    STORY_BUTTONS,
    Place,
    job_of,
    link_to,
    receipt_of,
    said,
    seed_of,
    village,
)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch comes: threads that spin starve a busy computer
PATIENCE = 240.0
SIZE = 256
DRAWN = Path(__file__).parents[1] / "pocket" / "fixtures"
FOX = "A fox with a lantern waits in the forest."


@dataclass(frozen=True, slots=True)
class Walk:
    """What a member got, in order."""

    place: Place
    woods: Place
    elsewhere: Place
    story: Message
    painting: Message
    recalled: Message
    in_the_forest: Message
    on_the_island: Message
    with_memory: Message
    without: Message
    again: Message
    other_seed: Message


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Walk]:
    """One walk through both directions, in one server with memory and one without."""
    profile = pocket()
    settings = {"story": {"length": "short"}, "paint": {"size": SIZE, "steps": 4}, "memory": {"score_floor": "auto"}}
    data = tmp_path_factory.mktemp("pocket")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drafts, "new_seed", itertools.count(1).__next__)  # what nobody chose must not vary here
        async with village(data, device=Recorder(profile), profile=profile, **settings) as town:
            yield await walked(await town.place(), await town.place(), await town.place())


async def walked(place: Place, woods: Place, elsewhere: Place) -> Walk:
    """What members do in two servers with memory and in one without."""
    await place.optin(place.sam)
    await woods.optin(woods.sam)
    photo = ("astronaut.jpg", encoded(astronaut(), "JPEG", quality=90))

    async def done(where: Place, handle: Handle) -> Message:
        await handle.acked()
        await where.sandbox.world.watch.until(lambda: "channels/" in said(handle), PATIENCE)
        return await where.result(where.sam, handle)

    async def told(where: Place, picture: tuple[str, bytes]) -> Message:
        return await done(where, await where.sam.command("story", in_=where.stories, image=picture))

    async def painted(where: Place, seed: int) -> Message:
        return await done(where, await where.sam.command("paint", in_=where.stories, text=FOX, seed=seed))

    story = await told(place, photo)
    painting = await done(place, await place.sam.press(story, "Paint it"))
    recalled = await told(place, photo)
    forest, island = [
        await told(woods, (f"{one}.png", (DRAWN / f"{one}.png").read_bytes())) for one in ("forest", "island")
    ]
    return Walk(
        place,
        woods,
        elsewhere,
        story,
        painting,
        recalled,
        forest,
        island,
        await painted(woods, 7),
        await painted(elsewhere, 7),
        await painted(elsewhere, 7),
        await painted(elsewhere, 8),
    )


async def test_the_photograph_has_a_story(walk: Walk) -> None:
    assert walk.story.labels == STORY_BUTTONS
    assert walk.story.embeds[0]["title"]
    assert receipt_of(walk.story) == texts.WOVEN_NOTHING
    assert "pocket models" in walk.story.embeds[0]["footer"]["text"]
    assert difference(opened(walk.story.files[0].data), astronaut()) < 6


async def test_the_story_has_150_words_and_a_title_of_its_own(walk: Walk) -> None:
    for story in (walk.story, walk.recalled, walk.in_the_forest, walk.on_the_island):
        assert len(story.embeds[0]["description"].split()) >= 150
        assert story.embeds[0]["title"] != texts.UNTITLED


async def test_only_a_photograph_lies_outside_the_world_and_its_story_says_so(walk: Walk) -> None:
    for story in (walk.story, walk.recalled):
        assert OUTSIDE_NOTE in notes_of(story)
    for story in (walk.in_the_forest, walk.on_the_island):
        assert not notes_of(story)


def notes_of(story: Message) -> str:
    """What the result says of its own limits; empty for nothing."""
    return "\n".join(field["value"] for field in story.embeds[0]["fields"] if field["name"] == "Note")


async def test_the_story_has_a_picture(walk: Walk) -> None:
    assert walk.painting.labels == PICTURE_BUTTONS
    assert walk.painting.reference is not None
    assert walk.painting.reference.message_id == walk.story.id
    (file,) = walk.painting.files
    assert file.filename == "picture-1.png"
    assert opened(file.data).size == (SIZE, SIZE)
    assert file.description
    assert seed_of(walk.painting) in {task.seed for task in walk.place.tasks(PaintTask)}


async def test_the_second_story_recalls_the_first(walk: Walk) -> None:
    assert link_to(walk.story) in receipt_of(walk.recalled)
    prompts = [step.task.prompt for step in walk.place.steps if isinstance(step.task, WriteTask)]
    assert any("[memory 1 |" in prompt and f"by {walk.place.sam.name}" in prompt for prompt in prompts)
    assert walk.recalled.embeds[0]["description"] != walk.story.embeds[0]["description"]


async def test_the_same_photograph_is_a_place_that_is_known_and_another_scene_is_not(walk: Walk) -> None:
    assert (
        f"You have been here before: [{walk.story.embeds[0]['title']}]({link_to(walk.story)})"
        in walk.recalled.content
    )
    assert "been here before" not in walk.story.content + walk.on_the_island.content


async def test_an_unlike_picture_recalls_nothing(walk: Walk) -> None:
    assert receipt_of(walk.in_the_forest) == texts.WOVEN_NOTHING
    assert receipt_of(walk.on_the_island) == texts.WOVEN_NOTHING


async def test_the_same_seed_gives_the_same_pixels(walk: Walk) -> None:
    without, again, other = (pixels(one) for one in (walk.without, walk.again, walk.other_seed))
    assert without == again
    assert without != other


async def test_memory_gives_other_pixels_for_the_same_seed(walk: Walk) -> None:
    assert pixels(walk.without) != pixels(walk.with_memory)
    assert link_to(walk.in_the_forest) in receipt_of(walk.with_memory)
    assert "remembered" in painted_from(walk.woods)[-1]
    assert len(painted_from(walk.elsewhere)) == 3
    assert not any("remembered" in prompt for prompt in painted_from(walk.elsewhere))


def pixels(painting: Message) -> bytes:
    return opened(painting.files[0].data).tobytes()


def painted_from(place: Place) -> list[str]:
    """What the painter was given for this server."""
    return [step.task.prompt for step in place.steps if isinstance(step.task, PaintTask)]


async def test_every_result_is_a_job_of_its_own(walk: Walk) -> None:
    results = (
        *(walk.story, walk.painting, walk.recalled, walk.in_the_forest, walk.on_the_island),
        *(walk.with_memory, walk.without, walk.again, walk.other_seed),
    )
    assert len({job_of(one) for one in results}) == len(results)
