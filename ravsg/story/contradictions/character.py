"""Characterisation: somebody changes pronoun, kind or what they can do."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from ravsg.story.contradictions.finding import Contradiction, Told
from ravsg.story.people import pronouns_of
from ravsg.story.prose import narration, split_sentences, words_of

_SURE: Final = 2
"""Pronouns that clearly speak of somebody, from which on they have that one, and from which on another contradicts
it."""
_GENDERED: Final = {
    word: pronoun
    for pronoun, words in (
        ("he", "man boy king prince father brother son uncle grandfather husband lord monk wizard"),
        ("she", "woman girl queen princess mother sister daughter aunt grandmother wife witch lady nun widow maid"),
    )
    for word in words.split()
}
_SPECIES: Final = frozenset(
    """ant ape badger bat bear beaver bee beetle bird boar bull camel cat cow crab crow deer dog dolphin donkey dragon
    duck eagle elephant falcon ferret fish fox frog ghost giant giraffe goat goblin goose gull hare hawk hedgehog
    heron horse kitten lamb lion lizard lynx magpie mole monkey moose mouse octopus otter owl parrot penguin pig pony
    puppy rabbit raccoon rat raven robin robot seal shark sheep sparrow spider squirrel stork swan tiger toad troll
    turtle unicorn weasel whale wolf wren""".split()  # noqa: SIM905 - words read better in a row
)
_PEOPLE: Final = frozenset(
    """astronaut baker boy captain carpenter child clerk cook detective doctor driver farmer fisherman gardener girl
    grandfather grandmother guard hunter inspector keeper king knight librarian man miller nurse officer painter pilot
    prince princess queen sailor scientist shepherd soldier student tailor teacher thief wizard witch woman""".split()  # noqa: SIM905 - words read better in a row
)
_CANNOT: Final = r"(?:could not|couldn't|cannot|can't|had never learn(?:ed|t) to|never learn(?:ed|t) to)"
_AT_ALL: Final = r"\b(?= at all| and | or |[.,;:!?…]|$)"
"""Who cannot see their hand is in the mist; who cannot see is blind."""
_IS: Final = r"\b(?:was|is|been|went|gone|born)"
_SAID: Final = r"(?:said|shouted|called out|whispered|told|says)"
_SAW: Final = r"(?:saw|looked at|watched|stared at|read|glanced at|sees|watches)"
_ABLE: Final = (
    (
        "blind",
        re.compile(rf"{_IS} blind\b|\bblind (?:man(?!['’]s buff)|woman|boy|girl|since)\b|\b{_CANNOT} see{_AT_ALL}"),
        _SAW,
    ),
    (
        "deaf",
        re.compile(rf"{_IS} deaf\b|\bdeaf (?:man|woman|boy|girl|since)\b|\b{_CANNOT} hear{_AT_ALL}"),
        "(?:heard|overheard)",
    ),
    ("mute", re.compile(rf"{_IS} mute\b|\bmute (?:man|woman|boy|girl|since)\b|\bhad never spoken\b"), _SAID),
    ("unable to swim", re.compile(rf"\b{_CANNOT} swim\b"), "(?:swam|dived|swims|dives)"),
    ("unable to read", re.compile(rf"\b{_CANNOT} read\b"), "(?:read|reads)"),
)
"""What somebody cannot do, how it is said, and the deeds that contradict it."""


def character_contradictions(told: Told) -> tuple[Contradiction, ...]:
    """Pronouns, kinds and abilities of everybody named, against cast, earlier chapters and the chapter itself."""
    return (*_pronouns(told), *_kinds(told), *_deeds(told))


def _pronouns(told: Told) -> tuple[Contradiction, ...]:
    before = pronouns_of("\n".join(told.earlier), told.names)
    now = pronouns_of(told.text, told.names)
    sentences = split_sentences(told.text)
    start = pronouns_of(" ".join(sentences[: max(1, len(sentences) // 2)]), told.names)
    own = {name: _own(name, told, before[name], start[name]) for name in told.names}
    found = []
    for name, pronoun in own.items():
        other = {"he": "she", "she": "he"}.get(pronoun, "")
        # Where somebody else could be meant, more is asked.
        needed = _SURE + 1 if other in {own[one] for one in told.names if one != name} else _SURE
        if other and (now[name][other] >= needed or _said_to_be(name, other, told.text)):
            found.append(Contradiction(f"{name} is “{other}” here, and was “{pronoun}”.", f"{name}: {pronoun}"))
    return tuple(found)


def _own(name: str, told: Told, before: Counter[str], start: Counter[str]) -> str:
    """The pronoun that somebody has by their looks, or in earlier chapters, or in the first half of this one."""
    for word in words_of(told.looks.get(name, "")):
        if gender := _gender(word):
            return gender
    sure = before if before.total() >= _SURE else start
    return max(sure, key=lambda one: sure[one]) if sure else ""


def _said_to_be(name: str, pronoun: str, text: str) -> bool:
    """Whether a text says outright that somebody is what goes with a pronoun: "Corvin was a woman"."""
    pattern = rf"\b{re.escape(name)} (?:was|is) (?:an?|the) (?:\w+ ){{0,2}}?(\w+)\b"
    return any(_gender(noun.lower()) == pronoun for noun in re.findall(pattern, text))


def _gender(noun: str) -> str:
    if noun.endswith("woman"):
        return "she"
    return _GENDERED.get(noun) or ("he" if noun.endswith("man") and noun not in {"human", "german"} else "")


def _kinds(told: Told) -> tuple[Contradiction, ...]:
    known: dict[str, str] = {}
    for name, looks in told.looks.items():
        if kind := _kind(looks.split(" with ")[0].split(" in ")[0]):
            known[name] = kind
    for before in told.earlier:
        for name, kind in _called(before, told.names):
            known.setdefault(name, kind)
    found: dict[str, Contradiction] = {}
    for name, kind in _called(told.text, told.names):
        held = known.setdefault(name, kind)
        if held != kind and not (held in _PEOPLE and kind in _PEOPLE and not _exclusive(held, kind)):
            found.setdefault(name, Contradiction(f"{name} is a {kind} here, and was a {held}.", f"{name}: a {held}"))
    return tuple(found.values())


def _exclusive(one: str, other: str) -> bool:
    return {one, other} in ({"man", "woman"}, {"boy", "girl"}, {"king", "queen"}, {"man", "girl"}, {"woman", "boy"})


def _called(text: str, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Names with the kinds that a text gives them: "Mira, a red fox", "Otto the baker", "Ann was a nurse"."""
    found = []
    for name in names:
        pattern = rf"\b{re.escape(name)}(?:, (?:the|an?)| the| (?:was|is) an?) ((?:[a-z]+ ){{0,3}}[a-z]+)"
        found += [(name, kind) for phrase in re.findall(pattern, text) if (kind := _kind(phrase))]
    return found


def _kind(phrase: str) -> str:
    """The kind that a phrase begins with: of "red fox with" it is the fox."""
    return next((word for word in phrase.lower().replace(",", " ").split() if word in _SPECIES | _PEOPLE), "")


def _deeds(told: Told) -> tuple[Contradiction, ...]:
    looks = " ".join(f"{name} was {looks}." for name, looks in told.looks.items())
    whole = " ".join((looks, *told.earlier))
    found = []
    for unable, said, deed in _ABLE:
        for name in told.names:
            who = _unable(said, f"{whole} {told.text}", name)
            plain = narration(told.text)
            done = re.search(rf"\b{name} (?:\w+ly )?{deed}\b|\b{deed}(?<=said) {name}\b", plain)
            if who and done and "could not" not in done[0]:
                found.append(Contradiction(f"{name} is {unable}, and yet: “{done[0]}”.", f"{name} is {unable}"))
    return tuple(found)


def _unable(said: re.Pattern[str], text: str, name: str) -> bool:
    """Whether a text says of somebody, in a sentence that begins with them, that they are unable."""
    return any(
        said.search(one) and re.match(rf"{name}\b", one) and " not blind" not in one for one in split_sentences(text)
    )
