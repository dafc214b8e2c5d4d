"""The end of a story thread: its canon becomes a finished book. How a file is made of it is `bot.book_files`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import discord

from bot import texts_weave
from bot.actions import is_moderator
from bot.binding import chapters_of
from bot.delivery import Delivery
from bot.markup import quote
from bot.outgoing import Outgoing
from bot.views_weave import bind_button
from bot.weave_continuing import Continuing
from bot.weave_lines import Line, Lines, canon, check_open
from ravsg.errors import BadInput, Refused
from ravsg.memory.service import Memory
from ravsg.store.book_rows import Piece
from ravsg.store.books import BookStore
from ravsg.story.lengths import count_words

NAME: Final = 60


class Finishing:
    """Asks whether a story is to be finished, and finishes it."""

    def __init__(
        self, *, store: BookStore, lines: Lines, continuing: Continuing, memory: Memory, delivery: Delivery
    ) -> None:
        self._store = store
        self._lines = lines
        self._continuing = continuing
        self._memory = memory
        self._delivery = delivery

    async def ask(self, interaction: discord.Interaction[Any], line: Line) -> None:
        """Show what the book would be, and ask. Raises Refused, BadInput, StoreError."""
        path = await self._path(interaction, line)
        said = texts_weave.sure(len(chapters_of(path)), _words(path))
        await self._delivery.answer(interaction, Outgoing(said, view=bind_button(line.branch.id)))

    async def finish(self, interaction: discord.Interaction[Any], line: Line) -> None:
        """Finish the book and tell it in the thread of its canon. Raises as `ask`, DeliveryError."""
        path = await self._path(interaction, line)
        lines = await self._lines.of_book(line.book)
        chosen = canon(lines)
        if not await self._delivery.defer(interaction):
            return
        for one in lines:
            await self._continuing.stop(one)
        await self._store.set_book(line.guild_id, line.book.id, state="finished")
        named = await self._named(path)
        said = texts_weave.finished(line.title, len(chapters_of(path)), _words(path), _tellers(path, named))
        place = await self._delivery.send(chosen.thread_id, Outgoing(said))
        people = {line.book.author_id, *named}
        await self._store.shows(line.guild_id, line.book.id, place.channel_id, place.message_id, people)
        await self._delivery.update(interaction, Outgoing(said))

    async def _path(self, interaction: discord.Interaction[Any], line: Line) -> list[Piece]:
        """What the canon tells. Raises Refused for whoever may not finish it, BadInput where nothing is told."""
        check_open(line)
        if interaction.user.id != line.book.author_id and not is_moderator(interaction):
            raise Refused(texts_weave.STARTERS_ONLY)
        chosen = canon(await self._lines.of_book(line.book))
        path = await self._store.path(line.guild_id, chosen.branch.id)
        if not path:
            raise BadInput(texts_weave.NOTHING_YET, texts_weave.NOTHING_YET_REMEDY)
        return path

    async def _named(self, path: list[Piece]) -> dict[int, str]:
        """Those who told it and agreed to be named, in their order."""
        people = {piece.author_id: piece.author_name for piece in path if piece.author_id}
        return {
            member: quote(name, NAME)
            for member, name in people.items()
            if await self._memory.may_remember(path[0].guild_id, member)
        }


def _tellers(path: list[Piece], named: Mapping[int, str]) -> list[str]:
    """Those who told it: by name, and the others as a number."""
    left = len({piece.author_id for piece in path if piece.author_id} - named.keys())
    return [*named.values(), *([texts_weave.others(left)] if left else [])]


def _words(path: list[Piece]) -> int:
    return sum(count_words(piece.text) for piece in path)
