"""Passages: whole, bounded, overlapping, and cut where a reader would cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravsg.memory.chunks import spans, split

SENTENCES = "The fox went into the forest. She carried a red lantern! Who had lit it? Nobody in the village knew. "


@given(st.text(max_size=2000), st.integers(10, 300), st.integers(0, 9))
def test_without_their_overlaps_the_passages_are_the_text(text: str, size: int, overlap: int) -> None:
    rebuilt = ""
    for start, passage in spans(text, size, overlap):
        assert 0 < len(passage) <= size
        assert start <= len(rebuilt) <= start + overlap
        rebuilt = rebuilt[:start] + passage
    assert rebuilt == text


@given(st.text(alphabet="ab \n.é👩‍👧", max_size=800))
def test_no_passage_is_empty_or_padded(text: str) -> None:
    for passage in split(text, 40, 10):
        assert passage == passage.strip() != ""


def test_a_passage_ends_with_a_sentence() -> None:
    passages = split(SENTENCES * 20)
    assert len(passages) > 3
    assert all(passage[-1] in ".!?" for passage in passages)
    assert all(len(passage) > 350 for passage in passages[:-1])


def test_what_one_passage_ends_with_the_next_begins_with() -> None:
    passages = split(SENTENCES * 20)
    for one, following in pairwise(passages):
        shared = max(size for size in range(51) if one.endswith(following[:size]))
        assert shared > 10
        assert following[:shared].count(".") + following[:shared].count("?") >= 1


def test_words_stay_whole_and_an_endless_word_is_cut() -> None:
    words = split("wonderful " * 100, 60, 10)
    assert {word for passage in words for word in passage.split()} == {"wonderful"}
    assert max(map(len, split("x" * 1200))) == 500


def test_nothing_gives_nothing() -> None:
    assert split("") == split("  \n\n ") == []


def test_an_overlap_as_large_as_the_passage_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        split("text", 50, 50)
