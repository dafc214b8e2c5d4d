"""Buttons, menus and the form, which survive a restart: what they mean stands in their `custom_id`.

A button says `ravsg:<action>:<job id>`; everything else is looked up when it is pressed. Only the private menu of a
message's pictures (`AttachmentMenu`) does not outlive its process; it then says that it is too old. What a press
does is `bot.actions`; here are only their looks and their way there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, cast

import discord
from discord import ui

from bot import texts, texts_privacy
from bot.markup import shorten
from ravsg.types import Shape

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot

FORM_LIMIT: Final = 4000
"""Characters that Discord lets a form's field hold."""

_STYLES: Final = {
    "retry": discord.ButtonStyle.secondary,
    "continue": discord.ButtonStyle.primary,
    "paint": discord.ButtonStyle.primary,
    "again": discord.ButtonStyle.primary,
    "vary": discord.ButtonStyle.secondary,
    "tell": discord.ButtonStyle.primary,
    "delete": discord.ButtonStyle.danger,
    "cancel": discord.ButtonStyle.danger,
}
_ACTIONS: Final = "|".join(_STYLES)


class JobButton(ui.DynamicItem[ui.Button[ui.View]], template=rf"ravsg:(?P<action>{_ACTIONS}):(?P<job>[a-z2-7]{{8}})"):
    """A button under a result or a status."""

    def __init__(self, action: str, job_id: str, *, label: str | None = None) -> None:
        self.action = action
        self.job_id = job_id
        super().__init__(
            ui.Button(
                label=label or texts.LABELS[action],
                style=_STYLES[action],
                custom_id=f"ravsg:{action}:{job_id}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["action"], match["job"], label=getattr(item, "label", None))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the actions."""
        await _bot(interaction).actions.press(interaction, self.action, self.job_id)


class PictureMenu(
    ui.DynamicItem[ui.Select[ui.View]], template=r"ravsg:of:(?P<action>vary|tell):(?P<job>[a-z2-7]{8})"
):
    """Which of a painting's pictures an action is for."""

    def __init__(self, action: str, job_id: str, count: int = 1) -> None:
        self.action = action
        self.job_id = job_id
        options = [discord.SelectOption(label=f"Picture {i + 1}", value=str(i)) for i in range(count)]
        super().__init__(
            ui.Select(placeholder=texts.PICK_ONE, options=options, custom_id=f"ravsg:of:{action}:{job_id}")
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was used."""
        return cls(match["action"], match["job"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the choice to the actions."""
        number = int(chosen(interaction))
        await _bot(interaction).actions.press(interaction, self.action, self.job_id, picture=number)


class AttachmentMenu(ui.DynamicItem[ui.Select[ui.View]], template=r"ravsg-pick:(?P<key>[a-z2-7]{8})"):
    """Which picture of a message a story is to be told of; what it offers is kept by `bot.actions` for a while."""

    def __init__(self, key: str, names: Sequence[str] = ("–",)) -> None:
        self.key = key
        options = [
            discord.SelectOption(label=shorten(f"{i + 1}. {name}", 100), value=str(i))
            for i, name in enumerate(names[:25])
        ]
        super().__init__(ui.Select(placeholder=texts.PICK_ONE, options=options, custom_id=f"ravsg-pick:{key}"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was used."""
        return cls(match["key"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the choice to the actions."""
        await _bot(interaction).actions.pick(interaction, self.key, int(chosen(interaction)))


class ForgetButton(ui.DynamicItem[ui.Button[ui.View]], template=r"ravsg:forget-me:(?P<user>\d{1,20})"):
    """Confirms that everything of a member is to be deleted."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        super().__init__(
            ui.Button(
                label=texts_privacy.FORGET_LABEL,
                style=discord.ButtonStyle.danger,
                custom_id=f"ravsg:forget-me:{user_id}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["user"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the confirmation to the actions."""
        await _bot(interaction).actions.forget_me(interaction, self.user_id)


DYNAMIC: Final = (JobButton, PictureMenu, AttachmentMenu, ForgetButton)
"""What the client registers, so that presses from before a restart find their way."""


def story_buttons(job_id: str, *more: ui.Item[Any]) -> ui.View:
    """Under a story."""
    return _row(*(JobButton(action, job_id) for action in ("continue", "retry", "paint", "delete")), *more)


def painting_buttons(job_id: str, *more: ui.Item[Any]) -> ui.View:
    """Under pictures."""
    return _row(*(JobButton(action, job_id) for action in ("again", "vary", "tell", "delete")), *more)


def cancel_buttons(job_ids: Sequence[str], *, named: bool = False) -> ui.View:
    """Under a status, or under a list of jobs (`named`: each button says which one it stops)."""
    return _row(
        *(
            JobButton("cancel", one, label=f"{texts.LABELS['cancel']} {one}" if named else None)
            for one in job_ids[:25]
        )
    )


def menu(item: ui.DynamicItem[Any]) -> ui.View:
    """One menu or button alone."""
    return _row(item)


@dataclass(frozen=True, slots=True)
class FormOptions:
    """What `/paint` was given besides the text, carried in the form's `custom_id` (≤ 100 characters)."""

    style: str
    shape: Shape
    seed: int
    count: int
    seed_drawn: bool = False
    """Whether nobody chose the seed."""

    @property
    def custom_id(self) -> str:
        """The options as text."""
        return f"ravsg:form:{self.shape}:{self.seed}{'d' * self.seed_drawn}:{self.count}:{self.style}"

    @classmethod
    def read(cls, custom_id: str) -> Self | None:
        """The options of a form of ours, None for other forms."""
        found = re.fullmatch(r"ravsg:form:(square|portrait|landscape):(\d{1,10})(d?):(\d):(.{0,40})", custom_id)
        if found is None:
            return None
        return cls(found[5], cast(Shape, found[1]), int(found[2]), int(found[4]), bool(found[3]))


def text_form(options: FormOptions, limit: int) -> ui.Modal:
    """The form for long texts. Its answer is read by `form_text`, so it works after a restart too."""
    form = ui.Modal(title=texts.FORM_TITLE, custom_id=options.custom_id, timeout=15 * 60)
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        style=discord.TextStyle.paragraph, custom_id="text", max_length=min(limit, FORM_LIMIT), required=True
    )
    form.add_item(ui.Label(text=texts.FORM_LABEL, description=texts.FORM_HINT, component=field))
    return form


def form_id(interaction: discord.Interaction[Any]) -> str:
    """The `custom_id` of a form that was sent."""
    return str(cast(dict[str, Any], interaction.data or {}).get("custom_id", ""))


def form_text(interaction: discord.Interaction[Any]) -> str:
    """What was typed into the form for long texts."""
    return form_values(interaction).get("text", "")


def form_values(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """What was typed into the fields of a form, by their ids."""
    values: dict[str, str] = {}
    parts: list[Any] = list(cast(dict[str, Any], interaction.data or {}).get("components", []))
    while parts:
        part = parts.pop(0)
        if "value" in part:
            values[str(part.get("custom_id", ""))] = str(part["value"] or "")
        parts += part.get("components", [])
        if "component" in part:
            parts.append(part["component"])
    return values


def _row(*items: ui.Item[Any]) -> ui.View:
    view = ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def chosen(interaction: discord.Interaction[Any]) -> str:
    """The value that was chosen from a menu."""
    values = cast(dict[str, Any], interaction.data or {}).get("values") or ["0"]
    return str(values[0])


def parts_of(interaction: discord.Interaction[Any]) -> Parts:
    """What the bot that was pressed on consists of."""
    return _bot(interaction).parts


def _bot(interaction: discord.Interaction[Any]) -> RavsgBot:
    return cast("RavsgBot", interaction.client)
