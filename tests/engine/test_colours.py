"""A remembered picture lends its colours to a painting: real embeddings, a real database, a real pipeline."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from PIL import Image

from ravsg.config import Config
from ravsg.engine import Engine, painting_of
from ravsg.engine.colours import Colours, Lender
from ravsg.engine.guard import ForeignMemoryError
from ravsg.errors import NoImageToImage
from ravsg.jobs.job import Job
from ravsg.memory.service import Memory
from ravsg.models.device import ModelDevice
from ravsg.models.profiles import Profile
from ravsg.picture.shapes import colours as soft
from ravsg.store.cast import CastStore
from ravsg.types import (
    EmbedTask,
    Memorable,
    MemoryKind,
    Painted,
    Painting,
    PaintRequest,
    PaintTask,
    Recalled,
    SceneCard,
)
from tests.engine.runners import ANN, CHANNEL, GUILD, OnDevice, job_of

SCENE = SceneCard("a harbour", "a keeper", "golden")
JOB = job_of(PaintRequest(card=SCENE, seed=3))
Build = Callable[..., Engine]


@dataclass
class WordsOnly(OnDevice):
    """A painter that cannot begin from a picture."""

    async def paint(self, task: PaintTask) -> Painted:
        if task.reference is not None:
            self.tasks.append(task)
            raise NoImageToImage
        return await super().paint(task)


async def remember(memory: Memory, device: ModelDevice, *, channel: int = CHANNEL) -> int:
    """An orange picture of Ann's in message 77."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (240, 140, 20)).save(file, "PNG")
    await memory.set_consent(GUILD, ANN, allowed=True)
    seen = await OnDevice(device).embed(EmbedTask(pictures=(file.getvalue(),)))
    item = Memorable(MemoryKind.PICTURE, "the keeper Jorobel", "The Pier", ANN, "Ann", channel, 77, "pppppppp")
    (number,) = await memory.remember(GUILD, item, [item.text], seen.pictures, seen.model, picture=file.getvalue())
    return number


@pytest.fixture
def engine_of(config: Config, tiny: Profile, memory: Memory, cast: CastStore) -> Build:
    """Random weights find nothing alike: the threshold is given."""

    def build(**settings: float) -> Engine:
        section = config.memory.model_copy(update={"same_scene": -1.0, **settings})
        return Engine(config=config.model_copy(update={"memory": section}), profile=tiny, memory=memory, cast=cast)

    return build


async def paint(engine: Engine, run: OnDevice, job: Job = JOB, **inputs: bytes) -> Painting:
    result = await engine.paint(job, inputs, run)
    return painting_of(replace(job, result=result.data), result.blobs)


def begun_from(run: OnDevice) -> list[bool]:
    """Of each painting step whether it had a picture."""
    return [task.reference is not None for task in run.tasks if isinstance(task, PaintTask)]


async def test_the_picture_of_the_same_scene_lends_its_colours_and_is_named(
    engine_of: Build, memory: Memory, device: ModelDevice
) -> None:
    number = await remember(memory, device)
    run = OnDevice(device)
    painting = await paint(engine_of(), run)
    (task,) = [task for task in run.tasks if isinstance(task, PaintTask)]
    assert task.reference == soft(await memory.picture(GUILD, number) or b"")
    assert task.strength == pytest.approx(1 - Config().memory.lent_colours)
    assert [(one.title, one.lent_colours) for one in painting.woven] == [("The Pier", True)]
    again = await paint(engine_of(), OnDevice(device))
    assert again.pictures == painting.pictures
    words = await paint(engine_of(lent_colours=0.0), OnDevice(device))
    assert words.prompt == painting.prompt
    assert words.pictures[0].png != painting.pictures[0].png
    assert [one.lent_colours for one in words.woven] == [False]


async def test_what_is_unlike_lends_nothing_unless_it_is_pinned(
    engine_of: Build, memory: Memory, device: ModelDevice
) -> None:
    number = await remember(memory, device)
    run = OnDevice(device)
    await paint(engine_of(same_scene=1.0), run)
    assert begun_from(run) == [False]
    await memory.pin(GUILD, number, by=ANN)
    run = OnDevice(device)
    painting = await paint(engine_of(same_scene=1.0), run)
    assert begun_from(run) == [True]
    assert painting.woven[0].lent_colours


async def test_a_variant_keeps_the_picture_that_it_varies(
    engine_of: Build, memory: Memory, device: ModelDevice, picture: bytes
) -> None:
    await remember(memory, device)
    run = OnDevice(device)
    job = job_of(PaintRequest(card=SCENE, reference_strength=0.5))
    painting = await paint(engine_of(), run, job, picture=picture)
    assert [task.reference for task in run.tasks if isinstance(task, PaintTask)] == [picture]
    assert not any(one.lent_colours for one in painting.woven)


async def test_a_painter_that_cannot_begin_from_a_picture_paints_from_words(
    engine_of: Build, memory: Memory, device: ModelDevice
) -> None:
    await remember(memory, device)
    run = WordsOnly(device)
    painting = await paint(engine_of(), run)
    assert begun_from(run) == [True, False]
    assert [one.lent_colours for one in painting.woven] == [False]


@pytest.fixture
def colours(config: Config, memory: Memory) -> Colours:
    return Colours(memory, config.memory, same_scene=-1.0)


async def lent(colours: Colours, device: ModelDevice, woven: Recalled | None, job: Job = JOB) -> Lender | None:
    assert woven is not None
    return await colours.lender(job, SCENE, (woven,), OnDevice(device))


async def test_what_was_forgotten_since_it_was_recalled_lends_nothing(
    colours: Colours, memory: Memory, device: ModelDevice
) -> None:
    number = await remember(memory, device)
    woven = await memory.one(GUILD, number)
    assert woven is not None
    woven = replace(woven, pinned=True)
    assert await lent(colours, device, woven)
    await memory.forget(GUILD, memory_id=number, by=ANN)
    assert await lent(colours, device, woven) is None


async def test_a_channel_that_the_audience_does_not_read_lends_nothing(
    colours: Colours, memory: Memory, device: ModelDevice
) -> None:
    hidden = await memory.one(GUILD, await remember(memory, device, channel=CHANNEL + 1))
    assert hidden is not None
    assert await lent(colours, device, replace(hidden, pinned=True)) is None
    reader = job_of(PaintRequest(card=SCENE), visible_channels=[CHANNEL + 1])
    assert await lent(colours, device, hidden, reader)


async def test_another_servers_memory_ends_the_job(colours: Colours, memory: Memory, device: ModelDevice) -> None:
    ours = await memory.one(GUILD, await remember(memory, device))
    assert ours is not None
    with pytest.raises(ForeignMemoryError):
        await lent(colours, device, replace(ours, pinned=True, guild_id=GUILD + 1))
