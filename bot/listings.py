"""Lists of memories with pages, as `/memory search` and `/memory recent` show them.

What was found is kept in this process for a while, so that turning a page asks no model again; whether each memory
may still be shown is asked for every page. Nothing of it is on disk: after a restart a list says that it is too old.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import ui

from bot import texts_memory
from bot.delivery import Delivery
from bot.errors import new_reference
from bot.memory_cards import Cards, facts_of, head_of, layout
from bot.outgoing import Outgoing
from bot.presses import Presses
from bot.views_memory import PageButton
from ravsg.errors import BadInput
from ravsg.types import Recalled

PAGE: Final = 5
KEPT: Final = 200
"""Lists that are kept at once, of all servers."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What one member was shown, and what they are told where nothing of it is left."""

    guild_id: int
    member_id: int
    title: str
    found: tuple[Recalled, ...]
    empty: str

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return max(1, -(-len(self.found) // PAGE))


class Listings:
    """Shows lists and turns their pages."""

    def __init__(self, *, cards: Cards, delivery: Delivery, presses: Presses) -> None:
        self._cards = cards
        self._delivery = delivery
        self._presses = presses
        self._kept: OrderedDict[str, Listing] = OrderedDict()

    async def show(
        self, interaction: discord.Interaction[Any], found: Sequence[Recalled], *, title: str, empty: str
    ) -> None:
        """The first page, as the answer to a deferred command. `title` comes in escaped. Raises StoreError."""
        listing = Listing(interaction.guild_id or 0, interaction.user.id, title, tuple(found), empty)
        key = new_reference()
        self._kept[key] = listing
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        await self._page(interaction, key, listing, 0)

    async def turn(self, interaction: discord.Interaction[Any], key: str, page: int) -> None:
        """Another page of a list."""
        await self._presses.answered(interaction, "a list's page", lambda: self._turn(interaction, key, page))

    async def _turn(self, interaction: discord.Interaction[Any], key: str, page: int) -> None:
        listing = self._kept.get(key)
        whose = (interaction.guild_id, interaction.user.id)
        if listing is None or (listing.guild_id, listing.member_id) != whose:
            raise BadInput(texts_memory.LIST_OLD, texts_memory.LIST_OLD_REMEDY)
        self._kept.move_to_end(key)
        if await self._delivery.defer_change(interaction):
            await self._page(interaction, key, listing, min(page, listing.pages - 1))

    async def _page(self, interaction: discord.Interaction[Any], key: str, listing: Listing, page: int) -> None:
        found = listing.found[page * PAGE : (page + 1) * PAGE]
        cards = await self._cards.of(interaction, await self._cards.visible(interaction, found))
        if not cards and listing.pages == 1:
            await self._delivery.update(interaction, Outgoing(listing.empty))
            return
        where = f" · {texts_memory.page_of(page + 1, listing.pages)}" if listing.pages > 1 else ""
        parts: list[ui.Item[Any]] = [ui.TextDisplay(f"### {listing.title}{where}")]
        for card in cards:
            head = f"`{card.memory.memory_id}` {head_of(listing.guild_id, card.memory)}"
            parts.append(self._cards.section(card, head, facts_of(card.memory)))
        if not cards:
            parts.append(ui.TextDisplay(texts_memory.PAGE_EMPTY))
        if listing.pages > 1:
            parts.append(_turns(key, page, listing.pages))
        await self._delivery.update(interaction, layout(parts, cards))


def _turns(key: str, page: int, pages: int) -> ui.ActionRow[Any]:
    return ui.ActionRow(
        PageButton(key, page - 1, label=texts_memory.PREVIOUS, disabled=page == 0),
        PageButton(key, page + 1, label=texts_memory.NEXT, disabled=page == pages - 1),
    )
