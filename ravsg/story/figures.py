"""Who of a cast is meant: by a name in the words, or by the kind of a figure that is seen.

Rules of thumb that need no model. A name counts where it stands as a word of its own, in any case. A kind is the head
noun of a phrase: "a red fox with a blue scarf" is a fox, so whoever looks so may be the "grey fox" of a picture; the
one who shares most words with the figure is taken. Looks in languages that put the noun first are known by name only.
This module decides nothing about servers, chapters or prompts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_AFTER: Final = frozenset(
    """with in on at of from by under near behind beside inside without and or who that which whose wearing holding
    carrying sitting standing looking walking sleeping playing flying running reading riding smiling waiting dressed
    is are has""".split()  # noqa: SIM905 - words read better in a row
)
"""What follows on the head noun: nothing behind the first of these is read."""
_ARTICLES: Final = frozenset("a an the one two three some this that his her its their".split())  # noqa: SIM905 - words read better in a row

_BEFORE_NOUN: Final = r"(?:\b(?:an?|the)\s+(?:(?!(?:an?|the|and|on|in|with|of)\b)[\w-]+\s+){0,3}?)?"
"""An article and at most three words: "the small old fox"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant."""

    name: str
    looks: str


def kind_of(phrase: str) -> str:
    """The head noun of a phrase in the singular, in small letters; empty where there is none."""
    head = ""
    for found in _WORD.finditer(re.split(r"[,;:.(]", phrase, maxsplit=1)[0].casefold()):
        if found[0] in _AFTER:
            break
        head = "" if found[0] in _ARTICLES else found[0]
    return _singular(head)


def place_of(name: str, text: str) -> int:
    """Where a name stands first in a text as a word of its own, in any case; -1 where it does not."""
    found = re.search(_apart(_folded(name)), _folded(text))
    return found.start() if found else -1


def meant(candidates: Sequence[Candidate], words: str, figures: Sequence[str], most: int) -> list[int]:
    """The numbers of those who are named in the words, in their order there, then of those who look like a figure.

    Each figure stands for one of them at most, a named one before others; of several who fit it, the first of those
    that share most words with it.
    """
    places = {number: place_of(one.name, words) for number, one in enumerate(candidates)}
    chosen = sorted((number for number, place in places.items() if place >= 0), key=lambda number: places[number])
    free = list(figures)
    for number in chosen:
        looks = candidates[number].looks
        own = [figure for figure in free if kind_of(figure) and kind_of(figure) == kind_of(looks)]
        if own:
            free.remove(max(own, key=lambda figure: _shared(figure, looks)))
    for figure in free:
        kind = kind_of(figure)
        alike = [n for n, one in enumerate(candidates) if n not in chosen and kind and kind_of(one.looks) == kind]
        if alike:
            chosen.append(max(alike, key=lambda number: _shared(figure, candidates[number].looks)))
    return chosen[:most]


def with_looks(words: str, one: Candidate) -> str | None:
    """A scene's words with somebody's looks in the place of their name, or of the first figure of their kind, unless
    the looks are in them already; None where none of it is.

    "Mira sails" and "a fox sails" both become "a red fox with a blue scarf sails". A name in the genitive stays.
    """
    if one.looks.casefold() in words.casefold():
        return words
    found = re.search(rf"{_apart(one.name)}(?!['’]s)", words, re.IGNORECASE)
    if found is None and (kind := kind_of(one.looks)):
        found = re.search(rf"{_BEFORE_NOUN}\b{re.escape(kind)}\b", words, re.IGNORECASE)
    return None if found is None else f"{words[: found.start()]}{one.looks}{words[found.end() :]}"


def _apart(name: str) -> str:
    """A pattern of a name that is no part of another word; scripts without capital letters do not part words."""
    left, right = (letter.isdigit() or letter.lower() != letter.upper() for letter in (name[:1], name[-1:]))
    before, after = r"(?<!\w)" * left, r"(?!\w)" * right
    return f"{before}{re.escape(name)}{after}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _singular(noun: str) -> str:
    """Good enough to compare two nouns: foxes and fox, birds and bird."""
    for ending, least in (("xes", 5), ("ches", 6), ("shes", 6), ("s", 4)):
        if noun.endswith(ending) and len(noun) >= least and not noun.endswith(("ss", "us")):
            return noun[: -2 if ending != "s" else -1]
    return noun


def _shared(figure: str, looks: str) -> int:
    return len(set(_WORD.findall(figure.casefold())) & set(_WORD.findall(looks.casefold())))
