"""The examination: `python -m ravsg.pocket.evaluate [--json] [--n N] [--weights DIR] [--out DIR]`.

On scenes whose hero was never seen in that setting, and on remembered names: what the writer sees and tells, what the
painter's pictures show to an examiner that is none of the models, and how long it takes. Texts are decoded freely,
without a grammar's help. Needs skia-python to draw, or the drawn scenes in `--out` of an earlier run.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch

from ravsg.pocket.captions import card, settings_named
from ravsg.pocket.drawn import Drawn, draw_all
from ravsg.pocket.examiner import Examiner, trained_examiner
from ravsg.pocket.hands import Painter, Writer
from ravsg.pocket.lessons import analysis, remembered
from ravsg.pocket.measures import Measure, f1, mean, share
from ravsg.pocket.names import KNOWN, UNKNOWN
from ravsg.pocket.sheets import pixels
from ravsg.pocket.world import CHARACTERS, THINGS, Scene, mood, sample_scene, setting
from ravsg.story.prompts import ANALYSE, story_prompt
from ravsg.types import Analysis, SceneCard

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

WEIGHTS: Final = Path(__file__).parent / "weights"
STORY_TOKENS: Final = 520


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line, examine, print."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.evaluate")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--n", type=int, default=100, help="scenes for each measure")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument(
        "--out", type=Path, default=Path("out/pocket"), help="drawn scenes and examiner are kept here"
    )
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    test_set = draw_all(chosen.out / "drawn" / "test", 1000, 900_001, held_out=True)
    # The judge knows every pair, or it would doubt its eyes where the painter is examined.
    apart = draw_all(chosen.out / "drawn" / "examiner", 6000, 77_001, held_out=None)
    examiner = trained_examiner(chosen.out / "examiner.safetensors", apart)
    found = examine(chosen.weights, test_set, examiner, chosen.n)
    if chosen.json:
        print(json.dumps({name: one.plain() for name, one in found.items()}))
        return
    for name, one in found.items():
        print(f"{name:26} {one.value:8.3f}   [{one.low:.3f}, {one.high:.3f}]   n = {one.n}")


def examine(weights: Path, test_set: Drawn, examiner: Examiner, count: int) -> dict[str, Measure]:
    """All measures over the first `count` held-out scenes; shares from 0 to 1, times in seconds."""
    scenes, pictures = test_set.scenes[:count], test_set.pictures[:count]
    found = embedder_measures(weights / "embedder", test_set)
    started = time.perf_counter()
    writer = Writer(weights / "writer")
    loaded = time.perf_counter() - started
    found |= analysis_measures(writer, scenes, pictures)
    found |= story_measures(writer, scenes, pictures)
    found |= memory_measures(writer, scenes, pictures)
    started = time.perf_counter()
    painter = Painter(weights / "painter")
    loaded += time.perf_counter() - started
    found |= painter_measures(painter, examiner, scenes)
    found["seconds_load"] = mean([loaded])
    found |= {
        f"examiner_{name.removeprefix('picture_')}": one
        for name, one in judged(examiner, scenes, pixels(pictures, "cpu")).items()
    }
    return found


def embedder_measures(folder: Path, test_set: Drawn) -> dict[str, Measure]:
    """Retrieval among 500 held-out scenes and their alt texts."""
    from transformers import CLIPModel, CLIPTokenizer

    from ravsg.pocket.train_clip import matches

    there, back = matches(
        CLIPModel.from_pretrained(folder).eval(), CLIPTokenizer.from_pretrained(folder), test_set, "cpu"
    )
    return {"clip_r1_i2t": share(there), "clip_r1_t2i": share(back)}


def analysis_measures(
    writer: Writer, scenes: tuple[Scene, ...], pictures: npt.NDArray[np.uint8]
) -> dict[str, Measure]:
    """What the writer says is in the picture, decoded greedily, and where its stories from that take place."""
    answers = writer.write([ANALYSE] * len(scenes), pictures, most=200, temperature=0)
    seen = [_read(answer) for answer in answers]
    pairs = list(zip(scenes, seen, strict=True))
    own = [(scene, number, one) for number, (scene, one) in enumerate(zip(scenes, seen, strict=True)) if one]
    prompts = [story_prompt(one, length="short") for _, _, one in own]
    told = writer.write(prompts, pictures[[number for _, number, _ in own]], most=STORY_TOKENS, temperature=0.7)
    named = [_takes_place(story, scene) for (scene, _, _), story in zip(own, told, strict=True)]
    return {
        "own_story_setting": share(named),
        "analysis_valid": share([one is not None for one in seen]),
        "analysis_setting": share(
            [one is not None and one.setting == setting(scene.setting).phrase for scene, one in pairs]
        ),
        "analysis_mood": share([one is not None and one.mood == mood(scene.mood).feeling for scene, one in pairs]),
        "analysis_characters_f1": mean(
            [
                f1(_kinds(one.characters), {figure.key for figure in scene.figures}) if one else 0.0
                for scene, one in pairs
            ]
        ),
        "analysis_objects_f1": mean(
            [f1(_things(one.objects), set(scene.things)) if one else 0.0 for scene, one in pairs]
        ),
    }


def story_measures(writer: Writer, scenes: tuple[Scene, ...], pictures: npt.NDArray[np.uint8]) -> dict[str, Measure]:
    """Stories from the true analysis and the picture, as the bot asks for them, short ones."""
    rng = random.Random(3)
    prompts = [story_prompt(analysis(scene, rng), length="short") for scene in scenes]
    started = time.perf_counter()
    stories = writer.write(prompts, pictures, most=STORY_TOKENS, temperature=0.7)
    seconds = (time.perf_counter() - started) / len(scenes)
    bodies = [_body(story) for story in stories]
    return {
        "story_title": share(
            [story.startswith("Title: ") and bool(body) for story, body in zip(stories, bodies, strict=True)]
        ),
        "story_words": mean([len(body.split()) for body in bodies]),
        "story_150_words": share([len(body.split()) >= 150 for body in bodies]),
        "story_setting": share([_takes_place(story, scene) for story, scene in zip(stories, scenes, strict=True)]),
        "story_hero": share(
            [scene.figures[0].key in _kinds((_first(body),)) for scene, body in zip(scenes, bodies, strict=True)]
        ),
        "story_hero_kept": share([_name_kept(body) for body in bodies]),
        "story_no_repeat": share([_no_repeat(body) for body in bodies]),
        "seconds_chapter": mean([seconds]),
    }


def memory_measures(writer: Writer, scenes: tuple[Scene, ...], pictures: npt.NDArray[np.uint8]) -> dict[str, Measure]:
    """Whether a remembered name returns: one known to the world, one never seen; and never without memory."""
    found = {}
    for kind, names in (("known", KNOWN), ("unseen", UNKNOWN)):
        rng = random.Random(17)
        chosen = [names[rng.randrange(len(names))] for _ in scenes]
        prompts, plain = [], []
        for scene, name in zip(scenes, chosen, strict=True):
            memory, _ = remembered(sample_scene(rng), rng, name)
            seen = analysis(scene, rng)
            prompts.append(story_prompt(seen, length="short", woven=[memory]))
            plain.append(story_prompt(seen, length="short"))
        told = writer.write(prompts, pictures, most=STORY_TOKENS, temperature=0.7)
        found[f"memory_name_{kind}"] = share([name in story for name, story in zip(chosen, told, strict=True)])
        if kind == "unseen":
            told = writer.write(plain, pictures, most=STORY_TOKENS, temperature=0.7)
            found["memory_name_absent"] = share([name not in story for name, story in zip(chosen, told, strict=True)])
    return found


def painter_measures(painter: Painter, examiner: Examiner, scenes: tuple[Scene, ...]) -> dict[str, Measure]:
    """Pictures painted from scene cards, as the examiner sees them."""
    rng = random.Random(9)
    prompts = [painter_prompt_of(card(scene, rng)) for scene in scenes]
    started = time.perf_counter()
    painted = painter.paint(prompts)
    seconds = (time.perf_counter() - started) / len(scenes)
    return {**judged(examiner, scenes, painted), "seconds_picture": mean([seconds])}


def painter_prompt_of(fields: SceneCard) -> str:
    """A scene card as the picture side asks the painter for it."""
    return (
        f"{fields.subjects} in {fields.setting}, {fields.atmosphere}, {fields.keywords}, "
        "soft watercolour picture book, warm light"
    )


def judged(examiner: Examiner, scenes: tuple[Scene, ...], picture: torch.Tensor) -> dict[str, Measure]:
    """How often the examiner finds the truth in pictures, float32 [n, 3, side, side] in [-1, 1]."""
    verdict = examiner.judge(picture)
    who = [one.key for one in CHARACTERS]
    what = [one.key for one in THINGS]
    rows = range(len(scenes))
    return {
        "picture_setting": share([verdict.settings[i] == scenes[i].setting for i in rows]),
        "picture_mood": share([verdict.moods[i] == scenes[i].mood for i in rows]),
        "picture_hero": share([bool(verdict.characters[i, who.index(scenes[i].figures[0].key)] > 0) for i in rows]),
        "picture_object": share(
            [bool(verdict.things[i, what.index(scenes[i].things[0])] > 0) for i in rows if scenes[i].things]
        ),
    }


def _read(answer: str) -> Analysis | None:
    """The analysis, or None where the answer is no valid one."""
    try:
        return Analysis.from_json(answer)
    except ValueError:
        return None


def _body(story: str) -> str:
    """A story without its title line."""
    return story.partition("\n\n")[2]


def _takes_place(story: str, scene: Scene) -> bool:
    """Whether the first sentence names the scene's setting and no other."""
    return settings_named(_body(story).split(". ", 1)[0]) == {scene.setting}


def _kinds(phrases: tuple[str, ...]) -> set[str]:
    words = set(re.findall(r"[a-z]+", " ".join(phrases).lower()))
    return {one.key for one in CHARACTERS if one.key in words}


def _things(phrases: tuple[str, ...]) -> set[str]:
    words = set(re.findall(r"[a-z]+", " ".join(phrases).lower()))
    return {one.key for one in THINGS if one.key in words}


def _first(body: str) -> str:
    """The first paragraph, where a story names its place and its hero."""
    return body.split("\n\n", 1)[0]


def _name_kept(body: str) -> bool:
    """Whether the first capitalised name that is not a sentence's first word returns in the second half."""
    names = re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", _first(body))
    starts = re.match(r"[A-Z][a-z]+", body)
    candidates = [*names, *([starts[0]] if starts else [])]
    half = body[len(body) // 2 :]
    return any(re.search(rf"\b{name}\b", half) for name in candidates)


def _no_repeat(body: str) -> bool:
    sentences = [one.strip() for one in re.split(r"(?<=[.!?\"])\s+", body) if len(one.strip()) > 25]
    return len(sentences) == len(set(sentences))


if __name__ == "__main__":
    main()
