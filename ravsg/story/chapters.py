"""The arc of a book over its chapters, and how one chapter is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from ravsg.story.prompts import FENCE_RULE, CastSheet, cast_block, fence, memory_blocks, picture_block, spoken
from ravsg.types import Analysis, Recalled

CHAPTER_WORDS: Final = 300
"""Words asked of a chapter; one under 250 is corrected."""

Step = Literal["begin", "grow", "height", "end"]

ASKED: Final[dict[Step, str]] = {
    "begin": "Let the conflict begin",
    "grow": "Let the conflict grow",
    "height": "Let the conflict reach its height",
    "end": "Bring the conflict to its end",
}


def step_of(number: int, count: int) -> Step:
    """What chapter `number` of `count` does for the arc, counted from 1: it begins, grows, culminates, ends.

    A book of one chapter ends at once; in one of two, the first begins. Raises ValueError for a chapter outside.
    """
    if not 1 <= number <= count:
        raise ValueError(f"there is no chapter {number} in a book of {count}")
    if number == count:
        return "end"
    if number == 1:
        return "begin"
    return "height" if number == count - 1 else "grow"


def chapter_prompt(
    analysis: Analysis,
    *,
    number: int,
    count: int,
    summary: str = "",
    last: str = "",
    cast: Sequence[CastSheet] = (),
    woven: Sequence[Recalled] = (),
    direction: str = "",
    language: str = "",
) -> str:
    """Ask for chapter `number` of `count`, which goes with a picture.

    `summary` tells what happened so far, `last` is the last passage word for word. The order is fixed: task, picture,
    cast, memories, summary, last passage, direction, language, closing line. The answer is expected as `Title: …`, an
    empty line, and paragraphs of about `CHAPTER_WORDS` words; all chapters but the last end on a cliffhanger.
    """
    step = step_of(number, count)
    parts = [f"Write chapter {number} of {count} in about {CHAPTER_WORDS} words for this picture. {FENCE_RULE}"]
    parts.append(picture_block(analysis))
    if cast:
        parts.append(cast_block(cast))
    if woven:
        parts.append(memory_blocks(woven))
    if summary:
        parts.append(fence("summary", summary))
    if last:
        parts.append(fence("last", last))
    if direction:
        parts.append(fence("direction", direction))
    parts += spoken(language)
    closing = "Let what is remembered return in it. " if woven else ""
    cliff = "" if step == "end" else " and end on a cliffhanger"
    parts.append(f'{closing}{ASKED[step]}{cliff}. Begin with "Title:".')
    return "\n".join(parts)
