"""Pictures outside the drawn world are described truly, and told of without inventing anybody."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from jsonschema import Draft202012Validator
from skimage import data
from sklearn.datasets import load_sample_image

from ravsg.pocket.elsewhere import (
    LENGTHS,
    MOODS,
    analysis_lesson,
    draw_elsewhere,
    elsewhere_analysis,
    elsewhere_story,
    lesson,
    story_lesson,
)
from ravsg.pocket.elsewhere_look import COLOURS, Sight, look
from ravsg.pocket.elsewhere_make import SUBJECTS, make
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


@pytest.fixture(scope="module")
def sights() -> list[Sight]:
    return [look(make(random.Random(seed))) for seed in range(120)]


def plain(*rgb: int) -> npt.NDArray[np.uint8]:
    """One colour everywhere."""
    return np.full((128, 128, 3), rgb, np.uint8)


def halves(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    picture = plain(*top)
    picture[64:] = bottom
    return picture


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0, 0, 0), "black"),
        ((20, 20, 28), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "grey"),
        ((200, 30, 30), "red"),
        ((110, 15, 20), "red"),
        ((250, 140, 30), "orange"),
        ((220, 90, 45), "orange"),
        ((245, 220, 50), "yellow"),
        ((40, 140, 50), "green"),
        ((90, 110, 60), "green"),
        ((30, 60, 180), "blue"),
        ((135, 200, 240), "blue"),
        ((110, 40, 140), "purple"),
        ((250, 170, 190), "pink"),
        ((110, 70, 40), "brown"),
        ((180, 130, 90), "brown"),
    ],
)
def test_colours_have_the_names_that_people_give_them(rgb: tuple[int, int, int], name: str) -> None:
    assert look(plain(*rgb)).colours == (name,)


def test_light_warmth_and_contrast_follow_the_pixels() -> None:
    assert [look(plain(*[value] * 3)).brightness for value in (10, 85, 140, 230)] == ["dark", "dim", "soft", "bright"]
    assert [look(plain(*rgb)).warmth for rgb in ((200, 140, 80), (80, 120, 200), (128, 128, 128))] == [
        "warm", "cool", "neutral",
    ]  # fmt: skip
    ramp = np.linspace(0, 1, 128)[None, :, None] * np.ones((128, 1, 3))
    for span, contrast in ((240, "strong"), (130, "gentle"), (40, "faint")):
        seen = look((128 + span * (ramp - 0.5)).astype(np.uint8))
        assert seen.contrast == contrast
        assert seen.light == ("light from the right" if span > 100 else "")
        mirrored = look((128 - span * (ramp - 0.5)).astype(np.uint8))
        assert mirrored.light == ("light from the left" if span > 100 else "")
        assert look((128 - span * (ramp.transpose(1, 0, 2) - 0.5)).astype(np.uint8)).light == (
            "light from above" if span > 100 else ""
        )


def test_shapes_are_found_where_they_are_and_nowhere_else() -> None:
    down, across = np.mgrid[:128, :128]
    horizon = halves((150, 190, 230), (60, 90, 40))
    disc = plain(40, 60, 110)
    disc[np.hypot(down - 60, across - 66) < 25] = (230, 190, 60)
    upright = np.where((across // 9 % 2)[..., None] == 0, 60, 190).astype(np.uint8) * np.ones(3, np.uint8)
    stars = plain(4, 5, 12)
    for y, x in ((20, 30), (50, 100), (90, 60), (110, 20), (30, 80)):
        stars[y : y + 2, x : x + 2] = 255
    rough = np.random.default_rng(0).integers(60, 190, (128, 128, 1)).astype(np.uint8) * np.ones(3, np.uint8)
    pictures = {
        "a wide horizon": horizon,
        "round shapes": disc,
        "upright lines": upright,
        "level lines": upright.transpose(1, 0, 2),
        "points of light": stars,
        "fine texture": rough,
        "soft shapes without edges": plain(120, 100, 90),
    }
    for shape, picture in pictures.items():
        seen = look(picture).shapes
        assert shape in seen, shape
        assert not (set(pictures) - {shape}) & set(seen), shape
    assert "a large shape in the middle" in look(disc).shapes


@pytest.mark.parametrize(
    ("name", "colour", "words"),
    [
        ("astronaut", "orange", {"warm", "strong"}),
        ("chelsea", "brown", {"warm"}),
        ("coffee", "brown", {"warm", "dim"}),
        ("moon", "grey", {"neutral", "faint"}),
        ("rocket", "blue", {"cool", "dim", "upright lines", "points of light"}),
        ("coins", "grey", {"round shapes", "neutral"}),
        ("flower", "orange", {"warm", "a large shape in the middle", "light in the middle"}),
        ("china", "grey", {"strong", "light from above"}),
    ],
)
def test_photographs_are_described_truly(name: str, colour: str, words: set[str]) -> None:
    sample = name in {"flower", "china"}
    picture = load_sample_image(f"{name}.jpg") if sample else getattr(data, name)()
    seen = look(picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2))
    assert colour in seen.colours
    assert words <= {seen.brightness, seen.warmth, seen.contrast, seen.light, *seen.shapes}


def test_made_pictures_are_of_every_kind_and_colour_and_always_the_same(sights: list[Sight]) -> None:
    assert {one.brightness for one in sights} == {"bright", "soft", "dim", "dark"}
    assert {one.warmth for one in sights} == {"warm", "cool", "neutral"}
    assert {one.contrast for one in sights} == {"strong", "gentle", "faint"}
    assert len({colour for one in sights for colour in one.colours}) >= 9
    assert len({shape for one in sights for shape in one.shapes}) >= 10
    first, again = (make(random.Random(5)) for _ in range(2))
    assert np.array_equal(first, again)
    assert first.shape == (128, 128, 3)
    assert first.dtype == np.uint8
    for subject, _ in SUBJECTS:
        picture = subject(np.random.default_rng(1))
        assert picture.shape == (128, 128, 3)
        assert np.isfinite(picture).all()


def test_drawn_pictures_are_kept_with_what_they_show(tmp_path: Path) -> None:
    sights, pictures = draw_elsewhere(tmp_path, 6, 3)
    assert [look(one) for one in pictures] == list(sights)
    written = (tmp_path / "pictures.npy").stat().st_mtime_ns
    again, same = draw_elsewhere(tmp_path, 6, 3)
    assert again == sights
    assert (tmp_path / "pictures.npy").stat().st_mtime_ns == written
    assert np.array_equal(same, pictures)
    others, _ = draw_elsewhere(tmp_path, 6, 4)
    assert others != sights


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
