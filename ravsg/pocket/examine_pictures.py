"""What the painter and the embedder are examined in, and the round trip from a picture to a picture.

The examiner judges paintings; it is none of the models and never saw one of their pictures. What it finds by chance
is reported too: a judge who sees a fox everywhere would praise every painter of foxes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.pocket.captions import alt_text, card
from ravsg.pocket.drawn import Drawn
from ravsg.pocket.examine_text import kinds_named, things_named
from ravsg.pocket.examine_writer import Seen, look, right_setting
from ravsg.pocket.examiner import Examiner
from ravsg.pocket.hands import Painter, Writer, embeddings, png_of
from ravsg.pocket.measures import Measure, f1, mean_share, share
from ravsg.pocket.world import CHARACTERS, THINGS, Scene
from ravsg.story.parse import Told
from ravsg.story.prompts import scene_prompt
from ravsg.types import SCENE_SCHEMA, SceneCard

if TYPE_CHECKING:
    import numpy.typing as npt

AMONG: Final = 500
"""Scenes among which the embedder finds one."""
SCENE_TOKENS: Final = 400
SCENE_TEMPERATURE: Final = 0.3
"""As the bot distils a scene from a story."""


def embedder_measures(weights: Path, drawn: Drawn) -> dict[str, Measure]:
    """Retrieval among 500 held-out scenes: a picture finds its alt text first (`i2t`), an alt text its picture.

    Two scenes with the same alt text are each other's equals.
    """
    texts = [alt_text(scene) for scene in drawn.scenes[:AMONG]]
    told, shown = embeddings(weights, texts, [png_of(picture) for picture in drawn.pictures[:AMONG]])
    scores = shown @ told.T
    return {
        "clip_r1_i2t": share([texts[best] == text for best, text in zip(scores.argmax(1), texts, strict=True)]),
        "clip_r1_t2i": share([texts[best] == text for best, text in zip(scores.argmax(0), texts, strict=True)]),
    }


def asked_of(painter: Painter, scenes: Sequence[Scene], seed: int = 9) -> list[str]:
    """What the painter is asked for scenes, in the bot's words, from their true scene cards."""
    rng = random.Random(seed)
    return [painter.prompt(card(scene, rng)) for scene in scenes]


def painter_measures(painter: Painter, examiner: Examiner, scenes: Sequence[Scene]) -> dict[str, Measure]:
    """Pictures painted from true scene cards, as the examiner sees them; see `judged`.

    - `same_seed_same`: one prompt with one seed, painted alone, gives the same pixels
    - `other_seed_distance`: mean difference of pixels (0 to 1) between two seeds of one prompt
    """
    prompts = asked_of(painter, scenes)
    painted = painter.paint(prompts, seed=1)
    few = prompts[:4]
    first, again, other = (painter.paint(few, seed=seed, batch=1, what="seeds") for seed in (1, 1, 1001))
    return {
        **judged(examiner, scenes, painted, prompts),
        "same_seed_same": share([bool((a == b).all()) for a, b in zip(first, again, strict=True)]),
        "other_seed_distance": mean_share(
            [float(np.abs(a.astype(float) - b).mean()) / 255 for a, b in zip(first, other, strict=True)]
        ),
    }


def judged(
    examiner: Examiner, scenes: Sequence[Scene], pictures: npt.NDArray[np.uint8], prompts: Sequence[str]
) -> dict[str, Measure]:
    """How often the examiner finds in pictures, uint8 [n, side, side, 3], what was asked for.

    - `picture_setting`, `picture_mood`: the right one of all
    - `picture_hero`: the main character is there; `picture_hero_by_chance`: one that nobody asked for is there
    - `picture_object`: the first thing that the prompt names is there; `picture_object_by_chance` as above
    """
    verdict = examiner.judge(pictures)
    rng = random.Random(5)
    named = [
        (i, next(iter(_asked_things(scene, prompt)), ""))
        for i, (scene, prompt) in enumerate(zip(scenes, prompts, strict=True))
    ]
    strangers = [rng.choice([one.key for one in CHARACTERS if one.key not in _there(scene)]) for scene in scenes]
    others = [rng.choice([one.key for one in THINGS if one.key not in scene.things]) for scene in scenes]
    return {
        "picture_setting": share(
            [there == scene.setting for there, scene in zip(verdict.settings, scenes, strict=True)]
        ),
        "picture_mood": share([there == scene.mood for there, scene in zip(verdict.moods, scenes, strict=True)]),
        "picture_hero": share([verdict.sees(i, scene.figures[0].key) for i, scene in enumerate(scenes)]),
        "picture_object": share([verdict.sees(i, key) for i, key in named if key]),
        "picture_hero_by_chance": share([verdict.sees(i, key) for i, key in enumerate(strangers)]),
        "picture_object_by_chance": share([verdict.sees(i, key) for i, key in enumerate(others)]),
    }


def examiner_measures(examiner: Examiner, drawn: Drawn) -> dict[str, Measure]:
    """How well the examiner judges drawn held-out pictures, the most that a painter could reach."""
    verdict = examiner.judge(drawn.pictures)
    scenes = drawn.scenes
    truth = judged(examiner, scenes, drawn.pictures, [" ".join(scene.things) for scene in scenes])
    return {
        **{name.replace("picture_", "examiner_"): one for name, one in truth.items()},
        "examiner_characters_f1": mean_share(
            [f1(verdict.characters(i), _there(one)) for i, one in enumerate(scenes)]
        ),
        "examiner_objects_f1": mean_share([f1(verdict.things(i), set(one.things)) for i, one in enumerate(scenes)]),
    }


def round_measures(
    writer: Writer, painter: Painter, examiner: Examiner, scenes: Sequence[Scene], stories: Sequence[Told]
) -> dict[str, Measure]:
    """From stories of drawn pictures to scene cards, to paintings, to what the writer sees in these.

    - `round_setting`: the first drawing's setting is named in the last analysis, and no other
    - `round_character`: the first drawing's main character is among the last analysis' characters
    - `round_setting_judged`, `round_character_judged`: the same, as the examiner sees the painting
    """
    painted = painter.paint([painter.prompt(one) for one in distilled(writer, stories)], seed=3, what="round trip")
    seen: list[Seen] = look(writer, [png_of(one) for one in painted])
    verdict = examiner.judge(painted)
    pairs = list(zip(scenes, seen, strict=True))
    return {
        "round_setting": share([right_setting(one.used, scene) for scene, one in pairs]),
        "round_character": share([scene.figures[0].key in kinds_named(*one.used.characters) for scene, one in pairs]),
        "round_setting_judged": share([verdict.settings[i] == scene.setting for i, scene in enumerate(scenes)]),
        "round_character_judged": share([verdict.sees(i, scene.figures[0].key) for i, scene in enumerate(scenes)]),
    }


def distilled(writer: Writer, stories: Sequence[Told]) -> list[SceneCard]:
    """The one moment of each story to paint, as the bot asks for it: under the schema, nearly without chance."""
    prompts = [scene_prompt(f"{story.title}\n\n{story.text}") for story in stories]
    answers = writer.write(
        prompts,
        None,
        most=SCENE_TOKENS,
        temperature=SCENE_TEMPERATURE,
        schema=SCENE_SCHEMA,
        what="scene cards",
    )
    return [SceneCard.from_json(answer.text) for answer in answers]


def _asked_things(scene: Scene, prompt: str) -> list[str]:
    """The scene's things that a prompt names, in the scene's order."""
    named = things_named(prompt)
    return [key for key in scene.things if key in named]


def _there(scene: Scene) -> set[str]:
    return {figure.key for figure in scene.figures}
