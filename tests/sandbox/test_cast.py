"""Apps ▸ Add to cast: from a picture to a character, whoever's it is, and who may do it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
import pytest_asyncio

from bot import texts, texts_cast
from bot.views_cast import ELSE
from ravsg.config import LimitsSection
from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.picture.intake import clean_picture
from ravsg.types import Output, PaintTask, WriteTask, Written
from tests.sandbox.casting import FOX, add, fields_of, posted, seen, sent
from tests.sandbox.quick import QuickDevice, picture
from tests.sandbox.village import Place, Village, link_to, seed_of, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

CROWD = ("a red fox with a scarf", "a brown bear")


class Seeing(QuickDevice):
    """Sees a crowd in one picture, and one fox in others."""

    crowded: bytes = b""

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        found = super().run(steps, watches)
        return [self._seen(step, output) for step, output in zip(steps, found, strict=True)]

    def _seen(self, step: Step, output: Output | RavsgError) -> Output | RavsgError:
        task = step.task
        if (
            not isinstance(task, WriteTask)
            or not isinstance(output, Written)
            or "characters" not in (task.schema or "")
        ):
            return output
        if task.picture != self.crowded:
            return output
        return replace(output, text=json.dumps({**json.loads(output.text), "characters": CROWD}))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("cast"), device=Seeing()) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


class TestAdding:
    async def test_a_picture_becomes_a_character_in_private(self, place: Place) -> None:
        post = await posted(place, place.sam)
        handle, shown = await seen(place, place.sam, post)
        assert shown.ephemeral
        assert FOX in shown.text
        assert texts_cast.WITH_PICTURE in shown.text
        form = await (await place.sam.press(shown, texts_cast.NAME_IT)).form()
        assert form.fields["looks"]["value"] == FOX
        answer = await (await place.sam.fill(form, name="Mira", outfit="a yellow raincoat")).response()
        assert answer.ephemeral
        assert texts_cast.added("Mira") in answer.text
        assert "a yellow raincoat: from the beginning" in answer.text
        assert link_to(post) in answer.text
        assert len(answer.files) == 1
        assert [one for one in place.sam.read(place.stories) if one.author.bot and not one.ephemeral] == []
        assert handle.original is not None
        assert FOX in handle.original.text, "no later state takes its place"

    async def test_of_several_pictures_and_several_figures_one_is_chosen(self, place: Place) -> None:
        device = place.device
        assert isinstance(device, Seeing)
        post = await posted(place, place.sam, "one", "two")
        menu = await (await place.sam.message_command(texts.MENU_ADD, post)).response()
        assert menu.text == texts.PICK_PICTURE
        device.crowded = clean_picture(picture("two"), LimitsSection()).png
        handle = await place.sam.select(menu, ["1"])
        shown = await place.status(handle, texts_cast.EVERYBODY_SEES)
        assert all(figure in shown.text for figure in CROWD)
        form = await (await place.sam.select(shown, ["1"])).form()
        assert form.fields["looks"]["value"] == CROWD[1]
        assert CROWD[1] in await sent(place.sam, form, name="Bruno")
        other = await (await place.sam.select(shown, [str(ELSE)])).form()
        assert not other.fields["looks"].get("value")

    async def test_a_painted_picture_brings_its_seed(self, place: Place) -> None:
        painting = await place.painting(place.robin, text="A fox with a lantern.", count=1, seed=4242)
        assert seed_of(painting) == 4242
        assert "seed `4242`" in await add(place, place.sam, painting)

    async def test_a_name_is_taken_once(self, place: Place) -> None:
        post = await posted(place, place.sam)
        await add(place, place.sam, post)
        again = await add(place, place.sam, post, name="MIRA")
        assert "has that name already" in again
        assert "-# id `" in again

    @pytest.mark.parametrize(
        ("fields", "told"), [({"name": "!?"}, texts_cast.NO_NAME), ({"looks": "..."}, texts_cast.NO_LOOKS)]
    )
    async def test_what_has_no_letters_is_refused(self, place: Place, fields: dict[str, str], told: str) -> None:
        assert told in await add(place, place.sam, await posted(place, place.sam), **fields)


class TestWhose:
    async def test_the_picture_of_who_has_not_agreed_is_not_kept(self, place: Place) -> None:
        post = await posted(place, place.sam)
        handle = await place.robin.message_command(texts.MENU_ADD, post)
        shown = await place.status(handle, texts_cast.EVERYBODY_SEES)
        assert texts_cast.WITHOUT_PICTURE in shown.text
        form = await (await place.robin.press(shown, texts_cast.NAME_IT)).form()
        answer = await (await place.robin.fill(form, name="Mira")).response()
        assert (answer.files, texts_cast.added("Mira") in answer.text) == ([], True)
        await place.optin(place.sam)
        _, again = await seen(place, place.robin, post)
        assert texts_cast.WITH_PICTURE in again.text

    async def test_another_member_cannot_press_for_somebody(self, place: Place) -> None:
        """The button stands in the open where the private answer is out of reach: after a restart."""
        _, shown = await seen(place, place.sam, await posted(place, place.sam))
        job_id = next(
            one["custom_id"].split(":")[2] for one in shown.controls if one["custom_id"].startswith("ravsg:cast-name")
        )
        adding = place.app.bot.parts.cast.adding
        job = await place.app.jobs.get(job_id)
        assert job is not None
        delivery = place.app.bot.parts.delivery
        await delivery.send(place.stories.id, adding.seen_in_the_open(job))
        opened = await place.robin.wait_for(place.stories, lambda one: texts_cast.CHOOSE in one.labels)
        refused = await (await place.robin.press(opened, texts_cast.CHOOSE)).response()
        assert texts_cast.NOT_YOUR_PICK in refused.text
        assert FOX not in refused.text
        assert FOX in (await (await place.sam.press(opened, texts_cast.CHOOSE)).response()).text

    async def test_a_message_without_a_picture_is_refused(self, place: Place) -> None:
        post = await place.sam.say(place.stories, "no picture")
        refused = await place.refusal(await place.sam.message_command(texts.MENU_ADD, post))
        assert texts.NO_PICTURE in refused

    async def test_nobody_is_taken_from_an_age_restricted_channel(self, place: Place) -> None:
        post = await posted(place, place.sam)
        place.sandbox.world.age_restrict(place.stories, True)
        refused = await place.refusal(await place.sam.message_command(texts.MENU_ADD, post))
        assert texts_cast.NOT_FROM_HERE in refused


class TestUse:
    async def test_a_story_of_its_kind_and_a_painting_of_its_name_say_so(self, place: Place) -> None:
        painting = await place.painting(place.robin, text="A fox with a lantern.", seed=4242)
        await add(place, place.sam, painting)
        story = await place.story(place.sam)
        assert fields_of(story)["Cast"] == "Mira"
        assert f"Mira: {FOX}" in place.prompts[-1]
        again = await place.painting(place.robin, text="Mira sails a small boat.")
        assert fields_of(again)["Cast"] == "Mira (from the reference picture)"
        assert seed_of(again) == 4242
        task = place.tasks(PaintTask)[-1]
        assert task.prompt.startswith(f"{FOX} sails a small boat")
        assert task.reference is not None
        pressed = await place.robin.press(again, "Again")
        assert seed_of(await place.result(place.robin, pressed)) != 4242, "another try is another picture"

    async def test_another_server_knows_nobody(self, place: Place, town: Village) -> None:
        await add(place, place.sam, await posted(place, place.sam))
        elsewhere = await town.place()
        assert "Cast" not in fields_of(await elsewhere.story(elsewhere.sam, direction="Mira waits."))
        assert await elsewhere.private(elsewhere.sam, "cast list") == texts_cast.EMPTY
        assert texts_cast.UNKNOWN in await elsewhere.private(elsewhere.sam, "cast show", name="Mira")
