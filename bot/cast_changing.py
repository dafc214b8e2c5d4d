"""Changing a character: name and looks by a form, outfits by chapter, and removing it.

Whoever added a character may, and moderators may; a character of another server is unknown here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import texts_cast
from bot.actions import is_moderator
from bot.cast_words import CastWords, Given
from bot.markup import quote
from bot.outgoing import Outgoing
from bot.views import menu
from bot.views_cast import RemoveButton, edit_form
from ravsg.errors import BadInput, Refused
from ravsg.store.cast import NAME_LIMIT, CastStore, Character, Outfit

if TYPE_CHECKING:
    import discord

    from bot.cast_showing import CastShowing
    from bot.convert import Reader
    from bot.delivery import Delivery
    from bot.presses import Presses
    from ravsg.store.book_rows import BookRow


class CastChanging:
    """Changes characters for those who may."""

    def __init__(
        self, *, cast: CastStore, reader: Reader, delivery: Delivery, presses: Presses, showing: CastShowing
    ) -> None:
        self._cast = cast
        self._delivery = delivery
        self._presses = presses
        self._showing = showing
        self._words = CastWords(reader)

    async def named(self, interaction: discord.Interaction[Any], name: str) -> Character:
        """A character of this server. Raises BadInput where there is none of that name."""
        found = await self._cast.named(interaction.guild_id or 0, name)
        if found is None:
            raise BadInput(texts_cast.UNKNOWN, texts_cast.UNKNOWN_REMEDY)
        return found

    async def open_form(self, interaction: discord.Interaction[Any], name: str) -> None:
        """Open the form that changes a character. Raises RavsgError."""
        character = await self.named(interaction, name)
        _check(interaction, character)
        await self._delivery.open_modal(interaction, edit_form(character))

    async def accept(self, interaction: discord.Interaction[Any], cast_id: int) -> None:
        """A form was sent. Raises RavsgError."""
        character = await self._of(interaction, cast_id)
        given = self._words.of_form(interaction)
        if not await self._delivery.defer(interaction):
            return
        await given.judged()
        guild_id = character.guild_id
        await self._cast.edit(guild_id, cast_id, name=given.name, looks=given.looks)
        if given.outfit != character.outfit():
            await self._cast.dress(guild_id, cast_id, Outfit(given.outfit))
        now = await self._cast.get(guild_id, cast_id)
        if now is None:
            raise BadInput(texts_cast.REMOVED_ALREADY, texts_cast.UNKNOWN_REMEDY)
        await self._showing.card(interaction, now, note=texts_cast.changed(quote(now.name, NAME_LIMIT)))

    async def dress(
        self, interaction: discord.Interaction[Any], name: str, outfit: str, book: BookRow | None, chapter: int
    ) -> None:
        """Put an outfit into a wardrobe, or without words take one out. Raises RavsgError."""
        character = await self.named(interaction, name)
        _check(interaction, character)
        given = Given(character.name, character.looks, self._words.outfit(outfit))
        await given.judged()
        entry = Outfit(given.outfit, None if book is None else book.id, chapter)
        if not await self._cast.dress(character.guild_id, character.cast_id, entry):
            raise BadInput(texts_cast.NO_SUCH_OUTFIT, texts_cast.NO_SUCH_OUTFIT_REMEDY)
        told = texts_cast.UNDRESSED
        if given.outfit:
            told = texts_cast.dressed(quote(character.name, NAME_LIMIT), await self._showing.line(interaction, entry))
        await self._delivery.answer(interaction, Outgoing(told))

    async def ask_to_remove(self, interaction: discord.Interaction[Any], name: str) -> None:
        """Ask once more; the button does it. Raises RavsgError."""
        character = await self.named(interaction, name)
        _check(interaction, character)
        view = menu(RemoveButton(character.cast_id))
        asked = Outgoing(texts_cast.remove_ask(quote(character.name, NAME_LIMIT)), view=view)
        await self._delivery.answer(interaction, asked)

    async def remove(self, interaction: discord.Interaction[Any], cast_id: int) -> None:
        """It was confirmed that a character goes."""
        await self._presses.answered(interaction, "removing a character", lambda: self._remove(interaction, cast_id))

    async def _remove(self, interaction: discord.Interaction[Any], cast_id: int) -> None:
        character = await self._of(interaction, cast_id)
        if not await self._delivery.defer_change(interaction):
            return
        await self._cast.remove(character.guild_id, cast_id)
        await self._delivery.update(interaction, Outgoing(texts_cast.removed(quote(character.name, NAME_LIMIT))))

    async def _of(self, interaction: discord.Interaction[Any], cast_id: int) -> Character:
        character = await self._cast.get(interaction.guild_id or 0, cast_id)
        if character is None:
            raise BadInput(texts_cast.REMOVED_ALREADY, texts_cast.UNKNOWN_REMEDY)
        _check(interaction, character)
        return character


def _check(interaction: discord.Interaction[Any], character: Character) -> None:
    if interaction.user.id != character.added_by and not is_moderator(interaction):
        raise Refused(texts_cast.NOT_YOURS, texts_cast.NOT_YOURS_REMEDY)
