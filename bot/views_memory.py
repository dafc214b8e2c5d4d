"""The buttons of memory: they open a receipt, correct what was remembered, and turn the pages of a list.

As in `bot.views`, what a button means stands in its `custom_id` and is looked up when it is pressed, so receipts work
after a restart. Only lists (`PageButton`) do not outlive their process: what was searched for is kept nowhere. What a
press does is `bot.receipts` and `bot.listings`.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal, Self, cast

import discord
from discord import ui

from bot import texts_memory
from bot.views import parts_of

Correction = Literal["pin", "unpin", "doubt", "forget"]
_STYLES: Final[dict[Correction, discord.ButtonStyle]] = {
    "pin": discord.ButtonStyle.primary,
    "unpin": discord.ButtonStyle.secondary,
    "doubt": discord.ButtonStyle.secondary,
    "forget": discord.ButtonStyle.danger,
}
_CORRECTIONS: Final = "|".join(_STYLES)


class WovenButton(ui.DynamicItem[ui.Button[ui.View]], template=r"ravsg:woven:(?P<job>[a-z2-7]{8}):(?P<page>\d{1,2})"):
    """Opens what a result was woven from, or another page of it."""

    def __init__(self, job_id: str, page: int = 0, *, label: str = texts_memory.WOVEN_BUTTON) -> None:
        self.job_id = job_id
        self.page = page
        super().__init__(
            ui.Button(
                label=label, style=discord.ButtonStyle.secondary, custom_id=f"ravsg:woven:{job_id}:{max(0, page)}"
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["job"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the receipts."""
        await parts_of(interaction).receipts.open(interaction, self.job_id, self.page)


class MemoryButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=rf"ravsg:memory:(?P<what>{_CORRECTIONS}):(?P<memory>\d{{1,19}}):(?P<job>[a-z2-7]{{8}}):(?P<page>\d{{1,2}})",
):
    """Corrects one memory of a receipt."""

    def __init__(
        self,
        what: Correction,
        memory_id: int,
        job_id: str,
        page: int,
        *,
        label: str | None = None,
        disabled: bool = False,
    ) -> None:
        self.what: Correction = what
        self.memory_id = memory_id
        self.job_id = job_id
        self.page = page
        super().__init__(
            ui.Button(
                label=label or texts_memory.BUTTONS[what],
                style=_STYLES[what],
                custom_id=f"ravsg:memory:{what}:{memory_id}:{job_id}:{page}",
                disabled=disabled,
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(cast(Correction, match["what"]), int(match["memory"]), match["job"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the receipts."""
        await parts_of(interaction).receipts.correct(interaction, self.what, self.memory_id, self.job_id, self.page)


class PageButton(ui.DynamicItem[ui.Button[ui.View]], template=r"ravsg:page:(?P<key>[a-z2-7]{8}):(?P<page>\d{1,3})"):
    """Turns to a page of a list; what the list holds is kept by `bot.listings` for a while."""

    def __init__(self, key: str, page: int, *, label: str = texts_memory.NEXT, disabled: bool = False) -> None:
        self.key = key
        self.page = page
        super().__init__(
            ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                # both ends are greyed out, and no two buttons may have one id
                custom_id=f"ravsg:page:{key}:{page if page >= 0 else 999}",
                disabled=disabled,
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["key"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the listings."""
        await parts_of(interaction).listings.turn(interaction, self.key, self.page)


DYNAMIC: Final = (WovenButton, MemoryButton, PageButton)
"""What the client registers beside those of `bot.views`."""
