"""Memories as people see them: a quote beside a small picture, with author, link, and why it is there.

Receipts and lists are layouts (Components V2), because only there a picture and buttons can stand beside each of
several texts. What is shown is asked for anew each time: whether the memory is still there, whether everybody who
reads this channel may see it, whether its words fit here, and whether its message was deleted meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import discord
from discord import ui

from bot import texts, texts_memory
from bot.embeds import linked_title
from bot.lookout import Lookout
from bot.markup import quote
from bot.outgoing import OutFile, Outgoing
from bot.rating import age_restricted
from bot.visibility import audience
from ravsg import safety
from ravsg.memory.service import Memory
from ravsg.store.memory_filter import MemoryFilter
from ravsg.types import Recalled

QUOTE: Final = 320
"""Characters of a passage on a card: five cards and what stands around them stay under a layout's 4,000."""
COLOUR: Final = discord.Colour(0x7A86B6)


@dataclass(frozen=True, slots=True)
class Card:
    """One memory to show, with its small picture (PNG) where it has one that may stand here."""

    memory: Recalled
    picture: bytes | None

    @property
    def file(self) -> OutFile | None:
        """The picture as a file of the message."""
        if self.picture is None:
            return None
        return OutFile(f"memory-{self.memory.memory_id}.png", self.picture, self.alt)

    @property
    def alt(self) -> str:
        """What the picture shows, as far as its memory tells."""
        return f"{texts_memory.SMALL_PICTURE}: {self.memory.title or texts.UNTITLED}"


class Cards:
    """Makes cards for whoever reads the channel of an interaction."""

    def __init__(self, *, memory: Memory, lookout: Lookout, spoiler: bool) -> None:
        self._memory = memory
        self.lookout = lookout
        self._spoiler = spoiler

    async def one(self, interaction: discord.Interaction[Any], memory_id: int) -> Recalled | None:
        """A memory of this server, if everybody who reads this channel may see it. Raises StoreError."""
        where = MemoryFilter(channels=audience(interaction))
        return await self._memory.one(interaction.guild_id or 0, memory_id, where)

    async def visible(self, interaction: discord.Interaction[Any], memories: Sequence[Recalled]) -> list[Recalled]:
        """Those of the memories that may be shown here now, as they are now, with their passages and reasons.

        Raises StoreError.
        """
        guild_id = interaction.guild_id or 0
        found = []
        for one in memories:
            now = await self.one(interaction, one.memory_id)
            if now is not None:
                now = replace(now, text=one.text, why=one.why)
                found.append(replace(now, same_place=one.same_place, lent_colours=one.lent_colours))
        adult = age_restricted(interaction.channel)
        fit = await asyncio.to_thread(
            lambda: [one for one in found if safety.fits(one.title, one.text, one.author_name, adult=adult)]
        )
        return await self.lookout.still_there(guild_id, fit)

    async def of(self, interaction: discord.Interaction[Any], memories: Sequence[Recalled]) -> list[Card]:
        """Cards of memories that may be shown. Raises StoreError."""
        return [Card(one, await self._picture(interaction, one)) for one in memories]

    def section(self, card: Card, head: str, facts: Sequence[str]) -> ui.Item[Any]:
        """The texts of a card, with its picture beside them."""
        text = texts_memory.card(head=head, facts=facts, passage=quote(card.memory.text, QUOTE))
        file = card.file
        if file is None:
            return ui.TextDisplay(text)
        picture: ui.Thumbnail[Any] = ui.Thumbnail(
            f"attachment://{file.name}", description=card.alt, spoiler=self._spoiler
        )
        return ui.Section(text, accessory=picture)

    async def _picture(self, interaction: discord.Interaction[Any], memory: Recalled) -> bytes | None:
        """No picture out of an age-restricted channel, or of one that is not known, stands in another one: of
        pictures nobody has judged what they show."""
        if memory.channel_id != interaction.channel_id and not age_restricted(interaction.channel):
            guild = interaction.guild
            channel = guild.get_channel_or_thread(memory.channel_id) if guild is not None else None
            if channel is None or age_restricted(channel):
                return None
        return await self._memory.picture(interaction.guild_id or 0, memory.memory_id)


def head_of(guild_id: int, memory: Recalled) -> str:
    """A memory's title, with a link where its message is known."""
    return f"**{linked_title(guild_id, memory)}**"


def facts_of(memory: Recalled) -> list[str]:
    """What is to be known of a memory: what it is, whose, since when, whether it is pinned."""
    return [
        texts_memory.made_by(memory.kind.value, quote(memory.author_name, 40)),
        texts_memory.remembered_when(round(memory.created_at.timestamp())),
        texts_memory.PINNED if memory.pinned else "",
    ]


def layout(parts: Sequence[ui.Item[Any]], cards: Sequence[Card]) -> Outgoing:
    """A message of these parts in one frame, with the cards' pictures."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*parts, accent_colour=COLOUR))
    return Outgoing(files=tuple(card.file for card in cards if card.file is not None), view=view)
