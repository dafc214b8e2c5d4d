"""Messages in story threads become turns, in the order in which they arrive, and follow their messages from then on.

With the Message Content intent every message is a turn; without it those are that mention the bot or reply to it with
ping, because others come without words. What begins with `((` or `//` is talk beside the story. Turns are
acknowledged by a reaction and nothing else. Edits and deletions are followed; what happened while the bot was away is
caught up with, back to the oldest turn or for the thread's newest 1,000 messages, and before the first new message of
the thread is taken. When the bot goes on is `bot.weave_continuing`.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

import discord

from bot import texts_weave
from bot.book_memory import key_of
from bot.bookkeeping import Bookkeeping
from bot.convert import Reader, origin_of
from bot.delivery import Delivery, Posted
from bot.outgoing import Outgoing
from bot.rating import age_restricted
from bot.thread_door import ThreadDoor
from bot.weave_continuing import Continuing
from bot.weave_lines import Line, Lines
from bot.weave_order import Order
from ravsg import safety
from ravsg.errors import DeliveryError, RavsgError, StoreError, Unfit
from ravsg.memory.service import Memory
from ravsg.store.book_rows import NewPiece, Piece

_log = logging.getLogger(__name__)
BESIDE: Final = ("((", "//")
"""Beginnings of what is said beside the story, as people who write together are used to."""
CAUGHT_UP: Final = 1000
"""Messages of a thread that are looked at after a time away, at most. A bound of ours: ten requests a thread."""
_KINDS: Final = (discord.MessageType.default, discord.MessageType.reply)


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says to the story: words, which may be none, and whether it is meant for the bot."""

    words: str
    addressed: bool


class Turns:
    """Takes turns and follows their messages; one for the whole bot."""

    def __init__(
        self,
        *,
        client: discord.Client,
        books: Bookkeeping,
        lines: Lines,
        order: Order,
        continuing: Continuing,
        memory: Memory,
        door: ThreadDoor,
        delivery: Delivery,
        reader: Reader,
        first: Callable[[int], bool],
        every_message: bool,
    ) -> None:
        """`first`: whether a snowflake comes for the first time; `every_message`: the Message Content intent is
        granted."""
        self._client = client
        self._books = books
        self._store = books.store
        self._lines = lines
        self._order = order
        self._continuing = continuing
        self._memory = memory
        self._door = door
        self._delivery = delivery
        self._reader = reader
        self._first = first
        self._every_message = every_message
        self._session = 0
        self._compared: dict[int, int] = {}
        """In which session with Discord each thread was compared with what is told of it."""

    def new_session(self) -> None:
        """A session with Discord begins: what happened before it was not told."""
        self._session += 1

    async def claims(self, message: discord.Message) -> bool:
        """Whether a message that mentions the bot is a story's affair; with pictures it is not: it asks for theirs.
        Raises StoreError."""
        if message.guild is None or isinstance(message.channel, discord.TextChannel) or message.attachments:
            return False
        line = await self._lines.of_thread(message.guild.id, message.channel.id)
        return line is not None and line.open

    async def take(self, message: discord.Message) -> None:
        """A message was written: take it for a turn, or for a request to go on, where it is one. Raises RavsgError
        with what its author is to be told."""
        if message.guild is None or not _may_be_a_turn(message) or isinstance(message.channel, discord.TextChannel):
            return
        async with self._order.of(message.channel.id):
            line = await self._lines.of_thread(message.guild.id, message.channel.id)
            said = self._said(message)
            if line is None or said is None or not line.open:
                return
            try:
                await self._compare(line, before=message.id)  # turns that were missed stand before this one
            except DeliveryError as error:
                _log.warning("thread %d could not be compared: %s", line.thread_id, error)
            if await self._store.piece_of_message(line.guild_id, message.id) is None:
                await self._taken(message, line)

    async def _taken(self, message: discord.Message, line: Line) -> None:
        """The same with the thread's lock held."""
        said = self._said(message)
        if said is None or not line.open or (said.addressed and message.attachments):
            return
        if said.words:
            await self._take(message, line, said.words)
        elif said.addressed and self._first(message.id):
            await self._continuing.by_message(line, message)
            await self._mark(message, texts_weave.TAKEN)

    async def _take(self, message: discord.Message, line: Line, words: str) -> None:
        try:
            text = await self._judged(message, line, words)
        except Unfit as error:
            await self._mark(message, texts_weave.NOT_TAKEN)
            await self._delivery.direct(message.author.id, Outgoing(f"{error.user_message} {error.remedy}".rstrip()))
            return
        origin = origin_of(message)
        piece = await self._store.add_piece(
            line.guild_id,
            NewPiece(
                line.branch.id,
                "turn",
                text,
                origin.author_id,
                origin.author_name,
                origin.author_id,
                channel_id=message.channel.id,
                message_id=message.id,
            ),
        )
        await self._books.reindexed(line.book, piece)
        await self._mark(message, texts_weave.TAKEN)
        await self._continuing.if_due(line, origin, message.channel)

    # ------------------------------------------------------------------ following

    async def edited(self, message: discord.Message) -> None:
        """A message was changed: so is its turn. Raises StoreError."""
        if message.guild is None or message.author.bot:
            return
        async with self._order.of(message.channel.id):
            piece = await self._store.piece_of_message(message.guild.id, message.id)
            line = await self._lines.of_thread(message.guild.id, message.channel.id)
            if piece is not None and line is not None:
                await self._edited(message, line, piece)

    async def _edited(self, message: discord.Message, line: Line, piece: Piece) -> None:
        """The same with the thread's lock held."""
        if piece.state != "told" or piece.author_id != message.author.id:
            return
        said = self._said(message)
        if (said is None and not self._every_message) or (said and said.words == piece.text):
            return  # without the intent an edit may come without its words: nothing is known
        try:
            text = await self._judged(message, line, said.words if said is not None else "")
        except RavsgError as error:
            _log.info("an edited turn is taken out of the story: %s", error)
            text = ""
        await self._follow(line, piece, text)
        if not text:
            await self._mark(message, texts_weave.NOT_TAKEN, instead_of=texts_weave.TAKEN)

    async def _follow(self, line: Line, piece: Piece, text: str) -> None:
        if text == piece.text:
            return
        await self._memory.forget_job(piece.guild_id, key_of(piece))
        await self._store.drop_summaries(line.guild_id, piece.book_id)
        if not text:
            await self._store.set_state(line.guild_id, piece.id, "deleted")
            return
        now = await self._store.edit_piece(line.guild_id, piece.id, text=text, by=piece.author_id)
        await self._books.reindexed(line.book, now)

    async def deleted(self, guild_id: int, channel_id: int, message_id: int) -> None:
        """A message was deleted: its turn, or what the bot told in it, leaves the story. Raises StoreError."""
        async with self._order.of(channel_id):
            piece = await self._store.piece_of_message(guild_id, message_id)
            if piece is not None:
                await self._deleted(piece)

    async def _deleted(self, piece: Piece) -> None:
        """The same with the thread's lock held."""
        if piece.state != "told":
            return
        await self._store.set_state(piece.guild_id, piece.id, "deleted")
        await self._store.drop_summaries(piece.guild_id, piece.book_id)
        await self._memory.forget_job(piece.guild_id, key_of(piece))

    # ------------------------------------------------------------------ after a time away

    async def catch_up(self, line: Line) -> bool:
        """Compare what is told with what stands in the thread: deletions and edits first, then new turns in order.
        False where the thread is gone. Raises RavsgError."""
        async with self._order.of(line.thread_id):
            return await self._compare(line)

    async def _compare(self, line: Line, *, before: int | None = None) -> bool:
        """The same with the thread's lock held, once in each session; new turns only `before` a message."""
        session = self._session
        if self._compared.get(line.thread_id) == session:
            return True
        told = [one for one in await self._store.path(line.guild_id, line.branch.id) if one.message_id is not None]
        own = [one for one in told if one.channel_id == line.thread_id]
        first = min((one.message_id or 0 for one in own), default=_beginning(line))
        if (listed := await self._door.since(line.guild_id, line.thread_id, first, CAUGHT_UP)) is None:
            return False
        there = {message.id for message in listed}
        oldest = listed[0].id if len(listed) == CAUGHT_UP else first
        if oldest > first:
            _log.warning("of thread %d only the newest %d messages were compared", line.thread_id, CAUGHT_UP)
        for piece in own:
            if listed and piece.message_id and piece.message_id >= oldest and piece.message_id not in there:
                await self._deleted(piece)
        # what the bot told may be newer than turns that nobody took yet: it goes on before it looks around
        newest = max((one.message_id or 0 for one in own if one.author_id), default=_beginning(line))
        for message in listed:
            known = await self._store.piece_of_message(line.guild_id, message.id)
            if known is not None:
                await self._edited(message, line, known)
            elif newest < message.id < (before or message.id + 1) and _may_be_a_turn(message):
                await self._missed(message, line)
        self._compared[line.thread_id] = session
        return True

    async def _missed(self, message: discord.Message, line: Line) -> None:
        """Take a message from the time away, unless it has a mark of ours already. Raises StoreError."""
        if any(one.me for one in message.reactions):
            return
        try:
            await self._taken(message, line)
        except StoreError:
            raise
        except RavsgError as error:
            _log.info("a message from the time away is no turn: %s", error)
            await self._mark(message, texts_weave.NOT_TAKEN)

    # ------------------------------------------------------------------ inside

    def _said(self, message: discord.Message) -> Said | None:
        """What a message says to the story; None where it is not meant for it, or comes without its words."""
        me = self._client.user
        if me is None or message.content.lstrip().startswith(BESIDE):
            return None
        addressed = me.id in {one.id for one in message.mentions}
        if not addressed and not self._every_message:
            return None
        words = re.sub(rf"<@!?{me.id}>", " ", message.content)
        return Said(" ".join(words.split(" ")).strip(), addressed)

    async def _judged(self, message: discord.Message, line: Line, words: str) -> str:
        """A turn's words as they are kept. Raises BadText, Unfit."""
        text = self._reader.text(words, "Your turn")
        adult = line.book.adult and age_restricted(message.channel)
        await asyncio.to_thread(partial(safety.check, text, adult=adult))
        return text

    async def _mark(self, message: discord.Message, emoji: str, *, instead_of: str | None = None) -> None:
        await self._door.mark(Posted(message.channel.id, message.id), emoji, instead_of=instead_of)


def _may_be_a_turn(message: discord.Message) -> bool:
    """Whether a person wrote it."""
    return not message.author.bot and message.type in _KINDS


def _beginning(line: Line) -> int:
    """Before which messages belong to no story: a thread may be older than what is told in it."""
    opened = datetime.fromtimestamp(line.branch.created_ms / 1000, UTC)
    return max(line.thread_id, discord.utils.time_snowflake(opened))
