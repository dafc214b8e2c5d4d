"""The cast as people see it: pages of cards with small pictures, and one character with everything that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot import texts, texts_cast, texts_memory
from bot.embeds import message_link
from bot.markup import quote
from bot.outgoing import OutFile, Outgoing
from bot.views_cast import CastPageButton
from ravsg.errors import BadInput, Refused
from ravsg.store.cast import NAME_LIMIT, CastStore, Character, Outfit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.book_shelf import Shelf
    from bot.delivery import Delivery
    from bot.lookout import Lookout
    from bot.presses import Presses

PAGE: Final = 5
LOOKS: Final = 300
"""Characters of looks on a card: five cards and what stands around them stay under a layout's 4,000."""
WARDROBE: Final = 12
"""Entries of a wardrobe that are shown: with looks and facts they stay under a layout's 4,000 characters."""
OUTFIT: Final = 120
TITLE: Final = 80
COLOUR: Final = discord.Colour(0x8C6FA6)


class CastShowing:
    """Shows characters privately to whoever asks."""

    def __init__(
        self,
        *,
        cast: CastStore,
        shelf: Shelf,
        lookout: Lookout,
        delivery: Delivery,
        presses: Presses,
        spoiler: bool,
    ) -> None:
        self._cast = cast
        self._shelf = shelf
        self._lookout = lookout
        self._delivery = delivery
        self._presses = presses
        self._spoiler = spoiler

    async def page(self, interaction: discord.Interaction[Any], page: int) -> None:
        """A page of the cast, as the answer to a deferred command or press. Raises StoreError."""
        cast = await self._cast.all(interaction.guild_id or 0)
        if not cast:
            await self._delivery.update(interaction, Outgoing(texts_cast.EMPTY))
            return
        pages = -(-len(cast) // PAGE)
        page = min(page, pages - 1)
        where = f" · {texts_memory.page_of(page + 1, pages)}" if pages > 1 else ""
        parts: list[ui.Item[Any]] = [ui.TextDisplay(f"### {texts_cast.LIST_TITLE}{where}")]
        files = []
        for one in await self._now(cast[page * PAGE : (page + 1) * PAGE]):
            file = await self._file(one)
            parts.append(self._section(one, _head(one), file))
            files += [file] if file is not None else []
        if pages > 1:
            parts.append(
                ui.ActionRow(
                    CastPageButton(page - 1, label=texts_memory.PREVIOUS, disabled=page == 0),
                    CastPageButton(page + 1, label=texts_memory.NEXT, disabled=page == pages - 1),
                )
            )
        await self._delivery.update(interaction, _layout(parts, files))

    async def turn(self, interaction: discord.Interaction[Any], page: int) -> None:
        """Another page was asked for."""

        async def turn() -> None:
            if await self._delivery.defer_change(interaction):
                await self.page(interaction, page)

        await self._presses.answered(interaction, "a page of the cast", turn)

    async def card(self, interaction: discord.Interaction[Any], one: Character, *, note: str = "") -> None:
        """Everything of one character, as the answer to a deferred command. Raises StoreError."""
        (one,) = await self._now([one]) or [one]
        file = await self._file(one)
        parts: list[ui.Item[Any]] = [ui.TextDisplay(note)] if note else []
        worn = [f"- {await self.line(interaction, entry)}" for entry in one.wardrobe[:WARDROBE]]
        if len(one.wardrobe) > WARDROBE:
            worn.append(f"- {texts_memory.and_more(len(one.wardrobe) - WARDROBE)}")
        parts.append(self._section(one, "\n".join((_head(one), *worn, _facts(one))), file))
        await self._delivery.update(interaction, _layout(parts, [file] if file is not None else []))

    async def line(self, interaction: discord.Interaction[Any], entry: Outfit) -> str:
        """One entry of a wardrobe, with its book's title where that may be read here. Raises StoreError."""
        return texts_cast.outfit_line(
            quote(entry.outfit, OUTFIT), await self._book(interaction, entry.book_id), entry.chapter
        )

    async def _book(self, interaction: discord.Interaction[Any], book_id: str | None) -> str:
        if book_id is None:
            return ""
        try:
            book = await self._shelf.book(interaction, book_id)
        except (BadInput, Refused):
            return texts_cast.ANOTHER_BOOK
        return texts_cast.book_named(quote(book.title, TITLE) or texts.UNTITLED)

    async def _now(self, cast: Sequence[Character]) -> list[Character]:
        """The characters as they are once it was looked whether their pictures are still posted."""
        if await self._lookout.pictures_still_there(cast):
            return list(cast)
        again = [await self._cast.get(one.guild_id, one.cast_id) for one in cast]
        return [one for one in again if one is not None]

    async def _file(self, one: Character) -> OutFile | None:
        picture = await self._cast.picture(one.guild_id, one.cast_id) if one.has_picture else None
        return None if picture is None else OutFile(f"cast-{one.cast_id}.png", picture, _alt(one))

    def _section(self, one: Character, text: str, file: OutFile | None) -> ui.Item[Any]:
        if file is None:
            return ui.TextDisplay(text)
        picture: ui.Thumbnail[Any] = ui.Thumbnail(
            f"attachment://{file.name}", description=_alt(one), spoiler=self._spoiler
        )
        return ui.Section(text, accessory=picture)


def _head(one: Character) -> str:
    return texts_cast.head(quote(one.name, NAME_LIMIT), quote(one.looks, LOOKS))


def _facts(one: Character) -> str:
    source = one.source
    there = source.channel_id is not None and source.message_id is not None
    link = message_link(one.guild_id, source.channel_id or 0, source.message_id or 0) if there else ""
    changed = round(one.updated_at.timestamp())
    return texts_cast.facts(adder=quote(one.added_by_name, 40), seed=one.seed, link=link, changed_at=changed)


def _alt(one: Character) -> str:
    return f"{texts_cast.REFERENCE}: {one.name}, {one.looks}"


def _layout(parts: Sequence[ui.Item[Any]], files: Sequence[OutFile]) -> Outgoing:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*parts, accent_colour=COLOUR))
    return Outgoing(files=tuple(files), view=view)
