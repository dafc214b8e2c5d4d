"""The cast shapes what is made: sheets in the writer's prompt, looks in the painter's, a seed and a picture to begin
from; and nobody of another server ever does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ravsg.config import Config
from ravsg.engine import Engine, painting_of, story_of
from ravsg.engine.telling import fit_cast
from ravsg.jobs.job import Job
from ravsg.memory.service import Memory
from ravsg.models.device import ModelDevice
from ravsg.models.profiles import Profile
from ravsg.picture.shapes import thumbnail
from ravsg.store.cast import CastStore, Character, NewCharacter, Outfit
from ravsg.story.prompts import CastSheet
from ravsg.types import (
    Analysis,
    CastUsed,
    Painting,
    PaintRequest,
    PaintTask,
    SceneCard,
    Story,
    StoryRequest,
    WriteTask,
    Written,
)
from tests.engine.runners import ANN, GUILD, OnDevice, job_of

LOOKS = "a red fox with a blue scarf"
ON_THE_PIER = SceneCard(setting="a pier", subjects="Mira waits")


async def add(cast: CastStore, guild: int = GUILD, **changes: Any) -> Character:
    new = NewCharacter("Mira", LOOKS, added_by=ANN, added_by_name="Ann")
    return await cast.add(guild, replace(new, **changes))


class SeesFox(OnDevice):
    """Random weights that see a fox in every picture."""

    async def write(self, task: WriteTask) -> Written:
        if task.schema is None:
            return await super().write(task)
        seen = Analysis("a pier", ("a small grey fox",), "calm", (), ("the tide comes",))
        return Written(seen.to_json(), prompt_tokens=1, tokens=1, complete=True)


async def told(engine: Engine, run: OnDevice, picture: bytes, direction: str = "Mira waits.") -> Story:
    job = job_of(StoryRequest(seed=5, direction=direction))
    result = await engine.tell_story(job, {"picture": picture}, run)
    return story_of(replace(job, result=result.data))


async def painted(engine: Engine, run: OnDevice, request: PaintRequest, **inputs: bytes) -> Painting:
    job: Job = job_of(request)
    result = await engine.paint(job, inputs, run)
    return painting_of(replace(job, result=result.data), result.blobs)


def task_of(run: OnDevice) -> PaintTask:
    (task,) = [task for task in run.tasks if isinstance(task, PaintTask)]
    return task


class TestStories:
    async def test_whoever_is_named_is_in_the_prompt_and_on_the_receipt(
        self, engine: Engine, device: ModelDevice, picture: bytes, cast: CastStore
    ) -> None:
        mira = await add(cast)
        await add(cast, name="Bruno", looks="a brown bear")
        story = await told(engine, OnDevice(device), picture)
        assert f"[cast]\nMira: {LOOKS}\n[/cast]" in story.prompt
        assert story.cast == (CastUsed(mira.cast_id, "Mira", ANN),)
        assert (await told(engine, OnDevice(device), picture, "Nobody comes.")).cast == ()

    async def test_whoever_looks_like_a_figure_is_in_it_dressed(
        self, engine: Engine, device: ModelDevice, picture: bytes, cast: CastStore
    ) -> None:
        mira = await add(cast)
        await cast.dress(GUILD, mira.cast_id, Outfit("a yellow raincoat"))
        story = await told(engine, SeesFox(device), picture, "")
        assert f"Mira: {LOOKS}, wearing a yellow raincoat" in story.prompt
        assert (await told(engine, OnDevice(device), picture, "")).cast == (), "random weights see nobody"

    async def test_the_cast_of_another_server_stays_there(
        self, engine: Engine, device: ModelDevice, picture: bytes, cast: CastStore
    ) -> None:
        await add(cast, GUILD + 1)
        story = await told(engine, OnDevice(device), picture)
        assert (story.cast, "[cast]" in story.prompt) == ((), False)

    async def test_words_that_may_not_stand_beside_each_other_are_kept_apart(
        self, engine: Engine, cast: CastStore
    ) -> None:
        await add(cast, looks="a girl of ten years")
        assert await engine.casting.fitting(GUILD, "Mira waits.") != ()
        assert await engine.casting.fitting(GUILD, "Mira has explicit sex.", adult=True) == ()


def test_sheets_are_in_whole_or_not_at_all() -> None:
    cast = [(CastUsed(n, f"N{n}", ANN), CastSheet(f"N{n}", LOOKS)) for n in range(3)]
    assert fit_cast(cast, 10_000) == tuple(cast)
    assert fit_cast(cast, 90) == tuple(cast[:2])
    assert fit_cast(cast, 20) == ()


class TestPaintings:
    async def test_looks_stand_for_the_name_and_the_card_keeps_it(
        self, engine: Engine, device: ModelDevice, cast: CastStore
    ) -> None:
        mira = await add(cast, seed=77)
        run = OnDevice(device)
        painting = await painted(engine, run, PaintRequest(card=ON_THE_PIER, seed=3, seed_drawn=True))
        assert task_of(run).prompt.startswith(f"{LOOKS} waits in a pier")
        assert painting.scene == ON_THE_PIER
        assert painting.cast == (CastUsed(mira.cast_id, "Mira", ANN),)

    async def test_who_is_seen_as_it_looks_is_painted_once(
        self, engine: Engine, device: ModelDevice, cast: CastStore
    ) -> None:
        await add(cast, looks="a red fox")
        run = OnDevice(device)
        await painted(engine, run, PaintRequest(text="Mira", card=SceneCard(subjects="a red fox waits")))
        assert task_of(run).prompt.startswith("a red fox waits")
        run = OnDevice(device)
        await painted(engine, run, PaintRequest(card=SceneCard("Mira's pier", "an empty boat")))
        assert task_of(run).prompt.startswith("a red fox, an empty boat")

    async def test_the_seed_is_the_characters_unless_the_member_chose_one(
        self, engine: Engine, device: ModelDevice, cast: CastStore
    ) -> None:
        await add(cast, seed=77)
        drawn = PaintRequest(card=ON_THE_PIER, seed=3, seed_drawn=True, count=2)
        painting = await painted(engine, OnDevice(device), drawn)
        assert [one.seed for one in painting.pictures] == [77, 78]
        chosen = await painted(engine, OnDevice(device), PaintRequest(card=ON_THE_PIER, seed=3))
        assert chosen.pictures[0].seed == 3

    async def test_it_begins_from_the_reference_picture_of_one_alone(
        self, engine: Engine, device: ModelDevice, cast: CastStore, picture: bytes
    ) -> None:
        small = thumbnail(picture)
        await add(cast, picture=small)
        run = OnDevice(device)
        painting = await painted(engine, run, PaintRequest(card=ON_THE_PIER))
        assert task_of(run).reference == small
        assert task_of(run).strength == pytest.approx(0.7)
        assert painting.cast[0].reference
        await add(cast, name="Bruno", looks="a brown bear", picture=small)
        run = OnDevice(device)
        together = await painted(engine, run, PaintRequest(card=SceneCard(subjects="Mira and Bruno")))
        assert task_of(run).reference is None
        assert [one.reference for one in together.cast] == [False, False]

    async def test_a_variant_begins_from_what_it_varies(
        self, engine: Engine, device: ModelDevice, cast: CastStore, picture: bytes
    ) -> None:
        await add(cast, picture=thumbnail(picture))
        run = OnDevice(device)
        request = PaintRequest(card=ON_THE_PIER, reference_strength=0.5)
        painting = await painted(engine, run, request, picture=picture)
        assert (task_of(run).reference, painting.cast[0].reference) == (picture, False)

    async def test_the_operator_may_have_no_reference_used(
        self, make: Callable[[Config], Engine], config: Config, device: ModelDevice, cast: CastStore, picture: bytes
    ) -> None:
        await add(cast, picture=thumbnail(picture))
        paint = config.paint.model_copy(update={"likeness": 0.0})
        run = OnDevice(device)
        await painted(make(config.model_copy(update={"paint": paint})), run, PaintRequest(card=ON_THE_PIER))
        assert task_of(run).reference is None

    async def test_who_is_not_in_the_scene_does_not_shape_it(
        self, engine: Engine, device: ModelDevice, cast: CastStore
    ) -> None:
        await add(cast, seed=77)
        run = OnDevice(device)
        card = SceneCard(subjects="an empty boat")
        painting = await painted(engine, run, PaintRequest(text="Mira", card=card, seed=3, seed_drawn=True))
        assert (painting.cast, painting.pictures[0].seed) == ((), 3)
        assert "fox" not in task_of(run).prompt


@pytest.fixture
def make(tiny: Profile, memory: Memory, cast: CastStore) -> Callable[[Config], Engine]:
    return lambda config: Engine(config=config, profile=tiny, memory=memory, cast=cast)


async def test_sheets_of_a_cast_for_a_chapter(engine: Engine, cast: CastStore) -> None:
    mira = await add(cast)
    await add(cast, name="Bruno", looks="a brown bear")
    await cast.dress(GUILD, mira.cast_id, Outfit("a crown", "book", 2))
    sheets = engine.casting.sheets
    assert await sheets(GUILD, "book", 2, ["mira"]) == [CastSheet("Mira", f"{LOOKS}, wearing a crown")]
    assert [one.name for one in await sheets(GUILD)] == ["Bruno", "Mira"]
    assert await sheets(GUILD + 1) == []
