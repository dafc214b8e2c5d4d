"""Both recipes from end to end, on real classes with random weights: what is made, remembered and woven in again."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import get_args

import pytest
from PIL import Image

from ravsg.engine import Engine, painting_of, story_of
from ravsg.errors import BadInput, BadPicture, BadText, JobCancelled
from ravsg.jobs.job import Job, JobKind, JobResult
from ravsg.memory.service import Memory
from ravsg.models.device import ModelDevice
from ravsg.types import MemoryKind, Painting, PaintRequest, SceneCard, Story, StoryRequest
from tests.engine.lamp import remember_lamp
from tests.engine.runners import GUILD, OnDevice, job_of


async def tell(engine: Engine, device: ModelDevice, picture: bytes, job: Job) -> tuple[Story, JobResult]:
    result = await engine.tell_story(job, {"picture": picture}, OnDevice(device))
    return story_of(replace(job, result=result.data)), result


async def draw(engine: Engine, device: ModelDevice, job: Job, **inputs: bytes) -> tuple[Painting, JobResult]:
    result = await engine.paint(job, inputs, OnDevice(device))
    return painting_of(replace(job, result=result.data), result.blobs), result


async def test_a_picture_becomes_a_story_that_memory_bears_on_and_chance_does_not(
    engine: Engine, device: ModelDevice, picture: bytes, memory: Memory
) -> None:
    run = OnDevice(device)
    job = job_of(StoryRequest(seed=5, direction="In the rain."))
    result = await engine.tell_story(job, {"picture": picture}, run)
    story = story_of(replace(job, result=result.data))
    assert story.title
    assert story.text
    assert story.analysis.setting in story.prompt
    assert "In the rain." in story.prompt
    assert (story.woven, story.profile, story.seed) == ((), "pocket", 5)
    assert dict(result.blobs) == {}  # nobody agreed to anything
    shares = [share for _, share in run.stages]
    assert shares == sorted(shares)
    assert shares[-1] == 1

    again, _ = await tell(engine, device, picture, job)
    assert again == story

    await remember_lamp(memory, device)
    woven, result = await tell(engine, device, picture, job)
    assert "Jorobel" in woven.prompt
    assert "[memory 1 | The Lamp by Ann]" in woven.prompt
    assert [(one.title, one.message_id) for one in woven.woven] == [("The Lamp", 77)]
    assert "[memory" not in story.prompt  # what memory does to the text itself is asked of weights that can read

    assert len(await engine.remember(job, result.blobs, 555)) == 2
    newest = await memory.recent(GUILD, 2)
    assert {(one.title, one.message_id) for one in newest} == {(woven.title, 555)}


async def test_a_scene_card_becomes_pictures_of_the_asked_size(engine: Engine, device: ModelDevice) -> None:
    card = SceneCard("on the moon", "an astronaut with a red flower", "lonely", "earth")
    job = job_of(PaintRequest(card=card, shape="landscape", seed=9, count=2))
    painting, _ = await draw(engine, device, job)
    assert [picture.seed for picture in painting.pictures] == [9, 10]
    assert painting.scene == card
    assert painting.style == "storybook"
    assert "astronaut" in painting.prompt
    assert "painted" in painting.prompt
    first, second = painting.pictures
    assert "astronaut" in first.alt_text
    image = Image.open(io.BytesIO(first.png))
    assert (image.format, image.size) == ("PNG", (first.width, first.height))
    assert first.width > first.height
    assert first.png != second.png
    again, _ = await draw(engine, device, job)
    assert again.pictures[0].png == first.png


async def test_a_long_text_is_distilled_and_nothing_is_cut_in_silence(engine: Engine, device: ModelDevice) -> None:
    text = "The fox walked through the forest and met an owl with a lantern. " * 40
    painting, _ = await draw(engine, device, job_of(PaintRequest(text=text)))
    assert not painting.scene.empty
    assert len(painting.prompt) < 600
    short, _ = await draw(engine, device, job_of(PaintRequest(text="a fox in snow")))
    assert short.scene.subjects == "a fox in snow"
    assert "a fox in snow" in short.prompt


async def test_fields_of_a_card_stand_over_what_the_text_says(engine: Engine, device: ModelDevice) -> None:
    request = PaintRequest(text="a fox in snow", card=SceneCard(atmosphere="stormy"))
    painting, _ = await draw(engine, device, job_of(request))
    assert painting.scene == SceneCard(subjects="a fox in snow", atmosphere="stormy")


async def test_a_remembered_name_stands_in_the_painters_prompt_and_changes_the_picture(
    engine: Engine, device: ModelDevice, memory: Memory
) -> None:
    job = job_of(PaintRequest(text="a keeper on a pier", seed=3))
    without, _ = await draw(engine, device, job)
    await remember_lamp(memory, device)
    painting, result = await draw(engine, device, job)
    assert "Mira" in painting.prompt
    assert [one.title for one in painting.woven] == ["The Lamp"]
    assert painting.pictures[0].png != without.pictures[0].png
    (number,) = await engine.remember(job, result.blobs, 9)
    assert [one.kind for one in await memory.recent(GUILD, 1)] == [MemoryKind.PICTURE]
    assert number


async def test_a_variation_keeps_something_of_its_picture(
    engine: Engine, device: ModelDevice, picture: bytes
) -> None:
    request = PaintRequest(text="a fox in snow", seed=4, reference_strength=0.5)
    varied, _ = await draw(engine, device, job_of(request), picture=picture)
    fresh, _ = await draw(engine, device, job_of(replace(request, reference_strength=0.0)), picture=picture)
    assert varied.pictures[0].png != fresh.pictures[0].png
    with pytest.raises(BadPicture, match="not there any more"):
        await draw(engine, device, job_of(request))


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (PaintRequest(), BadText),
        (PaintRequest(text=" … "), BadText),
        (PaintRequest(text="a fox", style="cubism"), BadInput),
    ],
)
async def test_what_cannot_be_painted_is_refused_before_any_step(
    engine: Engine, device: ModelDevice, request_: PaintRequest, error: type[BadInput]
) -> None:
    run = OnDevice(device)
    with pytest.raises(error):
        await engine.paint(job_of(request_), {}, run)
    assert run.tasks == []


async def test_a_story_needs_its_picture(engine: Engine, device: ModelDevice) -> None:
    with pytest.raises(BadPicture):
        await engine.tell_story(job_of(StoryRequest()), {}, OnDevice(device))


async def test_a_cancelled_job_stops(engine: Engine, device: ModelDevice) -> None:
    run = OnDevice(device)
    run.watch.cancelled.set()
    with pytest.raises(JobCancelled):
        await engine.paint(job_of(PaintRequest(text="a fox", count=2)), {}, run)
    assert len(run.tasks) == 1


async def test_every_kind_of_job_has_a_recipe(engine: Engine) -> None:
    assert set(engine.recipes) == set(get_args(JobKind))
