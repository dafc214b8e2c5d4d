"""Budgets in words, tokens and characters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravsg.story.lengths import answer_bounds, characters_left, count_words, first_words, fit_memories, head, tail
from ravsg.types import Length, MemoryKind, Recalled

TEXT = "One fox ran. Two owls slept! Did three mice sing? Four stars fell."


def memory(text: str, title: str = "Old tale") -> Recalled:
    when = datetime(2026, 11, 1, tzinfo=UTC)
    return Recalled(1, MemoryKind.STORY, text, title, 7, "Ann", 3, None, "aaaaaaaa", when, 0.5, "similar picture")


def test_words_are_counted_as_readers_do() -> None:
    assert count_words("Well — it was 3 o'clock … twenty-two !") == 6
    assert count_words("Лиса идёт к морю.") == 4


def test_scripts_without_spaces_have_words_too() -> None:
    assert count_words("狐は港へ行く。") == 3
    assert count_words("狐は港へ行く。 Mira 3") == 5
    assert count_words("。、…") == 0


@pytest.mark.parametrize("length", get_args(Length))
def test_an_answer_may_always_reach_its_minimum(length: Length) -> None:
    bounds = answer_bounds(length, 150, 2048, 1.35)
    assert 150 < bounds.least < bounds.most < 1024
    assert answer_bounds(length, 400, 2048, 1.35).most > 400
    assert answer_bounds(length, 300, 4096, tokens_per_word=2).least == 600


def test_an_answer_is_held_open_for_what_its_words_cost_in_the_middle() -> None:
    """251 words at 0.86 of the tokens that each may cost; but 150 at their full cost."""
    assert answer_bounds("long", 150, 2048, 1.0).least == 216
    assert answer_bounds("short", 150, 2048, 1.0).least == 150


def test_an_answer_takes_half_of_the_context_at_most() -> None:
    bounds = answer_bounds("long", 400, 1000, tokens_per_word=4)
    assert bounds.least == bounds.most == 500


def test_no_room_is_no_room() -> None:
    assert characters_left(2048, 600, 1000) == 1604
    assert characters_left(1024, 600, 0) == 0


def test_memories_fit_best_first_and_the_last_is_shortened() -> None:
    long = f"{TEXT} {TEXT}"
    kept = fit_memories([memory(TEXT), memory(long)], 68 + len(TEXT) + 68 + 80)
    assert [m.text for m in kept] == [TEXT, f"{TEXT} One fox ran."]
    assert fit_memories([memory(long)], 68 + 50) == ()
    assert fit_memories([memory("Yes.")], 68 + 50) == (memory("Yes."),)


def test_a_memory_without_sentences_is_shortened_between_words() -> None:
    (kept,) = fit_memories([memory("lantern " * 40)], 68 + 90)
    assert 60 <= len(kept.text) <= 90
    assert kept.text.endswith("lantern…")


@given(st.integers(0, 80))
def test_head_and_tail_keep_whole_sentences_within_the_limit(limit: int) -> None:
    for kept, whole in ((head(TEXT, limit), TEXT.startswith), (tail(TEXT, limit), TEXT.endswith)):
        assert len(kept) <= limit
        assert whole(kept)
        assert kept == "" or kept[-1] in ".!?"


def test_words_that_do_not_fit_are_nothing() -> None:
    assert first_words("lantern light", 5) == ""
    assert first_words("lantern light", 12) == "lantern…"
    assert first_words("lantern light", 13) == "lantern light"


def test_tail_keeps_what_came_last() -> None:
    assert tail(TEXT, 40) == "Did three mice sing? Four stars fell."
