"""Whether a chapter names its conflicts, and whether it moves them on.

A conflict counts as named where half of its words stand close together, endings aside. That a chapter moves it on is
read off the sentences about it, and the strain they are under: what is lost, threatened, refused, tried in vain.
Neither understands a paraphrase in wholly other words, and a chapter that speaks of its conflict at length while
nothing happens passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from ravsg.story.measure import Measure, Similarity
from ravsg.story.prose import content_stems, number_word, split_sentences, stem, stems_of, windows, words_of
from ravsg.story.tasks import Fix
from ravsg.story.wordlists import word_list

LEAST_CONFLICTS: Final = 1
"""Conflicts that a chapter must name."""
LEAST_ADVANCE: Final = 0.7
"""Score under which a chapter only rests."""
NAMED_SHARE: Final = 0.5
"""Share of a conflict's words, within `NAMED_WITHIN` sentences, from which on it is named."""
NAMED_WITHIN: Final = 4
NAMED_LIKE: Final = 0.85
"""Cosine between a conflict and a sentence from which on an embedder calls it named."""
ADVANCED: Final = 1.2
"""Sum over the sentences about a conflict, of its words in each and of the strain, from which on the score is 1."""

_ABOUT: Final = 0.34
"""Share of a conflict's words from which on a sentence is about it."""
_TURNS: Final = ("but ", "yet ", "still,", "instead ", "suddenly ", "only then ", "however", "before ", "even so")


def measure_conflicts(text: str, conflicts: Sequence[str], similarity: Similarity | None = None) -> Measure | None:
    """How many of the conflicts are named, against one or all there are; None where there are none to name."""
    if not conflicts:
        return None
    missing = [one for one in conflicts if not is_named(one, text, similarity)]
    count = len(conflicts) - len(missing)
    note = (
        f"This chapter names {number_word(count) if count else 'none'} of {number_word(len(conflicts))}"
        f" {'conflict' if len(conflicts) == 1 else 'conflicts'}; missing: {'; '.join(missing)}."
    )
    return Measure("conflicts", count, LEAST_CONFLICTS, note, tuple(Fix("conflict", one) for one in missing[:1]))


def measure_advance(text: str, conflicts: Sequence[str]) -> Measure | None:
    """How much happens in the matter of the conflict that the chapter is most about, in [0, 1], against
    `LEAST_ADVANCE`; None without conflicts."""
    if not conflicts:
        return None
    score = max(advance(conflict, text) for conflict in conflicts)
    note = f"In this chapter the conflict hardly moves: {score:.2f}, where {LEAST_ADVANCE} is wanted."
    return Measure("advance", round(score, 3), LEAST_ADVANCE, note, (Fix("advance"), Fix("conflict", conflicts[0])))


def advance(conflict: str, text: str) -> float:
    """How much of a text is about a conflict and under strain, in [0, 1]: the share of its words in every sentence,
    and the strain of those sentences and their neighbours, against `ADVANCED`."""
    wanted = _words(conflict)
    sentences = split_sentences(text)
    shares = [len(wanted & set(stems_of(one))) / len(wanted) for one in sentences]
    about = [max(shares[max(0, at - 1) : at + 2]) >= _ABOUT for at in range(len(sentences))]
    total = sum(share + strained(one) for one, share, near in zip(sentences, shares, about, strict=True) if near)
    return min(1.0, total / ADVANCED)


def is_named(conflict: str, text: str, similarity: Similarity | None = None) -> bool:
    """Whether a text names a conflict in its own words or nearly so."""
    if named_share(conflict, text) >= NAMED_SHARE:
        return True
    sentences = split_sentences(text)
    return bool(similarity and sentences and max(similarity(conflict, sentences)) >= NAMED_LIKE)


def named_share(conflict: str, text: str) -> float:
    """The largest share in [0, 1] of a conflict's words that stand within `NAMED_WITHIN` sentences of a text."""
    wanted = _words(conflict)
    runs = windows(split_sentences(text), NAMED_WITHIN)
    most = max(len(wanted & set(stems_of(run))) for run in runs)
    # One word of two may be there by chance.
    return most / len(wanted) if most > 1 or len(wanted) == 1 else 0.0


def strained(sentence: str) -> float:
    """How much strain a sentence is under, in [0, 1]: half a point for each sign, in words or in how it turns."""
    plain = " ".join(words_of(sentence))
    signs = len(_strain() & set(stems_of(sentence)))
    signs += sum(f" {phrase} " in f" {plain} " for phrase in word_list("strain phrases"))
    signs += any(sentence.lower().lstrip("\"'“").startswith(turn) or f", {turn}" in sentence for turn in _TURNS)
    return min(1.0, signs / 2)


def _words(conflict: str) -> frozenset[str]:
    """The stems that carry its meaning, or all of them; never none, so that shares can be taken."""
    return frozenset(content_stems(conflict) or stems_of(conflict) or [conflict])


@cache
def _strain() -> frozenset[str]:
    return frozenset(stem(word) for word in word_list("strain"))
