"""Filters run inside the statements: for vectors, for words and for what is newest alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiosqlite
import pytest

from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.store.memory_filter import MemoryFilter
from ravsg.types import MemoryKind
from tests.memory.helpers import ask, direction, keep

GUILD = 1
CHAPTERS: list[dict[str, Any]] = [
    {"chapter": number, "branch": branch, "book_id": "b", "job_id": f"{branch}{number}"}
    for branch, numbers in (("main", range(1, 8)), ("if", range(5, 8)), ("other", range(3, 6)))
    for number in numbers
]


async def told(memory: Memory, **where: Any) -> set[str]:
    """The jobs that a filter lets through; vectors, words and the newest must agree on them."""
    found = [
        await ask(memory, GUILD, direction(1), top_k=50, **where),
        await ask(memory, GUILD, words="chapter", top_k=50, **where),
        await memory.recent(GUILD, 50, MemoryFilter(**where)),
    ]
    by_vectors, by_words, newest = ({one.job_id for one in each} for each in found)
    assert by_vectors == by_words == newest
    return by_vectors


@pytest.fixture
async def book(memory: Memory) -> Memory:
    """A book with two side branches, a chapter of another book, and a story of no book."""
    chapters = [*CHAPTERS, {"chapter": 6, "branch": "main", "book_id": "c", "job_id": "c6"}, {"job_id": "loose"}]
    for number, place in enumerate(chapters):
        # no two say the same, or one would be left out as a repetition
        await keep(
            memory, GUILD, f"chapter {number} {number + 50} {number + 90}", direction(100 + number, near=1), **place
        )
    return memory


def named(*pairs: tuple[str, range]) -> set[str]:
    return {f"{branch}{number}" for branch, numbers in pairs for number in numbers}


async def test_without_a_filter_all_of_the_server_is_found(book: Memory) -> None:
    assert len(await told(book)) == len(CHAPTERS) + 2


async def test_a_book_is_apart_and_may_look_beside_itself(book: Memory) -> None:
    everything = {place["job_id"] for place in CHAPTERS}
    assert await told(book, book_id="b") == everything
    assert await told(book, book_id="b", beside_book=True) == everything | {"loose"}


async def test_the_last_three_chapters(book: Memory) -> None:
    found = await told(book, book_id="b", chapter_from=7 - 3, chapter_to=6)
    assert found == named(("main", range(4, 7)), ("if", range(5, 7)), ("other", range(4, 6)))


async def test_a_branch_remembers_its_ancestors_only(book: Memory) -> None:
    """ "if" left the trunk after chapter 4: it knows the trunk up to there, and nothing of the other branch."""
    found = await told(book, book_id="b", branches=(("if", None), ("main", 4)))
    assert found == named(("main", range(1, 5)), ("if", range(5, 8)))
    window = await told(book, book_id="b", branches=(("if", None), ("main", 4)), chapter_from=4)
    assert window == named(("main", range(4, 5)), ("if", range(5, 8)))
    assert await told(book, book_id="b", branches=()) == set()
    assert await told(book, book_id="b", branches=(), beside_book=True) == {"loose"}


async def test_authors_pins_and_kinds(memory: Memory) -> None:
    await keep(memory, GUILD, "chapter one", direction(1), job_id="ana")
    (bens,) = await keep(memory, GUILD, "chapter second", direction(1), job_id="ben", author_id=8)
    await keep(memory, GUILD, "chapter third", direction(1), job_id="drawn", kind=MemoryKind.PICTURE)
    await memory.pin(GUILD, bens, by=7)
    assert await told(memory, author_id=8) == {"ben"}
    assert await told(memory, pinned=True) == {"ben"}
    assert await told(memory, pinned=False) == {"ana", "drawn"}
    assert await told(memory, kinds=(MemoryKind.PICTURE,)) == {"drawn"}
    assert await told(memory, without_jobs=("ana", "drawn")) == {"ben"}


async def move(moment: int, memory_id: int, connection: aiosqlite.Connection) -> None:
    await connection.execute("UPDATE memories SET created_ms = ? WHERE id = ?", (moment, memory_id))


async def test_a_range_of_dates(memory: Memory, db: Database) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for day in range(4):
        (memory_id,) = await keep(memory, GUILD, f"chapter {day}{day}{day} of spring", direction(1), job_id=str(day))
        moment = round((start + timedelta(days=day)).timestamp() * 1000)
        await db.write(partial(move, moment, memory_id))
    since = {"since": start + timedelta(days=1)}
    assert await told(memory, **since) == {"1", "2", "3"}
    assert await told(memory, **since, until=start + timedelta(days=3)) == {"1", "2"}


class TestChannels:
    @pytest.mark.parametrize(
        ("place", "visible", "seen"),
        [
            ({"channel_id": 10}, [10], True),
            ({"channel_id": 10}, [11], False),
            ({"channel_id": 10}, [], False),
            ({"channel_id": 99, "parent_channel_id": 10}, [10], True),
            ({"channel_id": 99, "parent_channel_id": 10}, [11], False),
            ({"channel_id": 99, "parent_channel_id": 10}, [99], True),
            ({"channel_id": 99, "parent_channel_id": 10, "private": True}, [10], False),
            ({"channel_id": 99, "parent_channel_id": 10, "private": True}, [10, 99], True),
        ],
    )
    async def test_who_reads_what(
        self, memory: Memory, place: dict[str, Any], visible: list[int], seen: bool
    ) -> None:
        (number,) = await keep(memory, GUILD, "chapter", direction(1), job_id="j", **place)
        assert await told(memory, channels=visible) == ({"j"} if seen else set())
        one = await memory.one(GUILD, number, MemoryFilter(channels=visible))
        assert (one is not None) == seen

    async def test_what_few_may_read_is_found_among_much_that_they_may_not(self, memory: Memory) -> None:
        """More than the first look of hidden memories, all nearer, of other words."""
        for i in range(100):
            await keep(memory, GUILD, f"whisper {i}", direction(1000 + i, near=1, noise=0.05), channel_id=66)
        await keep(memory, GUILD, "chapter one", direction(5, near=1, noise=0.9), job_id="far")
        assert [one.job_id for one in await ask(memory, GUILD, direction(1), channels=[10])] == ["far"]
