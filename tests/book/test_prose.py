"""What becomes of members' texts before they are set."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravsg.book.prose import SCENE_BREAK, Paragraph, Span, clean, line, paragraphs


def test_paragraphs_lines_and_emphasis() -> None:
    found = paragraphs(
        "One *soft* and **loud** word\nand a line.\n \n\nTwo snake_case, 2 * 3 * 4 and \\*stars\\*.", "en"
    )
    assert found == (
        Paragraph(
            (
                Span("One "),
                Span("soft", "em"),
                Span(" and "),
                Span("loud", "strong"),
                Span(" word"),
                Span("", "break"),
                Span("and a line."),
            )
        ),
        Paragraph((Span("Two snake_case, 2 * 3 * 4 and *stars*."),)),
    )
    assert found[0].text == "One soft and loud word and a line."


@pytest.mark.parametrize("mark", ["***", "* * *", "---", "⁂", "~~~", "— — —"])
def test_a_line_of_stars_parts_scenes_and_never_begins_or_ends_a_chapter(mark: str) -> None:
    found = paragraphs(f"{mark}\n\nBefore.\n\n{mark}\n\n{mark}\n\nAfter.\n\n{mark}", "en")
    assert [one.text for one in found] == ["Before.", "", "After."]
    assert found[1] == SCENE_BREAK


@pytest.mark.parametrize(
    ("language", "quoted"),
    [
        ("en", "“Who’s there?”"),
        ("de-AT", "„Who’s there?“"),
        ("fr", "«\u202fWho’s there?\u202f»"),
        ("ru", "«Who’s there?»"),
        ("xx", "“Who’s there?”"),
    ],
)
def test_quotation_marks_are_those_of_the_language(language: str, quoted: str) -> None:
    assert paragraphs('"Who\'s there?"', language)[0].text == quoted


def test_dashes_and_ellipses_are_typographic() -> None:
    assert paragraphs("Well... a breath -- a long one---yes", "en")[0].text == "Well… a breath – a long one—yes"


def test_ids_of_people_and_emoji_do_not_come_along() -> None:
    text = (
        "Hi <@123456789012345678>, <#1234567890>, <@&99999999999>, see <t:1700000000:R> <a:wave:123456789012345678>"
    )
    told = paragraphs(text, "en")[0].text
    assert re.search(r"\d{5}", told + line(text, 200)) is None
    assert "wave" in told


def test_characters_that_reorder_or_break_are_gone_and_those_of_scripts_stay() -> None:
    assert clean("a\u202eb\u2066c\x00d\ud800e\ufffef\U0002fffe\ufeff\x0b") == "abcdef"
    assert clean("می\u200cخواهم 👩\u200d👧 \u200e1\u200f") == "می\u200cخواهم 👩\u200d👧 \u200e1\u200f"
    assert clean("a\r\nb\u2028c") == "a\nb\nc"


def test_a_paragraph_runs_as_its_first_letter_does() -> None:
    assert [one.rtl for one in paragraphs("1 – שלום\n\n2 – hello\n\n3", "he")] == [True, False, True]


def test_a_line_is_one_line_of_bounded_length() -> None:
    assert line("  Mira's\n\tlamp  ", 40) == "Mira’s lamp"
    assert line("x" * 50, 10) == "x" * 9 + "…"
    assert line("\u202e \n", 10, "nothing") == "nothing"


@given(st.text(max_size=300))
def test_no_word_is_lost_and_nothing_unprintable_stays(text: str) -> None:
    told = " ".join(one.text for one in paragraphs(text.replace("<", ""), "en"))
    wanted = unicodedata.normalize("NFC", clean(text.replace("<", "")))
    assert "".join(filter(str.isalnum, told)) == "".join(filter(str.isalnum, wanted))
    assert not any(
        unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\n" for letter in told + line(text, 90)
    )
