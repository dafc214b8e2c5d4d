"""What memory does by itself: old memories go, and vectors of another model are made anew."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest

from ravsg.config import MemorySection
from ravsg.errors import BadPicture, ModelError
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.memory.upkeep import BATCH, Upkeep
from ravsg.store.connection import Database
from ravsg.store.embeddings import EmbeddingStore, Progress
from ravsg.store.memory_settings import ServerMemory
from ravsg.types import Embedded, EmbedTask, MemoryKind
from tests.memory.helpers import DIMENSIONS, ask, direction, item, keep, open_memory

NEW = "newer-clip@2"
DAY_MS = 86_400_000


@dataclass
class Embedder:
    """Another model: its vectors follow from what is embedded, and it breaks when it is told to."""

    calls: list[tuple[int, EmbedTask]] = field(default_factory=list)
    breaks_after: int = 10**9

    async def __call__(self, guild_id: int, task: EmbedTask) -> Embedded:
        if len(self.calls) >= self.breaks_after:
            raise ModelError(detail="it is tired")
        if b"damaged" in task.pictures:
            raise BadPicture
        self.calls.append((guild_id, task))
        return Embedded(self.rows(task.texts), self.rows(task.pictures), NEW)

    @staticmethod
    def rows(things: tuple[str, ...] | tuple[bytes, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        made = [direction(sum(one.encode() if isinstance(one, str) else one)) for one in things]
        return np.concatenate(made) if made else np.zeros((0, DIMENSIONS), dtype=np.float32)


def upkeep_of(memory: Memory, db: Database, embedder: Embedder) -> Upkeep:
    return Upkeep(memory, EmbeddingStore(db), embedder)


async def found(memory: Memory, guild_id: int, text: str) -> list[str]:
    """By the new model's vector of a text or a picture's bytes, in both kinds."""
    query = Query(texts=Embedder.rows((text,)), model=NEW)
    return [one.text for one in await memory.recall(guild_id, query, top_k=1, floor=0.99)]


class TestAnotherModel:
    async def test_stories_and_pictures_are_found_by_the_new_models_vectors(
        self, memory: Memory, db: Database
    ) -> None:
        for guild_id in (1, 2):
            await keep(memory, guild_id, "a fox", direction(1), job_id="s")
            await keep(memory, guild_id, "drawn", direction(2), kind=MemoryKind.PICTURE, picture=b"png", job_id="p")
        assert await found(memory, 1, "The lantern. a fox") == []
        upkeep = upkeep_of(memory, db, Embedder())
        assert await upkeep.progress() is None
        await upkeep.embed_anew()
        for guild_id in (1, 2):
            assert await found(memory, guild_id, "The lantern. a fox") == ["a fox"]
            assert await found(memory, guild_id, "png") == ["drawn"]
        assert await ask(memory, 1, direction(1)) == [], "the old model's vectors are gone"
        assert [one.text for one in await ask(memory, 1, words="fox")] == ["a fox"]
        assert await upkeep.progress() == Progress(done=4, total=4, words_only=0)

    async def test_a_long_story_keeps_its_passages_in_order(self, memory: Memory, db: Database) -> None:
        rows = np.concatenate([direction(1), direction(2), direction(3)])
        await memory.remember(1, item("x"), ["first", "second", "third"], rows, "old")
        await upkeep_of(memory, db, Embedder()).embed_anew()
        assert await found(memory, 1, "The lantern. second") == ["second"]
        texts = await db.read("SELECT text, part, model FROM passages ORDER BY part")
        assert [tuple(row) for row in texts] == [("first", 0, NEW), ("second", 1, NEW), ("third", 2, NEW)]

    async def test_it_goes_on_where_it_stopped(self, memory: Memory, db: Database) -> None:
        count = 2 * BATCH + 3
        for i in range(count):
            await keep(memory, 1, f"creature {i}", direction(i))
        upkeep = upkeep_of(memory, db, Embedder(breaks_after=2))
        with pytest.raises(ModelError):
            await upkeep.embed_anew()
        assert await upkeep.progress() == Progress(BATCH, count, 0)
        assert await found(memory, 1, "The lantern. creature 0") == ["creature 0"], "searches use what is there"

        again = Embedder()
        await upkeep_of(open_memory(db, MemorySection(consent="opt-out")), db, again).embed_anew()
        assert sum(len(task.texts) for _, task in again.calls) - 1 == count - BATCH, "what is done is done"
        assert await upkeep.progress() == Progress(count, count, 0)

    async def test_a_picture_without_a_copy_is_found_by_words_alone(self, memory: Memory, db: Database) -> None:
        await keep(memory, 1, "drawn", direction(2), kind=MemoryKind.PICTURE)
        await keep(memory, 1, "torn", direction(3), kind=MemoryKind.PICTURE, picture=b"damaged", job_id="t")
        await keep(memory, 1, "a fox", direction(4), job_id="s")
        upkeep = upkeep_of(memory, db, Embedder())
        await upkeep.embed_anew()
        assert await upkeep.progress() == Progress(done=1, total=2, words_only=1)
        assert [one.text for one in await ask(memory, 1, words="drawn torn", model=NEW)] == ["torn", "drawn"]
        assert await found(memory, 1, "The lantern. a fox") == ["a fox"], "a damaged one keeps no other from it"

    async def test_nothing_is_asked_of_the_embedder_where_nothing_is_remembered(
        self, memory: Memory, db: Database
    ) -> None:
        embedder = Embedder()
        await upkeep_of(memory, db, embedder).embed_anew()
        assert embedder.calls == []

    async def test_what_is_forgotten_meanwhile_does_not_come_back(self, memory: Memory, db: Database) -> None:
        await keep(memory, 1, "a fox", direction(1))

        class Slow(Embedder):
            async def __call__(self, guild_id: int, task: EmbedTask) -> Embedded:
                if guild_id:
                    await memory.forget_author(1, 7)
                return await super().__call__(guild_id, task)

        await upkeep_of(memory, db, Slow()).embed_anew()
        assert await db.read("SELECT id FROM passages") == []
        assert await db.read("SELECT rowid FROM passage_words") == []


class TestRetention:
    async def test_a_server_forgets_what_is_older_than_it_wants(self, memory: Memory, db: Database) -> None:
        for guild_id in (1, 2):
            await keep(memory, guild_id, "old", direction(1), job_id="o")
            (pinned,) = await keep(memory, guild_id, "old and pinned", direction(2), job_id="p")
            await memory.pin(guild_id, pinned, by=9)
        await memory.policy.set_settings(1, ServerMemory(retention_days=30), by=9)
        now = int(datetime.now(UTC).timestamp() * 1000)
        upkeep = upkeep_of(memory, db, Embedder())
        assert await upkeep.sweep(now + 29 * DAY_MS) == 0
        assert await upkeep.sweep(now + 31 * DAY_MS) == 1
        assert {one.text for one in await ask(memory, 1, direction(1), words="old")} == {"old and pinned"}
        assert {one.text for one in await ask(memory, 2, direction(1), words="old")} == {"old", "old and pinned"}

    async def test_the_operators_days_hold_where_a_server_has_none(self, db: Database) -> None:
        memory = open_memory(db, MemorySection(consent="opt-out", retention_days=10))
        for guild_id in (1, 2):
            await keep(memory, guild_id, "old", direction(1))
        await memory.policy.set_settings(2, ServerMemory(retention_days=1000), by=9)
        now = int(datetime.now(UTC).timestamp() * 1000)
        assert await upkeep_of(memory, db, Embedder()).sweep(now + 11 * DAY_MS) == 1
        assert await ask(memory, 1, words="old") == []
        assert len(await ask(memory, 2, words="old")) == 1


async def test_it_runs_until_it_is_cancelled_and_survives_what_breaks(memory: Memory, db: Database) -> None:
    await keep(memory, 1, "a fox", direction(1))
    again = asyncio.Event()

    class Broken(Embedder):
        async def __call__(self, guild_id: int, task: EmbedTask) -> Embedded:
            self.calls.append((guild_id, task))
            if len(self.calls) == 1:
                raise ModelError(detail="at first")
            if len(self.calls) == 2:
                raise ZeroDivisionError
            again.set()
            return Embedded(self.rows(task.texts), self.rows(task.pictures), NEW)

    upkeep = Upkeep(memory, EmbeddingStore(db), Broken(), hours=0)
    task = asyncio.create_task(upkeep.run())
    await again.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
