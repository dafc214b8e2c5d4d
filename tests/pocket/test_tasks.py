"""What a writer is asked besides stories, asked of the shipped weights: titles, summaries, keywords, alt text,
recaps, passages that must fit a picture, stories that turn another way, chapters.

The material is that of held-out scenes, told by the recipe; the answers are the weights' own. Each kind is asked
several times, and less is demanded than was measured.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from ravsg.config import StorySection
from ravsg.pocket.drawn import from_plain
from ravsg.pocket.examine_text import (
    hero_of,
    is_readable,
    kinds_named,
    names_somebody,
    takes_place,
)
from ravsg.pocket.hands import Writer
from ravsg.pocket.lessons_book import (
    branch_lesson,
    chapter_lesson,
    describe_lesson,
    keywords_lesson,
    recap_lesson,
    summary_lesson,
    title_lesson,
)
from ravsg.pocket.lessons_mending import rewrite_lesson
from ravsg.pocket.teaching import Lesson
from ravsg.pocket.world import Scene
from ravsg.story.answers import (
    is_recap,
    is_summary,
    read_keywords,
    read_title,
    sentences,
)
from ravsg.story.lengths import count_words
from ravsg.story.parse import parse_story
from ravsg.story.tasks import KEYWORDS

FIXTURES: Final = Path(__file__).parent / "fixtures"
TRUTH: Final = {key: from_plain(raw) for key, raw in json.loads((FIXTURES / "scenes.json").read_text()).items()}
SCENES: Final = list(TRUTH.values())
PICTURES: Final = [(FIXTURES / f"{key}.png").read_bytes() for key in TRUTH]
MANY, FEW = 12, 6
SURE: Final = 0.2
"""Temperature of short answers."""

Make = Callable[[Scene, random.Random], Lesson]

pytestmark = pytest.mark.usefixtures("one_thread")


def asked(make: Make, count: int, words: str = "") -> list[Lesson]:
    """Lessons of the first scenes whose prompt holds these words."""
    found = []
    for number, scene in enumerate(SCENES[:count]):
        tries = (make(scene, random.Random(1000 * number + again)) for again in range(400))
        found.append(next(one for one in tries if words in one.prompt))
    return found


def answered(
    writer: Writer, lessons: Sequence[Lesson], most: int, least: int = 0, temperature: float = SURE
) -> list[str]:
    pictures = PICTURES[: len(lessons)] if lessons[0].with_picture else None
    prompts = [one.prompt for one in lessons]
    told = writer.write(prompts, pictures, most=most, least=least, temperature=temperature)
    assert all(is_readable(one.text) for one in told)
    return [one.text.strip() for one in told]


def material(prompt: str, name: str) -> str:
    """What stands between the marks of that name."""
    found = re.search(rf"\[{name}\]\n(.*?)\n\[/{name}\]", prompt, re.DOTALL)
    assert found is not None
    return found[1]


def heroes(lessons: Sequence[Lesson]) -> list[str]:
    """The names that the right answers give to the main characters; empty where they give none."""
    return [
        hero_of(one.answer.partition("\n\n")[2] or one.answer, scene.figures[0].key)
        for one, scene in zip(lessons, SCENES, strict=False)
    ]


def about(told: Sequence[str], names: Sequence[str]) -> int:
    """How many of the texts name theirs."""
    return sum(bool(name) and names_somebody(text, name) for text, name in zip(told, names, strict=True))


def test_a_summary_is_three_sentences_about_the_one_whom_the_text_is_about(writer: Writer) -> None:
    lessons = asked(summary_lesson, MANY)
    told = answered(writer, lessons, 120)
    assert sum(map(is_summary, told)) >= 10
    assert about(told, heroes(lessons)) >= 8


def test_a_title_is_one_short_line(writer: Writer) -> None:
    told = answered(writer, asked(title_lesson, MANY), 40)
    assert sum(text.count("\n") == 0 and read_title(text) == text and len(text.split()) <= 8 for text in told) >= 10


def test_keywords_stand_in_their_text(writer: Writer) -> None:
    lessons = asked(keywords_lesson, MANY)
    told = answered(writer, lessons, 60)
    found = [read_keywords(text, material(one.prompt, "text")) for text, one in zip(told, lessons, strict=True)]
    assert sum(3 <= len(words) <= KEYWORDS for words in found) >= 9


def test_alt_text_is_one_sentence_that_names_who_is_there(writer: Writer) -> None:
    told = answered(writer, asked(describe_lesson, MANY), 80)
    assert sum(len(sentences(text)) == 1 and text.endswith(".") for text in told) >= 10
    assert sum(scene.figures[0].key in kinds_named(text) for scene, text in zip(SCENES, told, strict=False)) >= 8


def test_a_recap_begins_as_recaps_do_and_tells_of_the_same_one(writer: Writer) -> None:
    lessons = asked(recap_lesson, MANY)
    told = answered(writer, lessons, 160)
    pairs = list(zip(told, lessons, strict=True))
    assert sum(is_recap(text, material(one.prompt, "title")) for text, one in pairs) >= 5
    assert about(told, [material(one.prompt, "summary").split(",")[0] for one in lessons]) >= 9


def test_a_passage_is_rewritten_to_fit_its_picture(writer: Writer) -> None:
    lessons = asked(rewrite_lesson, MANY)
    told = answered(writer, lessons, 220)
    assert sum("\n" not in text for text in told) >= 10
    assert sum(takes_place(text, scene.setting) for text, scene in zip(told, SCENES, strict=False)) >= 8
    assert about(told, heroes(lessons)) >= 7


def test_a_story_turns_another_way(writer: Writer) -> None:
    lessons = asked(branch_lesson, FEW)
    told = [parse_story(text) for text in answered(writer, lessons, 420, temperature=StorySection().temperature)]
    assert sum(one.titled and count_words(one.text) >= 120 for one in told) >= 5
    assert about([one.text for one in told], heroes(lessons)) >= 4


def test_a_chapter_is_titled_and_takes_place_where_it_should(writer: Writer) -> None:
    lessons = asked(chapter_lesson, FEW)
    told = [parse_story(text) for text in answered(writer, lessons, 620, temperature=StorySection().temperature)]
    assert sum(one.titled and count_words(one.text) >= 180 for one in told) >= 5
    assert sum(takes_place(one.text, scene.setting) for one, scene in zip(told, SCENES, strict=False)) >= 4
