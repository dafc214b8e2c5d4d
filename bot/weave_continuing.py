"""The bot goes on in a story thread: when asked, or by itself after so many turns, one continuation at a time.

Its place in the story is kept from the moment it is asked for, so turns that were there before stand before it, and
turns that are written meanwhile stand after it, however long it takes. What it tells is made, kept and posted like
every job's result; here it is only asked for, and given up where it came to nothing.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import discord

from bot import texts_weave
from bot.bookkeeping import Bookkeeping
from bot.convert import missing_permissions, origin_of
from bot.intake import Intake
from bot.outgoing import Outgoing
from bot.progress_lines import Line as Shown
from bot.texts import missing_permissions as lacking
from bot.weave_lines import Line, Lines, check_open
from bot.weave_order import Order
from ravsg.errors import RavsgError, Refused
from ravsg.jobs.job import TERMINAL, Job, JobState
from ravsg.jobs.service import JobService
from ravsg.store.book_rows import Piece
from ravsg.types import Origin

_log = logging.getLogger(__name__)
TURN: Final = "turn"


class Quiet:
    """A job's line that shows nothing: the thread sees what it asked for once it is told, and a bad end before."""

    message_id: int | None = None

    async def show(self, message: Outgoing, patience: float) -> bool:
        """Nobody is reached this way, so a bad end is told in the open."""
        return False

    async def close(self, message: Outgoing, patience: float) -> bool:
        """The result stands there."""
        return True


class Continuing:
    """Asks for continuations."""

    def __init__(
        self,
        *,
        client: discord.Client,
        books: Bookkeeping,
        lines: Lines,
        jobs: JobService,
        intake: Intake,
        order: Order,
    ) -> None:
        self._client = client
        self._lines = lines
        self._books = books
        self._store = books.store
        self._jobs = jobs
        self._intake = intake
        self._order = order
        self._tasks: set[asyncio.Task[object]] = set()

    async def ask(
        self,
        line: Line,
        origin: Origin,
        channel: object,
        shown: Shown,
        *,
        direction: str = "",
        what_if: str = "",
        instead_of: Piece | None = None,
    ) -> Job:
        """Have the bot go on, with the thread's lock held. `instead_of`: the last piece, which is to be told anew.

        Raises Refused where it is writing already or the line is closed, QueueFull, Unfit, StoreError.
        """
        check_open(line)
        if await self.writing(line):
            raise Refused(texts_weave.WRITING)
        draft = await self._books.turn(
            line.book, line.branch.id, direction=direction, what_if=what_if, instead_of=instead_of
        )
        job = await self._intake.accept(draft, origin, channel, shown)
        if instead_of is None:
            await self._store.await_piece(line.guild_id, line.branch.id, job.id, origin.author_id)
        return job

    async def by_button(self, line: Line, origin: Origin, channel: object, shown: Shown) -> Job:
        """The same for whoever pressed."""
        async with self._order.of(line.thread_id):
            return await self.ask(line, origin, channel, shown)

    async def by_message(self, line: Line, message: discord.Message) -> None:
        """The same for whoever mentioned the bot without words; the thread's lock is held. Raises as `ask`."""
        guild = message.guild
        if guild is None:
            return
        missing = missing_permissions(message.channel, message.channel.permissions_for(guild.me))
        if missing:
            raise Refused(*lacking(missing))
        await self.ask(line, origin_of(message), message.channel, Quiet())

    async def if_due(self, line: Line, origin: Origin, channel: object) -> None:
        """After a turn: go on by itself where the story wants that now; the thread's lock is held."""
        if not line.book.every or await self.writing(line):
            return
        path = await self._store.path(line.guild_id, line.branch.id)
        since = next((number for number, piece in enumerate(reversed(path)) if piece.kind != TURN), len(path))
        if since < line.book.every:
            return
        try:
            await self.ask(line, origin, channel, Quiet())
        except RavsgError as error:
            _log.info("the bot does not go on by itself now: %s", error)  # the next turn asks again

    async def _after(self, job: Job) -> None:
        """A continuation stands: turns that were written meanwhile may be enough for the next one."""
        line = await self._lines.of_branch(job.origin.guild_id, int(job.request["branch_id"]))
        async with self._order.of(line.thread_id):
            path = await self._store.path(line.guild_id, line.branch.id)
            if line.open and path and path[-1].kind == TURN:
                last = path[-1]
                origin = Origin(line.guild_id, line.thread_id, last.author_id, last.author_name)
                await self.if_due(line, origin, self._client.get_channel(line.thread_id))

    async def writing(self, line: Line) -> bool:
        """Whether the bot is telling on this line."""
        return any(
            job.kind == TURN and job.request.get("branch_id") == line.branch.id
            for job in await self._jobs.list_open(line.guild_id)
        )

    async def stop(self, line: Line) -> bool:
        """Let nothing more be told on this line; whether something was. Its place is free at once."""
        stopped = False
        for job in await self._jobs.list_open(line.guild_id):
            if (
                job.kind == TURN
                and job.request.get("branch_id") == line.branch.id
                and await self._jobs.cancel(job.id)
            ):
                await self._store.give_up(line.guild_id, job.id)
                stopped = True
        return stopped

    # ------------------------------------------------------------------ what ended

    def on_change(self, job: Job) -> None:
        """A job's state changed: one without a result gives its place up, another may make the next due."""
        if job.kind != TURN or job.state not in TERMINAL:
            return
        ended = job.state is not JobState.DONE
        work = self._store.give_up(job.origin.guild_id, job.id) if ended else self._after(job)
        task: asyncio.Task[object] = asyncio.create_task(work, name=f"after continuation {job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def keep_places(self, guild_id: int) -> None:
        """After a start: keep the places of what is being told, where a death came in between. Raises StoreError."""
        for job in await self._jobs.list_open(guild_id):
            anew = job.request.get("piece_id") is not None
            if job.kind == TURN and not anew and await self._store.piece_of_job(guild_id, job.id) is None:
                branch_id = int(job.request["branch_id"])
                await self._store.await_piece(guild_id, branch_id, job.id, job.origin.author_id)

    async def clear_up(self) -> None:
        """After a start: give up the places of jobs that ended meanwhile. Raises StoreError."""
        for piece in await self._store.all_awaited():
            job = await self._jobs.get(piece.job_id or "")
            if job is None or job.state in TERMINAL:
                await self._store.give_up(piece.guild_id, piece.job_id or "")

    async def settled(self) -> None:
        """Wait for what is done after continuations."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed; the next start does it", task.get_name(), exc_info=error)
