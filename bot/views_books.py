"""The buttons and menus of books, which survive a restart: what they mean stands in their `custom_id`.

Buttons under a chapter name its piece, a page that is read names book, branch and place, so nothing of them is kept
in this process. What a press does is `bot.book_actions` and `bot.book_reading`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self, cast

import discord
from discord import ui

from bot import texts_books
from bot.markup import plain, shorten
from bot.views import chosen, parts_of
from ravsg.store.book_rows import Piece

ChapterAction = Literal["next", "retry", "read", "repaint", "canon"]
_STYLES: Final[dict[ChapterAction, discord.ButtonStyle]] = {
    "next": discord.ButtonStyle.primary,
    "retry": discord.ButtonStyle.secondary,
    "read": discord.ButtonStyle.secondary,
    "repaint": discord.ButtonStyle.secondary,
    "canon": discord.ButtonStyle.secondary,
}
_ACTIONS: Final = "|".join(_STYLES)
_BOOK: Final = r"(?P<book>[a-z2-7]{8})"
MENU: Final = 25
"""Entries that a menu of Discord's holds."""
_LABEL: Final = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: a position along a branch's path, and which part of a long piece."""

    book_id: str
    branch_id: int
    position: int
    part: int = 0

    @property
    def key(self) -> str:
        """As a `custom_id` holds it."""
        return f"{self.book_id}:{self.branch_id}:{self.position}:{self.part}"


class ChapterButton(
    ui.DynamicItem[ui.Button[ui.View]], template=rf"ravsg:chapter:(?P<action>{_ACTIONS}):(?P<piece>\d{{1,19}})"
):
    """A button under a chapter."""

    def __init__(self, action: ChapterAction, piece_id: int) -> None:
        self.action: ChapterAction = action
        self.piece_id = piece_id
        super().__init__(
            ui.Button(
                label=texts_books.BUTTONS[action],
                style=_STYLES[action],
                custom_id=f"ravsg:chapter:{action}:{piece_id}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(cast(ChapterAction, match["action"]), int(match["piece"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the actions of books."""
        await parts_of(interaction).library.actions.press(interaction, self.action, self.piece_id)


class GoOnButton(ui.DynamicItem[ui.Button[ui.View]], template=rf"ravsg:go-on:{_BOOK}"):
    """Goes on with a book that stopped."""

    def __init__(self, book_id: str) -> None:
        self.book_id = book_id
        super().__init__(
            ui.Button(label=texts_books.GO_ON, style=discord.ButtonStyle.primary, custom_id=f"ravsg:go-on:{book_id}")
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["book"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the actions of books."""
        await parts_of(interaction).library.actions.go_on(interaction, self.book_id)


class LeafButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=rf"ravsg:leaf:{_BOOK}:(?P<branch>\d{{1,19}}):(?P<position>\d{{1,6}}):(?P<part>\d{{1,3}})",
):
    """Turns to a page of a book."""

    def __init__(self, place: Place, *, label: str = texts_books.NEXT, disabled: bool = False) -> None:
        self.place = place
        super().__init__(
            ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"ravsg:leaf:{place.key}",
                disabled=disabled,
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(Place(match["book"], int(match["branch"]), int(match["position"]), int(match["part"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the reading of books."""
        await parts_of(interaction).library.reading.turn(interaction, self.place)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One chapter to go to. `title` comes in as it was told."""

    number: int
    title: str
    place: Place
    here: bool


class LeafMenu(ui.DynamicItem[ui.Select[ui.View]], template=rf"ravsg:leaves:{_BOOK}:(?P<branch>\d{{1,19}})"):
    """Which chapter to go to: 25 around where the reader is."""

    def __init__(self, book_id: str, branch_id: int, entries: Sequence[MenuEntry] = ()) -> None:
        self.book_id = book_id
        self.branch_id = branch_id
        options = [
            discord.SelectOption(
                label=shorten(texts_books.menu_entry(one.number, plain(one.title)), _LABEL),
                value=f"{one.place.position}:{one.place.part}",
                default=one.here,
            )
            for one in _around(entries)
        ]
        super().__init__(
            ui.Select(
                placeholder=texts_books.CHAPTERS,
                options=options or [discord.SelectOption(label="–", value="1:0")],
                custom_id=f"ravsg:leaves:{book_id}:{branch_id}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was used."""
        return cls(match["book"], int(match["branch"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the choice to the reading of books."""
        position, _, part = chosen(interaction).partition(":")
        place = Place(self.book_id, self.branch_id, int(position), int(part or 0))
        await parts_of(interaction).library.reading.turn(interaction, place)


DYNAMIC: Final = (ChapterButton, GoOnButton, LeafButton, LeafMenu)
"""What the client registers beside those of `bot.views`."""


def chapter_buttons(piece_id: int, *more: ui.Item[Any], differs: bool) -> ui.View:
    """Under a chapter; `differs`: its picture shows something else than it tells."""
    actions: list[ChapterAction] = ["next", "retry", "read", "repaint"]
    if differs:
        actions.append("canon")
    view = ui.View(timeout=None)
    for item in (*(ChapterButton(action, piece_id) for action in actions), *more):
        view.add_item(item)
    return view


def go_on_button(book_id: str) -> ui.View:
    """Under the notice that a book stopped."""
    view = ui.View(timeout=None)
    view.add_item(GoOnButton(book_id))
    return view


def _around(entries: Sequence[MenuEntry]) -> Sequence[MenuEntry]:
    here = next((at for at, one in enumerate(entries) if one.here), 0)
    first = max(0, min(here - MENU // 2, len(entries) - MENU))
    return entries[first : first + MENU]


# --------------------------------------------------------------------------- the form in which a chapter is edited

_EDIT: Final = re.compile(r"ravsg:edit-chapter:(\d{1,19}):([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class EditOf:
    """What a form edits, carried in its `custom_id`, so that it works after a restart too."""

    piece_id: int
    version: str
    """Of the words that it opened with (`Piece.version`)."""

    @property
    def custom_id(self) -> str:
        """The piece and its version as text."""
        return f"ravsg:edit-chapter:{self.piece_id}:{self.version}"

    @classmethod
    def read(cls, custom_id: str) -> Self | None:
        """What a form of ours edits, None for other forms."""
        found = _EDIT.fullmatch(custom_id)
        return None if found is None else cls(int(found[1]), found[2])


def edit_form(piece: Piece, *, most_title: int, most_text: int) -> ui.Modal:
    """A chapter's title and text to be changed. Its answer is read by `EditOf` and `bot.views.form_values`."""
    of = EditOf(piece.id, piece.version)
    form = ui.Modal(title=texts_books.EDIT_TITLE, custom_id=of.custom_id, timeout=15 * 60)
    name: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id="title", default=piece.title or None, max_length=most_title, required=False
    )
    words: ui.TextInput[ui.Modal] = ui.TextInput(
        style=discord.TextStyle.paragraph, custom_id="text", default=piece.text, max_length=most_text, required=True
    )
    form.add_item(ui.Label(text=texts_books.EDIT_CHAPTER_TITLE, component=name))
    form.add_item(ui.Label(text=texts_books.EDIT_CHAPTER_TEXT, description=texts_books.EDIT_HINT, component=words))
    return form
