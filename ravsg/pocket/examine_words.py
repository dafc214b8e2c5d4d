"""Whether a writer's words are words: those of the recipe's own lessons. What else it writes is a name, or broken."""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import cache
from importlib import resources
from typing import Final

from ravsg.pocket import elsewhere
from ravsg.pocket.lessons import lesson
from ravsg.pocket.world import sample_scene

LESSONS: Final = 4000
OFTEN: Final = 3
"""Times that a word stands in so many lessons, for remembered passages end in the midst of one. What is told more
rarely stands in the recipe's texts."""

_WORD: Final = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")


def broken_words(text: str) -> list[str]:
    """Words in small letters that stand in no lesson, in order. Capitalised ones may be names and are left aside."""
    return [word for word in _WORD.findall(text) if word[0].islower() and word.replace("’", "'") not in vocabulary()]


@cache
def vocabulary() -> frozenset[str]:
    """All words of the recipe's texts and of lessons, in small letters: it takes some seconds, once."""
    rng = random.Random(3)
    told = [lesson(sample_scene(rng, held_out=number % 2 == 0), rng) for number in range(LESSONS)]
    told += [elsewhere.lesson(elsewhere.look(elsewhere.make(rng)), rng) for _ in range(LESSONS // 5)]
    counts = Counter(word for one in told for word in _words(f"{one.prompt} {one.answer}"))
    texts = (file.read_text() for file in resources.files("ravsg.pocket").joinpath("texts").iterdir())
    return frozenset(word for word, count in counts.items() if count >= OFTEN).union(*map(_words, texts))


def _words(text: str) -> list[str]:
    return [word.replace("’", "'").lower() for word in _WORD.findall(text)]
