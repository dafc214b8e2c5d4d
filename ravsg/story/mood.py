"""How well a text keeps a mood: a score from words by family, with an embedder's opinion where one is given.

Ten families of moods and some fifteen hundred words stand in `texts/moods.txt`. The score is the evidence for the
mood asked for against the strongest evidence for another; a text without any evidence contradicts nothing. A lexicon
knows neither irony nor context, so a single word decides little.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ravsg.story.measure import Measure, Similarity
from ravsg.story.prose import split_sentences, stem, stems_of, words_of
from ravsg.story.tasks import Fix

LEAST_MOOD: Final = 0.7
"""Score under which a chapter has lost its mood."""
LAST_SENTENCES: Final = 2
"""Sentences at the end that are not asked: a cliffhanger is meant to break the mood."""

_AIR, _HEART = 2.0, 1.0
"""Weight of a word of light and weather, which is there for the mood alone, and of a word of feeling, which the plot
may need in any mood."""
_MOST_OF_A_WORD: Final = 2
_USUAL: Final = {
    "cheerful": (0.16, 0.58), "tender": (0.21, 0.96), "calm": (0.10, 0.63), "mysterious": (0.21, 0.53),
    "wistful": (0.20, 0.86), "stormy": (0.10, 0.35), "dreamy": (0.05, 0.33), "hopeful": (0.17, 0.60),
    "fearful": (0.03, 0.66), "bold": (0.02, 0.55),
}  # fmt: skip
"""Words of air and of heart of each family in a hundred words of prose of any mood, over the labelled chapters."""
_BEYOND_AIR, _BEYOND_HEART = 0.6, 1.5
"""How many times the usual amount is taken off before words count as evidence."""
_PRIOR, _PRIOR_SCORE = 5.0, 0.85
"""Evidence that every text is taken to have, and its score: one stray word does not lose a mood."""
_KIN, _OTHER = 0.2, 0.4
"""How much a family that goes well with the mood counts for it, and one that does neither counts against it."""
_EMBEDDED: Final = 0.3
"""Share of an embedder's opinion in the score, where there is one."""


@dataclass(frozen=True, slots=True)
class Family:
    """Moods that go together, by the stems of their words and phrases."""

    key: str
    names: frozenset[str]
    air: frozenset[str]
    heart: frozenset[str]
    kin: frozenset[str]
    against: frozenset[str]


def measure_mood(text: str, mood: str, *, ignoring: str = "", similarity: Similarity | None = None) -> Measure | None:
    """The score in [0, 1] against `LEAST_MOOD`; None where nothing can be said of that mood.

    `ignoring` names what is there whatever the mood, such as the setting and the objects: a story on the moon may
    speak of stars in any mood. The last sentences are left out, see `LAST_SENTENCES`.
    """
    asked = families_named(mood)
    if not asked:
        return None
    body = _body(text)
    score = _score(evidence(body, ignoring), asked)
    if similarity is not None:
        score = (1 - _EMBEDDED) * score + _EMBEDDED * _embedded(body, mood, asked, similarity)
    heard = heard_most(body, ignoring)
    instead = f" It sounds {heard}." if heard and heard not in asked else ""
    note = f"This chapter does not keep the mood ({mood}): {score:.2f}, where {LEAST_MOOD} is wanted.{instead}"
    return Measure("mood", round(score, 3), LEAST_MOOD, note, (Fix("mood", mood),))


def families_named(mood: str) -> frozenset[str]:
    """Keys of the families that a mood's words belong to: by their names, or else by any of their words."""
    stems = {stem(word) for word in words_of(mood)}
    named = frozenset(one.key for one in families().values() if stems & one.names)
    return named or frozenset(one.key for one in families().values() if stems & (one.air | one.heart))


def heard_most(text: str, ignoring: str = "") -> str:
    """Key of the family with the most evidence in a text; empty where there is none."""
    found = evidence(text, ignoring)
    return max(found, key=lambda key: found[key]) if found else ""


def evidence(text: str, ignoring: str = "") -> dict[str, float]:
    """Weight of the words of each family that has any; a word that several families know is shared among them."""
    left_out = set(stems_of(ignoring))
    stems = stems_of(text)
    counts = Counter(stems)
    for size in (2, 3):
        counts.update(" ".join(stems[at : at + size]) for at in range(len(stems) - size + 1))
    airs: dict[str, float] = dict.fromkeys(families(), 0.0)
    hearts: dict[str, float] = dict.fromkeys(families(), 0.0)
    for word, (air, heart) in _known().items():
        if counts[word] and word not in left_out:
            times = min(counts[word], _MOST_OF_A_WORD) / (len(air) + len(heart)) ** 0.5
            for key in air:
                airs[key] += times
            for key in heart:
                hearts[key] += times
    hundreds = len(stems) / 100
    found = {}
    for key, (air_rate, heart_rate) in _USUAL.items():
        amount = _AIR * max(0.0, airs[key] - _BEYOND_AIR * air_rate * hundreds)
        amount += _HEART * max(0.0, hearts[key] - _BEYOND_HEART * heart_rate * hundreds)
        if amount:
            found[key] = amount
    return found


@cache
def families() -> dict[str, Family]:
    """All families by their keys, in the order of the file."""
    text = (Path(__file__).parent / "texts" / "moods.txt").read_text(encoding="utf-8")
    return {one.key: one for one in map(_read, text.split("\n== ")[1:])}


def _body(text: str) -> str:
    sentences = split_sentences(text)
    return " ".join(sentences[:-LAST_SENTENCES] if len(sentences) > 2 * LAST_SENTENCES else sentences)


def _score(found: dict[str, float], asked: frozenset[str]) -> float:
    """The evidence for the mood against the strongest evidence for another one: conflicts bring words of every kind
    into a text, and only what gathers in one family is a mood. Of a mood with two names, such as quiet and
    mysterious, a family is no kin that goes with one and against the other."""
    against = frozenset().union(*(families()[key].against for key in asked)) - asked
    kin = frozenset().union(*(families()[key].kin for key in asked)) - asked - against
    own = max(found.get(key, 0.0) for key in asked)
    own += _KIN * max((found.get(key, 0.0) for key in kin), default=0.0)
    others = {key: amount for key, amount in found.items() if key not in asked | kin}
    other = max((amount * (1 if key in against else _OTHER) for key, amount in others.items()), default=0.0)
    return (own + _PRIOR * _PRIOR_SCORE) / (own + other + _PRIOR)


def _embedded(text: str, mood: str, asked: frozenset[str], similarity: Similarity) -> float:
    """1 where the text lies nearer to its mood than to every family against it, 0 where farther than all of them."""
    against = sorted(frozenset().union(*(families()[key].against for key in asked)) - asked)
    own, *others = similarity(text, [f"a {mood} scene", *(f"a {key} scene" for key in against)])
    return sum(own >= other for other in others) / len(others) if others else 1.0


@cache
def _known() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Every word of the lexicon, with the families whose air and whose heart it belongs to."""
    words: dict[str, tuple[set[str], set[str]]] = {}
    for family in families().values():
        for at, kind in enumerate((family.air, family.heart)):
            for word in kind:
                words.setdefault(word, (set(), set()))[at].add(family.key)
    return {word: (frozenset(air), frozenset(heart - air)) for word, (air, heart) in words.items()}


def _read(part: str) -> Family:
    key, *lines = part.strip().splitlines()
    said = dict(line.split(": ", 1) for line in lines if ": " in line)
    return Family(
        key=key,
        names=_stemmed(said["names"]),
        air=_stemmed(said["air"]),
        heart=_stemmed(said["heart"]),
        kin=frozenset(said["kin"].split()),
        against=frozenset(said["against"].split()),
    )


def _stemmed(line: str) -> frozenset[str]:
    """The words of a line as stems, those of a phrase with spaces between them."""
    return frozenset(" ".join(stems_of(one.replace("_", " "))) for one in line.split())
