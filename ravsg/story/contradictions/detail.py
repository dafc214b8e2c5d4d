"""Factual detail: a colour, a number or an age that somebody or something had otherwise before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ravsg.story.contradictions.finding import Contradiction, Told
from ravsg.story.prose import number_word, split_sentences, stem, words_of

_COLOURS: Final = {
    name: group[0]
    for group in (
        one.split()
        for one in (
            "red crimson scarlet ruby", "blue navy azure", "green emerald", "yellow golden gold blond blonde fair",
            "brown hazel chestnut", "black ebony", "white snowy ivory", "grey gray silver", "orange ginger copper",
            "purple violet lilac", "pink", "turquoise teal",
        )
    )
    for name in group
}  # fmt: skip
_WORN: Final = frozenset(
    """apron armour band beard belt blouse boat boots braid cap cape car cloak coat collar door dress eye eyes feather
    feathers fur gloves gown hair hat helmet horse hood jacket jersey jumper lantern mane mittens moustache overcoat
    plume ribbon ring robe roof sails scarf shawl shirt shoes skirt suit sweater tail tie trousers umbrella uniform
    van veil vest wings suit rucksack bag bicycle bike truck suitcase""".split()  # noqa: SIM905 - words read better in a row
)
_COUNTED: Final = frozenset(
    """brothers sisters sons daughters children kids cats dogs horses goats sheep boats legs fingers toes eyes rooms
    coins keys letters steps stairs windows doors candles tickets bottles sailors soldiers men women crew passengers
    lamps bells cows ships towers hens wives husbands stitches""".split()  # noqa: SIM905 - words read better in a row
)
_NUMBERS: Final = {
    word: at
    for at, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty""".split()  # noqa: SIM905 - words read better in a row
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_RECOLOURED: Final = re.compile(
    r"\b(?:paint|dye|bleach|fade|chang|turned|became|bought|borrow|swap|instead|new|another|other|second|as if|like)"
)
_RECOUNTED: Final = re.compile(
    r"\b(?:left|lost|more|other|others|remain\w*|first|one of|some of|two of|new|another|next)\b"
)
"""Words by which something may well be otherwise than before."""
_COLOUR: Final = "|".join(_COLOURS)
_NUMBER: Final = "|".join(_NUMBERS) + r"|\d{1,3}"
_POSSESSED: Final = re.compile(
    rf"\b(?P<owner>[A-Z]\w+['’]s|[Hh]is|[Hh]er|[Tt]he|[Aa]n?|[Mm]y|[Ii]ts) (?:\w+,? )?(?P<colour>{_COLOUR})(?: "
    rf"\w+)?? "
    r"(?P<noun>[a-z]+)\b"
)
_BARE: Final = re.compile(rf"\b(?:with|in|had|has|of) (?:\w+ )?(?P<colour>{_COLOUR}) (?P<noun>[a-z]+)\b")
_PREDICATE: Final = re.compile(
    rf"\b(?P<owner>[A-Z]\w+['’]s|[Hh]is|[Hh]er|[Tt]he|[Mm]y) (?P<noun>[a-z]+) (?:was|were|is|are) (?:\w+ )?"
    rf"(?P<colour>{_COLOUR})\b"
)
_COUNT: Final = re.compile(
    rf"\b(?P<owner>[A-Z]\w+['’]s|[Hh]is|[Hh]er|[Tt]heir|[Tt]he|[Aa]ll|[Hh]ad|[Hh]as|[Mm]y|[Mm]y) "
    rf"(?P<number>{_NUMBER}) "
    r"(?:\w+ )??(?P<noun>[a-z]+s|men|women|children|sheep|crew)\b"
)
_AGES: Final = (
    re.compile(rf"\b(?P<who>[A-Z]\w+|[Hh]e|[Ss]he) (?:was|is|had turned|had just turned) (?:only |just |barely )?"
               rf"(?P<number>{_NUMBER})(?: years old|[,.;]| and )"),
    re.compile(rf"\b(?P<number>{_NUMBER})-year-old (?P<who>[A-Z]\w+)"),
    re.compile(rf"\b(?P<who>[A-Z]\w+) [^.!?]{{0,60}}?, (?P<number>{_NUMBER}) years old\b"),
    re.compile(rf"^(?P<number>{_NUMBER}) years old,[^.!?]{{0,40}}? (?P<who>[Hh]e|[Ss]he)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<who>[A-Z]\w+), (?:aged )?(?P<number>{_NUMBER})(?: years old)?,"),
    re.compile(
        rf"\b(?P<who>[A-Z]\w+|[Hh]e|[Ss]he)(?:,| was| is)? (?:an? )?(?:\w+ )?(?:woman|man|girl|boy) of "
        rf"(?P<number>{_NUMBER})\b"
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fact:
    """Of whom ("" where nobody is named), what ("eyes", "age"), and how it is ("green", "3")."""

    owner: str
    what: str
    how: str
    said: str


def detail_contradictions(told: Told) -> tuple[Contradiction, ...]:
    """Facts of the chapter against the cast, the objects, earlier chapters, and facts that it gave itself."""
    known: dict[tuple[str, str], _Fact] = {}
    for fact in _given(told):
        known.setdefault((fact.owner, fact.what), fact)
    for before in told.earlier:
        for fact in _facts(before, told):
            known.setdefault((fact.owner, fact.what), fact)
    found: dict[tuple[str, str], Contradiction] = {}
    for fact in _facts(told.text, told):
        key = (fact.owner, fact.what)
        held = known.setdefault(key, fact)
        if held.how != fact.how:
            whose = f"{fact.owner}: " if fact.owner else ""
            note = f"{whose}“{fact.said}”, where it was “{held.said}”."
            found.setdefault(key, Contradiction(note, f"{whose}{held.said}"))
    return tuple(found.values())


def _given(told: Told) -> Iterator[_Fact]:
    """What the cast sheets and the objects say."""
    for owner, looks in told.looks.items():
        for colour, noun in re.findall(rf"\b({_COLOUR}) (?:\w+ )??([a-z]+)\b", looks):
            yield _Fact(owner, _singular(noun), _COLOURS[colour], f"{colour} {noun}")
        for colour in re.findall(rf"\bin ({_COLOUR})$", looks):
            yield from (
                _Fact(owner, noun, _COLOURS[colour], f"in {colour}") for noun in ("suit", "dress", "coat", "robe")
            )
        for number, noun in re.findall(rf"\b({_NUMBER}) ([a-z]+s)\b", looks):
            yield _Fact(owner, f"number of {stem(noun)}", _value(number), f"{number} {noun}")
        for number in re.findall(rf"\b(?:of|aged) ({_NUMBER})\b|\b({_NUMBER})(?: years old|-year-old)", looks):
            years = _value(number[0] or number[1])
            yield _Fact(owner, "age", years, f"{number_word(int(years))} years old")
    for phrase in told.objects:
        for colour, noun in re.findall(rf"\b({_COLOUR}) ([a-z]+)\b", phrase):
            yield _Fact("", _singular(noun), _COLOURS[colour], f"{colour} {noun}")


def _facts(text: str, told: Told) -> Iterator[_Fact]:
    owner = ""
    for paragraph in text.split("\n"):
        for sentence in split_sentences(paragraph):
            if not _RECOLOURED.search(sentence):
                yield from _colours(sentence, owner, told)
            if not _RECOUNTED.search(sentence):
                yield from _numbers(sentence, owner, told)
            there = [word for word in re.findall(r"\b[A-Z]\w+", sentence) if word in told.names]
            owner = there[0] if there else owner


def _colours(sentence: str, owner: str, told: Told) -> Iterator[_Fact]:
    wearers = {_singular(word): name for name, looks in told.looks.items() for word in words_of(looks)}
    things = {_singular(words_of(one)[-1]) for one in told.objects if words_of(one)}
    nouns = ({_singular(noun) for noun in _WORN} | set(wearers) | things) - set(_COLOURS)
    for found in _coloured(sentence):
        noun, definite = _singular(found["noun"]), (found.groupdict().get("owner") or "").lower() == "the"
        whose = _owner(found, sentence, owner, told)
        # What only one of the cast wears is theirs, where nobody else is named beside it.
        if noun in wearers and noun not in things and (definite or whose not in sentence):
            whose = wearers[noun]
        if noun in things and not _possessive(found):
            whose = ""
        elif not whose:
            continue
        if noun in nouns:
            yield _Fact(whose, noun, _COLOURS[found["colour"]], f"{found['colour']} {found['noun']}")


def _coloured(sentence: str) -> Iterator[re.Match[str]]:
    for pattern in (_POSSESSED, _BARE, _PREDICATE):
        yield from pattern.finditer(sentence)


def _numbers(sentence: str, owner: str, told: Told) -> Iterator[_Fact]:
    for found in _COUNT.finditer(sentence):
        if found["noun"] in _COUNTED:
            whose = _owner(found, sentence, owner, told) if found["owner"].lower() not in {"the", "all"} else ""
            said = f"{found['number']} {found['noun']}"
            what = f"number of {stem(found['noun'])}"
            yield _Fact("", what, _value(found["number"]), said)
            if whose:
                yield _Fact(whose, what, _value(found["number"]), said)
    for pattern in _AGES:
        for found in pattern.finditer(sentence):
            who = (
                found["who"] if found["who"] in told.names else owner if found["who"].lower() in {"he", "she"} else ""
            )
            if who:
                years = _value(found["number"])
                yield _Fact(who, "age", years, f"{number_word(int(years))} years old")


def _possessive(found: re.Match[str]) -> bool:
    owner = found.groupdict().get("owner") or ""
    return owner.lower() in {"his", "her", "my"} or owner.endswith(("'s", "’s"))


def _owner(found: re.Match[str], sentence: str, before: str, told: Told) -> str:
    """Whose it is: the name in the possessive, or the last name before it in this sentence, or else in an earlier
    one."""
    given = found.groupdict().get("owner") or ""
    name = given.removesuffix("'s").removesuffix("’s")
    if name in told.names:
        return name
    if given.lower() == "my":
        return told.narrator
    there = [word for word in re.findall(r"\b[A-Z]\w+", sentence[: found.start()]) if word in told.names]
    return there[-1] if there else before


def _singular(noun: str) -> str:
    return noun.removesuffix("s") if len(noun) > 3 and not noun.endswith("ss") else noun


def _value(number: str) -> str:
    return str(_NUMBERS.get(number.lower(), number))
