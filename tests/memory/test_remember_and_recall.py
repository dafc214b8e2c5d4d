"""Remembering with consent, and finding it again: by vectors, by words, and only where it may be seen."""

from __future__ import annotations

import asyncio
import logging

import numpy as np
import pytest

from ravsg.config import MemorySection
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.store.memory_filter import MemoryFilter
from ravsg.types import MemoryKind
from tests.memory.helpers import DIMENSIONS, MODEL, ask, direction, item, keep, open_memory

GUILD = 1


class TestConsent:
    async def test_who_has_not_agreed_is_not_stored(self, db: Database) -> None:
        memory = open_memory(db, MemorySection(consent="opt-in"))
        assert not await memory.may_remember(GUILD, 7)
        assert await keep(memory, GUILD, "a secret", direction(1), picture=b"a picture") == []
        for table in ("memories", "passages", "passage_words", "memory_pictures"):
            assert await db.read(f"SELECT * FROM {table}") == []

    async def test_who_agrees_is(self, db: Database) -> None:
        memory = open_memory(db, MemorySection(consent="opt-in"))
        await memory.set_consent(GUILD, 7, True)
        assert await memory.may_remember(GUILD, 7)
        assert len(await keep(memory, GUILD, "a fox", direction(1))) == 1
        assert not await memory.may_remember(2, 7), "agreement counts for one server"

    async def test_a_refusal_hides_at_once_what_is_there(self, memory: Memory) -> None:
        await keep(memory, GUILD, "a fox", direction(1))
        await memory.set_consent(GUILD, 7, False)
        assert not await memory.may_remember(GUILD, 7)
        assert await ask(memory, GUILD, direction(1), words="fox") == []
        assert await memory.recent(GUILD, 5) == []
        assert await keep(memory, GUILD, "an owl", direction(2)) == []
        await memory.set_consent(GUILD, 7, True)
        assert [one.text for one in await ask(memory, GUILD, direction(1))] == ["a fox"]


class TestRemember:
    async def test_the_same_again_is_kept_once(self, memory: Memory) -> None:
        first = await keep(memory, GUILD, "a fox", direction(1))
        assert await keep(memory, GUILD, "a fox", direction(1), job_id="another") == first
        assert (await memory.stats(GUILD)).passages == 1

    async def test_another_author_or_channel_keeps_their_own(self, memory: Memory) -> None:
        await keep(memory, GUILD, "a fox", direction(1))
        await keep(memory, GUILD, "a fox", direction(1), author_id=8, job_id="b")
        await keep(memory, GUILD, "a fox", direction(1), channel_id=11, job_id="c")
        assert (await memory.stats(GUILD)).stories == 3
        assert len(await ask(memory, GUILD, direction(1))) == 1, "and it is recalled once"

    async def test_another_model_replaces_the_vectors(self, memory: Memory) -> None:
        ids = await keep(memory, GUILD, "a fox", direction(1))
        assert len(await ask(memory, GUILD, direction(1))) == 1
        assert await keep(memory, GUILD, "a fox", direction(2), model="new") == ids
        assert await ask(memory, GUILD, direction(1)) == []
        (found,) = await ask(memory, GUILD, direction(2), model="new")
        assert found.score == pytest.approx(1)

    async def test_a_cancelled_caller_does_not_tear_it(self, memory: Memory) -> None:
        await keep(memory, GUILD, "an owl", direction(2))
        await ask(memory, GUILD, direction(2))  # the index is in memory now
        task = asyncio.create_task(keep(memory, GUILD, "a fox", direction(1)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.gather(*memory._keeper._changes)
        assert (await ask(memory, GUILD, direction(1)))[0].text == "a fox"

    @pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
    async def test_a_vector_without_direction_is_refused(self, memory: Memory, value: float) -> None:
        with pytest.raises(ValueError, match="vector"):
            await keep(memory, GUILD, "a fox", np.full((1, DIMENSIONS), value, dtype=np.float32))
        assert (await memory.stats(GUILD)).passages == 0

    async def test_chunks_and_vectors_must_be_as_many(self, memory: Memory) -> None:
        with pytest.raises(ValueError, match="2 chunks"):
            await memory.remember(GUILD, item("a fox"), ["a", "fox"], direction(1), MODEL)

    async def test_a_message_and_a_picture_can_hang_on_it(self, memory: Memory) -> None:
        (story,) = await keep(memory, GUILD, "a fox", direction(1), job_id="j", message_id=99)
        (picture,) = await keep(
            memory,
            GUILD,
            "fox, drawn",
            direction(3),
            job_id="j",
            message_id=99,
            kind=MemoryKind.PICTURE,
            picture=b"thumb",
        )
        assert {one.message_id for one in await memory.recent(GUILD, 5)} == {99}
        assert await memory.picture(GUILD, picture) == b"thumb"
        assert await memory.picture(GUILD, story) == b"thumb", "the picture of the same job"
        assert await memory.picture(2, picture) is None


class TestRecall:
    async def test_the_nearest_comes_first(self, memory: Memory) -> None:
        for i in range(10):
            await keep(memory, GUILD, f"creature {i}", direction(i))
        results = await ask(memory, GUILD, direction(77, near=4), top_k=3)
        assert results[0].text == "creature 4"
        assert len(results) == 3
        assert results[0].score > 0.9
        assert results[0].why == "similar passage"

    async def test_words_find_what_vectors_do_not(self, memory: Memory) -> None:
        for i in range(30):
            await keep(memory, GUILD, f"creature {i}", direction(i))
        await keep(memory, GUILD, "Jorobel lit the lamps", direction(99))
        results = await ask(memory, GUILD, direction(3), words="What did Jorobel light?", top_k=2)
        assert {one.text for one in results} == {"Jorobel lit the lamps", "creature 3"}
        named = next(one for one in results if one.text.startswith("Jorobel"))
        assert "same words: jorobel" in named.why

    async def test_words_alone_are_enough(self, memory: Memory) -> None:
        await keep(memory, GUILD, "Jorobel lit the lamps", direction(1))
        await keep(memory, GUILD, "a quiet owl", direction(2))
        (found,) = await ask(memory, GUILD, words="lamp")
        assert (found.text, found.score) == ("Jorobel lit the lamps", 0.0)

    @pytest.mark.parametrize("words", ['"', "NEAR(", "a OR b*", "title:x", "-", "^x", "(((", "\0", "g1"])
    async def test_words_are_words_and_no_query_language(self, memory: Memory, words: str) -> None:
        await keep(memory, GUILD, "nothing of the kind", direction(1))
        assert await ask(memory, GUILD, words=words) == []

    async def test_nothing_under_the_floor_is_recalled(self, memory: Memory) -> None:
        await keep(memory, GUILD, "near fox", direction(50, near=1))
        await keep(memory, GUILD, "far fox", -direction(1))
        results = await ask(memory, GUILD, direction(1), floor=0.5, words="fox")
        assert [one.text for one in results] == ["near fox"]

    async def test_kinds_are_searched_as_asked(self, memory: Memory) -> None:
        await keep(memory, GUILD, "told", direction(1))
        await keep(memory, GUILD, "drawn", direction(50, near=1), kind=MemoryKind.PICTURE)
        both = await ask(memory, GUILD, direction(1), words="told drawn")
        assert {one.kind for one in both} == set(MemoryKind)
        (only,) = await ask(memory, GUILD, direction(1), words="told drawn", kinds=[MemoryKind.PICTURE])
        assert only.text == "drawn"
        assert only.why == "similar picture, same words: drawn"

    async def test_a_private_channel_never_surfaces_in_a_public_one(self, memory: Memory) -> None:
        for i in range(300):  # more than the first look, and all of it nearer
            await keep(memory, GUILD, f"private whisper {i}", direction(1000 + i, near=1, noise=0.05), channel_id=66)
        await keep(memory, GUILD, "public word", direction(5, near=1, noise=0.9), channel_id=10)
        results = await ask(memory, GUILD, direction(1), words="whisper word", channels=[10])
        assert [one.text for one in results] == ["public word"]
        assert await memory.recent(GUILD, 3, MemoryFilter(channels=[11])) == []
        (recent,) = await memory.recent(GUILD, 3, MemoryFilter(channels=[10]))
        assert recent.text == "public word"

    async def test_jobs_can_be_left_out(self, memory: Memory) -> None:
        await keep(memory, GUILD, "a fox", direction(1), job_id="now")
        assert await ask(memory, GUILD, direction(1), words="fox", without_jobs=["now"]) == []

    async def test_another_models_vectors_are_not_compared(self, memory: Memory) -> None:
        await keep(memory, GUILD, "a fox", direction(1), model="old")
        assert await ask(memory, GUILD, direction(1)) == []
        (found,) = await ask(memory, GUILD, direction(1), words="fox", floor=-1)
        assert (found.score, found.why) == (0.0, "same words: fox")

    async def test_recent_is_newest_first_one_line_per_memory(self, memory: Memory) -> None:
        vectors = np.concatenate([direction(1), direction(2)])
        await memory.remember(GUILD, item("begin end", job_id="a"), ["begin", "end"], vectors, MODEL)
        await keep(memory, GUILD, "later", direction(3), author_id=8)
        assert [one.text for one in await memory.recent(GUILD, 5)] == ["later", "begin"]
        assert [one.text for one in await memory.recent(GUILD, 5, MemoryFilter(author_id=7))] == ["begin"]
        assert len(await memory.recent(GUILD, 1)) == 1

    async def test_search_gives_the_word_before_the_merely_similar(self, memory: Memory) -> None:
        await keep(memory, GUILD, "a fox", direction(1))
        await keep(memory, GUILD, "Mira came home", direction(2, near=1, noise=0.5))
        results = await memory.search(GUILD, Query("Mira", texts=direction(1), model=MODEL), limit=5)
        assert [one.text for one in results] == ["Mira came home", "a fox"]

    async def test_stats_count_one_server(self, memory: Memory) -> None:
        await keep(memory, GUILD, "a fox", direction(1))
        await keep(memory, GUILD, "drawn", direction(2), kind=MemoryKind.PICTURE, author_id=8)
        await keep(memory, 2, "elsewhere", direction(2))
        stats = await memory.stats(GUILD)
        assert (stats.stories, stats.pictures, stats.passages, stats.authors) == (1, 1, 2, 2)
        assert stats.vector_bytes == 2 * DIMENSIONS * 4
        assert (await memory.stats(3)).oldest is None


class TestIndices:
    async def test_they_are_rebuilt_from_rows_after_a_restart(self, db: Database) -> None:
        config = MemorySection(consent="opt-out")
        await keep(open_memory(db, config), GUILD, "a fox", direction(1))
        assert [one.text for one in await ask(open_memory(db, config), GUILD, direction(1))] == ["a fox"]

    async def test_the_least_recently_used_server_is_dropped(self, db: Database) -> None:
        memory = open_memory(db, MemorySection(consent="opt-out", indices_in_memory=2))
        for guild_id in (1, 2, 3):
            await keep(memory, guild_id, f"fox of {guild_id}", direction(guild_id))
            await ask(memory, guild_id, direction(1))
        assert memory._cache.guilds == (2, 3)
        await keep(memory, 1, "owl of 1", direction(9))
        assert {one.text for one in await ask(memory, 1, direction(9))} == {"fox of 1", "owl of 1"}
        assert memory._cache.guilds == (3, 1)

    async def test_a_damaged_vector_is_named_in_the_log_and_found_by_words(
        self, db: Database, memory: Memory, caplog: pytest.LogCaptureFixture
    ) -> None:
        await keep(memory, GUILD, "a fox", direction(1))
        await keep(memory, GUILD, "an owl", direction(2))
        await db.write(lambda c: c.execute("UPDATE passages SET vector = x'00' WHERE text = 'an owl'"))
        with caplog.at_level(logging.WARNING):
            results = await ask(memory, GUILD, direction(1))
        assert [one.text for one in results] == ["a fox"]
        assert "1 of 2 vectors are damaged" in caplog.text
        assert [one.text for one in await ask(memory, GUILD, words="owl")] == ["an owl"]

    async def test_changes_and_searches_at_once_agree_with_the_rows(self, memory: Memory) -> None:
        async def live(i: int) -> None:
            ids = await keep(memory, GUILD, f"creature {i}", direction(i))
            await ask(memory, GUILD, direction(i))
            if i % 2:
                await memory.forget(GUILD, memory_id=ids[0], by=7)

        await asyncio.gather(*(live(i) for i in range(24)))
        results = await ask(memory, GUILD, direction(0), top_k=50)
        assert {one.text for one in results} == {f"creature {i}" for i in range(0, 24, 2)}
