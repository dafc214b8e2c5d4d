"""Traces of deletions are removed by themselves, together, and with patience."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from ravsg.errors import StoreError
from ravsg.store.book_rows import NewBook
from ravsg.store.books import BookStore
from ravsg.store.cast import CastStore, NewCharacter, Source
from ravsg.store.cast_erasing import CastErasing
from ravsg.store.connection import Database
from ravsg.store.member_books import MemberBooks
from ravsg.store.sweeping import Sweeper

NEVER = 3600.0


class Files:
    """Counts how often they are written anew; the first tries may fail."""

    def __init__(self, failures: Sequence[Exception] = ()) -> None:
        self.failures = list(failures)
        self.written = 0
        self.done = asyncio.Event()
        self.may = asyncio.Event()
        self.may.set()

    async def remove_traces(self) -> None:
        await self.may.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.written += 1
        self.done.set()


async def test_a_deletion_is_swept_by_itself() -> None:
    files = Files()
    sweeper = Sweeper(files.remove_traces, 0)
    sweeper.due()
    await files.done.wait()
    await sweeper.close()
    assert files.written == 1


async def test_deletions_meanwhile_share_one_rewriting() -> None:
    files = Files()
    sweeper = Sweeper(files.remove_traces, NEVER)
    for _ in range(50):
        sweeper.due()
    await asyncio.gather(*(sweeper.sweep() for _ in range(5)))
    assert files.written == 1
    await sweeper.close()
    assert files.written == 1, "nothing is left to do at the end"


async def test_what_is_deleted_during_a_rewriting_gets_one_of_its_own() -> None:
    files = Files()
    files.may.clear()
    sweeper = Sweeper(files.remove_traces, NEVER)
    sweeper.due()
    first = asyncio.create_task(sweeper.sweep())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    sweeper.due()
    files.may.set()
    await first
    await sweeper.close()
    assert files.written == 2


@pytest.mark.parametrize("failure", [StoreError(detail="a reader is in the way"), RuntimeError("a bug")])
async def test_a_failure_is_told_and_tried_again(failure: Exception, caplog: pytest.LogCaptureFixture) -> None:
    files = Files([failure])
    sweeper = Sweeper(files.remove_traces, 0)
    sweeper.due()
    await files.done.wait()
    await sweeper.close()
    assert files.written == 1
    assert "from the files" in caplog.text


async def test_the_end_waits_for_one_try_only() -> None:
    files = Files([StoreError(), StoreError()])
    sweeper = Sweeper(files.remove_traces, NEVER)
    sweeper.due()
    await sweeper.close()
    assert (files.written, len(files.failures)) == (0, 1)
    sweeper.due()
    await sweeper.close()
    assert len(files.failures) == 1, "what comes after the end is left to the next start"


async def test_nobody_waits_for_the_rewriting_after_small_deletions(tmp_path: Path) -> None:
    """A turn that is edited, a character that is removed: each would hold up every write for as long as the file is
    large."""
    async with Database(tmp_path / "ravsg.sqlite", sweep_seconds=NEVER) as db:
        books, cast = BookStore(db), CastStore(db)
        book = await books.start(1, NewBook("thread", 5, 7, "Ana"))
        await books.keep_story(1, book.trunk_id, '{"summary":"A walrus came.","summed_up":1}')
        mira = NewCharacter("Mira", "a fox", 7, "Ana", picture=b"png", source=Source(channel_id=5, message_id=6))
        character = await cast.add(1, mira)
        for delete in (
            partial(books.drop_summaries, 1, book.id),
            partial(CastErasing(db).message_gone, 1, 6),
            partial(cast.remove, 1, character.cast_id),
            partial(MemberBooks(db).erase, 1, 7),
        ):
            await delete()
            assert await traces(db), delete
            await db.leave_no_trace()
            assert not await traces(db)


async def traces(db: Database) -> bool:
    """Whether the database knows of deletions that its files still hold."""
    return bool((await db.read("SELECT traces FROM upkeep"))[0]["traces"])
