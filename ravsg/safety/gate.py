"""What a text is rated, and the refusal of what is rated too high.

    FORBIDDEN   words that sexualise minors; explicit words and a word for a minor anywhere in the same text;
                suggestive words or nudity within a few words of one
    ADULT       explicit words; nudity within a few words of a person
    GENERAL     everything else

Texts that belong together (a request's fields, a prompt) are rated together: what is harmless apart may not be so.
Rating a text of 6,000 characters takes milliseconds. What these rules cannot see is told in `ravsg.safety`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import cache
from itertools import pairwise
from typing import Final

from ravsg.errors import Unfit
from ravsg.safety import words
from ravsg.safety.folding import Place, fold, places

NEAR: Final = 8
"""Words between a suggestive word and a word for a minor."""
NEAR_PEOPLE: Final = 4
"""Words between nudity and a person."""
MAJORITY: Final = 18
_BORDER: Final[tuple[Place, ...]] = (frozenset(),) * NEAR
"""Between two texts: the end of one is not near the beginning of the next."""
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_YEARS: Final = frozenset({"year", "years", "yr", "yrs", "y", "jahre"})
_AGED: Final = frozenset({"aged", "age"})
_OLD: Final = frozenset({"old", "o", "of", "alt"})
_WHOLE: Final = frozenset({"yo", "jahrige", "jahriges", "ans", "anos", "anni"})
"""Words after a number that make it an age by themselves."""


class Rating(IntEnum):
    """How far a text goes; a higher one needs more."""

    GENERAL = 0
    ADULT = 1
    FORBIDDEN = 2


class Lexicon:
    """One list of terms, made ready to be found."""

    def __init__(self, listed: str) -> None:
        self._whole: set[str] = set()
        self._begins: tuple[str, ...] = ()
        self._ends: tuple[str, ...] = ()
        self._holds: tuple[str, ...] = ()
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for term in filter(None, (one.strip() for one in fold(listed).replace("\n", "").split("|"))):
            parts = tuple(term.split())
            if len(parts) > 1:
                self._phrases.setdefault(parts[0].rstrip("*"), []).append(parts)
            self._add("".join(part.rstrip("*") for part in parts[:-1]) + parts[-1])

    def _add(self, word: str) -> None:
        bare = word.strip("*")
        if _CJK.search(bare) or (word.startswith("*") and word.endswith("*")):
            self._holds += (bare,)
        elif word.startswith("*"):
            self._ends += (bare,)
        elif word.endswith("*"):
            self._begins += (bare,)
        else:
            self._whole.add(bare)

    def hits(self, text: Sequence[Place]) -> list[int]:
        """Where in a text a term stands: the index of each one's first word."""
        known: dict[Place, bool] = {}  # words recur
        found = []
        for start, place in enumerate(text):
            if place not in known:
                known[place] = any(self._knows(reading) for reading in place)
            if known[place] or self._phrase(text, start):
                found.append(start)
        return found

    def length(self, text: Sequence[Place], start: int) -> int:
        """How many words the term that begins here has; 0 where none does."""
        return self._phrase(text, start) or int(any(self._knows(reading) for reading in text[start]))

    def _phrase(self, text: Sequence[Place], start: int) -> int:
        longest = 0
        for reading in text[start]:
            for parts in self._phrases.get(reading, ()):
                window = text[start : start + len(parts)]
                if len(window) == len(parts) and all(map(_reads, window, parts)):
                    longest = max(longest, len(parts))
        return longest

    def _knows(self, reading: str) -> bool:
        if "?" in reading:
            hidden = re.compile(re.escape(reading).replace(r"\?", "."))
            return len(reading) > 2 and any(map(hidden.fullmatch, (*self._whole, *self._begins, *self._holds)))
        return (
            reading in self._whole
            or reading.startswith(self._begins)
            or reading.endswith(self._ends)
            or any(part in reading for part in self._holds)
        )


def rate(*texts: str) -> Rating:
    """The rating of texts that belong together."""
    text = _without_harmless([place for one in texts for place in (*places(one), *_BORDER)])
    if _lexicon("ALWAYS").hits(text):
        return Rating.FORBIDDEN
    explicit, suggestive = _lexicon("EXPLICIT").hits(text), _lexicon("SUGGESTIVE").hits(text)
    nudity = _lexicon("NUDITY").hits(text)
    if not (explicit or suggestive or nudity):
        return Rating.GENERAL
    minors = [*_lexicon("MINORS").hits(text), *_young_ages(text)]
    if _lexicon("ELSEWHERE").hits(text):
        minors += _lexicon("MINORS_ELSEWHERE").hits(text)
    if (explicit and minors) or _near(minors, [*suggestive, *nudity], NEAR):
        return Rating.FORBIDDEN
    if explicit or _near(nudity, _lexicon("PEOPLE").hits(text), NEAR_PEOPLE):
        return Rating.ADULT
    return Rating.GENERAL


def fits(*texts: str, adult: bool) -> bool:
    """Whether texts may be used together where explicit content is allowed (`adult`) or is not."""
    return rate(*texts) <= (Rating.ADULT if adult else Rating.GENERAL)


def check(*texts: str, adult: bool) -> None:
    """Raise Unfit where the texts together go too far. The log gets the rating and never the words."""
    rating = rate(*texts)
    if rating is Rating.FORBIDDEN:
        raise Unfit(detail="words: forbidden")
    if rating is Rating.ADULT and not adult:
        raise Unfit(
            "Sexual content is only possible in age-restricted channels, and only for pictures painted from words.",
            "Please use such a channel, or other words.",
            detail="words: adult",
        )


@cache
def _lexicon(name: str) -> Lexicon:
    return Lexicon(getattr(words, name))


def _without_harmless(text: Sequence[Place]) -> list[Place]:
    kept: list[Place] = []
    start = 0
    while start < len(text):
        length = _lexicon("HARMLESS").length(text, start)
        kept += [frozenset()] * length or [text[start]]
        start += length or 1
    return kept


def _reads(place: Place, part: str) -> bool:
    if part.endswith("*"):
        return any(reading.startswith(part.rstrip("*")) for reading in place)
    return part in place


def _near(some: Iterable[int], others: Iterable[int], distance: int) -> bool:
    """Whether one of these stands within `distance` words of one of those."""
    marked = sorted([(at, False) for at in some] + [(at, True) for at in others])
    return any(first[1] != second[1] and second[0] - first[0] <= distance for first, second in pairwise(marked))


def _young_ages(text: Sequence[Place]) -> list[int]:
    """Where an age under 18 stands: "15 years old", "aged fifteen", "15yo", "a fifteen-year-old"."""
    found = []
    for at, place in enumerate(text):
        if not any(_number(reading) for reading in place):
            continue
        before = text[at - 1] if at else frozenset[str]()
        after = [text[i] if i < len(text) else frozenset[str]() for i in (at + 1, at + 2)]
        if before & _AGED or after[0] & _WHOLE or (after[0] & _YEARS and after[1] & _OLD):
            found.append(at)
    return found


def _number(reading: str) -> bool:
    return (reading.isdecimal() and int(reading[:4]) < MAJORITY) or reading in words.NUMBERS.split()
