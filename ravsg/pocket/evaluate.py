"""The examination: `python -m ravsg.pocket.evaluate [--json] [--n N] [--weights DIR] [--cache FILE]`.

On scenes whose hero was never seen in that place, and on names: what the writer sees, tells, remembers and mends,
what the painter's pictures show to an examiner that is none of the models, what remains after a round trip, how the
writer takes pictures from outside its world, and how long it all takes. The models run as the bot runs them. Needs
skia-python to draw the scenes; progress goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ravsg.models.loading import calm_threads
from ravsg.models.profiles import POCKET_WEIGHTS

if TYPE_CHECKING:
    from ravsg.pocket.drawn import Drawn
    from ravsg.pocket.examiner import Examiner
    from ravsg.pocket.measures import Measure

WEIGHTS: Final = POCKET_WEIGHTS
CACHE: Final = Path("out/pocket/examiner.safetensors")
SEED: Final = 900_005
"""Of the held-out scenes: not of those that trainings are watched on."""
SCENES: Final = 500
"""Drawn at least: as many as the embedder has to choose among."""

LEAST: Final = {
    "clip_r1_i2t": 0.80, "clip_r1_t2i": 0.80,
    "analysis_valid": 1.0, "analysis_setting": 0.95, "analysis_mood": 0.93,
    "analysis_characters_f1": 0.75, "analysis_objects_f1": 0.55,
    "story_words": 0.95, "story_setting": 0.93, "story_hero": 0.80, "story_no_repeat": 0.95,
    "memory_name_known": 0.85, "memory_name_unseen": 0.60, "memory_name_absent": 0.99,
    "picture_setting": 0.95, "picture_mood": 0.85, "picture_hero": 0.65, "picture_object": 0.35,
    "round_setting": 0.88, "round_character": 0.55,
    "same_seed_same": 1.0,
}  # fmt: skip
"""Shares that weights trained on a processor are expected to reach."""
LEAST_WITH_GPU: Final = {
    "clip_r1_i2t": 0.90, "clip_r1_t2i": 0.90,
    "analysis_valid": 1.0, "analysis_setting": 0.98, "analysis_mood": 0.96,
    "analysis_characters_f1": 0.93, "analysis_objects_f1": 0.85,
    "story_words": 0.98, "story_setting": 0.97, "story_hero": 0.95, "story_no_repeat": 0.98,
    "memory_name_known": 0.97, "memory_name_unseen": 0.90, "memory_name_absent": 0.99,
    "picture_setting": 0.97, "picture_mood": 0.93, "picture_hero": 0.88, "picture_object": 0.70,
    "round_setting": 0.94, "round_character": 0.82,
    "same_seed_same": 1.0,
}  # fmt: skip
"""Shares that weights trained on a GPU are expected to reach."""
MOST: Final = {"seconds_chapter": 6.0, "seconds_picture": 5.0, "seconds_load": 3.0}
"""Seconds that either may take on two cores."""


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line, examine, print."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.evaluate")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--n", type=int, default=100, help="scenes for each measure")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--cache", type=Path, default=CACHE, help="the examiner is kept here, and trained if missing")
    chosen = parser.parse_args(arguments)
    if chosen.n < 1:
        parser.error("--n: at least one scene is needed")
    calm_threads()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    import tempfile

    from ravsg.pocket.drawn import CannotDrawError, draw_all
    from ravsg.pocket.examiner_training import examiner_at

    with tempfile.TemporaryDirectory() as drawings:
        try:
            drawn = draw_all(Path(drawings), max(SCENES, chosen.n), SEED, held_out=True)
        except CannotDrawError as error:
            parser.error(str(error))
        examiner = examiner_at(chosen.cache)
        found = examine(chosen.weights, drawn, examiner, chosen.n)
    print(printed(found) if chosen.json else table(found))


def examine(weights: Path, drawn: Drawn, examiner: Examiner, count: int) -> dict[str, Measure]:
    """All measures over the first `count` held-out scenes; shares from 0 to 1, times in seconds."""
    from ravsg.pocket.examine_outside import outside_measures
    from ravsg.pocket.examine_pictures import (
        asked_of,
        embedder_measures,
        examiner_measures,
        painter_measures,
        round_measures,
    )
    from ravsg.pocket.examine_speed import loaded, speed_measures
    from ravsg.pocket.examine_tasks import task_measures
    from ravsg.pocket.examine_writer import analysis_measures, look, memory_measures, story_measures, tell
    from ravsg.pocket.hands import png_of

    scenes, pictures = drawn.scenes[:count], [png_of(picture) for picture in drawn.pictures[:count]]
    writer, painter, seconds = loaded(weights)
    found = embedder_measures(weights, drawn)
    seen = look(writer, pictures)
    found |= analysis_measures(scenes, seen)
    own = [one.used for one in seen]
    stories = tell(writer, own, pictures, length="long")
    found |= story_measures(scenes, stories)
    found |= memory_measures(writer, scenes, pictures, stories)
    found |= painter_measures(painter, examiner, scenes)
    found |= round_measures(writer, painter, examiner, scenes, stories)
    found |= outside_measures(writer, count, seen)
    found |= task_measures(writer, scenes, pictures)
    found |= speed_measures(writer, painter, own, pictures, asked_of(painter, scenes[:3])) | seconds
    return found | examiner_measures(examiner, drawn)


def printed(found: dict[str, Measure]) -> str:
    """One JSON object of all measures, those that weights are held to first."""
    first = {name: found[name] for name in (*LEAST, *MOST)}
    return json.dumps({name: one.plain() for name, one in {**first, **found}.items()})


def table(found: dict[str, Measure]) -> str:
    """The measures with their intervals, and beside each what is expected of it, where something is: of weights that
    were trained on a processor, and of weights that were trained on a GPU."""
    lines = [f"{'measure':26} {'value':>8}   {'95 % interval':16} {'n':9} {'expected':8}   with a GPU"]
    for name, one in found.items():
        row = f"{name:26} {one.value:8.3f}   {f'[{one.low:.3f}, {one.high:.3f}]':16} n = {one.n:<5} {_gate(name):8}"
        lines.append(f"{row}   {_gate(name, LEAST_WITH_GPU)}".rstrip())
    return "\n".join(lines)


def _gate(name: str, least: dict[str, float] = LEAST) -> str:
    """What is expected of a measure; empty for nothing."""
    return f">= {least[name]:.2f}" if name in least else f"<= {MOST[name]:.0f} s" if name in MOST else ""


if __name__ == "__main__":
    main()
