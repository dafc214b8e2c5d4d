"""Fills the slots of fragments, and decides where a hero is called by name and where by a pronoun."""

from __future__ import annotations

import random
import re
from typing import Final

from ravsg.story.answers import sentences

NAMINGS: Final = 8
"""Sentences that name the hero."""


class Teller:
    """Fills the slots of fragments for one story, and never takes the same fragment twice.

    Slots of the hero stay open until `voiced`, which knows whether the name or the pronoun is the better word.
    """

    def __init__(self, rng: random.Random, slots: dict[str, str]) -> None:
        self.rng = rng
        self.slots = slots
        self.used: set[str] = set()
        self.places: dict[str, int] = {}
        """Where a filled fragment stood in its pool."""

    def take(self, kind: tuple[str, ...], count: int = 1, *, naming: bool = False) -> list[str]:
        """Up to `count` fragments that were not used yet, filled; with `naming` such as speak of the hero."""
        chosen = self.choose(kind, count, naming=naming)
        filled = [self.fill(one) for one in chosen]
        self.places.update(zip(filled, map(kind.index, chosen), strict=True))
        return filled

    def choose(self, kind: tuple[str, ...], count: int = 1, *, naming: bool = False) -> list[str]:
        """The same, with their slots still open."""
        fresh = [one for one in kind if one not in self.used]
        if naming:
            fresh = [one for one in fresh if "<H>" in one or "<He>" in one] or fresh
        chosen = self.rng.sample(fresh, min(count, len(fresh)))
        self.used.update(chosen)
        return chosen

    def fill(self, fragment: str) -> str:
        """Choose among `{a|b}` and put all slots in but the hero's."""
        chosen = re.sub(r"\{([^}]*)\}", lambda found: self.rng.choice(found[1].split("|")), fragment)
        return re.sub(r"<(\w+)>", lambda found: self.slots.get(found[1], found[0]), chosen)


_PRONOUNS: Final = {
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself", "He": "He", "His": "His"},
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself", "He": "She", "His": "Her"},
}
_OWN: Final = re.compile(r"<(he|He|him|his|His)>")


def voiced(fragments: list[str], name: str, pronoun: str, sure: int = 0) -> str:
    """One paragraph: the hero's slots filled, with the name wherever the pronoun could be somebody else, and name and
    pronoun in turns where it could not.

    The first `sure` sentences use the name in any case.
    """
    said = []
    clear = False
    for number, sentence in enumerate(fragments):
        filled = sentence
        if number >= sure and clear and sentence.startswith("<H> ") and sentence.count("<H>") == 1:
            filled = f"<He>{sentence.removeprefix('<H>')}"
        open_slot = _OWN.search(sentence)
        if open_slot and "<H>" not in sentence[: open_slot.start()] and (number < sure or not clear):
            own = f"{name}'s" if open_slot[1].lower() == "his" else name
            filled = sentence[: open_slot.start()] + own + sentence[open_slot.end() :]
        filled = filled.replace("<H>", name)
        filled = re.sub(r"<(\w+)>", lambda found: _PRONOUNS[pronoun][found[1]], filled)
        # The next pronoun is clear after a sentence that begins with the hero and names nobody else.
        others = re.search(r"(?<=[a-z,] )[A-Z][a-z]+", filled.replace(name, ""))
        clear = filled.startswith(name) and not others
        # A sentence may begin with a slot such as "a wren", also inside quotation marks.
        said.append(re.sub(r"^(\W*)(\w)", lambda found: found[1] + found[2].upper(), filled))
    return " ".join(said)


def voiced_story(paragraphs: list[list[str]], name: str, pronoun: str) -> tuple[str, ...]:
    """The paragraphs with the hero's name in the first two sentences and in `NAMINGS` or more of all."""
    told = tuple(voiced(one, name, pronoun, 0 if number else 2) for number, one in enumerate(paragraphs))
    if sum(name in sentence for one in told for sentence in sentences(one)) >= NAMINGS:
        return told
    return tuple(voiced(one, name, pronoun, len(one)) for one in paragraphs)
