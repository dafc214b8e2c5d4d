"""Puts what vectors and words found into one order: reciprocal rank fusion, one result per job, no near-duplicates.

Source of the fusion and its constant: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet
and individual rank learning methods" (SIGIR 2009). Ranks are used because cosines of text against text and of text
against pictures lie in different ranges and cannot be compared. Pure functions; nothing is read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ravsg.store.memory_rows import StoredPassage
from ravsg.types import MemoryKind, Recalled

RRF_K: Final = 60
"""Dampens the lead of the first ranks; the paper's value, which was never far from the best."""
NEAR_DUPLICATE: Final = 0.8
"""Share of common words (Jaccard) from which two passages say the same."""
SAME_WORDS: Final = "same words"
_WORD: Final = re.compile(r"[^\W_]+")
_COMMON: Final = frozenset(
    _WORD.findall("""
    a an and are as at be but by for from had has have he her here his i in into is it its me my not of on or
    our out she so some that the their them then there they this to up us was we were what when where which who
    will with you your about after again all also any been before being can could did do does down each few get
    go how if just like made make more most no now off one only other over said see than these those through too
    under until very while would picture story tell write paint scene
    """)
)
_MOST_WORDS: Final = 32


@dataclass(frozen=True, slots=True)
class Found:
    """One ordered list of passages (ids, best first), and why its passages are in it."""

    why: str
    passage_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be recalled and its best cosine to any query vector; 0 where there was none."""

    passage: StoredPassage
    cosine: float


def search_words(text: str) -> list[str]:
    """The words of a text that are worth looking for, each once, at most 32: names first, then the longest."""
    seen: dict[str, tuple[bool, int]] = {}
    for word in _WORD.findall(text):
        low = word.casefold()
        if len(low) > 1 and low not in _COMMON and low not in seen:
            seen[low] = (not word[0].isupper(), -len(low))
    return sorted(seen, key=lambda word: seen[word])[:_MOST_WORDS]


def rank(
    lists: Sequence[Found], candidates: Mapping[int, Candidate], *, top_k: int, words: Sequence[str] = ()
) -> list[Recalled]:
    """The best `top_k` results, one per job, best first. Passages that are no candidates are passed over."""
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
                scores[job] = scores.get(job, 0.0) + 1 / (RRF_K + ranks[job])
                if found.why not in reasons.setdefault(job, []):
                    reasons[job].append(found.why)
    best = {job: max((candidates[i] for i in ids), key=_worth) for job, ids in passages.items()}
    order = sorted(
        scores, key=lambda job: (scores[job], best[job].cosine, best[job].passage.passage_id), reverse=True
    )
    chosen: list[Recalled] = []
    said: list[frozenset[str]] = []
    for job in order:
        candidate = best[job]
        bag = frozenset(word.casefold() for word in _WORD.findall(candidate.passage.text))
        if len(chosen) == top_k:
            break
        if bag and any(len(bag & other) >= NEAR_DUPLICATE * len(bag | other) for other in said):
            continue
        said.append(bag)
        chosen.append(recalled(candidate.passage, candidate.cosine, _why(reasons[job], candidate.passage, words)))
    return chosen


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
    )


def _worth(candidate: Candidate) -> tuple[bool, float, int]:
    """Of one job's passages a story's words tell more than a caption, and the nearest tells most."""
    return (candidate.passage.kind is MemoryKind.STORY, candidate.cosine, -candidate.passage.passage_id)


def _why(reasons: Sequence[str], passage: StoredPassage, words: Sequence[str]) -> str:
    there = {word.casefold() for word in _WORD.findall(f"{passage.title} {passage.text}")}
    same = [word for word in words if word in there][:3]
    return ", ".join(f"{why}: {' · '.join(same)}" if why == SAME_WORDS and same else why for why in reasons)
