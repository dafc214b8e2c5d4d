"""A book's own words: every language has all of them, with the same places to fill in."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields

import pytest

from ravsg.book.labels import TABLE, Labels, labels_for, right_to_left

LANGUAGES = tomllib.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_every_word(language: str) -> None:
    labels = labels_for(language)
    english = labels_for("en")
    for field in fields(Labels):
        word, original = getattr(labels, field.name), getattr(english, field.name)
        assert word.strip()
        assert sorted(re.findall(r"\{\w+\}", word)) == sorted(re.findall(r"\{\w+\}", original)), field.name


def test_a_region_does_not_matter_and_an_unknown_language_gets_english() -> None:
    assert labels_for("de-CH") == labels_for("de") != labels_for("en")
    assert labels_for("tlh") == labels_for("en")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", True),
        ("he-IL", True),
        ("fa", True),
        ("en", False),
        ("az-Arab", True),
        ("ks-Deva", False),
        ("ja", False),
    ],
)
def test_direction_follows_the_script(language: str, expected: bool) -> None:
    assert right_to_left(language) is expected
