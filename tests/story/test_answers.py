"""Short answers are read as they were asked for, and no others pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravsg.story.answers import (
    ends_open,
    is_recap,
    is_summary,
    names_conflict,
    read_keywords,
    read_title,
    sentences,
)


def test_sentences_keep_their_marks() -> None:
    text = 'One ran. "Stop!" she cried. Was it over? It slid… and then'
    assert sentences(text) == ("One ran.", '"Stop!"', "she cried.", "Was it over?", "It slid…")
    assert sentences("3.5 metres are enough.") == ("3.5 metres are enough.",)


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ("One. Two. Three.", True),
        ("One.\nTwo.  Three!", True),
        ("One. Two.", False),
        ("One. Two. Three. Four.", False),
        ("One. Two. Three. And then", False),
        ("", False),
    ],
)
def test_a_summary_is_three_sentences(answer: str, good: bool) -> None:
    assert is_summary(answer) is good


def test_only_words_of_the_text_are_keywords() -> None:
    text = "Mira lit the Golden Lantern in the snow."
    assert read_keywords("Mira, lantern, LANTERN, dragon, golden lantern, , snow.", text) == (
        "Mira",
        "lantern",
        "golden lantern",
        "snow",
    )
    assert read_keywords("", text) == ()


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ('"The Last Light"', "The Last Light"),
        ("\nTitle: Mira and the Key\nIt is about", "Mira and the Key"),
        ("**Home Again**", "Home Again"),
        ("…", ""),
        ("lantern " * 20, ""),
        ("", ""),
    ],
)
def test_a_title_is_one_line(answer: str, title: str) -> None:
    assert read_title(answer) == title


@pytest.mark.parametrize(
    ("text", "open_"), [("Who?", True), ("It slid…", True), ('"Who is it?"', True), ("Ah.", False)]
)
def test_a_cliffhanger_leaves_something_open(text: str, open_: bool) -> None:
    assert ends_open(text) is open_


def test_a_recap_begins_as_asked() -> None:
    assert is_recap("Previously on Home Again: Mira ran.", "Home Again")
    assert not is_recap("Mira ran.", "Home Again")


def test_a_conflict_is_named_by_most_of_its_words() -> None:
    conflict = "the lantern may go out before the way is found"
    assert names_conflict('"The lantern may go out before the way is found," said Tilo.', conflict)
    assert not names_conflict("A lantern stood there.", conflict)
    assert names_conflict("It is far.", "far")


@given(st.text())
def test_any_answer_can_be_read(answer: str) -> None:
    assert all(keyword for keyword in read_keywords(answer, answer))
    assert "\n" not in read_title(answer)
    assert len(sentences(answer)) >= is_summary(answer) * 3
