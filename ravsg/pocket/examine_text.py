"""What the examination says of texts: pure functions of strings, each one a definition of a measure.

They know the world's kinds and places by their words, and names by their capital letters. They judge no style.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Final

from ravsg.pocket.captions import settings_named
from ravsg.pocket.names import KNOWN, UNKNOWN
from ravsg.pocket.world import CHARACTERS, MOODS, THINGS
from ravsg.types import ANALYSIS_SCHEMA, Analysis

LEAST_WORDS: Final = 250
"""A story that was asked for with length "long" is long enough from here on."""
LONG_SENTENCE: Final = 25
"""Characters from which on a sentence may not come twice: shorter ones, such as "said the owl", may."""
FIRST_WORDS: Final = 150
LEAST_DIFFERENT: Final = 0.48
"""Share of different words among the first 150 under which a text runs in circles; the recipe's own have 0.54 and
more."""

_WORD: Final = re.compile(r"[A-Za-z]+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")
_INSIDE: Final = re.compile(r"(?<=[a-z,;]\s)[A-Z][a-z]{1,}\b")
"""A capitalised word that is not the first of its sentence."""
_NO_NAME: Final = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|Earth|Moon|Sun|The|An?")
_KNOWN: Final = frozenset((*KNOWN, *UNKNOWN))


# --------------------------------------------------------------------------- analyses


def analysis_of(answer: str) -> Analysis | None:
    """The analysis that an answer holds, or None where it does not keep to `ANALYSIS_SCHEMA` in every point."""
    try:
        raw = json.loads(answer)
        seen = Analysis.from_json(answer)
    except ValueError:
        return None
    return seen if _keeps_to(raw, ANALYSIS_SCHEMA) else None


def _keeps_to(value: object, schema: dict[str, object]) -> bool:
    """The part of JSON schema that the bot's schemas use: objects, arrays and strings with their bounds."""
    match schema, value:
        case {"type": "object", "properties": dict(parts)}, dict():
            return list(value) == list(parts) and all(_keeps_to(value[name], part) for name, part in parts.items())
        case {"type": "array", "minItems": int(least), "maxItems": int(most), "items": dict(part)}, list():
            return least <= len(value) <= most and all(_keeps_to(item, part) for item in value)
        case {"type": "string", "maxLength": int(most)}, str():
            shortest = schema.get("minLength", 0)
            return isinstance(shortest, int) and shortest <= len(value) <= most
    return False


def kinds_named(*texts: str) -> set[str]:
    """Keys of the characters whose kind is named in a text, whole words only: "a red fox" is {"fox"}."""
    return words_in(*texts) & {one.key for one in CHARACTERS}


def things_named(*texts: str) -> set[str]:
    """Keys of the things that are named in a text, whole words only."""
    return words_in(*texts) & {one.key for one in THINGS}


def moods_named(text: str) -> set[str]:
    """Keys of the moods that a text names by one of their words."""
    words = words_in(text)
    return {one.key for one in MOODS if words & set(one.words)}


# --------------------------------------------------------------------------- stories


def opening(text: str) -> str:
    """The first paragraph, in which a story says where it is and whom it is about."""
    return text.strip().split("\n\n", 1)[0]


def takes_place(text: str, setting: str) -> bool:
    """Whether the opening's first sentence that names a place names this setting and no other.

    Looks do not count as places: "a snowy white owl" may live in a forest.
    """
    for sentence in sentences(_LOOKS.sub("somebody", opening(text))):
        named = settings_named(sentence)
        if named:
            return named == {setting}
    return False


def hero_of(text: str, kind: str) -> str:
    """The name that the opening gives to the character of this kind; empty where it gives none.

    Among the names of the first sentence that has both the kind and a name, the one that stands nearest to the kind.
    """
    called = names_in(text)
    for sentence in sentences(opening(text)):
        places = [found.start() for found in re.finditer(rf"\b{kind}\b", sentence, re.IGNORECASE)]
        near = [
            (abs(found.start() - place), found[0])
            for found in re.finditer(r"\b[A-Z][a-z]+\b", sentence)
            if found[0] in called
            for place in places
        ]
        if near:
            return min(near)[1]
    return ""


def keeps_hero(text: str, kind: str) -> bool:
    """Whether the right main character is there, and the same to the end.

    Its kind and its name stand in the opening; the name returns in the last third; nowhere does the name belong to
    another kind, or the kind to another name; and the last third has no new name heard as often as the hero's.
    """
    name = hero_of(text, kind)
    if not name or kind not in kinds_named(opening(text)):
        return False
    cut = len(text) * 2 // 3
    last = Counter(_NAME.findall(text[cut:]))
    if not last[name]:
        return False
    earlier = set(_NAME.findall(text[:cut]))
    new = names_in(text) - earlier
    if any(last[other] >= last[name] for other in new):
        return False
    return all((one == name) == (other == kind) for one, other in couples(text))


def couples(text: str) -> list[tuple[str, str]]:
    """Names with the kind that the text gives them: "Mira, a red fox", "Mira the fox", "a red fox called Mira"."""
    called = names_in(text)
    found: list[tuple[str, str]] = []
    for pattern, name, kind in _COUPLES:
        found += [(one[name], one[kind].lower()) for one in pattern.finditer(text) if one[name] in called]
    return found


def names_in(text: str) -> set[str]:
    """Names: capitalised words inside sentences, and at their beginning those that are known to be names."""
    found = set(_INSIDE.findall(text)) | (set(_NAME.findall(text)) & _KNOWN)
    return {one for one in found if not _NO_NAME.fullmatch(one)}


def repeats_nothing(text: str) -> bool:
    """Whether no sentence of more than `LONG_SENTENCE` characters stands there twice, case aside."""
    long = [one.casefold() for one in sentences(text) if len(one) > LONG_SENTENCE]
    return len(long) == len(set(long))


def loops(text: str) -> bool:
    """Whether a text runs in circles: a word three times in a row, or few different words among the first 150."""
    words = [one.lower() for one in _WORD.findall(text)][:FIRST_WORDS]
    thrice = any(a == b == c for a, b, c in zip(words, words[1:], words[2:], strict=False))
    return thrice or (len(words) == FIRST_WORDS and len(set(words)) < LEAST_DIFFERENT * FIRST_WORDS)


def is_readable(text: str) -> bool:
    """Whether all characters are printable or line ends, and none is a mark of JSON or stands for a broken byte."""
    return all(one.isprintable() or one == "\n" for one in text) and not set(text) & set("\ufffd{}[]<>")


def names_somebody(text: str, name: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the white space around them."""
    return [one.strip() for part in text.split("\n") for one in _SENTENCE_END.split(part) if one.strip()]


def words_in(*texts: str) -> set[str]:
    """The words of texts, in small letters."""
    return set(_WORD.findall(" ".join(texts).lower()))


_NAME: Final = re.compile(r"\b[A-Z][a-z]+\b")
_KIND: Final = "|".join(one.key for one in CHARACTERS)
_LOOKS: Final = re.compile("|".join(re.escape(look) for one in CHARACTERS for look in one.looks), re.IGNORECASE)
_ARTICLE: Final = rf"(?:a|an|the) (?:[a-z]+ ){{0,2}}({_KIND})\b"
_COUPLES: Final = (
    (re.compile(rf"\b([A-Z][a-z]+)(?:,| was|) {_ARTICLE}"), 1, 2),
    (
        re.compile(rf"\b(?i:{_ARTICLE})(?: (?:with|in) [a-z]+(?: [a-z]+){{0,3}})?,? (?:called|named) ([A-Z][a-z]+)"),
        2,
        1,
    ),
)
"""A name and a kind, with the groups that hold them."""
