"""Buttons, selects and layouts: what comes back, and what a use of them brings."""

from __future__ import annotations

import io
from typing import Any

import discord
import pytest

from bot.sandbox.errors import Refused

from .conftest import Place
from .samples import PNG
from .stage import Board, board

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("stage")]


async def test_a_press_arrives_with_its_message(place: Place) -> None:
    shown = await board(place)
    await place.sam.press(shown, "Press")
    told = await place.kept.get()
    assert told.type is discord.InteractionType.component
    assert told.message is not None
    assert (told.message.id, told.message.content, told.user.id) == (shown.id, "board", place.sam.id)
    await told.response.defer()


async def test_a_press_is_answered_by_changing_the_message(place: Place) -> None:
    shown = await board(place)
    pressed = await place.sam.press(shown, "Press")
    await (await place.kept.get()).response.edit_message(content="changed", view=None)
    assert (await pressed.acked()).kind == "update"
    assert (shown.content, shown.components) == ("changed", [])


async def test_a_press_is_taken_silently_and_the_message_edited_later(place: Place) -> None:
    shown = await board(place)
    pressed = await place.sam.press(shown, "Press")
    told = await place.kept.get()
    await told.response.defer()
    assert (await pressed.acked()).kind == "deferred_update"
    await told.edit_original_response(content="later")
    assert shown.content == "later"


async def test_a_press_is_answered_in_private(place: Place) -> None:
    pressed = await place.sam.press(await board(place), "Press")
    await (await place.kept.get()).response.send_message("only you", ephemeral=True)
    answer = await pressed.response()
    assert (answer.visible_to, answer.interaction is not None) == (place.sam.id, True)


async def test_grey_buttons_and_links_are_not_pressed(place: Place) -> None:
    shown = await board(place)
    with pytest.raises(Refused, match="greyed"):
        await place.sam.press(shown, "Grey")
    with pytest.raises(Refused, match="link"):
        await place.sam.press(shown, "Link")


async def test_a_choice_arrives_with_its_values(place: Place) -> None:
    shown = await board(place)
    await place.sam.select(shown, ["Ink", "Oil"], menu="choose")
    told = await place.kept.get()
    assert told.data is not None
    chosen: dict[str, Any] = {**told.data}
    assert chosen["values"] == ["ink", "oil"]
    await told.response.defer()


async def test_chosen_people_arrive_resolved(place: Place) -> None:
    shown = await board(place)
    await place.robin.select(shown, [place.sam.user], menu="users")
    told = await place.kept.get()
    assert told.data is not None
    chosen: dict[str, Any] = {**told.data}
    assert list(chosen["resolved"]["members"]) == [str(place.sam.id)]
    await told.response.defer()


async def test_components_come_back_with_their_ids(place: Place) -> None:
    sent = await place.general.send("board", view=Board(place))
    rows = [one for one in sent.components if isinstance(one, discord.ActionRow)]
    assert [getattr(one, "label", None) for one in rows[0].children] == ["Press", "Link", "Grey"]
    assert [one.id for one in rows] == [1, 5, 7]
    press = rows[0].children[0]
    assert isinstance(press, discord.Button)
    assert str(press.emoji) == "🐙"


async def test_a_layout_of_the_new_components_comes_back(place: Place) -> None:
    view = discord.ui.LayoutView()
    box: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=0x336699)
    box.add_item(discord.ui.TextDisplay("# A tale"))
    box.add_item(discord.ui.Separator())
    view.add_item(box)
    sent = await place.general.send(view=view)
    assert sent.flags.components_v2
    (container,) = sent.components
    assert isinstance(container, discord.Container)
    text = container.children[0]
    assert isinstance(text, discord.TextDisplay)
    assert (container.accent_colour, text.content) == (discord.Colour(0x336699), "# A tale")


async def test_a_gallery_and_a_section_show_attached_files(place: Place) -> None:
    view = discord.ui.LayoutView()
    gallery: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery()
    gallery.add_item(media="attachment://a.png", description="a cat")
    view.add_item(gallery)
    picture: discord.ui.Thumbnail[discord.ui.LayoutView] = discord.ui.Thumbnail("attachment://b.png")
    view.add_item(discord.ui.Section("beside it", accessory=picture))
    view.add_item(discord.ui.File("attachment://c.txt"))
    files = [discord.File(io.BytesIO(data), name) for name, data in (("a.png", PNG), ("b.png", PNG), ("c.txt", b"1"))]
    sent = await place.general.send(view=view, files=files)
    shown, section, file = sent.components
    assert isinstance(shown, discord.MediaGalleryComponent)
    assert (shown.items[0].description, shown.items[0].media.width) == ("a cat", 2)
    assert await place.robin.download(shown.items[0].media.url) == PNG
    assert isinstance(section, discord.SectionComponent)
    assert isinstance(section.accessory, discord.ThumbnailComponent)
    assert await place.robin.download(section.accessory.media.url) == PNG
    assert isinstance(file, discord.FileComponent)
    assert (file.name, file.size) == ("c.txt", 1)


@pytest.mark.parametrize(
    ("buttons", "field"),
    [
        ([{"label": "a", "custom_id": "same"}, {"label": "b", "custom_id": "same"}], "components.2.custom_id"),
        ([{"label": "x" * 81, "custom_id": "a"}], "components.1.label"),
    ],
    ids=["the same id twice", "81 characters"],
)
async def test_buttons_are_refused_for(place: Place, buttons: list[dict[str, Any]], field: str) -> None:
    view = discord.ui.View()
    for one in buttons:
        item: discord.ui.Button[discord.ui.View] = discord.ui.Button(**{**one, "label": "x"})
        item.label = one["label"]
        view.add_item(item)
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send("x", view=view)
    assert refused.value.code == 50035
    assert any(one.field == field or one.field.endswith(".label") for one in place.sandbox.violations)
    place.sandbox.violations.clear()
