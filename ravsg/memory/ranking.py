"""Puts what vectors and words found into one order: weighted reciprocal rank fusion, boosts, diversity, no repeats.

    score = Σ weight / (fusion_constant + rank) · boosts · verdicts

per job, over the lists that it is in. Source of the fusion and its constant: Cormack, Clarke and Büttcher,
"Reciprocal Rank Fusion outperforms Condorcet and individual rank learning methods" (SIGIR 2009). Ranks are used
because cosines of text against text and of text against pictures lie in different ranges and cannot be compared. Then
the best are chosen one by one by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998). Pure functions;
nothing is read here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.memory.query import words_of
from ravsg.types import MemoryKind, Recalled

if TYPE_CHECKING:
    from ravsg.config import MemorySection
    from ravsg.store.memory_rows import StoredPassage

SAME_WORDS: Final = "same words"
_POOL: Final = 4
"""Diversity is sought among so many times the results that are wanted: further down nothing is relevant enough."""
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Found:
    """One ordered list of passages (ids, best first), why its passages are in it, and what it counts for."""

    why: str
    passage_ids: Sequence[int]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be recalled and its best cosine to any query vector; 0 where there was none."""

    passage: StoredPassage
    cosine: float


@dataclass(frozen=True, slots=True)
class Scored:
    """One job with its score, the passage that speaks for it, and why it was found."""

    best: Candidate
    score: float
    why: tuple[str, ...]


def rank(
    lists: Sequence[Found],
    candidates: Mapping[int, Candidate],
    config: MemorySection,
    *,
    top_k: int,
    now: datetime,
    lowered: Mapping[int, float] | None = None,
    diversity: float = 0.0,
    words: Sequence[str] = (),
) -> list[Recalled]:
    """The best `top_k` results, one per job, best first. Passages that are no candidates are passed over.

    `lowered`: factors by which verdicts lower memories' scores. `diversity` in [0, 1): 0 is the plain order.
    """
    scored = _fused(lists, candidates, config, now, lowered or {})
    scored.sort(key=lambda one: (one.score, one.best.cosine, one.best.passage.passage_id), reverse=True)
    chosen = _diverse(scored, config, diversity, top_k)
    return [recalled(one.best.passage, one.best.cosine, _why(one.why, one.best.passage, words)) for one in chosen]


def recalled(passage: StoredPassage, score: float, why: str) -> Recalled:
    """A stored passage as prompts and receipts need it."""
    return Recalled(
        memory_id=passage.memory_id,
        kind=passage.kind,
        text=passage.text,
        title=passage.title,
        author_id=passage.author_id,
        author_name=passage.author_name,
        channel_id=passage.channel_id,
        message_id=passage.message_id,
        job_id=passage.job_id,
        created_at=passage.created_at,
        score=score,
        why=why,
        guild_id=passage.guild_id,
        pinned=passage.pinned,
        book_id=passage.book_id,
        chapter=passage.chapter,
        branch=passage.branch,
    )


def _fused(
    lists: Sequence[Found],
    candidates: Mapping[int, Candidate],
    config: MemorySection,
    now: datetime,
    lowered: Mapping[int, float],
) -> list[Scored]:
    scores: dict[str, float] = {}
    reasons: dict[str, list[str]] = {}
    passages: dict[str, set[int]] = {}
    for found in lists:
        ranks: dict[str, int] = {}
        for passage_id in found.passage_ids:
            candidate = candidates.get(passage_id)
            if candidate is None:
                continue
            job = candidate.passage.job_id
            passages.setdefault(job, set()).add(passage_id)
            if job not in ranks:
                ranks[job] = len(ranks) + 1
                scores[job] = scores.get(job, 0.0) + found.weight / (config.fusion_constant + ranks[job])
                if found.why not in reasons.setdefault(job, []):
                    reasons[job].append(found.why)
    result = []
    for job, ids in passages.items():
        of_job = [candidates[i] for i in ids]
        factor = max(_boost(one.passage, config, now) for one in of_job)
        factor *= min(lowered.get(one.passage.memory_id, 1.0) for one in of_job)
        result.append(Scored(max(of_job, key=_worth), scores[job] * factor, tuple(reasons[job])))
    return result


def _boost(passage: StoredPassage, config: MemorySection, now: datetime) -> float:
    """More than 1 for what is pinned, and for what is new: halved every `recency_days`."""
    age = max(0.0, (now - passage.created_at).total_seconds() / _DAY)
    newness = config.recency_weight * math.exp2(-age / config.recency_days)
    return (1 + newness) * (1 + config.pin_weight if passage.pinned else 1)


def _diverse(scored: Sequence[Scored], config: MemorySection, diversity: float, top_k: int) -> list[Scored]:
    """Choose one by one: what is relevant and unlike what was chosen before; what repeats it is left out."""
    top = scored[0].score if scored else 0.0
    pool, rest = list(scored[: _POOL * top_k]), list(scored[_POOL * top_k :])
    bags = {id(one): frozenset(words_of(one.best.passage.text)) for one in scored}
    chosen: list[Scored] = []

    def value(one: Scored) -> float:
        relevance = one.score / top if top > 0 else 0.0
        nearest = max((likeness(one.best.passage, other.best.passage) for other in chosen), default=0.0)
        return (1 - diversity) * relevance - diversity * nearest

    while len(chosen) < top_k and (pool or rest):
        if not pool:
            pool, rest = rest[: _POOL * top_k], rest[_POOL * top_k :]
        # max takes the first of equals, and the pool is sorted by score
        one = max(pool, key=value) if diversity else pool[0]
        pool.remove(one)
        if not any(
            _says_the_same(bags[id(one)], bags[id(other)], config.near_duplicate)
            or _is_the_same(one.best.passage, other.best.passage, config.near_duplicate_pictures)
            for other in chosen
        ):
            chosen.append(one)
    return chosen


def likeness(one: StoredPassage, other: StoredPassage) -> float:
    """How like two passages are, in [0, 1]: by vectors of one kind and model, else not at all."""
    if (one.kind, one.model, len(one.vector)) != (other.kind, other.model, len(other.vector)) or len(one.vector) % 4:
        return 0.0
    ours, theirs = (np.frombuffer(passage.vector, dtype="<f4") for passage in (one, other))
    cosine = float(np.dot(ours, theirs))
    return max(0.0, min(1.0, cosine)) if np.isfinite(cosine) else 0.0


def _says_the_same(one: frozenset[str], other: frozenset[str], share: float) -> bool:
    """Of two passages, by their share of common words (Jaccard)."""
    return bool(one) and len(one & other) >= share * len(one | other)


def _is_the_same(one: StoredPassage, other: StoredPassage, cosine: float) -> bool:
    """Of two pictures, by their vectors; their words may differ, because each was looked at by itself."""
    return one.kind is MemoryKind.PICTURE and likeness(one, other) >= cosine


def _worth(candidate: Candidate) -> tuple[bool, float, int]:
    """Of one job's passages a story's words tell more than a caption, and the nearest tells most."""
    return (candidate.passage.kind is MemoryKind.STORY, candidate.cosine, -candidate.passage.passage_id)


def _why(reasons: Sequence[str], passage: StoredPassage, words: Sequence[str]) -> str:
    there = set(words_of(f"{passage.title} {passage.text}"))
    same = [word for word in words if word in there][:3]
    return ", ".join(f"{why}: {' · '.join(same)}" if why == SAME_WORDS and same else why for why in reasons)
