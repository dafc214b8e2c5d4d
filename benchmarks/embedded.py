"""What the pocket embedder makes of labelled memories and questions: texts, and pictures where they can be drawn.

Kept under the model's name in a folder, because embedding takes minutes on two cores.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from benchmarks.labelled import Labelled
from ravsg.jobs.step import Watch
from ravsg.memory.chunks import split
from ravsg.models.embedder import Embedder
from ravsg.models.profiles import pocket
from ravsg.pocket.world import Scene
from ravsg.types import Embedded, EmbedTask

if TYPE_CHECKING:
    import numpy.typing as npt

KEPT: Final = Path("out") / "relevance"
_AT_ONCE: Final = 256


@dataclass(frozen=True)
class Vectors:
    """float32 rows of length 1, [n, d]."""

    model: str
    stories: dict[str, tuple[list[str], npt.NDArray[np.float32]]]
    """By job: the chunks and their rows."""
    questions: npt.NDArray[np.float32]
    """Of the questions' words, in their order."""
    pictures: npt.NDArray[np.float32] | None
    """Of every result's picture, in their order; None where nothing can be drawn."""
    shown: dict[int, npt.NDArray[np.float32]]
    """By question: the picture that is given."""


def embed(known: Labelled, weights: Path | None = None, keep: Path | None = KEPT) -> Vectors:
    """Everything as vectors; from `keep` what was embedded before with the same model."""
    embedder = Embedder(pocket(weights) if weights else pocket())
    chunks = {one.job_id: split(one.story) for one in known.made if one.story}
    titles = {one.job_id: one.title for one in known.made}
    told = tuple(f"{titles[job]}. {chunk}" for job, cut in chunks.items() for chunk in cut)
    words = tuple(question.words for question in known.questions)
    rows, model = _rows(embedder, EmbedTask(texts=told), keep, json.dumps(told))
    questions, _ = _rows(embedder, EmbedTask(texts=words), keep, json.dumps(words))
    stories: dict[str, tuple[list[str], npt.NDArray[np.float32]]] = {}
    start = 0
    for job, cut in chunks.items():
        stories[job] = (cut, rows[start : start + len(cut)])
        start += len(cut)
    asked = {number: one.scene for number, one in enumerate(known.questions) if one.scene is not None}
    drawn = _pictures(embedder, [one.scene for one in known.made], keep)
    shown = _pictures(embedder, list(asked.values()), keep)
    if drawn is None or shown is None:
        return Vectors(model, stories, questions, None, {})
    return Vectors(model, stories, questions, drawn, dict(zip(asked, shown, strict=True)))


def _pictures(embedder: Embedder, scenes: Sequence[Scene], keep: Path | None) -> npt.NDArray[np.float32] | None:
    try:
        from ravsg.pocket.illustrator import Illustrator  # noqa: PLC0415 - needs skia, which only trainings install

        illustrator = Illustrator()
    except ImportError:
        return None
    pngs = []
    for scene in scenes:
        file = io.BytesIO()
        Image.fromarray(illustrator.draw(scene)).save(file, "PNG", compress_level=1)
        pngs.append(file.getvalue())
    digest = hashlib.sha256(b"".join(pngs)).hexdigest()
    return _rows(embedder, EmbedTask(pictures=tuple(pngs)), keep, digest)[0]


def _rows(
    embedder: Embedder, task: EmbedTask, keep: Path | None, content: str
) -> tuple[npt.NDArray[np.float32], str]:
    """The rows of a task of texts or of pictures, and the model."""
    model = _run(embedder, EmbedTask(texts=("",))).model
    name = hashlib.sha256(f"{model}\0{content}".encode()).hexdigest()[:20]
    file = keep / f"{name}.npy" if keep is not None else None
    if file is not None and file.is_file():
        return np.load(file), model
    parts = [
        _run(embedder, EmbedTask(task.texts[at : at + _AT_ONCE], task.pictures[at : at + _AT_ONCE]))
        for at in range(0, len(task.texts) + len(task.pictures), _AT_ONCE)
    ]
    rows = np.concatenate([part.texts if task.texts else part.pictures for part in parts])
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, rows)
    return rows, model


def _run(embedder: Embedder, task: EmbedTask) -> Embedded:
    (outcome,) = embedder.embed([task], [Watch()])
    assert isinstance(outcome, Embedded), outcome
    return outcome
