"""Broken words are told from words and from names."""

from __future__ import annotations

import random

from ravsg.pocket.examine_words import broken_words
from ravsg.pocket.lessons import story_lesson
from ravsg.pocket.world import sample_scene


def test_what_lessons_tell_is_whole() -> None:
    rng = random.Random(77)
    told = [story_lesson(sample_scene(rng), rng).answer for _ in range(60)]
    assert sum(bool(broken_words(one)) for one in told) <= 2  # a remembered picture's words may be cut, or rare


def test_a_broken_word_is_found_and_a_name_is_none() -> None:
    assert broken_words("Vopike could smell it ummedore a caught, and nothing else.") == ["ummedore"]
