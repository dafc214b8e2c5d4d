"""A turn that a member wrote in the form: the bot posts it for them, and it is a turn once it is kept.

The thread's lock is held from before it is posted, so turns stand in the story as they stand in the thread, and a
story that ended while the form was open gets none. What could not be kept is taken back from the thread.
"""

from __future__ import annotations

import logging

from bot.bookkeeping import Bookkeeping
from bot.delivery import Delivery, Posted
from bot.weave_continuing import Continuing
from bot.weave_lines import Line, Lines, check_open
from bot.weave_order import Order
from bot.weave_posts import with_buttons, written
from ravsg.errors import DeliveryError
from ravsg.store.book_rows import NewPiece, Piece
from ravsg.types import Origin

_log = logging.getLogger(__name__)


class Writing:
    """Posts turns from the form and keeps them."""

    def __init__(
        self, *, books: Bookkeeping, lines: Lines, order: Order, continuing: Continuing, delivery: Delivery
    ) -> None:
        self._books = books
        self._lines = lines
        self._order = order
        self._continuing = continuing
        self._delivery = delivery

    async def post(self, line: Line, words: str, origin: Origin, channel: object) -> None:
        """Post a turn, keep it, and go on where that is due. Raises Refused where the line is not open any more,
        DeliveryError, StoreError."""
        async with self._order.of(line.thread_id):
            line = await self._lines.of_branch(line.guild_id, line.branch.id)
            check_open(line)
            message = written(origin.author_name, words)
            place = await self._delivery.send(line.thread_id, message)
            piece = await self._kept(line, words, origin, place)
            await self._books.reindexed(line.book, piece)
            await self._continuing.if_due(line, origin, channel)
        await self._delivery.edit(place, with_buttons(message, line, piece))

    async def _kept(self, line: Line, words: str, origin: Origin, place: Posted) -> Piece:
        """The turn whose message stands there; where it cannot be kept, the message goes."""
        new = NewPiece(
            line.branch.id,
            "turn",
            words,
            origin.author_id,
            origin.author_name,
            origin.author_id,
            channel_id=place.channel_id,
            message_id=place.message_id,
            ours=True,
        )
        try:
            return await self._books.store.add_piece(line.guild_id, new)
        except Exception:
            await self._take_back(place)
            raise

    async def _take_back(self, place: Posted) -> None:
        try:
            await self._delivery.delete(place)
        except DeliveryError as error:
            _log.warning("message %d is no turn and stays in its thread: %s", place.message_id, error)
