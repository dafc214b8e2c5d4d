"""The examination's shape: every measure there, for any weights, as one JSON object; and the sheets of paintings."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from ravsg.pocket import train
from ravsg.pocket.drawn import Drawn, from_plain, sample_scenes, to_plain
from ravsg.pocket.evaluate import LEAST, LEAST_WITH_GPU, MOST, SEED, examine, printed, table
from ravsg.pocket.examine_text import sentences
from ravsg.pocket.examine_writer import analysis_measures, look, memory_of, story_measures
from ravsg.pocket.examiner import Examiner, load
from ravsg.pocket.hands import Answer, Writer, pixels_of
from ravsg.pocket.measures import mean, share
from ravsg.pocket.names import KNOWN
from ravsg.pocket.showing import ranking, sheet, wrapped
from ravsg.pocket.stories import tell
from ravsg.pocket.teaching import analysis
from ravsg.pocket.tiny import make_tiny
from ravsg.story.parse import Told

FIXTURES = Path(__file__).parent / "fixtures"
NAMED = {
    "clip_r1_i2t", "clip_r1_t2i",
    "analysis_valid", "analysis_setting", "analysis_mood", "analysis_characters_f1", "analysis_objects_f1",
    "story_words", "story_setting", "story_hero", "story_no_repeat",
    "memory_name_known", "memory_name_unseen", "memory_name_absent",
    "picture_setting", "picture_mood", "picture_hero", "picture_object",
    "round_setting", "round_character",
    "seconds_chapter", "seconds_picture", "seconds_load",
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other are slow on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny(folder)
    return folder


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    return load(FIXTURES / "examiner.safetensors")


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    raw = json.loads((FIXTURES / "scenes.json").read_text())
    pictures = np.stack([pixels_of((FIXTURES / f"{key}.png").read_bytes()) for key in raw])
    return Drawn(tuple(map(from_plain, raw.values())), pictures, np.full((len(raw), 6, 5), -1, np.float32))


@pytest.mark.timeout(300)  # all measures, by a writer that never ends an answer by itself
def test_weights_that_know_nothing_are_examined_in_everything(tiny: Path, drawn: Drawn, examiner: Examiner) -> None:
    found = examine(tiny, drawn, examiner, 2)
    plain = json.loads(printed(found))
    assert set(plain) >= NAMED
    assert set(LEAST) | set(MOST) <= set(plain)
    for name, one in plain.items():
        assert set(one) == {"value", "low", "high", "n"}, name
        assert all(math.isfinite(value) for value in one.values())
        assert one["low"] <= one["value"] <= one["high"]
        assert one["n"] >= 1
        if name not in {*MOST, "story_words_mean"}:
            assert 0 <= one["low"] <= one["high"] <= 1, name
    for name in ("analysis_valid", "story_setting", "story_hero", "memory_name_known", "round_character"):
        assert plain[name]["value"] == 0, name
    assert plain["examiner_setting"]["value"] == 1
    assert all(name in table(found) for name in NAMED)


def test_the_examination_is_held_on_other_scenes_than_trainings_are_watched_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn: list[int] = []

    def note(folder: Path, count: int, seed: int, *, held_out: bool | None = False) -> Drawn:
        drawn.append(seed)
        raise KeyboardInterrupt

    monkeypatch.setattr("ravsg.pocket.train.draw_all", note)
    with pytest.raises(KeyboardInterrupt):
        train.main(["clip", "--out", str(tmp_path)])
    examined, watched = ([to_plain(one) for one in sample_scenes(60, seed, held_out=True)] for seed in (SEED, *drawn))
    assert not [one for one in examined if one in watched]


def test_the_table_says_what_is_expected() -> None:
    found = {"story_hero": share([True, False]), "seconds_load": mean([2.0]), "examiner_hero": share([True])}
    head, hero, load, examiner = table(found).splitlines()
    assert head.endswith("with a GPU")
    assert hero.split()[-4:] == [">=", f"{LEAST['story_hero']:.2f}", ">=", f"{LEAST_WITH_GPU['story_hero']:.2f}"]
    assert load.endswith("<= 3 s     <= 3 s")
    assert examiner.endswith("n = 1")
    assert set(LEAST_WITH_GPU) == set(LEAST)
    assert all(LEAST[name] <= share for name, share in LEAST_WITH_GPU.items())


# --------------------------------------------------------------------------- what counts as a hit


class Heard:
    """A writer's answers, given beforehand."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.schemas: list[object] = []

    def write(self, prompts: list[str], pictures: object, *, schema: object = None, **_: object) -> list[Answer]:
        self.schemas.append(schema)
        said = self.answers.pop(0)
        assert len(said) == len(prompts)
        return [Answer(one, True) for one in said]


def test_an_invalid_analysis_is_wrong_in_every_point_and_asked_for_again(drawn: Drawn) -> None:
    right, wrong = (analysis(scene, random.Random(1)).to_json() for scene in drawn.scenes[:2])
    heard = Heard([right, "no JSON"], [wrong])
    seen = look(cast(Writer, heard), [b"", b""])
    assert [one.free is None for one in seen] == [False, True]
    assert seen[1].used.setting
    assert heard.schemas[0] is None
    assert heard.schemas[1] is not None
    found = analysis_measures(drawn.scenes[:2], seen)
    assert {name: one.value for name, one in found.items()} == dict.fromkeys(found, 0.5)


def test_stories_are_counted_as_they_are_defined(drawn: Drawn) -> None:
    scene = drawn.scenes[0]
    good = tell(scene, random.Random(2), "long", name="Mira", friend="Otto")
    told = [
        Told(good.title, good.text),
        Told(good.title, " ".join(good.text.split()[:249])),
        Told(good.title, f"{good.text}\n\n{good.paragraphs[0]}"),
        Told(good.title, "", titled=False),
    ]
    found = story_measures([scene] * 4, told)
    assert found["story_words"].value == 0.5
    assert found["story_setting"].value == 0.75
    assert found["story_no_repeat"].value == 0.75
    assert found["story_titled"].value == 0.75


def test_a_memory_fits_its_scene_and_holds_the_name(drawn: Drawn) -> None:
    rng = random.Random(3)
    for number in range(40):
        scene = drawn.scenes[number % len(drawn)]
        name, memory = memory_of(scene, rng, (*KNOWN, "Solveig"), number)
        assert name in memory.text
        assert len(memory.text) <= 500
        if number % 4 >= 2:
            assert len(sentences(memory.text)) <= 2


# --------------------------------------------------------------------------- sheets


def test_paintings_are_ranked_by_what_is_found_in_them(drawn: Drawn, examiner: Examiner) -> None:
    grey = np.full_like(drawn.pictures[:1], 128)
    pictures = np.concatenate([grey, drawn.pictures[:3]])
    assert ranking(examiner, [drawn.scenes[3], *drawn.scenes[:3]], pictures)[-1] == 0


def test_a_sheet_shows_each_picture_over_its_words(drawn: Drawn) -> None:
    asked = ["a red fox reading an open book in a forest of tall firs, a starry night, quiet and mysterious"] * 14
    page = sheet("Fourteen drawings", "Below each: what was asked.", list(drawn.pictures), asked)
    assert page.width > 6 * 200
    assert page.height > 3 * 200
    below = np.asarray(page.crop((14, 66 + 200, 214, 66 + 200 + 40)).convert("L"))
    assert below.min() < 100  # dark letters
    assert below.max() > 230  # on pale paper


def test_words_are_wrapped_to_the_picture_and_shortened_honestly() -> None:
    assert wrapped("a red fox", 200, 3) == ["a red fox"]
    lines = wrapped("a red fox with a blue scarf " * 12, 200, 3)
    assert len(lines) == 3
    assert lines[-1].endswith(" …")
    assert "".join(wrapped("a red fox with a blue scarf " * 3, 100, 9)).count("fox") == 3
