"""How much of a chapter was told before, in itself or in earlier chapters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ravsg.story.measure import Measure
from ravsg.story.prose import split_sentences, words_of
from ravsg.story.tasks import Fix

MOST_REPEATED: Final = 0.15
"""Share of a chapter's words in sentences or phrases told before, over which it is told again. A refrain, a name
with its description and a quoted conflict stay under a tenth."""
_LEAST_WORDS: Final = 5
"""Shorter sentences, such as "Yes," said Mira, may return."""
_ALIKE: Final = 0.75
"""Shared part of the words of two sentences from which on they are the same, with a word changed here or there."""
_PHRASE: Final = 6
_ANY_WORD: Final = re.compile(r"\w+")


def measure_repetition(text: str, earlier: Sequence[str] = ()) -> Measure:
    """The larger of both shares in [0, 1], by sentences and by phrases of six words, against `MOST_REPEATED`."""
    sentences, phrases = repeated_sentences(text, earlier), repeated_phrases(text, earlier)
    share = max(sentences, phrases)
    note = f"{share:.0%} of this chapter was told before, where at most {MOST_REPEATED:.0%} is wanted."
    return Measure("repetition", round(share, 3), MOST_REPEATED, note, (Fix("once"),), at_most=True)


def repeated_sentences(text: str, earlier: Sequence[str] = ()) -> float:
    """Share of the words that stand in sentences which were told before, alike in most of their words."""
    known = [one for before in earlier for one in map(_bag, split_sentences(before)) if len(one) >= _LEAST_WORDS]
    again = total = 0
    for sentence in split_sentences(text):
        words, bag = len(_words(sentence)), _bag(sentence)
        total += words
        if len(bag) < _LEAST_WORDS:
            continue
        again += words * any(len(bag & one) >= _ALIKE * len(bag | one) for one in known)
        known.append(bag)
    return again / total if total else 0.0


def repeated_phrases(text: str, earlier: Sequence[str] = ()) -> float:
    """Share of the runs of six words that were there before."""
    known = {run for before in earlier for run in _runs(before)}
    again = total = 0
    for run in _runs(text):
        again += run in known
        total += 1
        known.add(run)
    return again / total if total else 0.0


def _bag(sentence: str) -> frozenset[str]:
    return frozenset(_words(sentence))


def _words(sentence: str) -> list[str]:
    """Its words in small letters, of scripts without Latin letters too."""
    return words_of(sentence) or _ANY_WORD.findall(sentence.lower())


def _runs(text: str) -> list[tuple[str, ...]]:
    """The runs of six words that stand within one sentence."""
    sentences = [_words(sentence) for sentence in split_sentences(text)]
    return [run for words in sentences for run in zip(*(words[at:] for at in range(_PHRASE)), strict=False)]
