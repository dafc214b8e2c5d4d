"""Pictures drawn ahead of training: scenes and their pixels in two files of one folder.

Drawing needs skia-python; reading does not, so the folder can be carried to a machine without it.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ravsg.pocket.world import Figure, Scene, sample_scene

if TYPE_CHECKING:
    import numpy.typing as npt


class CannotDrawError(RuntimeError):
    """What drawing needs is not installed; the text says what, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Scenes, their pictures and who is where in them, in the same order, read from disk as needed."""

    scenes: tuple[Scene, ...]
    pictures: npt.NDArray[np.uint8]
    """[n, side, side, 3]."""
    boxes: npt.NDArray[np.float32]
    """[n, 6, 5], rows as in `illustrator.Picture.boxes`."""

    def __len__(self) -> int:
        return len(self.scenes)


def to_plain(scene: Scene) -> dict[str, Any]:
    """A scene as JSON types."""
    return asdict(scene)


def from_plain(raw: dict[str, Any]) -> Scene:
    """The scene that `to_plain` was given. Raises KeyError when a field is missing."""
    figures = tuple(Figure(one["key"], one["look"]) for one in raw["figures"])
    return Scene(raw["setting"], raw["mood"], figures, tuple(raw["things"]), raw["seed"])


def sample_scenes(count: int, seed: int, *, held_out: bool | None) -> list[Scene]:
    """`count` scenes from one seed; with None every second one is held out."""
    rng = random.Random(seed)
    return [sample_scene(rng, held_out=number % 2 == 1 if held_out is None else held_out) for number in range(count)]


def draw_all(folder: Path, count: int, seed: int, *, held_out: bool | None = False, workers: int = 2) -> Drawn:
    """Draw `count` scenes into `folder` (kept when they are there already), on several processes.

    Raises CannotDrawError where skia-python or a library that it needs is missing.
    """
    scenes = sample_scenes(count, seed, held_out=held_out)
    listing, pixels, places = (folder / name for name in ("scenes.json", "pictures.npy", "boxes.npy"))
    wanted = json.dumps([to_plain(scene) for scene in scenes])
    if pixels.exists() and places.exists() and listing.exists() and listing.read_text() == wanted:
        return read(folder)
    try:
        from ravsg.pocket.illustrator import ROWS, SIDE  # not before: reading needs no skia
    except ImportError as error:
        raise CannotDrawError(
            f"Drawing scenes needs skia-python, which does not load here ({error}). Install requirements-train.txt;"
            " on Debian also libgl1, libegl1 and libfontconfig1."
        ) from error

    folder.mkdir(parents=True, exist_ok=True)
    listing.unlink(missing_ok=True)
    pictures = np.lib.format.open_memmap(pixels, mode="w+", dtype=np.uint8, shape=(count, SIDE, SIDE, 3))
    boxes = np.empty((count, ROWS, 5), dtype=np.float32)
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for number, (picture, found) in enumerate(pool.imap(_draw, scenes, chunksize=64)):
            pictures[number], boxes[number] = picture, found
    pictures.flush()
    np.save(places, boxes)
    listing.write_text(wanted)
    return read(folder)


def read(folder: Path) -> Drawn:
    """What `draw_all` left. Raises FileNotFoundError when it did not."""
    raw = json.loads((folder / "scenes.json").read_text())
    pictures = np.load(folder / "pictures.npy", mmap_mode="r")
    return Drawn(tuple(from_plain(one) for one in raw), pictures, np.load(folder / "boxes.npy"))


class Batches:
    """Batches of indices below `count`, by the number of the step: every epoch a new order, a short rest left out."""

    def __init__(self, count: int, size: int, seed: int) -> None:
        self._count, self._size, self._seed = count, size, seed
        self._epoch, self._order = -1, np.empty(0, dtype=np.int64)

    def at(self, number: int) -> npt.NDArray[np.int64]:
        """The indices of step `number`, ascending."""
        epoch, place = divmod(number, self._count // self._size)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, np.random.default_rng((self._seed, epoch)).permutation(self._count)
        return np.sort(self._order[place * self._size : (place + 1) * self._size])


def batches(count: int, size: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """The same batches one after another, without end."""
    order = Batches(count, size, seed)
    for number in itertools.count():
        yield order.at(number)


def _draw(scene: Scene) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    picture = _illustrator().picture(scene)
    return picture.pixels, picture.boxes


@cache
def _illustrator() -> Any:
    """One per process: its paper and surface are made once."""
    from ravsg.pocket.illustrator import Illustrator

    return Illustrator()
