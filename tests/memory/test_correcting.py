"""What members correct: pins, "not relevant"; and what servers decide."""

from __future__ import annotations

import numpy as np
import pytest

from ravsg.config import MemorySection
from ravsg.memory.feedback import factors, likeness
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.store.feedback import Verdict
from ravsg.store.memory_settings import ServerMemory
from tests.memory.helpers import MODEL, Vectors, ask, keep, open_memory

GUILD = 1
ANA, BEN = 7, 8


def at(angle: float) -> Vectors:
    """A unit vector [1, d] so many degrees away from the first axis."""
    vector = np.zeros((1, 32), dtype=np.float32)
    vector[0, 0], vector[0, 1] = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return vector


async def first(memory: Memory, vectors: Vectors) -> str:
    return (await ask(memory, GUILD, vectors, floor=0.2))[0].text


class TestPins:
    async def test_what_is_pinned_passes_its_neighbours_and_not_what_fits_far_better(self, memory: Memory) -> None:
        ids = [await keep(memory, GUILD, f"word{i} only", at(10 * i)) for i in range(6)]
        await memory.pin(GUILD, ids[2][0], by=ANA)
        found = await ask(memory, GUILD, at(0), top_k=6)
        assert [one.text.split()[0] for one in found[:2]] == ["word2", "word0"]
        assert [one.pinned for one in found].count(True) == 1

    async def test_the_first_to_pin_stays_named_until_it_is_taken_away(self, memory: Memory, db: Database) -> None:
        ((number,),) = [await keep(memory, GUILD, "a fox", at(0))]
        assert await memory.pin(GUILD, number, by=ANA)
        assert await memory.pin(GUILD, number, by=BEN)
        assert [row["pinned_by"] for row in await db.read("SELECT pinned_by FROM memories")] == [ANA]
        assert (await memory.stats(GUILD)).pinned == 1
        assert await memory.pin(GUILD, number, by=None)
        assert (await memory.stats(GUILD)).pinned == 0
        assert not await memory.pin(GUILD, 999, by=ANA)

    async def test_a_forgotten_members_pin_stays_without_their_name(self, memory: Memory, db: Database) -> None:
        (number,) = await keep(memory, GUILD, "a fox", at(0), author_id=BEN)
        await memory.pin(GUILD, number, by=ANA)
        await memory.forget_author(GUILD, ANA)
        ((by, when),) = [tuple(row) for row in await db.read("SELECT pinned_by, pinned_ms FROM memories")]
        assert by is None
        assert when is not None


class TestNotRelevant:
    async def test_it_lowers_the_memory_for_like_questions_only(self, memory: Memory) -> None:
        (lamp,) = await keep(memory, GUILD, "lamp", at(0))
        await keep(memory, GUILD, "boat", at(20))
        assert await memory.not_relevant(GUILD, lamp, Query(texts=at(5), model=MODEL), by=ANA, job_id="j")
        assert await first(memory, at(5)) == "boat"
        assert await first(memory, at(-75)) == "lamp", "a question of something else"

    async def test_what_a_person_searches_for_is_found_all_the_same(self, memory: Memory) -> None:
        (lamp,) = await keep(memory, GUILD, "lamp", at(0))
        await keep(memory, GUILD, "boat", at(20))
        query = Query("lamp", texts=at(0), model=MODEL)
        for member in range(50):
            await memory.not_relevant(GUILD, lamp, query, by=member)
        found = await memory.search(GUILD, query, limit=5)
        assert [one.text for one in found] == ["lamp", "boat"]
        assert {one.text for one in await ask(memory, GUILD, at(0))} == {"lamp", "boat"}, "it is lowered, not lost"

    async def test_the_same_member_is_heard_once_for_a_question(self, memory: Memory) -> None:
        (lamp,) = await keep(memory, GUILD, "lamp", at(0))
        for _ in range(3):
            await memory.not_relevant(GUILD, lamp, Query("a red lamp"), by=ANA, job_id="j")
        (verdict,) = await memory.verdicts_of(GUILD, ANA)
        assert (verdict.words, verdict.job_id, verdict.dimensions) == ("lamp red", "j", 0)
        assert verdict.given_at is not None

    async def test_it_goes_with_its_memory_its_job_and_its_member(self, memory: Memory, db: Database) -> None:
        numbers = [(await keep(memory, GUILD, text, at(0), author_id=BEN))[0] for text in ("lamp", "boat", "owl")]
        await db.write(
            lambda c: c.execute(
                "INSERT INTO jobs (id, kind, guild_id, channel_id, author_id, author_name, locale, request, state,"
                " created_at) VALUES ('j', 'story', 1, 1, 1, 'x', 'en', '{}', 'done', 1)"
            )
        )
        for number, job_id in zip(numbers, ("", "j", ""), strict=True):
            await memory.not_relevant(GUILD, number, Query("w"), by=ANA, job_id=job_id)
        assert len(await memory.verdicts_of(GUILD, ANA)) == 3
        await memory.forget(GUILD, memory_id=numbers[0], by=BEN)
        assert {one.memory_id for one in await memory.verdicts_of(GUILD, ANA)} == set(numbers[1:])
        await db.write(lambda c: c.execute("DELETE FROM jobs"))
        assert {one.memory_id for one in await memory.verdicts_of(GUILD, ANA)} == {numbers[2]}
        await memory.forget_author(GUILD, ANA)
        assert await memory.verdicts_of(GUILD, ANA) == []

    def test_it_is_bounded_however_many_say_it(self) -> None:
        config = MemorySection(feedback_weight=0.4, feedback_most=0.6)
        query = Query(texts=at(0), model=MODEL)
        same = Verdict(1, ANA, "", at(0).tobytes(), 32, MODEL)
        assert factors([same], query, 0.2, config) == {1: pytest.approx(0.6)}
        assert factors([same] * 100, query, 0.2, config) == {1: pytest.approx(0.4)}
        assert factors([], query, 0.2, config) == {}

    def test_likeness_is_stretched_from_the_floor_and_falls_back_to_words(self) -> None:
        verdict = Verdict(1, ANA, "red lamp", at(0).tobytes(), 32, MODEL)
        for angle, floor, like in ((0, 0.5, 1.0), (60, 0.5, 0.0), (90, 0.2, 0.0), (60, 0.0, 0.5)):
            query = Query(texts=at(angle), model=MODEL)
            assert likeness(verdict, query, floor) == pytest.approx(like, abs=1e-6)
        assert likeness(verdict, Query("a red boat", texts=at(0), model="other"), 0.2) == pytest.approx(1 / 3)
        assert likeness(verdict, Query(), 0.2) == 0


class TestServersDecide:
    async def test_a_servers_default_comes_between_the_members_word_and_the_operators(self, db: Database) -> None:
        memory = open_memory(db, MemorySection(consent="opt-in"))
        assert not await memory.may_remember(GUILD, ANA)
        await memory.policy.set_settings(GUILD, ServerMemory(consent="opt-out"), by=BEN)
        assert await memory.may_remember(GUILD, ANA)
        assert not await memory.may_remember(2, ANA), "another server decided nothing"
        assert await keep(memory, GUILD, "a fox", at(0))
        await memory.set_consent(GUILD, ANA, False)
        assert not await memory.may_remember(GUILD, ANA)
        assert await keep(memory, GUILD, "an owl", at(0)) == []

    async def test_the_word_that_it_was_kept_under_stands_with_it(self, memory: Memory) -> None:
        await keep(memory, GUILD, "before", at(0))
        await memory.set_consent(GUILD, ANA, True)
        await keep(memory, GUILD, "after", at(0))
        kept = [one async for one in memory.kept_of(GUILD, ANA)]
        assert [(one.passages, one.consent) for one in kept] == [(("before",), "by default"), (("after",), "agreed")]

    async def test_going_back_to_opt_in_hides_those_who_have_not_agreed(self, memory: Memory) -> None:
        await keep(memory, GUILD, "a fox", at(0))
        await memory.set_consent(GUILD, BEN, True)
        await keep(memory, GUILD, "an owl", at(0), author_id=BEN)
        await memory.policy.set_settings(GUILD, ServerMemory(consent="opt-in"), by=BEN)
        for found in (await ask(memory, GUILD, at(0), words="fox owl"), await memory.recent(GUILD, 9)):
            assert [one.text for one in found] == ["an owl"]
        await memory.policy.set_settings(GUILD, ServerMemory(), by=BEN)
        assert len(await memory.recent(GUILD, 9)) == 2

    async def test_a_member_can_have_all_that_is_kept_of_them(self, memory: Memory) -> None:
        for i in range(230):  # more than two pages
            await keep(
                memory, GUILD, f"creature {i}", at(i), keywords=("fox",), book_id="b", chapter=i, branch="main"
            )
        await keep(memory, GUILD, "Ben's", at(0), author_id=BEN)
        kept = [one async for one in memory.kept_of(GUILD, ANA)]
        assert [one.chapter for one in kept] == list(range(230))
        assert {(one.keywords, one.book_id, one.branch, one.models) for one in kept} == {
            (("fox",), "b", "main", (MODEL,))
        }


async def test_keywords_are_found_by_words(memory: Memory) -> None:
    await keep(memory, GUILD, "She went home.", at(0), keywords=("a red fox", "lantern"))
    assert [one.text for one in await ask(memory, GUILD, words="lanterns")] == ["She went home."]
