"""Chapters where they stand in their channel: their messages, and writing them anew after a change.

That a chapter is posted once over crashes is `bot.results`; what it looks like is `bot.book_embeds`. A message that
is gone, or that Discord lets nobody change, stays as it is: the book itself holds what is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import discord

from bot import texts
from bot.book_embeds import Shown, chapter_messages, paused_message, undone_message
from bot.delivery import Delivery, Posted
from bot.embeds import job_mark
from bot.files import Fitted, fitted
from bot.outgoing import Outgoing
from bot.posting import Posting
from ravsg.engine import woven_of
from ravsg.errors import DeliveryError, RavsgError
from ravsg.jobs.job import Job
from ravsg.jobs.service import JobService
from ravsg.store.book_rows import BookRow, Piece, PieceKind
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 3.0
"""How long Discord is asked whether a channel is still there."""

Anew = Callable[[Piece], Awaitable[list[Outgoing]]]
"""What a piece's messages show now; none where its story is gone."""


@dataclass(frozen=True, slots=True)
class ChapterPosts:
    """Makes and changes the messages of chapters."""

    store: BookStore
    jobs: JobService
    delivery: Delivery
    posting: Posting
    posted_by: Callable[[int, int], Awaitable[str | None]]
    """The job that posted a message of a server."""
    file_limit: Callable[[int], int]
    """Bytes that one file may have in a server."""
    note: str
    """Names the models."""
    spoiler: bool
    turns: dict[PieceKind, Anew] = field(default_factory=dict)
    """What shows pieces that are no chapters; threads add theirs."""

    async def messages(self, job: Job, limit: int) -> list[Outgoing]:
        """What shows the chapter that a job told; its picture in `limit` bytes. Raises DeliveryError where it was
        deleted meanwhile, StoreError."""
        piece = await self.store.piece_of_job(job.origin.guild_id, job.id)
        if piece is None:
            raise DeliveryError(texts.JOB_UNKNOWN, texts.JOB_UNKNOWN_REMEDY, detail=f"job {job.id} has no chapter")
        return await self.messages_of(piece, limit, job_id=job.id)

    async def messages_of(self, piece: Piece, limit: int, *, job_id: str) -> list[Outgoing]:
        """What shows a chapter in messages of this job's, as `messages`."""
        shown = None if piece.state == "deleted" else await self._shown(piece, limit)
        if shown is None:
            raise DeliveryError(texts.JOB_UNKNOWN, texts.JOB_UNKNOWN_REMEDY, detail=f"piece {piece.id} is gone")
        marked = replace(shown, piece=replace(shown.piece, job_id=job_id))
        return chapter_messages(marked, note=self.note, spoiler=self.spoiler)

    async def write_anew(self, piece: Piece, *, picture: bool) -> bool:
        """Have all messages of a piece show what is kept now, with its new `picture` where there is one; False where
        they could not. Raises StoreError."""
        if (turn := self.turns.get(piece.kind)) is not None:
            return await self._change(piece, await turn(piece), files=False)
        shown = await self._shown(piece, self.file_limit(piece.guild_id))
        if shown is None:
            return False
        return await self._change(piece, chapter_messages(shown, note=self.note, spoiler=self.spoiler), files=picture)

    async def is_gone(self, channel_id: int) -> bool:
        """Whether a channel or thread was certainly deleted; where Discord does not say, it is taken to be there."""
        try:
            return await self.delivery.newest(channel_id, 1, patience=LOOK_SECONDS) is None
        except (DeliveryError, discord.HTTPException) as error:
            _log.info("whether channel %d is still there could not be found out: %s", channel_id, error)
            return False

    async def undone(self, piece: Piece) -> bool:
        """Have a chapter's messages say no more than that it was told anew; False where they could not. Raises
        StoreError."""
        book = await self.store.book(piece.guild_id, piece.book_id)
        return book is not None and await self._change(piece, [undone_message(book, piece)], files=True)

    async def paused(self, book: BookRow, cause: str) -> None:
        """Tell its member that a book stopped, with a button that goes on with it."""
        told = await self.store.path(book.guild_id, book.trunk_id)
        try:
            await self.delivery.send(book.channel_id, paused_message(book, len(told) + 1, cause))
        except RavsgError as error:
            _log.info("nobody could be told that book %s stopped: %s", book.id, error)

    async def _change(self, piece: Piece, messages: Sequence[Outgoing], *, files: bool) -> bool:
        if piece.channel_id is None or piece.message_id is None or not messages:
            return False
        job_id = await self.posted_by(piece.guild_id, piece.message_id)
        job = None if job_id is None else await self.jobs.get(job_id)
        marks = [job_mark(piece.job_id or "", number) for number in range(1, len(messages) + 1)]
        try:
            if job is not None:
                return await self.posting.change(job, messages, marks, files=files)
            place = Posted(piece.channel_id, piece.message_id)  # posted without a job, which is one message
            kept = messages[0] if files else replace(messages[0], files=())
            return await self.delivery.edit(place, kept, files=files)
        except (RavsgError, discord.HTTPException) as error:
            # the latter where Discord finds its picture too large: posted anew, it is made smaller
            _log.info("the messages of piece %d stay as they are: %s", piece.id, error)
            return False

    async def _shown(self, piece: Piece, limit: int) -> Shown | None:
        book = await self.store.book(piece.guild_id, piece.book_id)
        if book is None:
            return None
        plate = await self.store.plate_of(piece.guild_id, piece.id)
        file: Fitted | None = None
        if plate is not None:
            file = await asyncio.to_thread(fitted, plate.picture, limit)
        job = await self.jobs.get(piece.job_id) if piece.job_id is not None else None
        return Shown(book, piece, plate, file, () if job is None else woven_of(job))
