"""Takes prose apart for the checks: sentences, speech and narration, words without endings.

Plain rules for English, with no model and no dictionary. What they cannot tell they leave out: the checks rather miss
a fault than accuse a good chapter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ravsg.story.wordlists import word_list

_END: Final = re.compile(r"[.!?…]+[\"'”’)»]*(?=\s+[\"'“‘(«A-Z0-9]|\s*$)|\n+")
_SHORTENED: Final = re.compile(r"\b(?:Mrs?|Ms|Dr|St|Prof|Capt|Sgt|Lt)\.$")
_SPEECH: Final = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»|‘[^’\n]*[.,!?…—]’")
WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’][a-z]+)?")
"""A word, with an apostrophe and what follows it."""

_DATA: Final = re.compile(r"[\[\]{}<>|\\=]|\":")
"""Signs of data and of markup. One may stand in a story for a reason."""


def is_prose(text: str) -> bool:
    """Whether a text is free of pieces of data, such as the form of an analysis, which a small writer falls into."""
    return len(_DATA.findall(text)) < 2


@lru_cache(maxsize=64)
def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of prose in order. Speech stays with its speaker (`"Stop!" she cried.` is one), "Mr. Ash" is not
    the end of one, and what follows the last full stop counts as well: an interrupted sentence is a sentence."""
    found, start = [], 0
    for end in _END.finditer(text):
        if _SHORTENED.search(text, max(0, end.end() - 6), end.end()):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return tuple(one for one in found if any(c.isalnum() for c in one))


def narration(text: str) -> str:
    """The text without what is said aloud between quotation marks; the mark that closed it stays, for its
    sentence."""
    return _SPEECH.sub(lambda said: f" {said[0][-2]} " if said[0][-2] in ".!?…" else " ", text)


def words_of(text: str) -> list[str]:
    """The words in small letters, in order, "’" as "'"."""
    return [word.replace("’", "'").lower() for word in WORD.findall(text)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word in small letters without its commonest endings: "stories" and "story" are one, so are "running" and
    "run". Cruder than Porter's, and enough to compare words with words."""
    plain = word.removesuffix("'s").removesuffix("'")
    if plain in word_list("whole"):
        return plain
    for ending, instead in _ENDINGS:
        if plain.endswith(ending) and not plain.endswith("ss") and len(plain) - len(ending) >= (2 if instead else 3):
            plain = plain.removesuffix(ending) + instead
            break
    if len(plain) > 3 and plain[-1] == plain[-2] and plain[-1] not in "lse":
        plain = plain[:-1]
    return plain.removesuffix("e") if len(plain) > 3 else plain


_ENDINGS: Final = (
    ("iest", "y"), ("ies", "y"), ("ied", "y"), ("ily", "y"), ("ness", ""), ("ing", ""), ("edly", ""), ("ed", ""),
    ("ly", ""), ("es", ""), ("s", ""),
)  # fmt: skip


def stems_of(text: str) -> list[str]:
    """The stems of all words, in order."""
    return [stem(word) for word in words_of(text)]


def content_stems(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order."""
    return [stem(word) for word in words_of(text) if word not in word_list("stop") and len(word) > 2]


def windows(sentences: tuple[str, ...], size: int) -> Iterator[str]:
    """Every run of `size` sentences; the whole text where there are fewer."""
    for start in range(max(1, len(sentences) - size + 1)):
        yield " ".join(sentences[start : start + size])


def number_word(count: int) -> str:
    """A small number as prose writes it: "three"; figures from thirteen on."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
