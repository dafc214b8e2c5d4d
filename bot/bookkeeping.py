"""Books go on: what a job made is kept before it is shown, and the next chapter is asked for when that stands.

The order is what makes a death harmless at any step: a result is committed with its job, then kept in the book (once,
by its job's id), then posted (once), then the job ends, and only then the next one is accepted, of which the store
lets a branch have one. A start goes on with every book that is being written and has no open job. A chapter that ends
badly pauses its book. Words for members are others' affair.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final

from bot.book_entries import BookEntries
from bot.book_memory import Reindexing
from bot.drafts import Draft
from ravsg.engine.book_results import OF_BOOKS, book_request
from ravsg.errors import BadInput, QueueFull, Refused
from ravsg.jobs.job import TERMINAL, Job, JobState
from ravsg.jobs.service import JobService
from ravsg.store.book_rows import BookRow, Piece
from ravsg.store.books import BookStore
from ravsg.types import Origin

_log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 20.0
"""After which the next chapter is asked for again where the queue was full."""

Told = Callable[[Job, BookRow, Piece], Awaitable[None]]
Stopped = Callable[[Job, BookRow | None], Awaitable[None]]


class Bookkeeping(BookEntries):
    """The one who writes into books, and has them go on. Made and used on the event loop."""

    def __init__(
        self,
        *,
        store: BookStore,
        jobs: JobService,
        reindexing: Reindexing,
        surroundings: Callable[[int], Mapping[str, Any]],
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        """`surroundings`: what a request says of the channel in which its result will stand."""
        super().__init__(store, jobs, reindexing)
        self._surroundings = surroundings
        self._retry_seconds = retry_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self._endings: set[asyncio.Task[None]] = set()
        """Those of the tasks that write down a bad end."""
        self.on_told: list[Told] = []
        """Called once a piece is told and stands in its channel: with its job, its book and itself."""
        self.on_stopped: list[Stopped] = []
        """Called after a job of a book ended badly: with the job, and the book where there is one."""

    async def told(self, job: Job, piece: Piece) -> None:
        """A piece stands in its channel, or shows what a job made of it: let the listeners know."""
        book = await self.store.book(piece.guild_id, piece.book_id)
        now = await self.store.piece(piece.guild_id, piece.id)
        if book is None or now is None:
            return
        for listener in self.on_told:
            try:
                await listener(job, book, now)
            except Exception:
                _log.exception("a listener broke on job %s", job.id)

    # ------------------------------------------------------------------ going on

    async def accept(self, draft: Draft, origin: Origin) -> Job:
        """Accept what nobody asked for at this moment. Raises QueueFull, Refused, StoreError."""
        request = {**draft.request, "reply_to": None, "adult": False, **self._surroundings(origin.channel_id)}
        return await self._jobs.accept(draft.kind, origin, request, draft.inputs, parent_id=draft.parent_id)

    def on_change(self, job: Job) -> None:
        """Take a job's new state; called by the jobs at every change, on the event loop."""
        if job.kind not in OF_BOOKS or job.state not in TERMINAL:
            return
        if job.state is not JobState.DONE:
            ending = self._spawn(self._stop(job), f"stop after {job.id}")
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
        elif job.kind == "chapter":
            self._spawn(self._go_on(job.origin, book_request(job).book_id, job), f"going on after {job.id}")

    async def resume(self) -> None:
        """After a start: go on with every book that is being written, and with what memory is behind of. Raises
        StoreError."""
        await self.settled()  # a bad end that is told again pauses its book first
        await self._reindexing.resume()
        for book in await self.store.unfinished():
            open_jobs = await self._jobs.list_open(book.guild_id)
            if any(job.request.get("book_id") == book.id for job in open_jobs):
                continue
            path = await self.store.path(book.guild_id, book.trunk_id)
            last = await self._jobs.get(path[-1].job_id or "") if path else None
            own = Origin(book.guild_id, book.channel_id, book.author_id, book.author_name)
            self._spawn(self._go_on(own if last is None else last.origin, book.id, last), f"book {book.id}")

    async def settled(self) -> None:
        """Wait for what is being done in the background; what waits for a full queue is waited for too."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._reindexing.settled()

    async def close(self) -> None:
        """Stop, once the jobs have: the next start goes on. What ended badly is written down first."""
        await asyncio.gather(*self._endings, return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._reindexing.close()

    async def _go_on(self, origin: Origin, book_id: str, job: Job | None) -> None:
        """Ask for the next chapter of a book that has some left."""
        branch_id = book_request(job).branch_id if job is not None else None
        while (book := await self.store.book(origin.guild_id, book_id)) is not None and book.state == "writing":
            path = await self.store.path(book.guild_id, branch_id or book.trunk_id)
            if book.kind != "book" or len(path) >= book.wanted:
                return
            try:
                draft = await self.next_chapter(book, branch_id=branch_id or book.trunk_id)
                await self.accept(draft, origin)
                return
            except QueueFull as error:
                _log.info("book %s waits: %s", book_id, error)
            except (Refused, BadInput) as error:
                _log.info("book %s does not go on: %s", book_id, error)
                return
            await asyncio.sleep(self._retry_seconds)

    async def _stop(self, job: Job) -> None:
        """A job of a book came to nothing: a chapter's pauses the book, so that a start does not begin it again."""
        book = await self.store.book(job.origin.guild_id, book_request(job).book_id)
        replaces = book_request(job).piece_id is not None
        if book is not None and job.kind == "chapter" and book.state == "writing" and not replaces:
            book = await self.store.set_book(book.guild_id, book.id, state="paused")
        for listener in self.on_stopped:
            try:
                await listener(job, book)
            except Exception:
                _log.exception("a listener broke on job %s", job.id)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed; the next start does it", task.get_name(), exc_info=error)
