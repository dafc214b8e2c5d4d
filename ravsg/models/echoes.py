"""What a writer may not say next, lest it say a passage or a sentence twice.

Texts are compared, not tokens: the same words can be written in other tokens, which a ban of tokens would invite. A
word that has begun may always be finished; what is forbidden is the next one, and every way of beginning it. It knows
nothing of scores.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

_UNIT: Final = re.compile(r"\s*[A-Za-z0-9'’]+|\s*.", re.DOTALL)
"""A word with the space before it, or one sign."""
_LETTER: Final = re.compile(r"[A-Za-z0-9'’]")
"""Of scripts that set words apart. Signs of all others count as words of their own."""
_START: Final = re.compile(r"^|[.!?…][\"'”’)]*\s+[\"“‘]?|\n+[\"“‘]?")
"""Where a sentence begins: after these."""
_AHEAD: Final = 28
"""So many characters before a limit, copies are looked for: few tokens hold more."""


def readable(token: str) -> str:
    """A token's text as vocabularies write it: Ġ or ▁ stand for a space, Ċ for a line's end."""
    return token.replace("Ġ", " ").replace("▁", " ").replace("Ċ", "\n")


class Echoes:
    """The limits of one writer: `characters` in a row never come twice, nor do a sentence's first `opening`, nor the
    first `earlier` of a sentence that was told before; 0 switches each off. `written` is the text of every token."""

    def __init__(self, written: Sequence[str], characters: int, opening: int, earlier: int = 0) -> None:
        self._characters = characters
        self._opening = opening
        self._earlier = earlier
        self._ids: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(written):
            if text:
                self._ids[text].append(number)
        self._sorted = sorted(self._ids)
        self._longest = max(map(len, self._sorted), default=0)
        self._inner = [number for number, text in enumerate(written) if _LETTER.match(text)]

    def forbidden(self, text: str, before: Sequence[str] = ()) -> list[int]:
        """Tokens that would go on with a copy; where there are any, those too that would lengthen the word before,
        for the way out of a copy is another word and not a broken one. `before`: sentences that were told before."""
        found: list[int] = []
        for following, room in self._followings(text, before):
            unit = _UNIT.match(following)
            if unit is None or (_LETTER.match(following) and _LETTER.match(text[-1:])):
                continue
            full = len(unit[0]) >= room
            # A token may hold half a sentence, and go too far at once.
            for length in range(1 if full else room, min(len(following), self._longest) + 1):
                found += self._ids.get(following[:length], ())
            if full:
                found += self._beginning(unit[0])
        if found and _LETTER.match(text[-1:]):
            found += self._inner
        return found

    def _followings(self, text: str, before: Sequence[str]) -> Iterator[tuple[str, int]]:
        """What came next where the end of the text stands earlier, and how many characters make the copy too long."""
        if self._characters:
            yield from self._passages(text)
        *starts, start = (found.end() for found in _START.finditer(text))
        begun = text[start:]
        if self._opening:
            for place in starts:
                if text.startswith(begun, place):
                    yield text[place + len(begun) :], max(1, self._opening - len(begun))
        if self._earlier:
            for sentence in before:
                if sentence.startswith(begun):
                    yield sentence[len(begun) :], max(1, self._earlier - len(begun))

    def _passages(self, text: str) -> Iterator[tuple[str, int]]:
        least = max(1, self._characters - _AHEAD)
        end = text[-least:]
        place = text.find(end) if len(text) > least else -1
        while 0 <= place < len(text) - least:
            before, length = place, least
            while before > 0 and length < self._characters and text[before - 1] == text[-length - 1]:
                before, length = before - 1, length + 1
            yield text[place + least :], max(1, self._characters - length)
            place = text.find(end, place + 1)

    def _beginning(self, unit: str) -> Iterator[int]:
        """Tokens that begin with a whole unit."""
        for place in range(bisect_left(self._sorted, unit), len(self._sorted)):
            if not self._sorted[place].startswith(unit):
                break
            yield from self._ids[self._sorted[place]]
