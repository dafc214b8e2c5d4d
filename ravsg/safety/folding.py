"""Text as words to compare: case, accents, styled letters, look-alikes, digits for letters, spelled-out words.

Each place in a text becomes the set of words that may be meant there. Not undone: unusual splits ("na ked"), words
glued to others, phonetic respellings, pictures of letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ravsg.safety.words import CONFUSABLES, LEET

Place = frozenset[str]
"""The readings of one word; a `?` in a reading stands for one hidden letter."""

_CHUNK: Final = re.compile(r"[@$]?[^\W_]+(?:[@$!|+*#'’]+[^\W_]+)*")
_PARTS: Final = re.compile(r"[^\W\d_]+|\d+")
_SPELLED: Final = re.compile(r"(?<![^\W_])[^\W_](?:[\s.,·\-_*/|]{1,3}[^\W_](?![^\W_])){2,}")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
_FLAGS: Final = {0x1F1E6 + i: chr(ord("a") + i) for i in range(26)}
_LOOKALIKES: Final = str.maketrans(CONFUSABLES)
_LETTERS: Final = tuple(str.maketrans({**LEET, **dict.fromkeys("1!|", letter)}) for letter in "il")


def places(text: str) -> list[Place]:
    """The words of a text in order, each with its readings; words spelled out letter by letter come last."""
    folded = fold(text)
    known: dict[str, list[Place]] = {}
    found: list[Place] = []
    for chunk in _CHUNK.findall(folded):
        if chunk not in known:
            known[chunk] = [frozenset(_readings(part)) for part in _split(chunk)]
        found += known[chunk]
    spelled = (re.sub(r"[\W_]", "", match.group()) for match in _SPELLED.finditer(folded))
    # "a" and "I" may stand before or after what is spelled out
    trimmed = ((word, word[1:], word[:-1], word[1:-1]) for word in spelled)
    return [*found, *(frozenset(one for form in forms for one in _readings(form)) for forms in trimmed)]


def fold(text: str) -> str:
    """Case folded, styled and wide letters plain, accents and invisible characters gone."""
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_FLAGS).casefold())
    kept = (char for char in flat if unicodedata.category(char) not in {"Mn", "Me", "Cf"})
    return unicodedata.normalize("NFC", "".join(kept))


def _split(chunk: str) -> Iterator[str]:
    """The chunk's plain parts, and the whole where signs or digits may stand for letters."""
    parts: list[str] = _PARTS.findall(chunk)
    yield from parts
    mixed = len(parts) > 1 or parts[0] != chunk
    if mixed and any(char.isalpha() for char in chunk):
        yield chunk


def _readings(word: str) -> Iterator[str]:
    if word.isdigit() or (word.isascii() and word.isalpha() and not _STRETCHED.search(word)):
        yield word
        return
    plain = re.sub(r"['’]", "", word)
    for base in (plain, plain.translate(_LOOKALIKES)):
        for letters in _LETTERS:
            read = re.sub(r"[*#]", "?", base.translate(letters))
            yield read
            if _STRETCHED.search(read):
                yield _STRETCHED.sub(r"\1", read)
                yield _STRETCHED.sub(r"\1\1", read)
