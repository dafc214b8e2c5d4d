"""The composition root's part for bookkeeping: what keeps the results of books' jobs, and has books go on.

It only builds and connects; `bot.app` starts and closes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

import discord

from bot.book_delivery import BookDelivery
from bot.book_memory import Reindexing
from bot.book_posts import ChapterPosts
from bot.bookkeeping import Bookkeeping
from bot.delivery import Delivery
from bot.intake import surroundings
from bot.posting import Posting
from bot.results import Results
from ravsg.config import Config
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.store.books import BookStore
from ravsg.store.jobs import JobStore
from ravsg.types import Embedded, EmbedTask


@dataclass(frozen=True, slots=True)
class BookParts:
    """What writes into books, what shows their chapters, and what delivers both."""

    books: Bookkeeping
    posts: ChapterPosts
    delivery: BookDelivery

    @classmethod
    def build(
        cls,
        *,
        store: BookStore,
        job_store: JobStore,
        jobs: JobService,
        memory: Memory,
        client: discord.Client,
        delivery: Delivery,
        posting: Posting,
        results: Results,
        config: Config,
        note: str,
        embed: Callable[[int, EmbedTask], Awaitable[Embedded]],
    ) -> Self:
        """All of it, connected with jobs and results. `note` names the models; `embed`: texts and pictures of a
        server as vectors, in quiet."""
        reindexing = Reindexing(
            store=store,
            jobs=jobs,
            memory=memory,
            config=config.memory,
            embed=embed,
            name_of=delivery.name_of,
        )
        books = Bookkeeping(
            store=store,
            jobs=jobs,
            reindexing=reindexing,
            surroundings=lambda channel_id: surroundings(client.get_channel(channel_id), channel_id),
        )
        posts = ChapterPosts(
            store=store,
            jobs=jobs,
            delivery=delivery,
            posting=posting,
            posted_by=job_store.job_of_message,
            file_limit=results.file_limit,
            note=note,
            spoiler=config.delivery.spoiler,
        )
        shown = BookDelivery(books=books, posts=posts, memory=memory, jobs=job_store)
        results.books = shown
        jobs.on_change.append(books.on_change)
        return cls(books, posts, shown)
