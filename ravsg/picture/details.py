"""Picks the words out of a passage that a picture can show: names with their epithet, and things with their looks.

Rules of thumb for English that need no model; other languages fall back on the passage's first words. What is picked
is words of people: whoever uses it puts it between marks. This module knows no prompt and no token limit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|(?<=[。！？])|\n+")
DETERMINERS: Final = frozenset(_WORD.findall("a an the his her its their my our your this that these those one two"))
PREPOSITIONS: Final = frozenset(
    _WORD.findall(
        "in on at inside under beneath below above near by through across beside behind among over upon along"
    )
)
_FUNCTION: Final = frozenset(
    _WORD.findall("""
    and or but nor so yet if then than as of to from with without for into onto out up down off about after before
    i you he she it we they me him us them who whom whose which what when where why how all any both each few more
    most other some such no not only own same too very just is are was were be been being am do does did done has have
    had will would shall should can could may might must here there now once never ever always also again still soon
    picture story mood style painted seen title scene nobody nothing somebody something everyone everything
    """)
)
_LOOKS: Final = frozenset(
    _WORD.findall("""
    red orange yellow green blue purple violet pink brown black white grey gray golden silver copper pale dark bright
    light old young new ancient small little tiny big large huge great tall short long round broken wooden stone paper
    glass iron velvet woollen silk feathered soft warm cold hot wet dry quiet lonely sad happy brave shy gentle wild
    strange secret hidden lost empty full heavy striped spotted shining glowing sleeping flying burning frozen rusty
    crooked mossy misty snowy stormy sunny moonlit sunken floating deep high low single last first
    """)
)
_QUOTES: Final = frozenset("\"“„«‘'")


def details(text: str, most: int = 4) -> tuple[str, ...]:
    """At most so many short phrases, the most telling first: "fox Mira", "red lantern"; none for an empty text."""
    words = text.split()
    return phrases(text, most) or ((" ".join(words[:6])[:40],) if words else ())


def phrases(text: str, most: int = 4) -> tuple[str, ...]:
    """The same without the fall-back: none where the rules find none."""
    names = _names(text)
    called = {name.split()[-2] for name in names if " " in name}
    unique: list[str] = []
    for phrase in (*names, *(thing for thing in _things(text) if thing.split()[-1] not in called)):
        if not any(_same(phrase, other) for other in unique):
            unique.append(phrase)
    return tuple(unique[:most])


def is_name(phrase: str) -> bool:
    """Whether a phrase holds a name rather than a thing."""
    return any(word[0].isupper() for word in phrase.split())


def _sentences(text: str) -> Iterator[list[str]]:
    """Words and single punctuation marks of each sentence."""
    for sentence in SENTENCE_END.split(text):
        yield re.findall(rf"{_WORD.pattern}|[^\w\s]", sentence)


def _names(text: str) -> list[str]:
    counts: Counter[str] = Counter()
    sure: set[str] = set()
    epithets: dict[str, str] = {}
    lower = {word for word in _WORD.findall(text) if word[0].islower()}
    for tokens in _sentences(text):
        for i, token in enumerate(tokens):
            if not _named(token):
                continue
            counts[token] += 1
            before = tokens[max(0, i - 5) : i]
            # a capital inside a sentence is a name; after nothing but "The", or a quotation mark, it is a beginning
            if any(word[0].islower() for word in before) and before[-1] not in _QUOTES:
                sure.add(token)
            epithet = _epithet(before, tokens[i + 1 : i + 6])
            if epithet:
                sure.add(token)
                epithets.setdefault(token, epithet)
    names = [name for name in counts if name in sure or (counts[name] > 1 and name.lower() not in lower)]
    names.sort(key=lambda name: (name not in epithets, -counts[name]))
    return [f"{epithets[name]} {name}" if name in epithets else name for name in names]


def _named(token: str) -> bool:
    low = token.lower()
    common = low in _FUNCTION or low in DETERMINERS or low in PREPOSITIONS
    return len(token) > 1 and token[0].isupper() and not common and low.partition("'")[0] not in _FUNCTION


def _epithet(before: Sequence[str], after: Sequence[str]) -> str:
    """What somebody is, from "the fox Mira", "a red fox named Mira", "Mira the fox" or "Mira, a red fox"."""
    words = list(before)
    if words and words[-1] in ("named", "called"):
        words.pop()
    start = len(words) - 1
    while start > 0 and words[start - 1] in _LOOKS:
        start -= 1
    if start > 0 and words[start - 1].lower() in DETERMINERS and _content(words[-1]):
        return " ".join(words[start:])
    rest = list(after)
    apposition = rest[:1] == [","]
    if apposition:
        rest.pop(0)
    if rest[:1] == ["the"] or (apposition and rest and rest[0] in DETERMINERS):
        return " ".join(_noun(rest[1:]))
    return ""


def _noun(tokens: Sequence[str]) -> list[str]:
    """A noun at the beginning, with the looks before it; empty where there is none."""
    words: list[str] = []
    for token in tokens:
        if not _content(token):
            break
        words.append(token)
        if token not in _LOOKS:
            return words
    return []


def _things(text: str) -> list[str]:
    counts: Counter[str] = Counter()
    for tokens in _sentences(text):
        for i, token in enumerate(tokens):
            if token.lower() not in DETERMINERS:
                continue
            thing = _noun(tokens[i + 1 : i + 5])
            if thing:
                counts[" ".join(thing)] += 1
    # a thing with its looks can be painted; a bare one that is spoken of often matters too
    return sorted(counts, key=lambda phrase: (" " not in phrase, -counts[phrase]))


def _content(word: str) -> bool:
    return bool(_WORD.fullmatch(word)) and word[0].islower() and word not in (_FUNCTION | DETERMINERS | PREPOSITIONS)


def _same(phrase: str, other: str) -> bool:
    """Whether one phrase says nothing that the other does not: "lantern" after "red lantern"."""
    return set(phrase.lower().split()) <= set(other.lower().split())
