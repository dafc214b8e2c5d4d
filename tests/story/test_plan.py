"""The arc of a book: conflicts rise and are resolved, names and open ends of one chapter go on in the next."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravsg.story.book import Book, ChapterTold
from ravsg.story.plan import UNNAMED_CONFLICT, make_plan, with_found, with_names
from ravsg.story.prompts import CastSheet
from ravsg.types import Analysis

SEEN = Analysis("harbour", ("a red fox", "an old keeper"), "calm", ("lantern",), ("the fog hides the pier", "a debt"))


def chapter(number: int, text: str = "Mira ran.") -> ChapterTold:
    return ChapterTold(number, "T", text, ("Mira",), "prompt", {"words": 2})


@given(st.integers(1, 12))
def test_tension_rises_to_the_chapter_before_the_last_and_falls(count: int) -> None:
    plan = make_plan(SEEN, count)
    tensions = [beat.tension for beat in plan.beats]
    assert tensions[:-1] == sorted(set(tensions[:-1]))
    assert tensions[-1] < min(tensions[:-1], default=1)
    assert [beat.opens for beat in plan.beats] == [True] * (count - 1) + [False]
    assert all(beat.conflicts[0] == "the fog hides the pier" for beat in plan.beats)
    assert plan.beats[-1].conflicts == SEEN.conflicts


def test_a_second_conflict_joins_later() -> None:
    assert [len(beat.conflicts) for beat in make_plan(SEEN).beats] == [1, 2, 2, 2, 2]
    assert make_plan(replace(SEEN, conflicts=())).beats[0].conflicts == (UNNAMED_CONFLICT,)


@pytest.mark.parametrize("count", [0, 13, -1])
def test_a_book_has_one_to_twelve_chapters(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        make_plan(SEEN, count)


def test_what_a_chapter_leaves_open_feeds_the_next_only() -> None:
    plan = with_found(make_plan(SEEN), 2, "the bell rings by itself")
    assert plan.beat(3).conflicts == ("the fog hides the pier", "the bell rings by itself")
    assert plan.seen(3).conflicts == plan.beat(3).conflicts
    assert plan.beat(2) == make_plan(SEEN).beat(2)
    assert plan.beat(4) == make_plan(SEEN).beat(4)
    assert with_found(plan, 5, "too late") == plan
    assert with_found(plan, 2, "") == plan


def test_names_that_a_chapter_gives_become_cast() -> None:
    text = "On the pier stood Mira, a red fox, and Mira waited. The keeper was called Bo. Bo said nothing."
    plan = with_names(make_plan(SEEN), text)
    assert CastSheet("Mira", "a red fox") in plan.cast
    given_one = make_plan(SEEN, cast=[CastSheet("Juno", "a red fox")])
    assert [one.name for one in with_names(given_one, text).cast if one.looks == "a red fox"] == ["Juno"]


def test_a_book_is_plain_data_and_goes_chapter_by_chapter() -> None:
    book = Book(make_plan(SEEN, 2), seed=1).with_chapter(chapter(1), make_plan(SEEN, 2))
    assert Book.from_json(book.to_json()) == book
    assert (book.next_number, book.finished) == (2, False)
    with pytest.raises(ValueError, match="chapter 2 is next"):
        book.with_chapter(chapter(3), book.plan)
    whole = book.with_chapter(chapter(2), book.plan)
    assert not whole.finished
    assert whole.with_summary("One. Two. Three.").finished
    with pytest.raises(ValueError, match="validation error"):
        Book.from_json('{"plan": 3}')
