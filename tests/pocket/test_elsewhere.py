"""Pictures outside the drawn world are told of without inventing anybody."""

from __future__ import annotations

import random
import re

import pytest
from jsonschema import Draft202012Validator

from ravsg.pocket.elsewhere import (
    LENGTHS,
    MOODS,
    analysis_lesson,
    elsewhere_analysis,
    elsewhere_story,
    lesson,
    story_lesson,
)
from ravsg.pocket.elsewhere_look import COLOURS, Sight
from ravsg.pocket.elsewhere_told import HOURS, conflict_words, fragments, turnings, turnings_for
from ravsg.pocket.names import UNKNOWN
from ravsg.pocket.world import CHARACTERS
from ravsg.story.chapters import Step
from ravsg.story.lengths import count_words
from ravsg.story.prompts import ANALYSE
from ravsg.story.prose import split_sentences
from ravsg.story.unfamiliar import UNFAMILIAR, is_unfamiliar
from ravsg.types import ANALYSIS_SCHEMA, Analysis, Length

WORDS: dict[Length, tuple[int, int]] = {"short": (160, 200), "medium": (252, 290), "long": (290, 335)}


def test_analyses_fit_the_schema_and_name_nobody(sights: list[Sight]) -> None:
    rng = random.Random(1)
    check = Draft202012Validator(ANALYSIS_SCHEMA)
    for sight in sights:
        one = analysis_lesson(sight, rng)
        seen = Analysis.from_json(one.answer)
        check.validate(
            {name: list(v) if isinstance(v := getattr(seen, name), tuple) else v for name in seen.__slots__}
        )
        assert (one.prompt, one.with_picture, one.kind) == (ANALYSE, True, "analysis")
        assert is_unfamiliar(seen)
        assert seen.characters == ()
        assert all(colour in seen.setting for colour in sight.colours)
        assert len(set(seen.conflicts)) == len(seen.conflicts)
    longest = max((f"{UNFAMILIAR} in {one} and {two}" for one in COLOURS for two in COLOURS), key=len)
    assert len(longest) <= 60
    assert set(MOODS) == set(HOURS)


@pytest.mark.parametrize("length", LENGTHS)
def test_stories_keep_their_length_their_colours_and_their_conflict(length: Length, sights: list[Sight]) -> None:
    rng = random.Random(2)
    least, most = WORDS[length]
    for sight in sights:
        seen = elsewhere_analysis(sight, rng)
        answer = elsewhere_story(sight, seen, rng, length)
        head, _, text = answer.partition("\n\n")
        assert head.startswith("Title: ")
        assert least <= len(text.split())
        assert len(answer.split()) <= most
        assert not re.search(r"[<>{}|]", answer)
        sentences = re.split(r"(?<=[.!?]) |\n\n", text)
        assert len(sentences) == len(set(sentences))
        assert sight.colours[0] in text.lower()
        turning = next(one for one in turnings_for(sight) if conflict_words(one, sight) == seen.conflicts[0])
        told = [{"trouble": turning.trouble, "turn": turning.turn, "solved": turning.solved}[step] for step in STEPS]
        positions = [max(text.find(_told(one, sight)) for one in step) for step in told]
        assert min(positions) >= 0
        assert positions == sorted(positions)


@pytest.mark.parametrize("step", ["begin", "grow", "height", "end"])
def test_a_chapter_names_its_conflict_and_stops_where_it_should(step: Step, sights: list[Sight]) -> None:
    for number, sight in enumerate(sights[:12]):
        rng = random.Random(number)
        seen = elsewhere_analysis(sight, rng)
        before = elsewhere_story(sight, seen, rng, "long", step="begin").partition("\n\n")[2]
        told = elsewhere_story(sight, seen, rng, "long", before=before, step=step).partition("\n\n")[2]
        assert seen.conflicts[0] in told
        assert 285 <= count_words(told) <= 330
        cliffs = {_told(one, sight) for one in fragments()["cliffhanger"]}
        assert (told.rpartition("\n\n")[2] in cliffs) == (step != "end")
        assert not set(split_sentences(told)) & set(split_sentences(before))


STEPS = ("trouble", "turn", "solved")


def _told(fragment: str, sight: Sight) -> str:
    said = fragment.replace("<A>", sight.colours[0]).replace("<B>", sight.colours[-1])
    return said[0].upper() + said[1:]


def test_nobody_of_the_drawn_world_is_invented() -> None:
    everything = [one for pool in fragments().values() for one in pool]
    everything += [one for turn in turnings() for one in (*turn.trouble, *turn.tries, *turn.turn, *turn.solved)]
    assert len(everything) > 600
    # A turn begins with one that stands alone, and may go on with one that does not.
    assert all({one.startswith("And ") for one in turn.turn} == {True, False} for turn in turnings())
    assert len(everything) == len(set(everything))
    kinds = {one.key for one in CHARACTERS}
    for sentence in everything:
        assert not kinds & set(re.findall(r"[a-z]+", sentence.lower())), sentence
        assert re.search(r"[.?!…>]\"?$|:$|\.\"$", sentence), sentence


def test_every_fragment_has_a_picture_that_it_fits(sights: list[Sight]) -> None:
    has = fragments()
    for sight in sights:
        named = {
            *sight.colours,
            *sight.shapes,
            sight.brightness,
            sight.warmth,
            sight.contrast,
            f"{sight.brightness} end",
        }
        assert named <= set(has)
    assert set(HOURS.values()) | set(COLOURS) <= set(has)
    fitting = {turning.conflict for sight in sights for turning in turnings_for(sight)}
    assert fitting == {turning.conflict for turning in turnings()}


def test_a_name_that_is_given_returns_and_no_other_comes(sights: list[Sight]) -> None:
    rng = random.Random(4)
    by_kind = {"memory": 0, "cast": 0, "direction": 0, "nothing": 0}
    for sight in sights * 3:
        one = story_lesson(sight, rng)
        names = {
            "memory": re.findall(r"\[memory \d \| ([A-Z]\w+) (?:the|and) ", one.prompt),
            "cast": re.findall(r"\[cast\]\n([A-Z]\w+): ", one.prompt),
            "direction": re.findall(r"\[direction\]\n.*?([A-Z]\w+)", one.prompt),
        }
        for kind, given in names.items():
            by_kind[kind] += len(given)
            assert all(name in one.answer for name in given if name not in {"The", "A"}), one.prompt
        assert not set(re.findall(r"[A-Z]\w+", one.prompt + one.answer)) & set(UNKNOWN)
        if not any(names.values()) and "[memory" not in one.prompt:
            by_kind["nothing"] += 1
            assert not re.findall(r"(?<=[a-z,] )[A-Z]\w+", one.answer.partition("\n\n")[2])
    assert min(by_kind.values()) > 5


def test_a_story_goes_on_without_its_own_sentences(sights: list[Sight]) -> None:
    rng = random.Random(6)
    going_on = [one for sight in sights for one in [story_lesson(sight, rng)] if "[so far]" in one.prompt]
    assert len(going_on) > 3
    for one in going_on:
        before = one.prompt.partition("[so far]\n")[2].partition("\n[/so far]")[0]
        sentences = re.split(r"(?<=[.!?]) |\n\n", one.answer.partition("\n\n")[2])
        assert not [sentence for sentence in sentences if sentence in before]


def test_the_same_seed_gives_the_same_lesson(sights: list[Sight]) -> None:
    assert lesson(sights[0], random.Random(9)) == lesson(sights[0], random.Random(9))
    kinds = [lesson(sight, random.Random(number)).kind for number, sight in enumerate(sights)]
    assert set(kinds) == {"analysis", "story", "chapter"}
