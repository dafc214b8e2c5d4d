"""Who is meant: names in words, kinds of figures, and looks in the place of names."""

from __future__ import annotations

import pytest

from ravsg.story.figures import Candidate, kind_of, meant, place_of, with_looks

MIRA = Candidate("Mira", "a red fox with a blue scarf")
RUSTY = Candidate("Rusty", "a grey fox")
BRUNO = Candidate("Bruno", "a big brown bear")


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("a red fox with a blue scarf", "fox"),
        ("two foxes", "fox"),
        ("an old woman in a coat", "woman"),
        ("the girl wearing a hat", "girl"),
        ("a small grey cat sitting on a wall", "cat"),
        ("Fox, red", "fox"),
        ("a king", "king"),
        ("a bus", "bus"),
        ("three birds", "bird"),
        ("", ""),
        ("7", ""),
    ],
)
def test_the_head_noun_is_the_kind(phrase: str, kind: str) -> None:
    assert kind_of(phrase) == kind


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("Mira", "then mira's boat came", True),
        ("Mira", "Mirabelle came", False),
        ("Straße", "die STRASSE", True),
        ("ミラ", "ミラは歩く", True),
        ("Old Tom", "where is old tom?", True),
        ("C-3", "C-35", False),
    ],
)
def test_a_name_is_a_word_of_its_own(name: str, text: str, there: bool) -> None:
    assert (place_of(name, text) >= 0) is there


def test_the_named_come_first_in_their_order_and_take_their_figure() -> None:
    cast = [MIRA, RUSTY, BRUNO]
    assert meant(cast, "Bruno waits for Rusty", [], 4) == [2, 1]
    assert meant(cast, "Rusty waits", ["a red fox"], 4) == [1], "the one figure is Rusty then, not Mira too"
    assert meant(cast, "Rusty waits", ["a red fox", "a grey fox"], 4) == [1, 0]


def test_a_figure_is_who_shares_most_words_with_it() -> None:
    assert meant([RUSTY, MIRA, BRUNO], "", ["a red fox"], 4) == [1]
    assert meant([RUSTY, MIRA, BRUNO], "", ["a fox", "a bear"], 4) == [0, 2], "of equals the first"
    assert meant([MIRA], "", ["a bear", "nobody"], 4) == []


def test_there_are_at_most_so_many() -> None:
    many = [Candidate(f"Nr{number}", "a cat") for number in range(9)]
    assert meant(many, " ".join(one.name for one in many), [], 4) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("words", "painted"),
    [
        ("Mira sails a boat", "a red fox with a blue scarf sails a boat"),
        ("the small old fox sails", "a red fox with a blue scarf sails"),
        ("an apple on the table and a fox", "an apple on the table and a red fox with a blue scarf"),
        ("a red fox with a blue scarf runs", "a red fox with a blue scarf runs"),
        ("Mira's boat", None),
        ("a boat", None),
    ],
)
def test_looks_take_the_place_of_a_name_or_of_the_figure(words: str, painted: str | None) -> None:
    assert with_looks(words, MIRA) == painted
