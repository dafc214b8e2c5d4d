"""The composition root's part for books: finding, reading, changing, recapping and binding them.

It only builds; `bot.app` gives it what it needs. What a chapter is made of, and that a book goes on, is
`bot.bookkeeping`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

from bot import texts_books
from bot.book_actions import BookActions
from bot.book_edits import Edits
from bot.book_files import BookFiles
from bot.book_posts import ChapterPosts
from bot.book_reading import Reading
from bot.book_shelf import Shelf
from bot.bookkeeping import Bookkeeping
from bot.convert import Reader
from bot.delivery import Delivery
from bot.intake import Intake
from bot.presses import Presses
from bot.recaps import Recaps
from bot.results import Results
from ravsg.jobs.job import Job, JobState
from ravsg.memory.service import Memory
from ravsg.models.profiles import Profile
from ravsg.store.book_rows import BookRow


@dataclass(frozen=True, slots=True)
class Library:
    """What people do with books."""

    shelf: Shelf
    reading: Reading
    actions: BookActions
    edits: Edits
    files: BookFiles
    recaps: Recaps

    @classmethod
    def build(
        cls,
        *,
        books: Bookkeeping,
        posts: ChapterPosts,
        memory: Memory,
        profile: Profile,
        intake: Intake,
        results: Results,
        delivery: Delivery,
        reader: Reader,
        presses: Presses,
        write: Callable[[int, str], Awaitable[str]],
        spoiler: bool,
    ) -> Self:
        """All of it, in the order in which the parts need each other. `write`: a server's prompt to an answer."""
        store = books.store
        shelf = Shelf(store)
        books.on_stopped.append(partial(_cancelled, posts))
        reading = Reading(
            store=store, shelf=shelf, delivery=delivery, results=results, presses=presses, spoiler=spoiler
        )
        return cls(
            shelf=shelf,
            reading=reading,
            actions=BookActions(
                store=store, books=books, shelf=shelf, reading=reading, intake=intake, presses=presses
            ),
            edits=Edits(store=store, books=books, shelf=shelf, posts=posts, delivery=delivery, reader=reader),
            files=BookFiles(
                store=store, shelf=shelf, memory=memory, delivery=delivery, results=results, profile=profile
            ),
            recaps=Recaps(
                store=store, shelf=shelf, delivery=delivery, write=write, told_in=profile.told_in, spoiler=spoiler
            ),
        )


async def _cancelled(posts: ChapterPosts, job: Job, book: BookRow | None) -> None:
    """Who cancels a chapter is told nothing more of it, but its book has stopped; other ends tell so themselves."""
    if job.kind == "chapter" and job.state is JobState.CANCELLED and book is not None and book.state == "paused":
        await posts.paused(book, texts_books.CANCELLED)
