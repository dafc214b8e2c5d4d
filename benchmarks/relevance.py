"""Whether memory finds what is relevant: nDCG@10 of words and vectors together, and of each alone.

320 questions over 2,300 memories of the pocket world (`benchmarks.labelled`), embedded by the pocket embedder that
ships. The weights in config.toml were chosen on the even questions; the figures are of the odd ones. Pictures are
drawn with skia-python (requirements-train.txt); without it there are stories and questions in words only.
Embedding takes some minutes once and is kept in `out/`.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np

from benchmarks.embedded import Vectors, embed
from benchmarks.graded import Interval, interval, ndcg
from benchmarks.labelled import Labelled, Made, Question, gain, labelled
from benchmarks.report import Figure
from ravsg.config import MemorySection
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.types import Memorable, MemoryKind

GUILD: Final = 1
AT: Final = 10
Arm = Literal["hybrid", "vectors", "words"]
ARMS: Final[dict[Arm, str]] = {"hybrid": "words and vectors", "vectors": "vectors alone", "words": "words alone"}
Half = Literal["tuning", "reporting", "both"]


def run(*, weights: Path | None) -> list[Figure]:
    """All figures; `weights`: a folder with another embedder/."""
    known = labelled()
    vectors = embed(known, weights)
    scores = asyncio.run(measured(known, vectors, MemorySection(consent="opt-out"), "reporting"))
    return figures(scores, known, vectors)


def figures(scores: dict[Question, dict[Arm, float]], known: Labelled, vectors: Vectors) -> list[Figure]:
    """nDCG@10 of every arm, by how much both together are better than the better one alone, and by kind."""
    means = {arm: interval([one[arm] for one in scores.values()]) for arm in ARMS}
    ahead = lead(list(scores.values()))
    what = f"{known.memories if vectors.pictures is not None else len(vectors.stories):,} memories"
    note = "" if vectors.pictures is not None else "without skia-python: stories and questions in words only"
    found = [
        Figure(f"ndcg_{arm}", f"nDCG@10 {ARMS[arm]}", one.mean, "", note=_told(one, len(scores), what))
        for arm, one in means.items()
    ]
    found.append(
        Figure("ndcg_lead", "lead of both over the better one", ahead.mean, "", 0.0, at_most=False, note=note)
    )
    found.append(Figure("ndcg_sure", "the same, least with 95 % confidence", ahead.low, "", 0.0, at_most=False))
    for kind in dict.fromkeys(question.kind for question in scores):
        of_kind = [one for question, one in scores.items() if question.kind == kind]
        for arm, name in ARMS.items():
            mean = float(np.mean([one[arm] for one in of_kind]))
            found.append(Figure(f"{kind.replace(' ', '_')}_{arm}", f"{kind}: {name}", mean, ""))
    return found


def lead(scores: Sequence[dict[Arm, float]]) -> Interval:
    """How far both together lead over the better of vectors and words alone, question by question."""
    better: Arm = max(("vectors", "words"), key=lambda arm: float(np.mean([one[arm] for one in scores])))
    return interval([one["hybrid"] - one[better] for one in scores])


async def measured(
    known: Labelled, vectors: Vectors, config: MemorySection, half: Half
) -> dict[Question, dict[Arm, float]]:
    """nDCG@10 of one half of the questions or of both, for every arm."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(Path(folder) / "ravsg.sqlite") as db:
            memory = Memory(db, config)
            await fill(memory, known, vectors)
            return await ask_all(memory, known, vectors, half)


async def ask_all(memory: Memory, known: Labelled, vectors: Vectors, half: Half) -> dict[Question, dict[Arm, float]]:
    """The questions, asked of a memory that holds everything."""
    of = {one.job_id: one for one in known.made if one.story or vectors.pictures is not None}
    numbers = {"tuning": (0,), "reporting": (1,), "both": (0, 1)}[half]
    found: dict[Question, dict[Arm, float]] = {}
    for number, question in enumerate(known.questions):
        if number % 2 not in numbers or (question.scene is not None and vectors.pictures is None):
            continue
        grades = [gain(question, one) for one in of.values()]
        found[question] = {
            arm: ndcg(
                [gain(question, of[job]) for job in await asked(memory, question, vectors, number, arm)], grades
            )
            for arm in ARMS
        }
    return found


async def asked(memory: Memory, question: Question, vectors: Vectors, number: int, arm: Arm) -> list[str]:
    """The jobs that memory gives, best first."""
    words = question.words if arm != "vectors" else ""
    texts = vectors.questions[number : number + 1] if arm != "words" else vectors.questions[:0]
    shown = vectors.shown.get(number) if arm != "words" else None
    pictures = shown[None] if shown is not None else texts[:0]
    query = Query(words, texts, pictures, vectors.model)
    return [one.job_id for one in await memory.recall(GUILD, query, top_k=AT, floor=-1.0)]


async def fill(memory: Memory, known: Labelled, vectors: Vectors) -> None:
    """Remember everything as the bot does."""
    for number, made in enumerate(known.made):
        if made.story:
            chunks, rows = vectors.stories[made.job_id]
            await memory.remember(GUILD, _item(made, MemoryKind.STORY), chunks, rows, vectors.model)
        if vectors.pictures is not None:
            row = vectors.pictures[number : number + 1]
            await memory.remember(GUILD, _item(made, MemoryKind.PICTURE), [made.caption], row, vectors.model)


def _item(made: Made, kind: MemoryKind) -> Memorable:
    return Memorable(
        kind=kind,
        text=made.story if kind is MemoryKind.STORY else made.caption,
        title=made.title,
        author_id=7,
        author_name="Ana",
        channel_id=10,
        message_id=None,
        job_id=made.job_id,
        picture_sha=hashlib.sha256(made.job_id.encode()).hexdigest() if kind is MemoryKind.PICTURE else None,
        keywords=made.keywords,
    )


def _told(one: Interval, questions: int, what: str) -> str:
    return f"{one.low:.3f} to {one.high:.3f} with 95 % confidence; {questions} questions over {what}"
