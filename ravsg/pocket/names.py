"""Names for those who live in the world, and for the people whose memories return; some are kept for examinations.

A hero whom nobody named gets one of the few names that its kind is usually called, which a writer can learn by heart.
A name that a prompt gives is often an invented one: of these there are so many that a writer can only copy them.
"""

from __future__ import annotations

import random
from difflib import SequenceMatcher
from typing import Final

from ravsg.pocket.world import CHARACTERS

HERS: Final = (
    "Mira", "Juno", "Nell", "Lumi", "Fenja", "Sela", "Ida", "Zora", "Greta", "Ines", "Kaya", "Maren", "Olga", "Romy",
    "Tessa", "Yara", "Alma", "Cleo", "Edda", "Gwen", "Isla", "Kira", "Mabel", "Runa", "Tove", "Vera", "Wilma", "Zuri",
    "Hedda", "Lotta", "Oona", "Thea",
)  # fmt: skip
HIS: Final = (
    "Tilo", "Pip", "Oskar", "Bram", "Koa", "Rufus", "Otto", "Milo", "Finn", "Hugo", "Jori", "Linus", "Nico", "Piet",
    "Silas", "Vito", "Zeno", "Basil", "Dario", "Emil", "Hanno", "Jasper", "Levi", "Nils", "Bruno", "Ivo", "Timo",
    "Arlo", "Enzo", "Theo", "Ravi", "Noam",
)  # fmt: skip
KNOWN: Final = HERS + HIS
"""Names that training uses by themselves; each is one token of the writer."""


def _dealt() -> dict[str, tuple[str, ...]]:
    dealt: dict[str, tuple[str, ...]] = {}
    for pronoun, names in (("she", HERS), ("he", HIS)):
        kinds = [one.key for one in CHARACTERS if one.pronoun == pronoun]
        dealt |= {key: names[number :: len(kinds)] for number, key in enumerate(kinds)}
    return dealt


USUAL: Final = _dealt()
"""Four to six known names for each kind of character."""

UNKNOWN: Final = (
    "Marlo",
    "Tindra",
    "Bosco",
    "Elowen",
    "Rupert",
    "Sunniva",
    "Dagny",
    "Leopold",
    "Pernille",
    "Quentin",
    "Ottilie",
    "Barnaby",
    "Solveig",
    "Amaro",
    "Henrike",
)
"""Names that no training text holds."""

TELLERS: Final = (
    "anna",
    "ben_k",
    "chiara",
    "Dmitri",
    "ella42",
    "farid",
    "Grace",
    "hanna.m",
    "ivan",
    "joao",
    "kathi",
    "Lee",
    "marta-w",
    "nora",
    "oli",
    "Priya",
    "quinn",
    "rob",
    "sam",
    "Tomasz",
)
"""Members whose stories are remembered."""

_FIRST: Final = (
    "b", "br", "c", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kr", "l", "m", "n", "p", "pr", "qu", "r", "s",
    "sk", "st", "t", "tr", "v", "w", "z", "", "", "", "", "",
)  # fmt: skip
_VOWELS: Final = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "a", "e", "i", "o", "au", "oo")
_SOFT: Final = ("l", "m", "n", "r", "s")
_MIDDLE: Final = (
    *_SOFT, *_SOFT, "b", "bb", "d", "dr", "f", "g", "gn", "k", "ll", "lv", "mb", "mm", "nd", "nn", "nt", "p", "rl",
    "rn", "sc", "st", "t", "tt", "v", "z", "rt", "ld", "nr", "rb",
)  # fmt: skip
_LAST: Final = (
    "a", "a", "a", "o", "o", "i", "en", "el", "in", "ine", "ie", "is", "us", "ert", "old", "eck", "ette", "ike",
    "ille", "on", "ar", "or", "un", "ander", "ia", "eig", "owen",
)  # fmt: skip
_LAST_AFTER_SOFT: Final = ("wen", "ny", "by", "va", "ka", "mo", "do", "ti", "go", "vin", "bel", "dra")


def pick(rng: random.Random, count: int) -> list[str]:
    """`count` different known names."""
    return rng.sample(KNOWN, count)


def fitting(rng: random.Random, pronoun: str, besides: tuple[str, ...] = ()) -> str:
    """A known name for a "he" or a "she", none of `besides`."""
    return rng.choice([name for name in (HIS if pronoun == "he" else HERS) if name not in besides])


def usual(rng: random.Random, key: str, besides: tuple[str, ...] = ()) -> str:
    """A name that one of this kind is usually called, none of `besides`.

    No two kinds share one, so that whoever is unnamed together is named apart, and a name says who is meant.
    """
    return rng.choice([name for name in USUAL[key] if name not in besides] or USUAL[key])


def invent(rng: random.Random) -> str:
    """A name of two to four syllables that one can say; neither known, nor like one kept for examinations."""
    while True:
        name = rng.choice(_FIRST)
        for _ in range(rng.choice((1, 1, 2))):
            sound = rng.choice(_MIDDLE)
            name += rng.choice(_VOWELS) + sound
        name = (name + rng.choice(_LAST_AFTER_SOFT if sound in _SOFT and rng.random() < 0.4 else _LAST)).capitalize()
        if 5 <= len(name) <= 9 and name not in KNOWN and not any(alike(name, kept) for kept in UNKNOWN):
            return name


def given(rng: random.Random, pronoun: str, besides: tuple[str, ...] = ()) -> str:
    """A name as a prompt gives it: an invented one as often as a known one."""
    return invent(rng) if rng.random() < 0.5 else fitting(rng, pronoun, besides)


def alike(name: str, other: str) -> bool:
    """Whether two names begin with the same four letters or share three quarters of all."""
    one, two = name.lower(), other.lower()
    return one[:4] == two[:4] or SequenceMatcher(None, one, two).ratio() >= 0.75
