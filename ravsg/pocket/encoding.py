"""A lesson as numbers: its turn, its answer, and how much each token of the answer counts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.pocket.build import POCKET

if TYPE_CHECKING:
    from transformers import LlavaProcessor

    from ravsg.pocket.lessons import Lesson

OPENING: Final = 24
"""First tokens of an answer that are marked."""
FIRST: Final = 8.0
"""How much more the first character of an analysis counts, and of a story the first mention of everybody's name.
Which one of several is the main character is said by that one word alone, and a story is told from it; what a friend
is called is chosen once, where all other names are the hero's."""
MARKED: Final = 3.0
"""How much more the first tokens of an answer count: a whole analysis, or the place and the hero of a story, are in
them. Most later sentences could stand in any story, and looking back at the prompt would be learnt late. Names count
as much wherever they stand, so that a hero keeps its own."""
ENDING: Final = 24
"""Last tokens of a chapter, marked as its first are: whether it ends open depends on the prompt alone."""
_ENDINGS: Final = frozenset({"chapter", "correction"})
_FIRST_CHARACTER: Final = re.compile(r'.*?"characters": ?\["([^"]+)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Encoded:
    """One lesson as numbers: its turn, its answer with weights, its picture's number (below 0 for one elsewhere)."""

    turn: list[int]
    answer: list[int]
    weights: list[float]
    picture: int | None


def encode(one: Lesson, processor: LlavaProcessor) -> tuple[list[int], list[int], list[float]]:
    """Token numbers of a lesson's turn, the picture's places filled in, and of its answer with its weights."""
    content: list[dict[str, str]] = [{"type": "text", "text": one.prompt}]
    if one.with_picture:
        content.insert(0, {"type": "image"})
    turn = processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
    if one.with_picture:
        turn = turn.replace("<image>", "<image>" * (POCKET.side // POCKET.patch) ** 2, 1)
    words = processor.tokenizer
    found = words(one.answer, add_special_tokens=False, return_offsets_mapping=True)
    worth = np.ones(len(one.answer) + 1)
    for name in names_in(one.answer):
        for number, match in enumerate(re.finditer(rf"\b{name}\b", one.answer)):
            worth[match.start() : match.end()] = MARKED if number else FIRST
    weights = [
        max(MARKED if place < OPENING else 1.0, worth[start], *worth[start + 1 : end])
        for place, (start, end) in enumerate(found["offset_mapping"])
    ]
    if (first := _FIRST_CHARACTER.match(one.answer)) is not None:
        weights = [
            FIRST if start < first.end() and end > first.start(1) else weight
            for weight, (start, end) in zip(weights, found["offset_mapping"], strict=True)
        ]
    if one.kind in _ENDINGS:
        weights[-ENDING:] = [max(weight, MARKED) for weight in weights[-ENDING:]]
    turned = words(turn, add_special_tokens=False)["input_ids"]
    return turned, [*found["input_ids"], words.eos_token_id], [*weights, 1.0]


def names_in(text: str) -> list[str]:
    """Names of a story: capitalised words that stand within sentences, twice and more."""
    counts = Counter(re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", text))
    return [name for name, count in counts.items() if count >= 2]
