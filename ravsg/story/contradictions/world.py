"""World-building: a scene that is suddenly elsewhere, or in another season, though nobody went there."""

from __future__ import annotations

import re
from typing import Final

from ravsg.story.contradictions.finding import Contradiction, Told
from ravsg.story.prose import narration, split_sentences, words_of

_PLACES: Final = {
    word: kind
    for kind, words in {
        "forest": "forest woods wood firs jungle pines clearing glade",
        "shore": "beach seashore shore coast seaside harbour harbor pier quay jetty",
        "sea": "sea ocean deck ship reef waves lagoon sail mast",
        "moon": "moon crater spaceship spacestation spacecraft airlock orbit",
        "desert": "desert sands oasis savannah",
        "mountain": "mountain mountains summit peak ridge glacier cliff pass",
        "village": "village hamlet",
        "city": "city town market street streets alley avenue pavement underground tram skyscraper subway",
        "meadow": "meadow field fields pasture orchard farm farmyard vineyard plain",
        "garden": "garden park allotment courtyard",
        "cave": "cave cavern tunnel mine",
        "snow": "snowfield tundra ice snow",
        "island": "island",
        "river": "river riverside riverbank stream lake marsh swamp",
        "indoors": "archive house flat room hall hut inn tavern pub school laundrette greenhouse studio hotel "
        "apartment corridor palace temple barn cabin cottage"
        " stadium gym restaurant cafe library attic kitchen cellar bedroom hospital classroom office museum "
        "theatre church cathedral castle"
        " prison cell station train carriage shop bakery workshop",
    }.items()
    for word in words.split()
}  # fmt: skip
_NEAR: Final = {
    "sea": "shore island river",
    "shore": "sea island village city indoors river",
    "island": "shore sea meadow forest",
    "village": "shore meadow indoors river snow city forest mountain garden",
    "city": "shore indoors river village snow garden",
    "meadow": "village forest river island indoors mountain garden snow",
    "forest": "meadow river mountain island snow village garden cave",
    "mountain": "forest snow cave meadow river village",
    "cave": "mountain indoors sea forest",
    "snow": "mountain village forest river city meadow",
    "garden": "city village indoors meadow river forest",
    "river": "forest meadow village city shore mountain sea snow garden",
    "indoors": "village city cave meadow shore garden",
}
"""Kinds of place that may lie within a few steps of each other."""
_WORDS: Final = "|".join(_PLACES)
_HERE: Final = re.compile(
    rf"\b(?:in|on|at|inside|through|across|along|of|over|under|beneath|around|by|beside) (?:the|a|this|that|her|his) "
    rf"(?:[a-z-]+ ){{0,2}}?(?P<place>{_WORDS})\b",
    re.IGNORECASE,
)
_MOVED: Final = re.compile(
    r"\b(?:went|goes|walked|climbed|crossed|reached|arrived|travel\w*|journey\w*|sailed|rode|drove|flew|followed|"
    r"returned|came to|entered|crawled|wandered|marched|swam|rowed|stepped|steps? (?:out|into)|hurried|headed|"
    r"descended|"
    r"landed|fled|escaped|later|next day|home|down to|up to|set out|arrives|walks|reaches|goes|"
    r"crosses|enters)\b",
    re.IGNORECASE,
)
"""Words of moving, in the sentence of a new place or `_STEPS` before."""
_STEPS: Final = 1
_ELSEWHERE: Final = re.compile(
    r"\b(?:remember\w*|dream\w*|story|stories|picture|map|thought|thinking|imagin\w*|like|as if|as though|once|"
    r"used to|would|had"
    r"|far|above|ahead|between|beyond|from|never|no|not|see|saw|could|told|said|every|any|somewhere|some|than)\b",
    re.IGNORECASE,
)
"""Words by which a sentence may speak of elsewhere, or look there."""
_SEASONS: Final = {
    "winter": "winter",
    "summer": "summer",
    "midsummer": "summer",
    "spring": "spring",
    "autumn": "autumn",
}
_SEASON: Final = re.compile(
    r"\b(?:it (?:was|is) (?:\w+ ){0,3}?|that |this |in the (?:\w+ )?(?:middle|depth|heart|heat|cold) of (?:the "
    r")?|the )"
    r"(?P<season>winter|midsummer|summer|spring|autumn)\b(?! (?:before|ago|last|to come))",
    re.IGNORECASE,
)


def world_contradictions(told: Told) -> tuple[Contradiction, ...]:
    """Places that follow each other without a way between them, from the setting on, and seasons that change."""
    return (*_switches(told), *_seasons(told))


def _switches(told: Told) -> tuple[Contradiction, ...]:
    setting = held = next((_PLACES[word] for word in words_of(told.setting) if word in _PLACES), "")
    moved = -_STEPS - 1
    for at, sentence in enumerate(split_sentences(narration(told.text))):
        if _MOVED.search(sentence):
            moved = at
        for found in _HERE.finditer(sentence):
            kind = _PLACES[found["place"].lower()]
            if _ELSEWHERE.search(sentence[: found.end()]):
                continue
            near = not held or kind in {held, setting} or _near(kind, held)
            if not near and at - moved > _STEPS:
                place, here = found["place"].lower(), told.setting or held
                return (
                    Contradiction(
                        f"It plays {found[0].lower()}, and nobody went there ({here}).",
                        f"the place: {here}, no {place}",
                    ),
                )
            held = kind
    return ()


def _near(one: str, other: str) -> bool:
    return other in _NEAR.get(one, "").split() or one in _NEAR.get(other, "").split()


def _seasons(told: Told) -> tuple[Contradiction, ...]:
    held = ""
    for sentence in split_sentences(narration(told.text)):
        for found in _SEASON.finditer(sentence):
            season = _SEASONS[found["season"].lower()]
            if (
                held
                and season != held
                and not re.search(r"\b(?:until|since|when|after|next|came|last|like|year)", sentence)
            ):
                return (Contradiction(f"It is {season}, and it was {held}.", f"the season: {held}"),)
            held = season
    return ()
