"""The buttons and forms of story threads, which survive a restart: what they mean stands in their `custom_id`.

A button says `ravsg:weave:<action>:<branch>:<piece>`, a form `ravsg:weave-form:<what>:<branch>:<piece>`; piece 0
stands for the last one of the branch. Who may press and what it does is `bot.weave_presses`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Self, cast

import discord
from discord import ui

from bot import texts_weave

if TYPE_CHECKING:
    from bot.client import RavsgBot

Action = Literal["continue", "write", "paint", "undo", "retry", "whatif", "choose", "finish", "bind"]
Form = Literal["write", "whatif"]

_STYLES: Final[dict[Action, discord.ButtonStyle]] = {
    "continue": discord.ButtonStyle.primary,
    "write": discord.ButtonStyle.primary,
    "paint": discord.ButtonStyle.primary,
    "undo": discord.ButtonStyle.secondary,
    "retry": discord.ButtonStyle.secondary,
    "whatif": discord.ButtonStyle.secondary,
    "choose": discord.ButtonStyle.secondary,
    "finish": discord.ButtonStyle.secondary,
    "bind": discord.ButtonStyle.success,
}
_ACTIONS: Final = "|".join(_STYLES)
_ID: Final = r"\d{1,19}"
WORDS_LIMIT: Final = 4000
"""Characters of a turn that is written in a form: as many as its field holds."""
QUESTION_LIMIT: Final = 90
"""Characters of a What if?: it becomes a thread's name (100) and a title."""


class WeaveButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=rf"ravsg:weave:(?P<action>{_ACTIONS}):(?P<branch>{_ID}):(?P<piece>{_ID})",
):
    """A button of a story thread."""

    def __init__(self, action: Action, branch_id: int, piece_id: int = 0) -> None:
        self.action: Action = action
        self.branch_id = branch_id
        self.piece_id = piece_id
        super().__init__(
            ui.Button(
                label=texts_weave.LABELS[action],
                style=_STYLES[action],
                custom_id=f"ravsg:weave:{action}:{branch_id}:{piece_id}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(cast(Action, match["action"]), int(match["branch"]), int(match["piece"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press on."""
        weave = cast("RavsgBot", interaction.client).parts.weave
        await weave.presses.press(interaction, self.action, self.branch_id, self.piece_id)


DYNAMIC: Final = (WeaveButton,)
"""What the client registers beside those of `bot.views`."""


@dataclass(frozen=True, slots=True)
class FormOf:
    """Which form was sent, read from its `custom_id`."""

    form: Form
    branch_id: int
    piece_id: int

    @property
    def custom_id(self) -> str:
        """The same as text."""
        return f"ravsg:weave-form:{self.form}:{self.branch_id}:{self.piece_id}"

    @classmethod
    def read(cls, custom_id: str) -> Self | None:
        """A form of a story thread, None for other forms."""
        found = re.fullmatch(rf"ravsg:weave-form:(write|whatif):({_ID}):({_ID})", custom_id)
        return None if found is None else cls(cast(Form, found[1]), int(found[2]), int(found[3]))


def form(of: FormOf, limit: int) -> ui.Modal:
    """The form for a turn, or for a What if?; `limit`: characters of a turn that the operator allows. It is read by
    `views.form_text`."""
    said = texts_weave.FORMS[of.form]
    modal = ui.Modal(title=said.title, custom_id=of.custom_id, timeout=15 * 60)
    writing = of.form == "write"
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        style=discord.TextStyle.paragraph if writing else discord.TextStyle.short,
        custom_id="text",
        max_length=min(limit, WORDS_LIMIT) if writing else QUESTION_LIMIT,
        required=True,
    )
    modal.add_item(ui.Label(text=said.label, description=said.hint, component=field))
    return modal


def guide_buttons(branch_id: int, *, writes: bool, sibling: bool) -> ui.View:
    """Under the message that opens a thread. `writes`: members write through a form; `sibling`: a What if? opened
    it."""
    actions: list[Action] = ["continue", *(("write",) if writes else ()), *(("choose",) if sibling else ()), "finish"]
    return _view(actions, branch_id, 0)


def turn_buttons(branch_id: int, piece_id: int, *, writes: bool, sibling: bool) -> ui.View:
    """Under the bot's continuations; parameters as above."""
    actions: list[Action] = ["continue", "paint", "undo", "retry", "whatif"]
    more: list[Action] = [*(("write",) if writes else ()), *(("choose",) if sibling else ()), "finish"]
    return _view([*actions, *more], branch_id, piece_id)


def written_buttons(branch_id: int, piece_id: int) -> ui.View:
    """Under a turn that the bot posted for a member who wrote it in the form."""
    return _view(["continue", "write", "paint", "undo", "whatif"], branch_id, piece_id)


def bind_button(branch_id: int) -> ui.View:
    """The question whether a book is to be finished."""
    return _view(["bind"], branch_id, 0)


def _view(actions: list[Action], branch_id: int, piece_id: int) -> ui.View:
    view = ui.View(timeout=None)
    for action in actions:
        view.add_item(WeaveButton(action, branch_id, piece_id))
    return view
