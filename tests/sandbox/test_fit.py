"""Words that go too far: refused privately, written anew, not recalled, and judged once more when sending."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot import texts
from bot.app import DATABASE
from bot.sandbox.model import Channel, Message
from ravsg.engine.telling import UNFIT
from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, PaintTask, SceneCard, WriteTask, Written
from tests.sandbox.house import moved_in, restarted
from tests.sandbox.quick import QuickDevice, picture
from tests.sandbox.village import PICTURE_BUTTONS, STORY_BUTTONS, Place, Village, receipt_of, said, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEVER = "A sexual picture of a child."
ADULT = "An erotic picture of two adults."
ID = re.compile(r"-# id `[a-z2-7]{8}`")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("fit")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def adults_only(place: Place) -> Channel:
    """A new channel that Discord restricts to adults."""
    return place.sandbox.world.add_channel(place.guild, "after-dark", nsfw=True)


def kept_jobs(place: Place) -> int:
    """How many jobs of this server are on disk."""
    with closing(sqlite3.connect(place.app.config.bot.data_dir / DATABASE)) as db:
        return int(db.execute("SELECT count(*) FROM jobs WHERE guild_id = ?", (place.guild.id,)).fetchone()[0])


class Scribe(QuickDevice):
    """A writer that says what it is told to say, in turn, and then writes on as it likes."""

    def __init__(self, *said: str) -> None:
        super().__init__()
        self.said = list(said)

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        outcomes = super().run(steps, watches)
        for i, step in enumerate(steps):
            scene = isinstance(step.task, WriteTask) and "subjects" in (step.task.schema or "subjects")
            if scene and self.said:
                outcomes[i] = Written(self.said.pop(0), prompt_tokens=1, tokens=1, complete=True)
        return outcomes


class TestAtTheDoor:
    @pytest.mark.parametrize("restricted", [False, True])
    async def test_minors_are_refused_at_every_door_and_everywhere(self, place: Place, restricted: bool) -> None:
        story = await place.story(place.sam)
        form = await (await place.sam.command("paint", in_=place.stories)).form()
        post = await place.sam.say(place.stories, NEVER)
        if restricted:
            place.sandbox.world.age_restrict(place.stories)
        asked, kept = len(place.steps), kept_jobs(place)
        assert kept == 1
        for handle in (
            await place.sam.command("paint", in_=place.stories, text=NEVER),
            await place.sam.command("paint", in_=place.stories, subjects="a child", keywords="pornographic"),
            await place.sam.command("story", in_=place.stories, image=("a.png", picture("a")), direction=NEVER),
            await place.sam.message_command(texts.MENU_PAINT, post),
            await place.sam.fill(form, text=NEVER),
        ):
            told = await place.refusal(handle)
            assert "minors" in told
            assert "Please use other words" in told
            assert ID.search(told)
            assert "sexual picture" not in told
        words = f"{place.sandbox.bot.mention} {NEVER}"
        await place.sam.say(place.stories, words, files=[("a.png", picture("a"))])
        await place.sam.say(place.stories, words, reply_to=story)
        both = await place.until(lambda: two if len(two := place.sam.read(place.sam.dm())) == 2 else None)
        assert all("minors" in one.text and ID.search(one.text) for one in both)
        assert len(place.steps) == asked
        assert kept_jobs(place) == kept
        assert all("minors" not in one.text for one in place.sam.read(place.stories) if not one.ephemeral)

    async def test_explicit_words_are_for_restricted_channels(self, place: Place) -> None:
        told = await place.refusal(await place.sam.command("paint", in_=place.stories, text=ADULT))
        assert "age-restricted" in told
        assert ID.search(told)
        assert kept_jobs(place) == 0
        dark = adults_only(place)
        await place.sandbox.until_command("story")
        painting = await place.painting(place.sam, in_=dark, text=ADULT)
        assert painting.labels == PICTURE_BUTTONS
        post = await place.sam.say(dark, "let us paint")
        thread = await place.sam.start_thread(post, "A thread")
        assert (await place.painting(place.sam, in_=thread, text=ADULT)).channel_id == thread.id

    async def test_a_picture_of_somebody_is_never_told_of_explicitly(self, place: Place) -> None:
        dark = adults_only(place)
        image = ("a.png", picture("a"))
        handle = await place.sam.command("story", in_=dark, image=image, direction="An erotic story.")
        assert "painted from words" in await place.refusal(handle)


class TestWhatIsWritten:
    async def test_another_try_with_another_seed(self, tmp_path: Path) -> None:
        device = Scribe("Title: No\n\n" + f"{ADULT} " * 60)
        async with moved_in(tmp_path, device=device) as house:
            story = await house.story(house.sam)
            assert story.labels == STORY_BUTTONS
            assert "erotic" not in story.text
            seeds = [
                step.task.seed for step in device.steps if isinstance(step.task, WriteTask) and not step.task.schema
            ]
            assert len(set(seeds)) == 2

    async def test_a_clear_end_when_it_is_no_better(self, tmp_path: Path) -> None:
        device = Scribe(*["Title: No\n\n" + f"{ADULT} " * 60] * 2)
        async with moved_in(tmp_path, device=device) as house:
            handle = await house.sam.command("story", in_=house.stories, image=("a.png", picture("a")))
            ended = await house.status(handle, "could not be finished")
            assert ended.ephemeral
            assert UNFIT in ended.text
            assert not [one for one in house.sam.read(house.stories) if one.labels == STORY_BUTTONS]

    async def test_a_scene_is_looked_for_again_too(self, tmp_path: Path) -> None:
        bad = SceneCard("a bedroom", "two adults having sex", "dark").to_json()
        device = Scribe(bad, SceneCard("harbour", "a grey fox", "dusk").to_json(), bad, bad)
        text = "A fox waits at the harbour and looks at the boats. " * 20
        async with moved_in(tmp_path, device=device) as house:
            painting = await house.painting(house.sam, text=text)
            assert "a grey fox" in painting.text
            ended = await house.status(
                await house.sam.command("paint", in_=house.stories, text=text), "could not be finished"
            )
            assert UNFIT in ended.text
            assert [isinstance(step.task, PaintTask) for step in device.steps].count(True) == 1


class TestMemory:
    async def test_what_was_made_for_adults_does_not_come_back_elsewhere(self, place: Place) -> None:
        await place.optin(place.sam)
        place.sandbox.world.age_restrict(place.stories)
        await place.painting(place.sam, text=f"{ADULT} A fox with a lantern at the harbour.")
        again = await place.painting(place.sam, text="A fox with a lantern at the harbour.")
        assert "erotic" in receipt_of(again)
        assert "erotic" in await place.private(place.sam, "memory recent")
        place.sandbox.world.age_restrict(place.stories, False)
        third = await place.painting(place.sam, text="A fox with a lantern at the harbour.")
        assert "erotic" not in third.text
        assert "erotic" not in place.tasks(PaintTask)[-1].prompt
        assert "erotic" not in await place.private(place.sam, "memory recent")


class TestWhenSending:
    async def test_the_restriction_is_looked_at_again(self, tmp_path: Path) -> None:
        async with moved_in(tmp_path) as house:
            world = house.sandbox.world
            world.age_restrict(house.stories)
            house.device.hold("paint")
            handle = await house.sam.command("paint", in_=house.stories, text=ADULT)
            await world.watch.until(lambda: "job `" in said(handle), 20.0)
            world.age_restrict(house.stories, False)
            await (await house.robin.command("queue", in_=house.stories)).response()  # the gateway keeps the order
            house.device.let_go()
            ended = await house.status(handle, "could not be finished")
            assert ended.ephemeral
            assert "age-restricted" in ended.text
            job = await house.app.jobs.get(ended.text.rpartition("job `")[2].strip("`"))
            assert job is not None
            assert job.state == "refused"
            assert not [one for one in house.sam.read(house.stories) if _shows_pictures(one)]

    async def test_a_restart_knows_the_restriction_before_it_sends(self, tmp_path: Path) -> None:
        async with moved_in(tmp_path) as house:
            house.sandbox.world.age_restrict(house.stories)
            house.device.hold("paint")
            handle = await house.sam.command("paint", in_=house.stories, text=ADULT)
            await house.sandbox.world.watch.until(lambda: "job `" in said(handle), 20.0)
            async with restarted(house, tmp_path) as again:
                painting = await again.sam.wait_for(again.stories, _shows_pictures)
                assert painting.mentions == [again.sam.id]


def _shows_pictures(message: Message) -> bool:
    return message.labels == PICTURE_BUTTONS
