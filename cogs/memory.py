"""`/memory`: what this server remembers, as far as the readers of this channel may see it, and correcting it."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts_memory
from bot.actions import is_moderator
from bot.convert import origin_of
from bot.copies import Copies
from bot.markup import quote
from bot.outgoing import Outgoing
from bot.receipts import may_change
from bot.suggestions import Suggestions, unbroken
from bot.visibility import audience
from ravsg.errors import BadInput, RavsgError, Refused
from ravsg.memory.query import Query
from ravsg.store.memory_filter import MemoryFilter
from ravsg.types import Embedded, MemoryKind

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot

Kind = Literal["story", "picture"]
Since = Literal["a day ago", "a week ago", "a month ago", "a year ago"]
Number = app_commands.Range[int, 1]
"""A memory's number."""

_DAYS: Final[dict[Since, int]] = {"a day ago": 1, "a week ago": 7, "a month ago": 30, "a year ago": 365}
FOUND: Final = 50
"""How many memories a search gives at most, and a list of the newest: ten pages."""
EMBED_SECONDS: Final = 5.0
"""How long a search waits for its turn at the device."""
_FILTERS: Final = {
    "kind": "Only stories, or only pictures",
    "author": "Only what this member made",
    "since": "Only what was made since then",
    "pinned": "Only what is pinned, or only what is not",
}
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class MemoryCog(commands.GroupCog, group_name="memory", group_description="What this server remembers"):
    """`/memory …`."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._memory = parts.memory
        self._forgetting = parts.forgetting
        self._delivery = parts.delivery
        self._reader = parts.reader
        self._listings = parts.listings
        self._embed = parts.embed
        self._embedding = parts.embedding
        self._suggestions = Suggestions(parts.memory)
        self._copies = Copies(parts.privacy.exporter, parts.results, parts.delivery)

    @app_commands.command(name="search", description="Look for something that was made here")
    @app_commands.describe(words="What it was about", **_FILTERS)
    async def search(  # noqa: PLR0917 - Discord's options are named
        self,
        interaction: discord.Interaction[Any],
        words: str,
        kind: Kind | None = None,
        author: discord.User | None = None,
        since: Since | None = None,
        pinned: bool | None = None,
    ) -> None:
        """Memories with these words, or of such things; by words alone while the device is busy."""
        origin = origin_of(interaction)
        clean = self._reader.text(words, "Your search")
        if not await self._delivery.defer(interaction):
            return
        embedded: Embedded | None = None
        try:
            async with asyncio.timeout(EMBED_SECONDS):
                embedded = await self._embed(origin.guild_id, clean)
        except (TimeoutError, RavsgError) as error:
            _log.info("a search goes by its words alone: %r", error)
        where = _filter(interaction, kind, author, since, pinned)
        found = await self._memory.search(origin.guild_id, Query.of(clean, embedded), where, limit=FOUND)
        title = texts_memory.found_title(quote(clean, 80))
        await self._listings.show(interaction, found, title=title, empty=texts_memory.MEMORY_NOTHING)

    @app_commands.command(name="recent", description="What was remembered last")
    @app_commands.describe(mine="Only what you made", **_FILTERS)
    async def recent(  # noqa: PLR0917 - Discord's options are named
        self,
        interaction: discord.Interaction[Any],
        mine: bool = False,
        kind: Kind | None = None,
        author: discord.User | None = None,
        since: Since | None = None,
        pinned: bool | None = None,
    ) -> None:
        """The newest memories."""
        origin = origin_of(interaction)
        if not await self._delivery.defer(interaction):
            return
        where = _filter(interaction, kind, interaction.user if mine else author, since, pinned)
        found = await self._memory.recent(origin.guild_id, FOUND, where)
        await self._listings.show(
            interaction, found, title=texts_memory.RECENT_TITLE, empty=texts_memory.MEMORY_EMPTY
        )

    @app_commands.command(name="stats", description="How much this server remembers")
    async def stats(self, interaction: discord.Interaction[Any]) -> None:
        """Counts of this server, and how far a new embedder has come."""
        origin = origin_of(interaction)
        stats = await self._memory.stats(origin.guild_id)
        embed = discord.Embed(title=texts_memory.STATS_TITLE)
        for name, number in (("Stories", stats.stories), ("Pictures", stats.pictures), ("Members", stats.authors)):
            embed.add_field(name=name, value=f"{number:,}")
        embed.add_field(name="Pinned", value=f"{stats.pinned:,}")
        oldest = "–" if stats.oldest is None else f"<t:{round(stats.oldest.timestamp())}:D>"
        embed.add_field(name="Since", value=oldest)
        embed.add_field(name="Passages", value=f"{stats.passages:,} ({texts_memory.bytes_of(stats.vector_bytes)})")
        progress = await self._embedding()
        if progress is not None and progress.done < progress.total:
            told = texts_memory.embedding_anew(progress.done, progress.total)
            embed.add_field(name="New embedder", value=told, inline=False)
        await self._delivery.answer(interaction, Outgoing(embeds=(embed,)))

    @app_commands.command(name="pin", description="Have a memory come back sooner, and outlive the others")
    @app_commands.describe(number="The number that /memory recent and /memory search show")
    async def pin(self, interaction: discord.Interaction[Any], number: Number) -> None:
        """Pin a memory: yours, or any as a moderator."""
        await self._pin(interaction, number, by=interaction.user.id)

    @app_commands.command(name="unpin", description="Let a memory be one among others again")
    @app_commands.describe(number="The number that /memory recent and /memory search show")
    async def unpin(self, interaction: discord.Interaction[Any], number: Number) -> None:
        """Take a memory's pin away: yours, or any as a moderator."""
        await self._pin(interaction, number, by=None)

    @app_commands.command(name="forget", description="Have one result forgotten: yours, or any as a moderator")
    @app_commands.describe(number="The number that /memory recent and /memory search show")
    async def forget(self, interaction: discord.Interaction[Any], number: Number) -> None:
        """Delete all that is kept of the result that a memory is of."""
        origin = origin_of(interaction)
        if not await self._delivery.defer(interaction):
            return
        forgotten = await self._forgetting.memory(
            origin.guild_id, number, by=origin.author_id, moderator=is_moderator(interaction)
        )
        if not forgotten:
            raise BadInput(texts_memory.MEMORY_UNKNOWN, texts_memory.MEMORY_UNKNOWN_REMEDY)
        await self._delivery.update(interaction, Outgoing(texts_memory.MEMORY_FORGOTTEN))

    @app_commands.command(name="export", description="A copy of your memories here, with all else that I keep of you")
    async def export(self, interaction: discord.Interaction[Any]) -> None:
        """The same as `/privacy export`."""
        await self._copies.hand_over(interaction)

    @search.autocomplete("words")
    async def titles(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        """Titles that may be seen here."""
        return await unbroken(lambda: self._suggestions.titles(interaction, current))

    @pin.autocomplete("number")
    async def not_pinned(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[int]]:
        """What whoever types may pin."""
        return await unbroken(lambda: self._suggestions.numbers(interaction, current, pinned=False))

    @unpin.autocomplete("number")
    async def pinned(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[int]]:
        """What whoever types may unpin."""
        return await unbroken(lambda: self._suggestions.numbers(interaction, current, pinned=True))

    @forget.autocomplete("number")
    async def forgettable(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[int]]:
        """What whoever types may have forgotten."""
        return await unbroken(lambda: self._suggestions.numbers(interaction, current))

    async def _pin(self, interaction: discord.Interaction[Any], number: int, *, by: int | None) -> None:
        origin = origin_of(interaction)
        where = MemoryFilter(channels=audience(interaction))
        memory = await self._memory.one(origin.guild_id, number, where)
        if memory is None:
            raise BadInput(texts_memory.MEMORY_UNKNOWN, texts_memory.MEMORY_UNKNOWN_REMEDY)
        if not may_change(interaction, memory):
            raise Refused(texts_memory.NOT_YOUR_MEMORY, texts_memory.NOT_YOUR_MEMORY_REMEDY)
        if not await self._memory.pin(origin.guild_id, number, by=by):
            raise BadInput(texts_memory.MEMORY_UNKNOWN, texts_memory.MEMORY_UNKNOWN_REMEDY)
        done = texts_memory.UNPINNED_NOW if by is None else texts_memory.PINNED_NOW
        await self._delivery.answer(interaction, Outgoing(done))


def _filter(
    interaction: discord.Interaction[Any],
    kind: Kind | None,
    author: discord.abc.User | None,
    since: Since | None,
    pinned: bool | None,
) -> MemoryFilter:
    """What may be shown where the command was used, of what was asked for."""
    return MemoryFilter(
        kinds=tuple(MemoryKind) if kind is None else (MemoryKind(kind),),
        channels=audience(interaction),
        author_id=None if author is None else author.id,
        since=None if since is None else datetime.now(UTC) - timedelta(days=_DAYS[since]),
        pinned=pinned,
    )


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(MemoryCog(bot.parts))
