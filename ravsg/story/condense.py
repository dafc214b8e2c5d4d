"""Summaries and keywords taken from the text itself, where the writer's are unusable or too dear.

A summary by extraction is three sentences of the chapters, word for word: who is where, what is the matter, how it
stands. Keywords are the words that a chapter has and the others have not (tf-idf). Neither invents anything.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from ravsg.story.conflict import named_share, strained
from ravsg.story.people import names_of
from ravsg.story.prose import narration, split_sentences, stem, words_of
from ravsg.story.tasks import KEYWORDS
from ravsg.story.wordlists import word_list

SUMMARY_EVERY: Final = 5
"""Chapters after which what happened is summed up."""
_LONGEST: Final = 220
"""Characters of a sentence that may stand in a summary; where all are longer, the shortest is taken."""
_NAME_WEIGHT: Final = 1.5


def extract_summary(chapters: Sequence[str], conflicts: Sequence[str] = ()) -> str:
    """Three different sentences of the chapters in their order, or all where there are fewer.

    The first names whoever is named most, the second names a conflict or is under most strain, the third is the last
    but one of the text's narration: the last is a cliffhanger, which tells nothing yet.
    """
    told = [one for chapter in chapters for one in split_sentences(chapter)]
    usable = [at for at, one in enumerate(told) if len(one) <= _LONGEST]
    if len(usable) <= 3:
        usable = sorted(sorted(range(len(told)), key=lambda at: len(told[at]))[:3])
        return " ".join(_closed(told[at]) for at in usable)
    names = names_of("\n".join(chapters))
    hero = max(names, key=lambda one: names[one]) if names else ""
    first = next((at for at in usable if hero and hero in told[at]), usable[0])
    plain = [at for at in usable if at != first and narration(told[at]).strip()]
    third = next((at for at in reversed(plain[:-1]) if hero in told[at]), (plain or usable)[-1])
    others = [at for at in usable if at not in {first, third}]
    second = max(others, key=lambda at: _matter(told[at], conflicts))
    return " ".join(_closed(told[at]) for at in sorted({first, second, third}))


def extract_keywords(text: str, others: Sequence[str] = (), most: int = KEYWORDS) -> tuple[str, ...]:
    """Up to `most` words of the text as they stand there, the most telling first: often here, in few of the `others`,
    names before things."""
    names = {name.casefold() for name in names_of(text)}
    words: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for word in words_of(narration(text)) or words_of(text):
        if len(word) < 3 or word in word_list("stop"):
            continue
        counts[stem(word)] += 1
        words.setdefault(stem(word), word)
    elsewhere = Counter(one for other in others for one in {stem(word) for word in words_of(other)})
    total = len(others) + 1

    def telling(one: str) -> float:
        rare = math.log((total + 1) / (elsewhere[one] + 1)) + 0.1
        return counts[one] * rare * (_NAME_WEIGHT if words[one] in names else 1.0)

    best = sorted(counts, key=lambda one: (-telling(one), one))[:most]
    return tuple(words[one].capitalize() if words[one] in names else words[one] for one in best)


def left_open(text: str, known: Sequence[str], longest: int = 90) -> str:
    """The conflict that a chapter ends on, as a phrase of at most `longest` characters: the most strained of its last
    three sentences that is none of those `known`; empty where it ends at rest."""
    last = [one for one in split_sentences(text)[-3:] if len(one) <= longest and narration(one) == one]
    fresh = [one for one in last if strained(one) and all(named_share(each, one) < 1 for each in known)]
    return max(fresh, key=strained).rstrip(".!?… ") if fresh else ""


def _matter(sentence: str, conflicts: Sequence[str]) -> float:
    return max((2 * named_share(one, sentence) for one in conflicts), default=0.0) + strained(sentence)


def _closed(sentence: str) -> str:
    """With one full stop at its end: what was broken off is told as it stood."""
    return sentence if sentence.rstrip("\"'”’)").endswith((".", "!", "?", "…")) else f"{sentence.rstrip(' ,;:—–-')}."
