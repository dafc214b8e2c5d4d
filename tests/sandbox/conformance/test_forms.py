"""Forms: opening, filling in, their limits, and where they cannot open."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.sandbox.errors import Refused

from .conftest import Place
from .samples import PNG
from .stage import Form, Told, asked, board

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("stage")]


async def test_a_form_opens_and_comes_back_filled(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_modal(Form(place))
    form = await handle.form()
    assert (form.title, form.labels) == ("Your words", {"Name": "name", "Prose": "prose"})
    filled = await place.sam.fill(form, name="Ada")
    submitted = await place.kept.get()
    assert submitted.type is discord.InteractionType.modal_submit
    await submitted.response.send_message("thank you")
    assert (await filled.response()).content == "thank you"


async def test_what_a_form_was_given_reaches_discord_py(place: Place) -> None:
    handle, told = await asked(place)
    form = Form(place)
    await told.response.send_modal(form)
    await place.sam.fill(await handle.form(), name="Ada", prose="Once upon")
    await (await place.kept.get()).response.send_message("ok")
    assert (form.name.value, form.prose.value) == ("Ada", "Once upon")


async def test_a_forms_limits_hold_for_the_person(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_modal(Form(place))
    form = await handle.form()
    with pytest.raises(Refused, match="required"):
        await place.sam.fill(form)
    with pytest.raises(Refused, match="characters"):
        await place.sam.fill(form, name="x" * 11)


class Questions(discord.ui.Modal, title="Every question"):
    """One of each input that a form may hold beside texts."""

    def __init__(self, place: Place) -> None:
        super().__init__(custom_id="questions")
        self.place = place
        style = [discord.SelectOption(label="Ink", value="ink"), discord.SelectOption(label="Oil", value="oil")]
        self.style: discord.ui.Select[Any] = discord.ui.Select(custom_id="style", options=style)
        self.whom: discord.ui.UserSelect[Any] = discord.ui.UserSelect(custom_id="whom", required=False, min_values=0)
        self.pictures: discord.ui.FileUpload[Any] = discord.ui.FileUpload(custom_id="pictures", max_values=2)
        self.agreed: discord.ui.Checkbox[Any] = discord.ui.Checkbox(custom_id="agreed")
        self.size: discord.ui.RadioGroup[Any] = discord.ui.RadioGroup(custom_id="size")
        self.size.add_option(label="Small", value="s")
        self.size.add_option(label="Large", value="l")
        inputs = {"Style": self.style, "Whom": self.whom, "Pictures": self.pictures, "Agreed": self.agreed}
        for text, item in inputs.items():
            self.add_item(discord.ui.Label(text=text, component=item))
        self.add_item(discord.ui.Label(text="Size", component=self.size))

    async def on_submit(self, interaction: Told) -> None:
        """Keep it."""
        self.place.kept.put_nowait(interaction)


class Wishes(discord.ui.Modal, title="Wishes"):
    """A file that may be missing, and boxes of which every one may be ticked."""

    def __init__(self, place: Place) -> None:
        super().__init__(custom_id="wishes")
        self.place = place
        self.picture: discord.ui.FileUpload[Any] = discord.ui.FileUpload(
            custom_id="picture", required=False, min_values=0
        )
        self.colours: discord.ui.CheckboxGroup[Any] = discord.ui.CheckboxGroup(custom_id="colours")
        self.colours.add_option(label="Red", value="r")
        self.colours.add_option(label="Blue", value="b")
        self.add_item(discord.ui.Label(text="Picture", component=self.picture))
        self.add_item(discord.ui.Label(text="Colours", component=self.colours))

    async def on_submit(self, interaction: Told) -> None:
        """Keep it."""
        self.place.kept.put_nowait(interaction)


async def test_a_form_takes_choices_people_files_and_ticks(place: Place) -> None:
    handle, told = await asked(place)
    form = Questions(place)
    await told.response.send_modal(form)
    shown = await handle.form()
    assert list(shown.labels) == ["Style", "Whom", "Pictures", "Agreed", "Size"]
    await place.sam.fill(
        shown, style="Oil", whom=place.robin.user, pictures=[("a.png", PNG)], agreed=True, size="Large"
    )
    await (await place.kept.get()).response.send_message("ok")
    assert (form.style.values, [one.id for one in form.whom.values]) == (["oil"], [place.robin.id])
    assert [one.filename for one in form.pictures.values] == ["a.png"]
    assert await form.pictures.values[0].read() == PNG
    assert (form.agreed.value, form.size.value) == (True, "l")


async def test_a_form_takes_as_many_files_as_it_says(place: Place) -> None:
    handle, told = await asked(place)
    form = Questions(place)
    await told.response.send_modal(form)
    shown = await handle.form()
    others = {"style": "Oil", "size": "Small"}
    files = [(f"{at}.png", PNG) for at in range(3)]
    for wrong in ([], files):
        with pytest.raises(Refused, match="choose 1 to 2"):
            await place.sam.fill(shown, **others, pictures=wrong)
    await place.sam.fill(shown, **others, pictures=files[:2])
    await (await place.kept.get()).response.send_message("ok")
    assert [one.filename for one in form.pictures.values] == ["0.png", "1.png"]


async def test_a_form_may_do_without_files_and_ticks_any_boxes(place: Place) -> None:
    handle, told = await asked(place)
    form = Wishes(place)
    await told.response.send_modal(form)
    shown = await handle.form()
    with pytest.raises(Refused, match="choose 0 to 1"):
        await place.sam.fill(shown, picture=[("a.png", PNG), ("b.png", PNG)], colours="Red")
    await place.sam.fill(shown, colours=["Red", "Blue"])
    await (await place.kept.get()).response.send_message("ok")
    assert (form.picture.values, form.colours.values) == ([], ["r", "b"])


async def test_a_form_opened_by_a_button_may_change_its_message(place: Place) -> None:
    shown = await board(place)
    pressed = await place.sam.press(shown, "Press")
    await (await place.kept.get()).response.send_modal(Form(place))
    filled = await place.sam.fill(await pressed.form(), name="Ada")
    submitted = await place.kept.get()
    assert submitted.message is not None
    await submitted.response.edit_message(content="by Ada")
    assert ((await filled.acked()).kind, shown.content) == ("update", "by Ada")


async def test_a_form_cannot_follow_a_form(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_modal(Form(place))
    await place.sam.fill(await handle.form(), name="Ada")
    submitted = await place.kept.get()
    with pytest.raises(discord.HTTPException) as refused:
        await submitted.response.send_modal(Form(place))
    assert refused.value.code == 50035
    place.sandbox.violations.clear()
    await submitted.response.send_message("ok")


async def test_a_form_cannot_follow_a_deferral(place: Place) -> None:
    _, told = await asked(place)
    await told.response.defer(thinking=True)
    with pytest.raises(discord.InteractionResponded):
        await told.response.send_modal(Form(place))
    await told.edit_original_response(content="ok")
