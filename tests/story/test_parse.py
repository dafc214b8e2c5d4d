"""Titles and texts out of what writers really answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravsg.story.parse import TITLE_CHARACTERS, parse_story, whole_sentences


def test_the_expected_form_is_read() -> None:
    told = parse_story("Title: The Lantern\n\nOnce there was a fox.\nIt slept.\n\nThen it woke.")
    assert (told.title, told.titled) == ("The Lantern", True)
    assert told.text == "Once there was a fox. It slept.\n\nThen it woke."


@pytest.mark.parametrize(
    "head",
    ["**Title: The Lantern**", "# Title: The Lantern", 'title : "The Lantern"', "Sure!\n\nTitle: The Lantern"],
)
def test_markdown_and_courtesies_around_the_title_go(head: str) -> None:
    told = parse_story(f"{head}\n\nOnce there was a fox.")
    assert (told.title, told.text) == ("The Lantern", "Once there was a fox.")


def test_a_missing_title_is_made_from_the_first_words() -> None:
    told = parse_story("Deep in the woods a lantern burned. Nobody knew why.")
    assert (told.title, told.titled) == ("Deep in the woods a lantern", False)
    assert told.text.startswith("Deep in the woods")


def test_marks_of_the_prompt_do_not_come_back() -> None:
    told = parse_story("Title: T\n[memory 1 | Old by Ann]\nA fox ran.\n[/memory]\nIt [almost] fell.")
    assert told.text == "A fox ran. It [almost] fell."


def test_a_story_that_was_cut_off_ends_with_a_sentence() -> None:
    told = parse_story('Title: T\n\nOne fox ran far away. "Stop!" she cried. Then the other one wan', complete=False)
    assert told.text == 'One fox ran far away. "Stop!" she cried.'


def test_an_endless_sentence_is_kept_with_an_ellipsis() -> None:
    assert whole_sentences("Yes. And then and then and then and then and then ") == (
        "Yes. And then and then and then and then and then…"
    )
    assert whole_sentences("  ") == ""


def test_a_long_title_is_shortened_at_a_word() -> None:
    told = parse_story(f"Title: {'lantern ' * 30}\n\nText.")
    assert len(told.title) <= TITLE_CHARACTERS
    assert told.title.endswith("lantern…")


@given(st.text(), st.booleans())
def test_any_answer_gives_a_title_and_no_control_characters(answer: str, complete: bool) -> None:
    told = parse_story(answer, complete=complete)
    assert told.title
    assert len(told.title) <= TITLE_CHARACTERS
    assert all(c == "\n" or c.isprintable() for c in told.text)
