"""What "not relevant" does: for questions like the one it was said about, that memory counts for less.

    score × max(1 − most, Π (1 − weight × likeness))

over the verdicts on the memory, in its own server. Likeness is 0 for a question that has nothing to do with the one
the verdict was about and 1 for the same: the cosine of the two questions' vectors, stretched from the embedder's
floor to 1, or the share of common words where vectors of one model are not at hand. Bounded: however many say it, a
memory keeps 1 − most of its score, and searches that a person makes do not ask. Pure functions; nothing is read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ravsg.store.feedback import Verdict

if TYPE_CHECKING:
    import numpy.typing as npt

    from ravsg.config import MemorySection
    from ravsg.memory.query import Query


def verdict_on(memory_id: int, query: Query, *, by: int, job_id: str) -> Verdict:
    """A member's "not relevant", with what was asked, as it is kept."""
    return Verdict(
        memory_id=memory_id,
        member_id=by,
        words=" ".join(query.search_words),
        vectors=query.vectors.astype("<f4").tobytes(),
        dimensions=query.dimensions,
        model=query.model,
        job_id=job_id,
    )


def factors(verdicts: Sequence[Verdict], query: Query, floor: float, config: MemorySection) -> dict[int, float]:
    """By which factor in (0, 1] each memory's score is lowered; memories without verdicts are missing."""
    found: dict[int, float] = {}
    for verdict in verdicts:
        lowered = found.get(verdict.memory_id, 1.0) * (1 - config.feedback_weight * likeness(verdict, query, floor))
        found[verdict.memory_id] = max(1 - config.feedback_most, lowered)
    return found


def likeness(verdict: Verdict, query: Query, floor: float) -> float:
    """How like two questions are, in [0, 1]."""
    theirs = np.frombuffer(verdict.vectors, dtype="<f4").reshape(-1, max(1, verdict.dimensions))
    if len(theirs) and len(query.vectors) and verdict.model == query.model and theirs.shape[1] == query.dimensions:
        return _stretched(theirs, query.vectors, min(floor, 0.99))
    ours, words = set(query.search_words), set(verdict.words.split())
    return len(ours & words) / len(ours | words) if ours | words else 0.0


def _stretched(theirs: npt.NDArray[np.float32], ours: npt.NDArray[np.float32], floor: float) -> float:
    cosine = float((theirs @ ours.T).max())
    return max(0.0, min(1.0, (cosine - floor) / (1 - floor)))
