"""How the results of books' jobs are delivered: kept in the book first, then shown, then told to whoever listens.

A chapter and a turn are posted like every result (`bot.results`). Another illustration and a rewriting change the
message in which their chapter stands; where that cannot be changed any more the chapter is posted anew. What messages
look like is `bot.book_embeds`, and in threads whoever adds a maker for turns.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from bot import texts
from bot.book_embeds import paused_message
from bot.book_posts import ChapterPosts
from bot.bookkeeping import Bookkeeping
from bot.delivery import Posted
from bot.outgoing import Outgoing
from ravsg.engine.book_results import BOOK, PASSAGE, PREMISE, book_request
from ravsg.errors import DeliveryError
from ravsg.jobs.job import Job, JobKind
from ravsg.memory.service import Memory
from ravsg.store.book_rows import Piece
from ravsg.store.jobs import JobStore

_log = logging.getLogger(__name__)

_CHANGE: Final[frozenset[JobKind]] = frozenset({"plate", "rewrite"})
"""They change a chapter that stands somewhere."""
_TAKEN_IN: Final = (BOOK, PASSAGE, PREMISE)
"""Inputs that copy what books hold: they go with the delivery, so that words live in one place only."""

Maker = Callable[[Job, int], Awaitable[list[Outgoing]]]
"""The messages of a job whose result is kept, with files of so many bytes at most."""


class BookDelivery:
    """What `bot.results` asks about jobs of books."""

    def __init__(self, *, books: Bookkeeping, posts: ChapterPosts, memory: Memory, jobs: JobStore) -> None:
        self._books = books
        self._posts = posts
        self._memory = memory
        self._jobs = jobs
        self.makers: dict[JobKind, Maker] = {"chapter": posts.messages, "plate": self._anew, "rewrite": self._anew}
        """By kind of job; threads add theirs."""

    async def keep(self, job: Job, blobs: Mapping[str, bytes]) -> bool:
        """Put a result into its book; True where what it made is shown already, because its chapter's message was
        changed. Raises Refused where it has no place any more, DeliveryError where that is a channel, StoreError."""
        piece = await self._books.keep(job, blobs)
        if job.kind == "chapter" and book_request(job).branch_id is None:
            await self._check_channel(job)
        if job.kind not in _CHANGE or not await self._posts.write_anew(piece, picture=job.kind == "plate"):
            return False
        await self._done(job, piece)
        return True

    async def messages(self, job: Job, limit: int) -> list[Outgoing]:
        """What shows the job's result as the book holds it now. Raises DeliveryError where it was deleted
        meanwhile."""
        return await self.makers[job.kind](job, limit)

    async def posted(self, job: Job, place: Posted) -> dict[str, Any]:
        """A result stands there; gives book, chapter and branch for memory."""
        piece = await self._books.piece_of(job)
        if piece is None:
            return {}
        await self._books.store.posted(piece.guild_id, piece.id, place.channel_id, place.message_id)
        return {"book_id": piece.book_id, "chapter": piece.position, "branch": str(piece.branch_id)}

    async def ended(self, job: Job) -> None:
        """A result was posted and remembered."""
        piece = await self._books.piece_of(job)
        if piece is not None:
            if piece.stale:  # perhaps since its messages were made
                await self._posts.write_anew(piece, picture=False)
            await self._done(job, piece)

    async def place_of(self, job: Job) -> Posted | None:
        """Where what a job changed stands."""
        piece = await self._books.piece_of(job)
        if piece is None or piece.channel_id is None or piece.message_id is None:
            return None
        return Posted(piece.channel_id, piece.message_id)

    async def notice(self, job: Job, text: str) -> Outgoing | None:
        """What tells that a book stopped, with a button that goes on with it; None where there is no book yet."""
        if job.kind != "chapter":
            return None
        book = await self._books.store.book(job.origin.guild_id, book_request(job).book_id)
        return None if book is None else paused_message(book, book_request(job).number, text)

    async def _check_channel(self, job: Job) -> None:
        """A channel that was deleted before its first book was kept could not take it along: that is done here. It is
        looked for once the book is kept, because from then on a deletion finds it."""
        if await self._posts.is_gone(job.origin.channel_id):
            await self._jobs.forget_channel(job.origin.guild_id, job.origin.channel_id)
            raise DeliveryError(texts.CHANNEL_GONE, texts.TRY_ELSEWHERE, detail=f"channel {job.origin.channel_id}")

    async def _done(self, job: Job, piece: Piece) -> None:
        for name in _TAKEN_IN:
            await self._jobs.drop_input(job.id, name)
        replaced = book_request(job).piece_id if job.kind == "chapter" else None
        old = None if replaced is None else await self._books.store.piece(piece.guild_id, replaced)
        if old is not None and old.state == "undone":
            await self._memory.forget_job(old.guild_id, old.job_id or "")
            await self._posts.undone(old)
        await self._books.told(job, piece)

    async def _anew(self, job: Job, limit: int) -> list[Outgoing]:
        piece = await self._books.piece_of(job)
        return [] if piece is None else await self._posts.messages_of(piece, limit, job_id=job.id)
