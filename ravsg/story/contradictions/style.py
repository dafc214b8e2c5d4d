"""Narrative style: the narrator changes from "she" to "I", or the telling from past to present."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ravsg.story.contradictions.finding import Contradiction, Told
from ravsg.story.prose import narration, split_sentences, words_of
from ravsg.story.verbs import BARE, ambiguous, is_past, is_present

Person = Literal["first", "third"]
Tense = Literal["past", "present"]

_FIRST: Final = frozenset("i me my mine myself i'm i've i'd i'll".split())  # noqa: SIM905 - words read better in a row
_THIRD: Final = frozenset("he she him her his hers himself herself they them".split())  # noqa: SIM905 - words read better in a row
_BEFORE_NOUNS: Final = frozenset(
    """the a an his her its their my our your of two three four five some many all these those no other more few in on
    with by and or heavy long little great small dark last first""".split()  # noqa: SIM905 - words read better in a row
)
_LEAST: Final = 2
"""Sentences of the other kind that make a shift; one may be a thought, or a truth that holds at all times."""
_SHARE: Final = 0.16
_SHARE_OF_PAST: Final = 0.3
"""A story in the present may look back; one in the past looks forward less. Where earlier chapters did either that
often, both tenses are the teller's own."""
_TAIL: Final = 3
"""So many sentences at the end, all of the other kind, are a shift in any case."""


@dataclass(frozen=True, slots=True)
class _Voice:
    persons: tuple[Person, ...]
    tenses: tuple[Tense, ...]


def style_contradictions(told: Told) -> tuple[Contradiction, ...]:
    """Shifts of person and tense against earlier chapters, or else against the chapter's own first half."""
    before, now = _voice("\n".join(told.earlier)), _voice(told.text)
    found = []
    if person := _shifted(before.persons, now.persons, _PERSONS):
        was, became = person
        note = f"It is told in the {became} person, and before that in the {was} person."
        found.append(Contradiction(note, f"told in the {was} person"))
    shares = _OWN_TENSES if _most(before.persons or now.persons) == "first" else _TENSES
    if not _mixed(before.tenses) and (tense := _shifted(before.tenses, now.tenses, shares)):
        held, turned = tense
        found.append(Contradiction(f"It turns from the {held} to the {turned} tense.", f"told in the {held} tense"))
    return tuple(found)


_PERSONS: Final = {"first": 1.0, "third": _SHARE}
"""How large a share of sentences of the other kind is a shift, by what a story is told in. In a story told by "I"
others may do things for a while."""
_TENSES: Final = {"past": _SHARE, "present": _SHARE_OF_PAST}
_OWN_TENSES: Final = {"past": _SHARE, "present": 1.0}
"""Who tells in the present of what they see and do looks back at what went through their mind as they like."""


def _mixed(tenses: tuple[Tense, ...]) -> bool:
    return len(tenses) >= 2 * _LEAST and min(map(tenses.count, _TENSES)) >= _SHARE_OF_PAST * len(tenses)


def _shifted(before: tuple[str, ...], now: tuple[str, ...], shares: dict[str, float]) -> tuple[str, str] | None:
    """What a text was told in and what it shifts to, or None."""
    base = _most(before) if len(before) >= 2 * _LEAST else _most(now[: max(_TAIL, len(now) // 2)])
    if not base:
        return None
    others = [one for one in now if one != base]
    if len(others) >= _LEAST and len(others) >= shares[base] * len(now):
        return base, others[0]
    tail = now[-_TAIL:]
    if shares[base] < 1 and len(now) > _TAIL and base not in tail and len(set(tail)) == 1 and len(tail) == _TAIL:
        return base, tail[0]
    return None


def _most(kinds: tuple[str, ...]) -> str:
    return max(dict.fromkeys(kinds), key=kinds.count) if kinds else ""


def _voice(text: str) -> _Voice:
    """Person and tense of the sentences that show them, speech left out."""
    persons: list[Person] = []
    tenses: list[Tense] = []
    for sentence in split_sentences(narration(text)):
        words = words_of(sentence)
        if _FIRST & set(words):
            persons.append("first")
        elif _THIRD & set(words):
            persons.append("third")
        if tense := _tense(words):
            tenses.append(tense)
    return _Voice(tuple(persons), tuple(tenses))


def _tense(words: list[str]) -> Tense | None:
    past = present = 0
    for before, word in zip(["", *words], words, strict=False):
        if ambiguous(word) or before in {"to", "if"}:
            continue
        if is_past(word) and before not in {"has", "have", "is", "are", "be", "been", "being"}:
            past += 1
        elif (is_present(word) and before not in _BEFORE_NOUNS) or (word in BARE and before in {"i", "we", "they"}):
            present += 1
    if past == present:
        return None
    return "past" if past > present else "present"
