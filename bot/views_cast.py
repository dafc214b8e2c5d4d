"""The menus, buttons and forms of the cast.

As in `bot.views`, what each means stands in its `custom_id`, so they work after a restart: whom a picture shows is
kept by its job. Only the menu of a message's pictures (`CastPictureMenu`) does not outlive its process. What a press
does is `bot.cast_adding` and `bot.cast_showing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Self

import discord
from discord import ui

from bot import texts, texts_cast, texts_memory
from bot.markup import plain, shorten
from bot.views import chosen, parts_of
from ravsg.store.cast import LOOKS_LIMIT, NAME_LIMIT, OUTFIT_LIMIT, Character

ELSE: Final = 9
"""The number that stands for somebody who was not seen: an analysis names three at most."""


class CastPictureMenu(ui.DynamicItem[ui.Select[ui.View]], template=r"ravsg:cast-of:(?P<key>[a-z2-7]{8})"):
    """Which picture of a message somebody is to be taken from; what it offers is kept for a while."""

    def __init__(self, key: str, names: Sequence[str] = ("–",)) -> None:
        self.key = key
        options = [
            discord.SelectOption(label=shorten(f"{i + 1}. {name}", 100), value=str(i))
            for i, name in enumerate(names[:25])
        ]
        super().__init__(ui.Select(placeholder=texts.PICK_ONE, options=options, custom_id=f"ravsg:cast-of:{key}"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was used."""
        return cls(match["key"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the choice on."""
        await parts_of(interaction).cast.adding.pick(interaction, self.key, int(chosen(interaction)))


class FigureMenu(ui.DynamicItem[ui.Select[ui.View]], template=r"ravsg:cast-who:(?P<job>[a-z2-7]{8})"):
    """Which of several figures in a picture gets a name."""

    def __init__(self, job_id: str, figures: Sequence[str] = ()) -> None:
        self.job_id = job_id
        options = [
            discord.SelectOption(label=shorten(plain(figure), 100) or "–", value=str(number))
            for number, figure in enumerate(figures)
        ]
        options.append(discord.SelectOption(label=texts_cast.SOMEBODY_ELSE, value=str(ELSE)))
        super().__init__(
            ui.Select(placeholder=texts_cast.PICK_FIGURE, options=options, custom_id=f"ravsg:cast-who:{job_id}")
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was used."""
        return cls(match["job"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the choice on."""
        await parts_of(interaction).cast.adding.choose(interaction, self.job_id, int(chosen(interaction)))


class NameButton(ui.DynamicItem[ui.Button[ui.View]], template=r"ravsg:cast-name:(?P<job>[a-z2-7]{8}):(?P<figure>\d)"):
    """Opens the form for the one figure of a picture, or for somebody who was not seen."""

    def __init__(self, job_id: str, figure: int) -> None:
        self.job_id = job_id
        self.figure = figure
        super().__init__(
            ui.Button(
                label=texts_cast.NAME_IT,
                style=discord.ButtonStyle.primary,
                custom_id=f"ravsg:cast-name:{job_id}:{figure}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["job"], int(match["figure"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press on."""
        await parts_of(interaction).cast.adding.choose(interaction, self.job_id, self.figure)


class SeenButton(ui.DynamicItem[ui.Button[ui.View]], template=r"ravsg:cast-seen:(?P<job>[a-z2-7]{8})"):
    """Shows whom a picture shows once more, privately; it stands in the open after a restart."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(
            ui.Button(
                label=texts_cast.CHOOSE, style=discord.ButtonStyle.primary, custom_id=f"ravsg:cast-seen:{job_id}"
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["job"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press on."""
        await parts_of(interaction).cast.adding.show_seen(interaction, self.job_id)


class CastPageButton(ui.DynamicItem[ui.Button[ui.View]], template=r"ravsg:cast-page:(?P<page>\d{1,3})"):
    """Turns to a page of the cast."""

    def __init__(self, page: int, *, label: str = texts_memory.NEXT, disabled: bool = False) -> None:
        self.page = page
        # both ends are greyed out, and no two buttons may have one id
        custom_id = f"ravsg:cast-page:{page if page >= 0 else 999}"
        super().__init__(
            ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=custom_id, disabled=disabled)
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["page"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press on."""
        await parts_of(interaction).cast.showing.turn(interaction, self.page)


class RemoveButton(ui.DynamicItem[ui.Button[ui.View]], template=r"ravsg:cast-remove:(?P<cast>\d{1,19})"):
    """Confirms that a character goes."""

    def __init__(self, cast_id: int) -> None:
        self.cast_id = cast_id
        super().__init__(
            ui.Button(
                label=texts_cast.REMOVE_LABEL,
                style=discord.ButtonStyle.danger,
                custom_id=f"ravsg:cast-remove:{cast_id}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["cast"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the confirmation on."""
        await parts_of(interaction).cast.changing.remove(interaction, self.cast_id)


DYNAMIC: Final = (CastPictureMenu, FigureMenu, NameButton, SeenButton, CastPageButton, RemoveButton)
"""What the client registers beside those of `bot.views`."""

ADD_FORM: Final = re.compile(r"ravsg:cast-add:([a-z2-7]{8})")
EDIT_FORM: Final = re.compile(r"ravsg:cast-edit:(\d{1,19})")


def add_form(job_id: str, looks: str) -> ui.Modal:
    """The form for a new character, with the looks that were seen."""
    return _form(texts_cast.FORM_ADD, f"ravsg:cast-add:{job_id}", name="", looks=looks, outfit="")


def edit_form(character: Character) -> ui.Modal:
    """The form that changes a character; its outfit is the one from the beginning."""
    return _form(
        texts_cast.FORM_EDIT,
        f"ravsg:cast-edit:{character.cast_id}",
        name=character.name,
        looks=character.looks,
        outfit=character.outfit(),
    )


def _form(title: str, custom_id: str, *, name: str, looks: str, outfit: str) -> ui.Modal:
    form = ui.Modal(title=title, custom_id=custom_id, timeout=15 * 60)
    long = discord.TextStyle.paragraph
    for label, hint, field in (
        (texts_cast.FIELD_NAME, None, _field("name", name, NAME_LIMIT)),
        (texts_cast.FIELD_LOOKS, texts_cast.FIELD_LOOKS_HINT, _field("looks", looks, LOOKS_LIMIT, style=long)),
        (texts_cast.FIELD_OUTFIT, texts_cast.FIELD_OUTFIT_HINT, _field("outfit", outfit, OUTFIT_LIMIT, least=0)),
    ):
        form.add_item(ui.Label(text=label, description=hint, component=field))
    return form


def _field(
    custom_id: str, value: str, limit: int, *, least: int = 1, style: discord.TextStyle = discord.TextStyle.short
) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(custom_id=custom_id, default=value or None, max_length=limit, required=least > 0, style=style)
