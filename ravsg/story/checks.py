"""What a story must pass before it is delivered: long enough, not going round in circles, in words of its own.

A story that fails is written once more with another seed (the engine decides how often) and then delivered with the
sentences found here. This module does not judge taste, mood or safety.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ravsg.story.lengths import count_words
from ravsg.story.parse import Told
from ravsg.story.prose import is_prose

Fault = Literal["empty", "data", "short", "repeats", "copies"]

REPEATED_SHARE: Final = 0.35
"""Share of four-word groups that occurred before, over which a story goes round in circles. Prose that people wrote
stays under 0.05; a loop of one sentence reaches 0.9."""
COPIED_WORDS: Final = 24
"""So many words in a row from one source are a copy: two sentences, where a quoted name or phrase has 2 to 8."""

_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, and the honest sentence a reader gets when it could not be mended."""

    fault: Fault
    note: str


def check_story(told: Told, *, minimum_words: int, sources: Sequence[str] = ()) -> tuple[Finding, ...]:
    """All faults of a story, the worst first; empty when it passes. `sources`: memories and the story so far."""
    words = count_words(told.text)
    if not words:
        return (Finding("empty", "The writer gave no readable words."),)
    findings = []
    if not is_prose(told.text):
        findings.append(Finding("data", "Pieces of data stand among the words of this story."))
    if words < minimum_words:
        findings.append(
            Finding("short", f"This story stayed short: {words} words, where {minimum_words} were asked for.")
        )
    share = repeated_share(told.text)
    if share > REPEATED_SHARE:
        findings.append(
            Finding("repeats", f"This story repeats itself: {share:.0%} of its phrases were there before.")
        )
    if any(longest_common_run(told.text, source) >= COPIED_WORDS for source in sources):
        findings.append(Finding("copies", "Parts of this story stand word for word in what it was woven from."))
    return tuple(findings)


def repeated_share(text: str, size: int = 4) -> float:
    """Share in [0, 1] of `size`-word groups that occurred earlier in the text."""
    words = [word.casefold() for word in _WORD.findall(text)]
    groups = Counter(zip(*(words[offset:] for offset in range(size)), strict=False))
    total = groups.total()
    return sum(count - 1 for count in groups.values()) / total if total else 0.0


def longest_common_run(text: str, source: str) -> int:
    """Length in words of the longest passage that both texts share, case and punctuation aside."""
    ours = [word.casefold() for word in _WORD.findall(text)]
    theirs = [word.casefold() for word in _WORD.findall(source)]
    best, above = 0, [0] * (len(theirs) + 1)
    for word in ours:
        row = [0]
        for column, other in enumerate(theirs):
            row.append(above[column] + 1 if word == other else 0)
        best, above = max(best, *row), row
    return best
