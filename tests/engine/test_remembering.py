"""What is recalled for a job, and what is kept of it: real embeddings, a real database."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ravsg.config import Config
from ravsg.engine.keepsakes import Keepsake, pack, unpack
from ravsg.engine.remembering import KEEPSAKES, Remembering
from ravsg.memory.service import Memory
from ravsg.models.device import ModelDevice
from ravsg.types import Analysis, Embedded, EmbedTask, Memorable, MemoryKind, Recalled, Story, StoryRequest
from tests.engine.lamp import LAMP, remember_lamp
from tests.engine.runners import ANN, CHANNEL, GUILD, OnDevice, job_of

STORY = Story(
    title="The Pier",
    text="The fog hid the pier. " + "A fox named Jorobel counted the boats by their bells, one by one. " * 20,
    analysis=Analysis("harbour", ("a fox",), "calm", ("lantern",), ("the fog hides the pier",)),
    woven=(),
    prompt="p",
    profile="pocket",
    seed=1,
)


@pytest.fixture
def remembering(memory: Memory, config: Config) -> Remembering:
    return Remembering(memory, config.memory, 0.2)


@pytest.fixture
async def seen(device: ModelDevice, picture: bytes) -> Embedded:
    return await OnDevice(device).embed(EmbedTask(("a harbour",), (picture,)))


async def kept(
    remembering: Remembering, device: ModelDevice, picture: bytes, seen: Embedded, *, own_picture: bool = True
) -> dict[str, bytes]:
    job = job_of(StoryRequest(), own_picture=own_picture)
    return await remembering.prepare_story(job, STORY, picture, seen, OnDevice(device))


async def test_nothing_is_embedded_for_a_member_who_has_not_agreed(
    remembering: Remembering, device: ModelDevice, picture: bytes, seen: Embedded
) -> None:
    run = OnDevice(device)
    assert await remembering.prepare_story(job_of(StoryRequest()), STORY, picture, seen, run) == {}
    assert run.tasks == []


async def test_a_member_who_withdraws_before_delivery_is_not_remembered(
    remembering: Remembering, device: ModelDevice, picture: bytes, seen: Embedded, memory: Memory
) -> None:
    await memory.set_consent(GUILD, ANN, allowed=True)
    blobs = await kept(remembering, device, picture, seen)
    await memory.set_consent(GUILD, ANN, allowed=False)
    assert await remembering.keep(job_of(StoryRequest()), blobs, 1) == []


async def test_a_story_is_kept_once_in_passages_with_its_picture(
    remembering: Remembering, device: ModelDevice, picture: bytes, seen: Embedded, memory: Memory
) -> None:
    await memory.set_consent(GUILD, ANN, allowed=True)
    job = job_of(StoryRequest())
    blobs = await kept(remembering, device, picture, seen)
    story, shown = unpack(blobs[KEEPSAKES])
    assert len(story.chunks) == len(story.vectors) > 2
    assert all(len(chunk) <= 500 for chunk in story.chunks)
    assert "harbour" in shown.chunks[0]
    assert "Jorobel" in shown.chunks[0]

    ids = await remembering.keep(job, blobs, 555)
    assert len(ids) == 2
    assert await remembering.keep(job, blobs, 555) == ids
    memories = await memory.recent(GUILD, 10)
    assert {one.kind for one in memories} == {MemoryKind.STORY, MemoryKind.PICTURE}
    assert {(one.title, one.message_id, one.job_id) for one in memories} == {("The Pier", 555, job.id)}
    small = await memory.picture(GUILD, ids[1])
    assert small is not None
    assert Image.open(io.BytesIO(small)).size == (96, 64)


async def test_somebody_elses_picture_is_not_kept_with_the_story(
    remembering: Remembering, device: ModelDevice, picture: bytes, seen: Embedded, memory: Memory
) -> None:
    await memory.set_consent(GUILD, ANN, allowed=True)
    blobs = await kept(remembering, device, picture, seen, own_picture=False)
    assert [keepsake.item.kind for keepsake in unpack(blobs[KEEPSAKES])] == [MemoryKind.STORY]


async def test_a_result_without_anything_to_keep_keeps_nothing(remembering: Remembering) -> None:
    assert await remembering.keep(job_of(StoryRequest()), {"picture-0": b"png"}, 1) == []


async def recalled(remembering: Remembering, seen: Embedded, **job: Any) -> list[str]:
    found: tuple[Recalled, ...] = await remembering.recall(job_of(StoryRequest(), **job), seen, LAMP)
    return [one.title for one in found]


async def test_only_this_server_and_the_channels_in_sight_are_searched(
    remembering: Remembering, device: ModelDevice, seen: Embedded, memory: Memory
) -> None:
    await remember_lamp(memory, device, guild=GUILD + 1)
    assert await recalled(remembering, seen) == []
    assert await recalled(remembering, seen, guild=GUILD + 1) == ["The Lamp"]
    await remember_lamp(memory, device, channel=CHANNEL + 1)
    assert await recalled(remembering, seen) == []
    assert await recalled(remembering, seen, visible_channels=None) == []
    assert await recalled(remembering, seen, visible_channels=[CHANNEL + 1]) == ["The Lamp"]


async def test_a_job_does_not_recall_itself_or_what_it_goes_on_from(
    remembering: Remembering, device: ModelDevice, seen: Embedded, memory: Memory
) -> None:
    await remember_lamp(memory, device)
    assert await recalled(remembering, seen, parent="llllllll") == []
    assert await recalled(remembering, seen, job_id="llllllll") == []
    assert await recalled(remembering, seen, instead_of=["kkkkkkkk", "llllllll"]) == []
    assert await recalled(remembering, seen, parent="mmmmmmmm", instead_of=["kkkkkkkk"]) == ["The Lamp"]


async def test_recall_can_be_switched_off(
    memory: Memory, config: Config, device: ModelDevice, seen: Embedded
) -> None:
    await remember_lamp(memory, device)
    off = Remembering(memory, config.memory.model_copy(update={"recall": 0}), 0.2)
    assert await recalled(off, seen) == []


def test_vectors_and_pictures_survive_packing() -> None:
    item = Memorable(MemoryKind.PICTURE, "t", "ü", 1, "Ann", 2, None, "aaaaaaaa", "ff")
    vectors = np.arange(8, dtype=np.float32).reshape(2, 4)
    (one,) = unpack(pack([Keepsake(item, ("a", "b"), vectors, "m@1", b"png")]))
    assert (one.item, one.chunks, one.model, one.picture) == (item, ("a", "b"), "m@1", b"png")
    np.testing.assert_array_equal(one.vectors, vectors)
