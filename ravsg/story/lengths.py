"""How long things may be: words and tokens asked of the writer, and what fits into its context.

Nobody here can count a writer's tokens (that needs its tokenizer), so budgets are estimates on the safe side; the
writer's adapter tells the true number afterwards. This module shortens only at sentence borders and says what it
left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ravsg.story.prompts import WORDS
from ravsg.types import Length, Recalled

CHARACTERS_PER_TOKEN: Final = 3.0
"""A cautious mean: English costs about 4 in large vocabularies, a pocket vocabulary 3 to 4 in its own world."""
TOKENS_PER_FOREIGN_WORD: Final = 2.0
"""What a word of another language costs at least in a vocabulary made for English; some cost more, which the next try
knows (`answer_bounds`)."""
PICTURE_TOKENS: Final = 580
"""A picture takes 576 tokens in LLaVA-1.5, and a pocket writer takes 64."""
LEAST_PASSAGE: Final = 60
"""Characters under which a shortened memory says nothing."""
LEAST_SHARE: Final = 0.76
"""Of the words asked for: an answer is not allowed to end before. 250 of the 330 of a long one."""
HELD_OPEN: Final = 0.86
"""Of the tokens that so many words may cost, an answer is held open for so many: half of all texts cost no more, and
what has come to its end is spoilt by going on. Only the fewest words of all are held to their full cost."""

_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""A letter of a script without spaces between words: Thai, Lao, Burmese, Khmer, kana, Han."""
_LETTERS_OF_A_WORD: Final = 2
"""In those scripts, about: Chinese words have 1.5 letters on average, Japanese 2, Thai 4 with its marks."""

_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*[\"'”’)]*\s*|[.!?…]+\s*")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most tokens of one answer."""

    least: int
    most: int


def count_words(text: str) -> int:
    """Words as a reader counts them: what stands between spaces and holds a letter or digit; where no spaces are
    written, one for two letters."""
    unspaced = len(_UNSPACED.findall(text))
    spaced = _UNSPACED.sub(" ", text) if unspaced else text
    return sum(any(c.isalnum() for c in word) for word in spaced.split()) + unspaced // _LETTERS_OF_A_WORD


def answer_bounds(length: Length, minimum_words: int, context_tokens: int, tokens_per_word: float) -> Bounds:
    """Tokens for a story of a length: so many that it falls neither under `minimum_words` nor far under what was
    asked for, and at most half of the context. `tokens_per_word` is the profile's, or what a word cost in an earlier
    try.
    """
    most = min(context_tokens // 2, math.ceil(max(WORDS[length], minimum_words) * tokens_per_word * 1.5))
    near = math.ceil(WORDS[length] * LEAST_SHARE) * tokens_per_word * HELD_OPEN
    return Bounds(least=min(most, math.ceil(max(minimum_words * tokens_per_word, near))), most=most)


def characters_left(
    context_tokens: int, answer_tokens: int, fixed_characters: int, picture_tokens: int = PICTURE_TOKENS
) -> int:
    """Characters of material that still fit beside the answer, the picture and the prompt's fixed words; ≥ 0."""
    room = (context_tokens - answer_tokens - picture_tokens) * CHARACTERS_PER_TOKEN - fixed_characters
    return max(0, math.floor(room))


def fit_memories(woven: Sequence[Recalled], characters: int) -> tuple[Recalled, ...]:
    """The first memories that fit, best first; the last one may be shortened, to whole sentences where that leaves
    any, else to words.

    `characters` counts the passages and about 60 for each one's marks.
    """
    fitted: list[Recalled] = []
    for memory in woven:
        room = characters - sum(len(kept.text) + len(kept.title) + 60 for kept in fitted) - len(memory.title) - 60
        text = head(memory.text, room) or first_words(memory.text, room)
        if len(text) < min(LEAST_PASSAGE, len(memory.text)):
            break
        fitted.append(memory if text == memory.text else replace(memory, text=text))
    return tuple(fitted)


def head(text: str, characters: int) -> str:
    """As many whole sentences from the start as fit; empty where not even one does."""
    if len(text) <= characters:
        return text
    kept = ""
    for sentence in _SENTENCE.findall(text):
        if len(kept) + len(sentence.rstrip()) > characters:
            break
        kept += sentence
    return kept.rstrip()


def first_words(text: str, characters: int) -> str:
    """As many whole words from the start as fit with an ellipsis; empty where not even one does."""
    if len(text) <= characters:
        return text
    cut = text[: max(0, characters - 1)].rpartition(" ")[0].rstrip()
    return f"{cut}…" if cut else ""


def tail(text: str, characters: int) -> str:
    """As many whole sentences from the end as fit: what a continuation must know best is what came last."""
    if len(text) <= characters:
        return text
    kept = ""
    for sentence in reversed(_SENTENCE.findall(text)):
        if len(kept) + len(sentence) > characters:
            break
        kept = sentence + kept
    return kept.strip()


def read_in_part(read: int, there: int) -> str:
    """The honest sentence where a text was longer than the writer reads, both in characters."""
    return f"I read {read:,} of your {there:,} characters: my writer cannot read more at once."
