"""Irregular English verbs, and what a verb's form says of tense."""

from __future__ import annotations

from typing import Final

_IRREGULAR: Final = """
arise arose|awake awoke|be was were|bear bore|beat beat|become became|begin began|bend bent|bind bound|bite bit
blow blew|break broke|bring brought|build built|burst burst|buy bought|catch caught|choose chose|cling clung|come came
creep crept|deal dealt|dig dug|do did|draw drew|drink drank|drive drove|eat ate|fall fell|feed fed|feel felt
fight fought|find found|flee fled|fling flung|fly flew|forget forgot|forgive forgave|freeze froze|get got|give gave
go went|grind ground|grow grew|hang hung|have had|hear heard|hide hid|hold held|keep kept|kneel knelt|know knew|lay
laid lead led|lean leant|leap leapt|leave left|lend lent|lie lay|light lit|lose lost|make made|mean meant|meet met
pay paid|ride rode|ring rang|rise rose|run ran|say said|see saw|seek sought|sell sold|send sent|shake shook|shine
shone shoot shot|shrink shrank|sing sang|sink sank|sit sat|sleep slept|slide slid|speak spoke|spend spent|spin spun
spring sprang|stand stood|steal stole|stick stuck|sting stung|strike struck|swear swore|sweep swept|swell swelled
swim swam|swing swung|take took|teach taught|tear tore|tell told|think thought|throw threw|understand understood
wake woke|wear wore|weave wove|weep wept|win won|wind wound|write wrote|stoop stooped|dream dreamt
"""
_REGULAR: Final = """
answer ask breathe call carry climb close cross cry drift drop fill fold follow gather glance hurry laugh lift listen
look love move nod open pick point pull push reach remember shout sigh smile start stare step stop turn wait walk want
watch whisper wonder work reply press pour pass touch stay live seem knock crouch rest
"""
_SAME: Final = frozenset(
    {"beat", "burst", "hit", "put", "set", "shut", "cut", "let", "lay", "left", "ground", "wound"}
)

_PAIRS: Final = tuple(one.split() for line in _IRREGULAR.strip().split("\n") for one in line.split("|"))
_BARE: Final = tuple(pair[0] for pair in _PAIRS) + tuple(_REGULAR.split())

PAST: Final = frozenset(form for pair in _PAIRS for form in pair[1:]) - {"lay"}
"""Irregular past forms: "went"."""
PRESENT: Final = frozenset(
    {"is", "has", "does", "am", "are", "goes", "isn't", "doesn't", "don't"}
    | {f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in "aeou" else f"{verb}s" for verb in _BARE}
    | {f"{verb}es" for verb in _BARE if verb.endswith(("ch", "sh", "ss"))}
)
"""Forms of the present in the third person: "goes", "whispers". Some are plurals of nouns as well."""
BARE: Final = frozenset(_BARE) - {"light", "wind", "ring", "spring", "rose", "lead", "fly", "lie", "bear", "mean"}
"""Infinitives, which are the present after "I" and "we"."""


def is_past(word: str) -> bool:
    """Whether a word in small letters looks like a past form."""
    return (
        word in PAST
        or word in {"wasn't", "weren't", "didn't", "hadn't", "couldn't"}
        or (len(word) > 4 and word.endswith("ed") and not word.endswith("eed"))
    )


def is_present(word: str) -> bool:
    """Whether a word in small letters is a form of the present in the third person of a common verb."""
    return word in PRESENT


def ambiguous(word: str) -> bool:
    """Whether a form is the same in both tenses, or another word as well."""
    return word in _SAME
