"""The answers of every lesson pass the check that the product makes of them."""

from __future__ import annotations

import random
import re

from ravsg.pocket.lessons import Lesson
from ravsg.pocket.lessons_book import (
    branch_lesson,
    chapter_lesson,
    describe_lesson,
    keywords_lesson,
    recap_lesson,
    summary_lesson,
    title_lesson,
)
from ravsg.pocket.lessons_mending import LEAST, correction_lesson, rewrite_lesson
from ravsg.pocket.world import sample_scene
from ravsg.story.answers import (
    ends_open,
    is_recap,
    is_summary,
    names_conflict,
    read_keywords,
    read_title,
    sentences,
)
from ravsg.story.checks import check_story
from ravsg.story.lengths import count_words
from ravsg.story.parse import parse_story
from ravsg.story.tasks import DESCRIBE, KEYWORDS


def block(one: Lesson, name: str) -> str:
    """The material of that name in a prompt; empty where there is none."""
    found = re.search(
        rf"^\[{name}[^\]\n]*\]\n(.*?)\n\[/{name.split(' ', 1)[0]}\]$", one.prompt, re.DOTALL | re.MULTILINE
    )
    return found[1] if found else ""


def test_chapters_pass_the_checks_of_chapters() -> None:
    rng = random.Random(1)
    for _ in range(300):
        one = chapter_lesson(sample_scene(rng), rng)
        told = parse_story(one.answer)
        assert told.titled
        assert check_story(told, minimum_words=250, sources=[block(one, "last")]) == ()
        assert ends_open(told.text) == ("cliffhanger" in one.prompt)
        conflict = block(one, "picture").rpartition("conflicts: ")[2].split(";")[0]
        assert names_conflict(told.text, conflict)
        if "[summary]" in one.prompt:
            hero = block(one, "summary").split(",")[0]
            assert told.text.count(hero) >= 8


def test_summaries_are_three_sentences_about_the_hero() -> None:
    rng = random.Random(2)
    for _ in range(300):
        one = summary_lesson(sample_scene(rng), rng)
        assert is_summary(one.answer)
        assert block(one, "text").count(one.answer.split(",")[0]) >= 8


def test_keywords_stand_in_their_text() -> None:
    rng = random.Random(3)
    for _ in range(300):
        one = keywords_lesson(sample_scene(rng), rng)
        kept = read_keywords(one.answer, block(one, "text"))
        assert 3 <= len(kept) <= KEYWORDS
        assert ", ".join(kept) == one.answer


def test_titles_are_titles() -> None:
    rng = random.Random(4)
    for _ in range(100):
        one = title_lesson(sample_scene(rng), rng)
        assert read_title(one.answer) == one.answer
        assert len(one.answer.split()) <= 8


def test_descriptions_are_one_sentence() -> None:
    rng = random.Random(5)
    for _ in range(100):
        one = describe_lesson(sample_scene(rng), rng)
        assert one.prompt == DESCRIBE
        assert one.with_picture
        assert len(sentences(one.answer)) == 1


def test_a_recap_tells_nothing_new() -> None:
    rng = random.Random(6)
    for _ in range(200):
        one = recap_lesson(sample_scene(rng), rng)
        title = block(one, "title")
        assert is_recap(one.answer, title)
        known = f"{block(one, 'summary')} {block(one, 'last')}"
        for said in sentences(one.answer.partition(": ")[2]):
            assert said in known


def test_a_branch_turns_as_it_was_asked_and_keeps_the_hero() -> None:
    rng = random.Random(7)
    for _ in range(200):
        one = branch_lesson(sample_scene(rng), rng)
        before, told = block(one, "so far"), parse_story(one.answer).text
        heroes = {name for name in re.findall(r"[A-Z][a-z]+", before) if before.count(name) >= 8}
        assert any(told.count(name) >= 6 for name in heroes)
        met = re.search(r"(?:meets an?|^an?) ([a-z ]+?)(?: comes)?\??$", block(one, "what if"))
        if met:
            assert met[1] in told.split("\n\n")[0]


def test_a_correction_mends_what_failed() -> None:
    rng = random.Random(8)
    seen = set()
    for _ in range(600):
        one = correction_lesson(sample_scene(rng), rng)
        bad, good = parse_story(block(one, "text")), parse_story(one.answer)
        if "too short" in one.prompt:
            seen.add("longer")
            assert count_words(bad.text) < LEAST <= count_words(good.text)
        elif "Name the conflict" in one.prompt:
            seen.add("conflict")
            assert block(one, "conflict").lower() not in bad.text.lower()
            assert block(one, "conflict").lower() in good.text.lower()
        elif "cliffhanger" in one.prompt:
            seen.add("cliffhanger")
            assert not ends_open(bad.text)
            assert ends_open(good.text)
        elif "Keep the name" in one.prompt:
            seen.add("name")
            name = block(one, "name")
            assert name not in bad.text.split("\n\n")[-1]
            assert name in good.text.split("\n\n")[-1]
        elif "Keep the mood" in one.prompt:
            seen.add("mood")
            assert bad.text != good.text
        else:
            seen.add("once")
            assert _doubled(bad.text)
            assert not _doubled(good.text)
    assert len(seen) == 6


def _doubled(text: str) -> bool:
    said = [one for one in sentences(text.replace("\n\n", " ")) if len(one) > 25]
    return len(said) > len(set(said))


def test_a_passage_is_rewritten_only_where_the_picture_differs() -> None:
    rng = random.Random(9)
    changed = 0
    for _ in range(200):
        one = rewrite_lesson(sample_scene(rng), rng)
        before, after = sentences(block(one, "text")), sentences(one.answer)
        assert before[1] == after[1]
        assert before[-1] == after[-1]
        changed += before != after
    assert changed / 200 > 0.95
