"""How open a text ends: a score from what its last sentences hold, between a story that is over and a cliffhanger.

A logistic sum of signs, its weights fitted to labelled passages and rounded: a question, a sentence broken off,
somebody unknown, a threat, a last sentence as short as a blow, against words of rest and homecoming. It reads no
plot: an open end told in restful words escapes it.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Final

from ravsg.story.measure import Measure
from ravsg.story.prose import split_sentences, stem, stems_of, words_of
from ravsg.story.tasks import Fix
from ravsg.story.wordlists import word_list

LEAST_OPEN: Final = 0.5
"""Score from which on an ending is a cliffhanger."""
MOST_OPEN: Final = 0.5
"""Score over which a last chapter has left its story open."""

_BIAS: Final = -1.1
_LAST: Final = (
    (2.2, re.compile(r"\?[\"'”’)]*$")),
    (3.2, re.compile(r"(?:…|\.\.\.|[—–-])[\"'”’)]*$")),
    (0.5, re.compile(r"![\"'”’)]*$")),
)
"""Weights of how the last sentence ends."""
_SIGNS: Final = (
    ("open unknown", 1.7, 1),
    ("open threat", 1.7, 2),
    ("open seen", 0.4, 1),
    ("open found", 0.2, 1),
    ("open time", 0.7, 1),
)
"""Lists of words that make an end open, the weight of one word, and how many words count at most; in the sentence
before the last they weigh half."""
_REST_WEIGHT: Final = 1.9
_MOST_REST: Final = 3
_SHORT_WEIGHT: Final = 1.5
_SHORT: Final = 9
"""Words of a last sentence that is as short as a blow."""


def measure_cliffhanger(text: str) -> Measure:
    """How open a chapter ends, in [0, 1], against `LEAST_OPEN`."""
    score = openness(text)
    note = f"This chapter does not end on a cliffhanger: {score:.2f}, where {LEAST_OPEN} is wanted."
    return Measure("cliffhanger", round(score, 3), LEAST_OPEN, note, (Fix("cliffhanger"),))


def measure_closure(text: str) -> Measure:
    """The same figure for a last chapter, which must stay under `MOST_OPEN`."""
    score = openness(text)
    note = f"The last chapter leaves its story open: {score:.2f}, where at most {MOST_OPEN} is wanted."
    return Measure("closure", round(score, 3), MOST_OPEN, note, (Fix("end"),), at_most=True)


def openness(text: str) -> float:
    """How open the last three sentences leave a text, in [0, 1]; the last one counts most. 0 for no text."""
    sentences = split_sentences(text)
    if not sentences:
        return 0.0
    last = sentences[-1]
    total = _BIAS + sum(weight for weight, pattern in _LAST if pattern.search(last))
    total += _SHORT_WEIGHT * (len(words_of(last)) <= _SHORT)
    total += _opening(last) + 0.5 * _opening(" ".join(sentences[-2:-1]))
    total -= _REST_WEIGHT * min(_MOST_REST, _rest(last) + 0.5 * _rest(" ".join(sentences[-3:-1])))
    return 1 / (1 + math.exp(-total))


def _opening(text: str) -> float:
    stems = stems_of(text)
    return sum(weight * min(most, sum(one in _stems(kind) for one in stems)) for kind, weight, most in _SIGNS)


def _rest(text: str) -> float:
    plain = f" {' '.join(words_of(text))} "
    return len(_stems("rest") & set(stems_of(text))) + sum(f" {one} " in plain for one in word_list("rest phrases"))


@cache
def _stems(kind: str) -> frozenset[str]:
    return frozenset(stem(word) for word in word_list(kind))
