"""The cache over real rows: built when searched, told of changes, dropped, and never in another server's way."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import numpy as np
import pytest

from benchmarks.many import MODEL, nearest, plant, unit, unplant
from ravsg.config import MemorySection
from ravsg.errors import StoreError
from ravsg.memory.cache import IndexCache
from ravsg.memory.index import GuildIndex
from ravsg.store.connection import Database
from ravsg.store.vectors import VectorStore
from ravsg.types import MemoryKind
from tests.memory.helpers import DIMENSIONS, Vectors
from tests.memory.indices import GUILD, SMALL, cache_of, found

STORY = MemoryKind.STORY
QUERIES = unit(3, DIMENSIONS, 99)


async def planted(db: Database, vectors: Vectors, guild_id: int = GUILD, model: str = MODEL) -> list[int]:
    return await asyncio.to_thread(plant, db.path, guild_id, vectors, model=model)


def truth(ids: list[int], vectors: Vectors, queries: Vectors = QUERIES, k: int = 10) -> list[list[int]]:
    return [[ids[int(i)] for i in best] for best in nearest(vectors, queries, min(k, len(ids)))]


def index_of(cache: IndexCache) -> GuildIndex:
    (entry,) = cache._servers[GUILD].entries.values()
    return entry.index


@pytest.mark.parametrize("kind", ["auto", "flat", "sq8", "rabitq"])
@pytest.mark.parametrize("count", [0, 1, 50, 51, 700])
async def test_it_finds_what_brute_force_finds(db: Database, kind: str, count: int) -> None:
    vectors = unit(count, DIMENSIONS, 1)
    ids = await planted(db, vectors)
    async with cache_of(db, index=kind) as cache:
        answers, size = await cache.search(GUILD, STORY, MODEL, QUERIES, 10)
        assert size == count
        assert [[hit.passage_id for hit in hits] for hits in answers] == (truth(ids, vectors) if count else [[]] * 3)
        for query, hits in zip(QUERIES, answers, strict=True):
            exact = [float(query @ vectors[ids.index(hit.passage_id)]) for hit in hits]
            assert [hit.cosine for hit in hits] == pytest.approx(exact, abs=1e-5)


@pytest.mark.parametrize("kind", ["auto", "sq8", "rabitq"])
async def test_it_searches_among_some_only(db: Database, kind: str) -> None:
    vectors = unit(300, DIMENSIONS, 1)
    ids = await planted(db, vectors)
    async with cache_of(db, index=kind) as cache:
        assert await found(cache, QUERIES, 10, only=frozenset(ids[::7])) == truth(ids[::7], vectors[::7])
        assert await found(cache, QUERIES, 10, only=frozenset()) == [[], [], []]
        assert await found(cache, QUERIES, 10, only={10**9}) == [[], [], []]


@pytest.mark.parametrize("kind", ["flat", "sq8"])
async def test_changes_while_a_segment_is_in_place(db: Database, kind: str) -> None:
    vectors = unit(400, DIMENSIONS, 1)
    ids = await planted(db, vectors[:200])
    async with cache_of(db, index=kind) as cache:
        assert await found(cache, QUERIES) == truth(ids, vectors[:200])
        ids += await planted(db, vectors[200:])
        async with cache.lock(GUILD):
            await cache.add(GUILD, STORY, MODEL, ids[200:], vectors[200:])
        assert await found(cache, QUERIES) == truth(ids, vectors)
        await cache.settle()  # the tail was long enough for a rebuild
        segment = index_of(cache).segment
        assert segment is not None
        assert (len(segment), segment.kind.value) == (400, kind)
        assert await found(cache, QUERIES) == truth(ids, vectors)
        async with cache.lock(GUILD):
            await asyncio.to_thread(unplant, db.path, ids[:390])
            await cache.remove(GUILD, ids[:390])
        assert await found(cache, QUERIES) == truth(ids[390:], vectors[390:])
        await cache.settle()
        assert index_of(cache).whole
        assert await found(cache, QUERIES) == truth(ids[390:], vectors[390:])


class Paused(VectorStore):
    """Rows whose pages of one server come only when they may."""

    def __init__(self, db: Database, guild_id: int) -> None:
        super().__init__(db)
        self._guild_id = guild_id
        self.asked, self.may = asyncio.Event(), asyncio.Event()

    async def page(self, guild_id: int, *args: Any, **kwargs: Any) -> list[tuple[int, bytes]]:
        if guild_id == self._guild_id:
            self.asked.set()
            await self.may.wait()
        return await super().page(guild_id, *args, **kwargs)


async def test_while_one_server_is_rebuilt_others_search_and_all_change(db: Database) -> None:
    vectors = unit(300, DIMENSIONS, 1)
    slow, quick = await planted(db, vectors, 1), await planted(db, vectors, 2)
    rows = Paused(db, 1)
    cache = IndexCache(rows, MemorySection(index="sq8"), SMALL)
    waiting = asyncio.create_task(found(cache, QUERIES, guild_id=1))
    await rows.asked.wait()
    assert await found(cache, QUERIES, guild_id=2) == truth(quick, vectors)
    fresh = unit(5, DIMENSIONS, 5)
    added = await planted(db, fresh, 1)
    async with cache.lock(1):  # not held by the rebuild
        await cache.add(1, STORY, MODEL, added, fresh)
        await asyncio.to_thread(unplant, db.path, slow[:20])
        await cache.remove(1, slow[:20])
    rows.may.set()
    assert await waiting == truth([*slow[20:], *added], np.concatenate([vectors[20:], fresh]))
    await cache.close()


async def test_who_gives_up_a_search_does_not_stop_the_building(db: Database) -> None:
    vectors = unit(300, DIMENSIONS, 1)
    ids = await planted(db, vectors, 1)
    rows = Paused(db, 1)
    cache = IndexCache(rows, MemorySection(), SMALL)
    waiting = asyncio.create_task(found(cache, QUERIES))
    await rows.asked.wait()
    waiting.cancel()
    rows.may.set()
    assert await found(cache, QUERIES) == truth(ids, vectors)
    await cache.close()


async def test_a_building_that_fails_is_told_and_tried_again(db: Database) -> None:
    vectors = unit(60, DIMENSIONS, 1)
    ids = await planted(db, vectors)

    class Failing(VectorStore):
        failures = 1

        async def page(self, *args: Any, **kwargs: Any) -> list[tuple[int, bytes]]:
            if self.failures:
                self.failures -= 1
                raise StoreError(detail="today")
            return await super().page(*args, **kwargs)

    cache = IndexCache(Failing(db), MemorySection(), SMALL)
    with pytest.raises(StoreError, match="today"):
        await found(cache, QUERIES)
    assert cache.guilds == ()
    assert await found(cache, QUERIES) == truth(ids, vectors)
    await cache.close()


async def test_damaged_rows_are_named_and_left_out(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    vectors = unit(200, DIMENSIONS, 1)
    ids = await planted(db, vectors)
    not_finite = np.full(DIMENSIONS, np.nan, dtype="<f4").tobytes()
    await db.write(lambda c: c.execute("UPDATE passages SET vector = ? WHERE id <= ?", (not_finite, ids[2])))
    await db.write(lambda c: c.execute("UPDATE passages SET vector = x'00' WHERE id IN (?, ?)", ids[3:5]))
    async with cache_of(db, index="sq8") as cache:
        with caplog.at_level(logging.WARNING):
            assert await found(cache, QUERIES) == truth(ids[5:], vectors[5:])
    assert "5 of 200 vectors are damaged" in caplog.text


async def test_where_all_rows_are_damaged_nothing_is_found(db: Database) -> None:
    await planted(db, unit(200, DIMENSIONS, 1))
    async with cache_of(db, index="sq8") as cache:
        assert await found(cache, unit(1, DIMENSIONS * 2, 1)) == [[]]
        assert cache.guilds == (), "and it costs nothing"


async def test_models_and_dimensions_do_not_mix(db: Database) -> None:
    narrow, wide = unit(120, DIMENSIONS, 1), unit(120, DIMENSIONS * 2, 2)
    ids = await planted(db, narrow)
    others = await planted(db, wide, model="another@1")
    same = await planted(db, wide[:7])  # the same model's name, another length
    async with cache_of(db, index="sq8") as cache:
        assert await found(cache, QUERIES) == truth(ids, narrow)
        wider = unit(2, DIMENSIONS * 2, 3)
        assert await found(cache, wider, model="another@1") == truth(others, wide, wider)
        assert await found(cache, wider) == truth(same, wide[:7], wider)
        assert await found(cache, QUERIES) == truth(ids, narrow)


class TestRoom:
    async def test_servers_are_dropped_by_number(self, db: Database) -> None:
        for guild_id in range(1, 6):
            await planted(db, unit(3, DIMENSIONS, guild_id), guild_id)
        async with cache_of(db, indices_in_memory=2) as cache:
            for guild_id in (1, 2, 3, 2, 4):
                await found(cache, QUERIES, guild_id=guild_id)
            assert cache.guilds == (2, 4)

    async def test_servers_are_dropped_by_bytes_and_the_one_in_use_stays(self, db: Database) -> None:
        for guild_id in (1, 2, 3):
            await planted(db, unit(600, 512, guild_id), guild_id)
        await planted(db, unit(3, 512, 4), 4)
        queries = unit(1, 512, 9)
        async with cache_of(db, index_megabytes=3) as cache:
            await found(cache, queries, guild_id=1)
            one = cache.bytes
            assert 600 * 512 * 4 <= one <= 1.1 * 600 * 512 * 4
            await found(cache, queries, guild_id=2)
            await found(cache, queries, guild_id=3)
            assert (cache.guilds, cache.bytes) == ((2, 3), 2 * one)
            await found(cache, queries, guild_id=4)
            assert cache.guilds == (2, 3, 4)
        async with cache_of(db, index_megabytes=1) as cache:
            await found(cache, queries, guild_id=1)
            assert len(cache.guilds) == 1
            cache.drop(1)
            assert not cache.guilds
            assert not cache.bytes
