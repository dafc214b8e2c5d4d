"""What memory does to stories and paintings: with what fits, with nothing, and with a memory of another scene.

Each held-out case (`benchmarks.memory_cases`) is made three times with the same seed by the bot's own recipes and the
pocket weights (`benchmarks.memory_life`). In stories the remembered name, and the kind or place of whom it belongs
to, are looked for in the words; in paintings of somebody who is only called by name, an examiner that is none of the
models looks for the hero, and the colours are compared with those of the remembered picture. The third arm tells an
effect of the right memory from one of any memory. Drawing needs skia-python (requirements-train.txt).
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from benchmarks.graded import interval
from benchmarks.memory_cases import Case, Chapter, cases
from benchmarks.memory_life import Life
from benchmarks.paired import mcnemar
from benchmarks.report import CannotMeasureError, Figure
from ravsg.config import Config, load_config
from ravsg.models.device import ModelDevice
from ravsg.models.profiles import pocket
from ravsg.pocket.captions import settings_named
from ravsg.pocket.drawn import CannotDrawError, draw_all
from ravsg.pocket.examine_text import kinds_named, names_somebody
from ravsg.pocket.examiner import Examiner, load
from ravsg.pocket.hands import pixels_of, png_of
from ravsg.pocket.measures import share
from ravsg.pocket.world import mood, setting
from ravsg.store.connection import Database
from ravsg.types import PaintRequest, SceneCard

if TYPE_CHECKING:
    import numpy.typing as npt

Arm = Literal["with", "without", "other"]
ARMS: Final[dict[Arm, str]] = {"with": "with memory", "without": "without memory", "other": "another scene's memory"}
OTHERS: Final[tuple[Arm, Arm]] = ("without", "other")
Found = dict[str, dict[Arm, list[float]]]
"""By measure and arm, one value a case; shares as 0 and 1."""
MEASURES: Final = {
    "name": "stories with the remembered name",
    "look": "stories with the remembered hero's kind, not in the picture",
    "place": "stories with the remembered place, not in the picture",
    "hero": "paintings with the remembered hero",
    "lent": "paintings that began from a remembered picture",
    "palette": "distance of a painting's colours from the remembered picture's",
}
LEAST: Final = 0.001
"""A lead whose low end is smaller is none."""
ROOT: Final = Path(__file__).parents[1]
EXAMINER: Final = ROOT / "tests" / "pocket" / "fixtures" / "examiner.safetensors"
SIDE: Final = 128
"""Pixels of a painting's side: as it is painted, not enlarged."""


def run(*, n: int) -> list[Figure]:
    """All figures, of `n` cases. Raises CannotMeasureError."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            drawn = draw_all(Path(folder) / "drawn", n, seed=77, held_out=True, workers=1)
        except CannotDrawError as error:
            raise CannotMeasureError(str(error)) from error
        pictures = [png_of(np.array(picture)) for picture in drawn.pictures]
        return figures(asyncio.run(measured(cases(drawn.scenes), pictures, Path(folder))))


async def measured(known: Sequence[Case], pictures: Sequence[bytes], folder: Path, *, paint: bool = True) -> Found:
    """Every measure of stories and, unless `paint` is false, of paintings. `pictures` (PNG) are the scenes'."""
    config = settings()
    profile = pocket()
    device = ModelDevice(profile)
    try:
        async with Database(folder / "ravsg.sqlite") as db:
            life = Life(config, profile, device, db)
            found = await stories(life, known, pictures)
            return {**found, **(await paintings(life, known, pictures, load(EXAMINER)) if paint else {})}
    finally:
        device.close()


def settings() -> Config:
    """What ships, but without a floor of similarity, with everybody's agreement, and pictures are not enlarged."""
    config = load_config(ROOT / "config.toml")
    memory = config.memory.model_copy(update={"consent": "opt-out", "score_floor": -1.0})
    return config.model_copy(update={"memory": memory, "paint": config.paint.model_copy(update={"size": SIDE})})


async def stories(life: Life, known: Sequence[Case], pictures: Sequence[bytes]) -> Found:
    """Names in all cases; the kind where somebody else is remembered, the place where it is another one."""
    found: Found = {name: {arm: [] for arm in ARMS} for name in ("name", "look", "place")}
    for number, case in enumerate(known):
        wanted = case.earlier
        for arm, chapter in _arms(wanted, _other(known, number).earlier).items():
            story = await life.tell(pictures[number], number, chapter)
            text = f"{story.title}\n\n{story.text}"
            found["name"][arm].append(names_somebody(text, wanted.name))
            if case.elsewhere:
                found["place"][arm].append(wanted.scene.setting in settings_named(text))
            else:
                found["look"][arm].append(wanted.scene.figures[0].key in kinds_named(text))
    return found


async def paintings(life: Life, known: Sequence[Case], pictures: Sequence[bytes], examiner: Examiner) -> Found:
    """The hero, as the examiner sees it, and the colours' distance, of paintings that know a name and a place."""
    found: Found = {name: {arm: [] for arm in ARMS} for name in ("hero", "lent", "palette")}
    for number, case in enumerate(known):
        scene, other = case.scene, _other(known, number)
        card = SceneCard(setting(scene.setting).phrase, case.before.name, mood(scene.mood).phrase)
        asked = PaintRequest(card=card, seed=number)
        shown = {case.before: pictures[number], other.before: pictures[known.index(other)]}
        for arm, chapter in _arms(case.before, other.before).items():
            painting = await life.paint(asked, chapter, shown[chapter] if chapter else None)
            painted = pixels_of(painting.pictures[0].png)
            found["hero"][arm].append(examiner.judge(painted[None]).sees(0, scene.figures[0].key))
            found["lent"][arm].append(any(one.lent_colours for one in painting.woven))
            found["palette"][arm].append(palette_distance(painted, pixels_of(pictures[number])))
    return found


def palette_distance(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    """How far the colours of two pictures (uint8 [h, w, 3]) lie apart, wherever they stand, from 0 to 1.

    The Wasserstein distance of each channel's values, as the mean difference of 256 quantiles, over the channels.
    """
    at = (np.arange(256) + 0.5) / 256
    apart = np.quantile(one.reshape(-1, 3), at, axis=0) - np.quantile(other.reshape(-1, 3), at, axis=0)
    return float(np.abs(apart).mean() / 255)


def figures(found: Found) -> list[Figure]:
    """Every measure by arm, and by how much memory is better than each of the others, case by case."""
    told = []
    for name, arms in found.items():
        for arm, values in arms.items():
            told.append(Figure(f"{name}_{arm}", f"{MEASURES[name]}, {ARMS[arm]}", *_middle(name, values)))
        told += [_lead(name, arms["with"], arms[arm], arm) for arm in OTHERS]
    return told


def _middle(name: str, values: Sequence[float]) -> tuple[float, str, None, bool, str]:
    """Value, unit, goal, side and note of a figure: Wilson's interval for shares, the bootstrap's for means."""
    if name == "palette":
        one = interval(values)
        middle, low, high = one.mean, one.low, one.high
    else:
        part = share([bool(value) for value in values])
        middle, low, high = part.value, part.low, part.high
    return middle, "", None, True, f"{low:.3f} to {high:.3f} with 95 % confidence; {len(values)} cases"


def _lead(name: str, ours: Sequence[float], theirs: Sequence[float], arm: Arm) -> Figure:
    """The low end of memory's lead; the goal is that it lies above 0."""
    sign = -1 if name == "palette" else 1
    lead = interval([sign * (a - b) for a, b in zip(ours, theirs, strict=True)])
    note = f"{lead.low:.3f} to {lead.high:.3f} with 95 % confidence, in pairs"
    if name != "palette":
        note += f"; exact McNemar p = {mcnemar([bool(a) for a in ours], [bool(b) for b in theirs]):.2g}"
    what = f"lead over {ARMS[arm]}, least with 95 % confidence"
    return Figure(
        f"{name}_over_{arm}", what, lead.low, "", LEAST, at_most=False, note=f"{lead.mean:.3f} on average, {note}"
    )


def _arms(wanted: Chapter, other: Chapter) -> dict[Arm, Chapter | None]:
    return {"with": wanted, "without": None, "other": other}


def _other(known: Sequence[Case], number: int) -> Case:
    """The case half of all away, or the nearest after it in which everybody has another name."""
    case = known[number]
    taken = {case.earlier.name, case.before.name}
    order = [known[(number + len(known) // 2 + step) % len(known)] for step in range(len(known))]
    return next(one for one in order if not taken & {one.earlier.name, one.before.name} and one.scene != case.scene)
