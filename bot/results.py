"""Posts what a job made, exactly once over crashes, and has it remembered.

That a message is posted once is `bot.posting`; how messages look is `bot.embeds`, how they leave `bot.delivery`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import discord

from bot.courier import DiscordDown
from bot.delivery import Delivery, Posted
from bot.drafts import Source
from bot.embeds import result_messages
from bot.files import Fitted, fitted
from bot.outgoing import Outgoing
from bot.posting import PART, Posting, role
from bot.rating import asked_words, may_be_adult, shown_words
from ravsg import safety
from ravsg.config import DeliverySection
from ravsg.engine import KEEPSAKES, Engine
from ravsg.engine.book_results import OF_BOOKS
from ravsg.errors import RavsgError
from ravsg.jobs.job import Job, JobKind
from ravsg.jobs.service import JobService
from ravsg.store.jobs import JobStore

if TYPE_CHECKING:
    from bot.book_delivery import BookDelivery

_log = logging.getLogger(__name__)

DEFAULT_LIMIT: Final = 10 * 1024 * 1024
SMALLER: Final = 4
"""Divisor of the size limit after Discord found a file too large all the same (413)."""
NOTICE: Final = "notice"
DIRECT: Final = "direct notice"


@dataclass(frozen=True, slots=True)
class PrivateResult:
    """How a kind of job is shown whose result is for its member alone."""

    shown: Callable[[Job], Outgoing]
    """In the answer to the interaction that asked."""
    in_the_open: Callable[[Job], Outgoing]
    """In the channel, where that answer is out of reach: it says nothing of the result."""
    show: Callable[[str, Outgoing], Awaitable[bool]]
    """Puts a job's result into that answer; False where it is out of reach."""


class Results:
    """Delivers jobs' results and the notices about those that have none."""

    def __init__(
        self,
        *,
        client: discord.Client,
        delivery: Delivery,
        posting: Posting,
        jobs: JobService,
        store: JobStore,
        engine: Engine,
        config: DeliverySection,
        note: str,
    ) -> None:
        self._client = client
        self._delivery = delivery
        self._posting = posting
        self._jobs = jobs
        self._store = store
        self._engine = engine
        self._config = config
        self._note = note
        self.books: BookDelivery | None = None
        """What jobs of books need besides."""
        self.private: dict[JobKind, PrivateResult] = {}
        """The kinds of jobs whose results are private."""
        self.keepers: list[Callable[[Job], Awaitable[None]]] = []
        """Called with every job whose result stands in its channel, before it ends; again after a death meanwhile."""

    async def deliver(self, job: Job) -> None:
        """Post the job's result and remember it.

        Raises DeliveryError when Discord does not take it for good, and Unfit where its words are not for this
        channel as it is now: an age restriction may be gone since the job was accepted.
        """
        if (private := self.private.get(job.kind)) is not None:
            if not await private.show(job.id, private.shown(job)):
                await self._posting.once(job, role(1), private.in_the_open(job), mark=f"`{job.id}`")
            return
        results = await self._jobs.blobs(job.id, "result")
        book = self.books if job.kind in OF_BOOKS else None
        if book is not None and await book.keep(job, results):
            return
        limit = self.file_limit(job.origin.guild_id)
        first: Posted | None = None
        while first is None:
            messages = await self._messages(job, results, limit)
            await self._judge(job, messages)
            try:
                first = await self._posting.parts(job, messages)
            except discord.HTTPException as error:
                largest = max((len(file.data) for one in messages for file in one.files), default=0)
                if error.status != 413 or not largest:
                    raise
                _log.info("job %s: Discord found %d bytes too large; the files are made smaller", job.id, largest)
                limit = min(limit, largest) // SMALLER
        place = None if book is None else await book.posted(job, first)
        try:
            await self._engine.remember(job, results, first.message_id, place)
            # memory has it now, and must be the only place from which it can be forgotten
            await self._store.drop_result(job.id, KEEPSAKES)
        except RavsgError as error:
            _log.warning("job %s was posted and could not be remembered: %s", job.id, error)
        if book is not None:
            await book.ended(job)
        for keep in self.keepers:
            await keep(job)

    async def _judge(self, job: Job, messages: Sequence[Outgoing]) -> None:
        if job.request.get("adult"):
            await self._client.wait_until_ready()  # before that no channel is known, and each would count as open
        adult = may_be_adult(job.kind, self._client.get_channel(job.origin.channel_id))
        words = (*asked_words(job.request), *shown_words(messages))
        await asyncio.to_thread(partial(safety.check, *words, adult=adult))

    async def notice(self, job: Job, text: str) -> None:
        """Call a member in the open and tell them this, which names the job, once; directly, and without the call,
        where the channel takes nothing.

        Raises DiscordDown where that could not be decided: whoever calls tries later.
        """
        asker = job.origin.author_id
        own = await self.books.notice(job, text) if self.books is not None else None
        message = own or Outgoing(f"<@{asker}> {text}", ping=asker)
        try:
            await self._posting.once(job, NOTICE, message, mark=f"`{job.id}`")
        except DiscordDown:
            raise
        except RavsgError as error:
            told = await self._directly(job, Outgoing(text))
            _log.warning("job %s: the channel took no notice (%s); told directly: %s", job.id, error, told)

    async def _directly(self, job: Job, message: Outgoing) -> bool:
        nonce, before = await self._store.begin_delivery(job.id, DIRECT)
        if before == "sent":
            return True
        try:
            place = await self._delivery.write_to(job.origin.author_id, message, nonce=nonce)
        except DiscordDown:
            raise
        except RavsgError as error:
            _log.info("job %s: its member takes no direct messages: %s", job.id, error)
            return False
        await self._store.finish_delivery(job.id, DIRECT, place.message_id)
        return True

    async def posted(self, job_id: str) -> Posted | None:
        """Where a job's result stands, its first message."""
        for one in await self._store.deliveries(job_id):
            if one.role == role(1) and one.message_id is not None:
                return Posted(one.channel_id, one.message_id)
        job = await self._jobs.get(job_id)
        if job is None or job.kind not in OF_BOOKS or self.books is None:
            return None
        return await self.books.place_of(job)

    async def shown_in(self, guild_id: int, message_id: int) -> Job | None:
        """The job whose result a message of this server shows."""
        job_id = await self._store.job_of_message(guild_id, message_id)
        return None if job_id is None else await self._jobs.get(job_id)

    async def source(self, message: discord.Message) -> Source:
        """Whose a message is, for what is made from it."""
        me = self._client.user
        if me is None or message.author.id != me.id:
            return Source(message.author.id)
        job = await self.shown_in(message.guild.id, message.id) if message.guild is not None else None
        return Source(job_id=None if job is None else job.id)

    async def part_of(self, guild_id: int, message_id: int) -> Job | None:
        """The job of whose result a message of this server is or was a part; notices are none."""
        job = await self.shown_in(guild_id, message_id)
        parts = await self._store.deliveries(job.id) if job is not None else ()
        shown = any(one.message_id == message_id and one.role.startswith(PART) for one in parts)
        return job if shown else None

    async def remove(self, job_id: str) -> int:
        """Delete all messages of a job's result; gives how many were there. Raises DeliveryError."""
        removed = 0
        for one in await self._store.deliveries(job_id):
            if one.message_id is not None:
                removed += await self._delivery.delete(Posted(one.channel_id, one.message_id))
        return removed

    async def write_anew(self, job: Job) -> bool:
        """Have a result's first message show what is kept now; False where it is gone. Raises DeliveryError."""
        place = await self.posted(job.id)
        if place is None or job.result is None:
            return False
        results = await self._jobs.blobs(job.id, "result")
        messages = await self._messages(job, results, self.file_limit(job.origin.guild_id))
        return await self._delivery.edit(place, replace(messages[0], files=()))  # its files stay as they are

    async def _messages(self, job: Job, results: dict[str, bytes], limit: int) -> list[Outgoing]:
        if job.kind in OF_BOOKS and self.books is not None:
            return await self.books.messages(job, limit)
        shown: list[bytes] = []
        if job.kind == "paint":
            shown = [results[name] for name in sorted(results) if name.startswith("picture-")]
        elif job.request.get("show_picture"):
            inputs = await self._jobs.blobs(job.id, "input")
            shown = [inputs["picture"]] if "picture" in inputs else []
        fits: list[Fitted] = [await asyncio.to_thread(fitted, one, limit) for one in shown]
        return result_messages(job, results, fits, note=self._note, spoiler=self._config.spoiler)

    def file_limit(self, guild_id: int) -> int:
        """Bytes that one file may have in a server."""
        guild = self._client.get_guild(guild_id)
        return guild.filesize_limit if guild is not None else DEFAULT_LIMIT
