"""Timeline and plot: the hour jumps back or far ahead without a word, or the dead act."""

from __future__ import annotations

import re
from typing import Final

from ravsg.story.contradictions.finding import Contradiction, Told
from ravsg.story.prose import narration, split_sentences

_HOURS: Final = {
    "dawn": 0, "daybreak": 0, "sunrise": 0, "morning": 1, "breakfast": 1, "noon": 3, "midday": 3, "lunchtime": 3,
    "afternoon": 4, "dusk": 6, "evening": 6, "sunset": 6, "twilight": 6, "nightfall": 7, "night": 7, "midnight": 7,
}  # fmt: skip
_WORDS: Final = "|".join(_HOURS)
_FRAME: Final = re.compile(
    rf"\b(?:it was|it is|it's) (?:\w+ ){{0,4}}?(?P<a>{_WORDS})\b|"
    rf"\b(?:in|on|at|this|that) (?:(?:the|a|this|that) )?(?:\w+ )?(?P<b>{_WORDS})(?=[,.;]| (?:sun|light|air|sky|"
    rf"she|he|they|I|the|[A-Z]))|"
    rf"\bthe (?:\w+ )?(?P<c>{_WORDS}) (?:sun|light|air|sky|was|is|lay|hung|had|burned|burnt|wore|heat|came|stood)\b|"
    r"\b(?P<d>moonlight|starlight|the moon (?:rose|shone|stood|hung|was)|the stars (?:shone|were|stood|blinked))\b|"
    r"\b(?P<e>the sun (?:stood high|was high|beat down|blazed|burned)|the noonday sun)\b",
    re.IGNORECASE,
)
"""How prose sets the hour of a scene; a morning that is only compared with, or was long ago, is none."""
_ELSEWHEN: Final = re.compile(
    r"\b(?:since|until|till|yesterday|tomorrow|every|each|like|as if|had been|last|once|ago|always|never|some|"
    r"used to|one day"
    r"|remember\w*|would|will|usually|sometimes|promised?|dream\w*|before|must be|kind of|at this hour|any|"
    r"another time)\b",
    re.IGNORECASE,
)
_PASSED: Final = re.compile(
    r"\b(?:(?:next|following) (?:day|morning|night|evening)|later|hours|days|weeks|months|an hour|all (?:day|"
    r"night|morning|"
    r"afternoon)|through the night|slept|woke|fell asleep|meanwhile|since then|by (?:then|noon|evening|"
    r"nightfall|morning|dawn|midnight|dusk))\b",
    re.IGNORECASE,
)
"""Words by which time goes on, anywhere between two hours."""
_PASSES: Final = re.compile(
    r"\b(?:when|after|before|until|as soon as|came|broke|rose|fell|grew|turned|passed|at last|finally|towards|"
    r"soon|later|next|"
    r"following|hours|days|by)\b",
    re.IGNORECASE,
)
"""Words by which it may, in the sentence that names the new hour."""
_BACK, _AHEAD = 2, 4
"""Steps between hours that are a jump without such words: noon to morning, or morning to evening."""
_DIED: Final = re.compile(
    r"\b(?P<who>[A-Z]\w+)(?:, [^,.]{3,40},)? (?:(?:had )?died|was dead|is dead|(?:was|had been|were) (?:buried|"
    r"killed|murdered|"
    r"drowned|shot dead)|lay dead|(?:had )?drowned)\b"
)
_ACTS: Final = (
    r"(?:said|asked|walked|ran|laughed|smiled|opened|took|came in|shouted|called|nodded|stood up|answered|sat "
    r"down|waved|turned|"
    r"poured|picked up|grinned|shook|knocked|says|walks|smiles|opens)"
)
_UNREAL: Final = re.compile(
    r"\b(?:ghost|dream\w*|remember\w*|memory|memories|photograph|picture|portrait|once|had|used to|would|voice "
    r"in|grave|years"
    r" ago|thought \w+ was|pretend\w*|as if|not dead|alive)\b",
    re.IGNORECASE,
)


def timeline_contradictions(told: Told) -> tuple[Contradiction, ...]:
    """Jumps of the hour within the chapter, and people who died, in it or before, and act afterwards."""
    return (*_jumps(told.text), *_risen(told))


def _jumps(text: str) -> tuple[Contradiction, ...]:
    held, said, passed = -1, "", False
    for sentence in split_sentences(narration(text)):
        for frame in _FRAME.finditer(sentence):
            if _ELSEWHEN.search(sentence[: frame.end()]):
                continue
            rank, word = _rank(frame)
            overnight = bool(frame["b"]) and rank <= _HOURS["morning"] and held >= _HOURS["evening"]
            jumped = held >= 0 and not overnight and (held - rank >= _BACK or rank - held >= _AHEAD)
            if jumped and not (passed or _PASSES.search(sentence)):
                return (Contradiction(f"It is {word}, and it was {said} a moment ago.", f"the hour: {said}"),)
            held, said, passed = rank, word, False
        passed = passed or bool(_PASSED.search(sentence))
    return ()


def _rank(frame: re.Match[str]) -> tuple[int, str]:
    if frame["d"]:
        return _HOURS["night"], "night"
    if frame["e"]:
        return _HOURS["noon"], "noon"
    word = next(one for one in (frame["a"], frame["b"], frame["c"]) if one).lower()
    return _HOURS[word], word


def _risen(told: Told) -> tuple[Contradiction, ...]:
    found: dict[str, Contradiction] = {}
    dead = {name for before in told.earlier for name, _ in _deaths(before)} & set(told.names)
    sentences = split_sentences(told.text)
    for at, sentence in enumerate(sentences):
        plain = narration(sentence)
        for name in dead:
            acts = re.search(rf"\b{name} (?:\w+ly )?{_ACTS}\b|\b(?:said|asked|called) {name}\b", plain)
            if acts and not _UNREAL.search(" ".join(sentences[max(0, at - 1) : at + 1])):
                found.setdefault(name, Contradiction(f"{name} is dead, and yet: “{acts[0]}”.", f"{name} is dead"))
        dead |= {name for name, _ in _deaths(plain)} & set(told.names)
    return tuple(found.values())


def _deaths(text: str) -> list[tuple[str, str]]:
    """Who died, and how it is said."""
    return [(one["who"], one[0]) for one in _DIED.finditer(text) if "almost" not in one[0] and "nearly" not in one[0]]
