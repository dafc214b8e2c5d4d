"""Styles, alt text, and the words that a picture can show."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravsg.config import load_config
from ravsg.errors import BadInput
from ravsg.picture.alt import MOST, painted_alt, seen_alt, shorten
from ravsg.picture.details import details, phrases
from ravsg.picture.styles import choose_style
from ravsg.types import Analysis, SceneCard

STYLES = load_config(Path(__file__).parents[2] / "config.toml").styles


class TestStyles:
    @pytest.mark.parametrize("wish", ["ink", "INK ", "ink and wash"])
    def test_by_name_or_label(self, wish: str) -> None:
        assert choose_style(wish, STYLES, "plain") == ("ink", STYLES["ink"])

    def test_no_wish_is_the_default(self) -> None:
        assert choose_style("  ", STYLES, "storybook")[0] == "storybook"

    def test_an_unknown_one_is_told_what_there_is_the_nearest_first(self) -> None:
        with pytest.raises(BadInput) as refused:
            choose_style("storbok", STYLES, "plain")
        assert '"storbok"' in refused.value.user_message
        assert refused.value.remedy.startswith("Please choose one of: storybook, ")
        assert all(name in refused.value.remedy for name in STYLES)


class TestAlt:
    def test_of_a_painting(self) -> None:
        scene = SceneCard("a misty forest", "a fox with a red lantern", "calm", "moss, an owl")
        assert painted_alt(scene, "Ink and wash") == (
            "A fox with a red lantern in a misty forest. The mood: calm. Also to be seen: moss, an owl. "
            "Painted in the style “Ink and wash”."
        )

    def test_of_what_is_named_again_and_again(self) -> None:
        scene = SceneCard("a forest", "a fox", "", "chest, teapot, teapot ,teapot, tent,.")
        assert painted_alt(scene) == "A fox in a forest. Also to be seen: chest, teapot, tent."

    def test_of_little(self) -> None:
        assert painted_alt(SceneCard()) == "A painted picture."
        assert painted_alt(SceneCard(setting="on the moon")) == "On the moon."

    def test_of_a_posted_picture(self) -> None:
        analysis = Analysis("a harbour", ("a fox", "an owl", "a bear"), "calm", ("a boat",), ("a storm comes",))
        assert seen_alt(analysis) == (
            "A picture of a harbour. In it: a fox, an owl and a bear. Also to be seen: a boat. The mood: calm."
        )

    @given(st.text(max_size=3000), st.text(max_size=200))
    def test_it_is_never_too_long_nor_empty(self, text: str, style: str) -> None:
        for alt in (
            painted_alt(SceneCard(text, text, text, text), style),
            seen_alt(Analysis(text, (text,) * 3, text, (text,), ())),
        ):
            assert 1 <= len(alt) <= MOST

    def test_it_is_shortened_between_words(self) -> None:
        assert shorten("one two three", 9) == "one two…"
        assert shorten("one two three", 8) == "one two…"
        assert shorten("one two", 7) == "one two"
        assert shorten("x" * 20, 5) == "xxxx…"


class TestDetails:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Mira the fox found a red lantern.", ("fox Mira", "red lantern")),
            ("The fox Mira and a bear called Bruno sat down.", ("fox Mira", "bear Bruno")),
            (
                "In the harbour an old owl named Hoot kept a small silver key.",
                ("old owl Hoot", "small silver key", "harbour"),
            ),
            ("Then came Mira, a small red fox, with a lantern.", ("small red fox Mira", "lantern")),
            ("Elara smiled. Nobody saw it, but Elara knew.", ("Elara",)),
            ("She gave the letter to Jorobel.", ("Jorobel", "letter")),
            ("“Come in!” said the bear. The door was open.", ("bear", "door")),
            ("一只狐狸在森林里。", ("一只狐狸在森林里。",)),
            ("", ()),
        ],
    )
    def test_names_first_then_things(self, text: str, expected: tuple[str, ...]) -> None:
        assert details(text)[: len(expected)] == expected

    def test_the_beginning_of_a_sentence_is_no_name(self) -> None:
        assert not any("Rain" in phrase or "The" in phrase for phrase in phrases("Rain fell. The rain was cold."))

    @given(st.text(max_size=600), st.integers(0, 6))
    def test_any_text_gives_at_most_so_many_short_phrases(self, text: str, most: int) -> None:
        found = details(text, most)
        assert len(found) <= max(most, 1)
        assert all(phrase.strip() for phrase in found)
