"""What was chosen when a story thread began, changed later: its language, its rating, when the bot goes on by itself.

It holds for all lines of the story, from the next turn on; what is being written is told as it was asked for. Whoever
changes it is answered privately, and the thread is told, because it concerns everybody who writes there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import discord

from bot import texts_weave
from bot.actions import is_moderator
from bot.delivery import Delivery
from bot.markup import quote
from bot.outgoing import Outgoing
from bot.rating import age_restricted
from bot.weave_lines import Line, Lines
from bot.weave_order import Order
from ravsg.errors import BadInput, RavsgError, Refused
from ravsg.languages import LONGEST
from ravsg.store.book_rows import BookRow
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `/weave settings` was given; None: it stays as it is."""

    language: str | None = None
    adult: bool | None = None
    every: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The book's columns that it names."""
        named = {"language": self.language, "adult": self.adult, "every": self.every}
        return {name: value for name, value in named.items() if value is not None}


class StorySettings:
    """Shows and changes them."""

    def __init__(self, *, store: BookStore, lines: Lines, order: Order, delivery: Delivery) -> None:
        self._store = store
        self._lines = lines
        self._order = order
        self._delivery = delivery

    async def change(self, interaction: discord.Interaction[Any], wanted: Wanted) -> None:
        """Change what is named, or show what holds where nothing is. Raises BadInput outside of story threads,
        Refused for whoever may not, where the story is over, and for a rating that has no place there, StoreError."""
        line = await self._lines.of_thread(interaction.guild_id or 0, interaction.channel_id or 0)
        if line is None:
            raise BadInput(texts_weave.NO_STORY_HERE, texts_weave.NO_STORY_HERE_REMEDY)
        if not wanted.columns:
            await self._delivery.answer(interaction, Outgoing(texts_weave.settings_now(_listed(line.book))))
            return
        await self._check(interaction, line, wanted)
        if not await self._delivery.defer(interaction):
            return
        async with self._order.of(line.thread_id):
            before = await self._store.book(line.guild_id, line.book.id) or line.book
            now = await self._store.set_book(line.guild_id, line.book.id, **wanted.columns) or before
        changes = [
            f"{name}: {old} → **{new}**"
            for (name, old), new in zip(_listed(before).items(), _listed(now).values(), strict=True)
            if old != new
        ]
        said = texts_weave.settings_changed(changes) if changes else texts_weave.SETTINGS_SAME
        await self._delivery.update(interaction, Outgoing(said))
        if changes:
            await self._tell(line, changes)

    async def _check(self, interaction: discord.Interaction[Any], line: Line, wanted: Wanted) -> None:
        if interaction.user.id != line.book.author_id and not is_moderator(interaction):
            raise Refused(texts_weave.NOT_YOUR_SETTINGS, texts_weave.NOT_YOUR_SETTINGS_REMEDY)
        if line.book.state in {"finished", "gone"}:
            raise Refused(*texts_weave.NOT_OPEN[line.book.state])
        if wanted.adult:
            picture = await self._store.picture(line.guild_id, line.book.id)
            if picture is not None or not age_restricted(interaction.channel):
                raise Refused(texts_weave.ADULT_PLACE, texts_weave.ADULT_LATER_REMEDY)

    async def _tell(self, line: Line, changes: list[str]) -> None:
        try:
            await self._delivery.send(line.thread_id, Outgoing(texts_weave.settings_told(changes)))
        except RavsgError as error:
            _log.info("a thread could not be told of its settings: %s", error)


def _listed(book: BookRow) -> dict[str, str]:
    """The settings as they are read."""
    return {
        "Language": quote(book.language, LONGEST) or "English",
        "Rating": texts_weave.RATINGS[book.adult],
        "I go on by myself": texts_weave.by_itself(book.every),
    }
