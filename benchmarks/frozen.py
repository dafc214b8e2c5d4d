"""A labelled set with its vectors in one file, for tests that have neither the time to embed nor skia to draw.

Vectors are kept in float16: of 512 dimensions, their cosines differ from the originals' by less than 0.001.
Made anew by `python -m benchmarks.frozen`, when the search is to be tested with other weights or another world.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.embedded import Vectors, embed
from benchmarks.labelled import Labelled, Made, Question, labelled
from ravsg.pocket.drawn import from_plain

FILE: Final = Path(__file__).parents[1] / "tests" / "benchmarks" / "labelled.npz"
SIZE: Final = {"stories": 250, "paintings": 450, "each": 36}


def freeze(file: Path = FILE) -> None:
    """Make the set, embed it, and write both. Raises ValueError where nothing can be drawn."""
    known = labelled(**SIZE)
    vectors = embed(known)
    if vectors.pictures is None:
        raise ValueError("drawing needs skia-python: .venv/bin/pip install -r requirements-train.txt")
    made = [asdict(one) for one in known.made]
    questions = [{**asdict(one), "wanted": sorted(one.wanted)} for one in known.questions]
    chunks = {job: cut for job, (cut, _) in vectors.stories.items()}
    meta = {"made": made, "questions": questions, "chunks": chunks, "model": vectors.model, "shown": [*vectors.shown]}
    np.savez_compressed(
        file,
        meta=np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8),
        stories=np.concatenate([rows for _, rows in vectors.stories.values()]).astype(np.float16),
        questions=vectors.questions.astype(np.float16),
        pictures=vectors.pictures.astype(np.float16),
        shown=np.stack([*vectors.shown.values()]).astype(np.float16),
    )


def thaw(file: Path = FILE) -> tuple[Labelled, Vectors]:
    """What `freeze` wrote."""
    with np.load(file, allow_pickle=False) as kept:
        meta: dict[str, Any] = json.loads(kept["meta"].tobytes())
        rows = {name: kept[name].astype(np.float32) for name in ("stories", "questions", "pictures", "shown")}
    made = [
        Made(**{**one, "scene": from_plain(one["scene"]), "keywords": tuple(one["keywords"])}) for one in meta["made"]
    ]
    questions = [
        Question(
            **{
                **one,
                "wanted": frozenset((field, key) for field, key in one["wanted"]),
                "scene": one["scene"] and from_plain(one["scene"]),
            }
        )
        for one in meta["questions"]
    ]
    stories, start = {}, 0
    for job, cut in meta["chunks"].items():
        stories[job] = (cut, rows["stories"][start : start + len(cut)])
        start += len(cut)
    shown = dict(zip(meta["shown"], rows["shown"], strict=True))
    return (
        Labelled(tuple(made), tuple(questions)),
        Vectors(meta["model"], stories, rows["questions"], rows["pictures"], shown),
    )


if __name__ == "__main__":
    freeze()
