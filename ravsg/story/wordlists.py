"""Lists of English words that the checks know, read once from `texts/words.txt`.

After `== kind` come its words; those of a phrase are joined by underscores.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def word_list(kind: str) -> frozenset[str]:
    """The words and phrases of a kind as they are written. Raises KeyError where there is none."""
    return _lists()[kind]


@cache
def _lists() -> dict[str, frozenset[str]]:
    text = (Path(__file__).parent / "texts" / "words.txt").read_text(encoding="utf-8")
    parts = (part.partition("\n") for part in text.split("\n== ")[1:])
    return {kind: frozenset(one.replace("_", " ") for one in words.split()) for kind, _, words in parts}
