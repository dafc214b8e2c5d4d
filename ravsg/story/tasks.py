"""What a writer is asked besides stories: titles, summaries, keywords, descriptions, corrections, rewriting, recaps.

Each function builds the user's turn and says in its docstring which form of answer is expected; `answers` reads and
checks those. Material stands between the marks of `prompts.fence`, so that it cannot pass for an instruction. Where
`language` is set and not English, one more line asks for it, behind the material and before a closing line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ravsg.story.prompts import FENCE_RULE, fence, picture_block, spoken
from ravsg.types import Analysis

KEYWORDS: Final = 5
"""Keywords asked for of a chapter."""

DESCRIBE: Final = "Describe the picture in one sentence for somebody who cannot see it."
"""Asked together with a picture. The answer is that sentence alone: alt text."""


def title_prompt(text: str, *, language: str = "") -> str:
    """Ask for a title. The answer is the title alone, on one line, without quotation marks."""
    asked = f"Give this text a title of up to six words. Answer with the title alone. {FENCE_RULE}"
    return "\n".join([asked, fence("text", text), *spoken(language)])


def summary_prompt(chapters: Sequence[str], earlier: str = "", *, language: str = "") -> str:
    """Ask for a summary of the chapters, and of what an earlier summary holds. The answer is three sentences."""
    parts = [f"Sum up this text in three sentences. {FENCE_RULE}"]
    if earlier:
        parts.append(fence("summary", earlier))
    parts += [fence("text", chapter) for chapter in chapters]
    return "\n".join([*parts, *spoken(language)])


def keywords_prompt(text: str, *, language: str = "") -> str:
    """Ask for keywords. The answer is `KEYWORDS` words of the text on one line, separated by commas."""
    asked = f"Name {KEYWORDS} keywords of this text, separated by commas. {FENCE_RULE}"
    return "\n".join([asked, fence("text", text), *spoken(language)])


Need = Literal["longer", "conflict", "cliffhanger", "name", "mood", "once", "advance", "end", "keep"]


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing that a text failed: what it needs, and the words, conflict, name, mood or fact that belong to it."""

    need: Need
    value: str = ""


_ASKED: Final[dict[Need, str]] = {
    "longer": "It is too short: write at least {} words.",
    "conflict": "Name the conflict.",
    "cliffhanger": "End on a cliffhanger.",
    "name": "Keep the name.",
    "mood": "Keep the mood.",
    "once": "Say nothing twice.",
    "advance": "Let the conflict grow.",
    "end": "Bring the conflict to its end.",
    "keep": "Contradict nothing.",
}


def correction_prompt(text: str, fixes: Sequence[Fix], *, language: str = "") -> str:
    """Ask for a text once more, with what it failed. The answer has a story's form: `Title: …`, an empty line, and
    paragraphs; what was not found fault with stays as it was.

    A conflict, a name, a mood and a fact are material and stand between marks; the number of words is the product's
    own.
    """
    said = (_ASKED[fix.need].format(int(fix.value)) if fix.need == "longer" else _ASKED[fix.need] for fix in fixes)
    asked = " ".join(dict.fromkeys(said))
    parts = [f"Write this text again. {asked} {FENCE_RULE}"]
    parts += [fence(fix.need, fix.value) for fix in fixes if fix.value and fix.need != "longer"]
    parts += [fence("text", text), *spoken(language), 'Begin with "Title:".']
    return "\n".join(parts)


def rewrite_prompt(passage: str, analysis: Analysis, *, language: str = "") -> str:
    """Ask for a passage that fits a picture which shows it otherwise. The answer is the passage alone, one paragraph:
    names and events stay, and what contradicts the analysis is changed.
    """
    return "\n".join(
        [
            f"Change this text so that it fits the picture. {FENCE_RULE}",
            picture_block(analysis),
            fence("text", passage),
            *spoken(language),
        ]
    )


def recap_prompt(title: str, summary: str, last: str = "", *, language: str = "") -> str:
    """Ask for what happened so far, up to where a reader stopped. The answer is one paragraph that begins with
    "Previously on" and the title, and tells nothing that stands in neither the summary nor the last passage.
    """
    parts = [f'Recap this book for a reader. Begin with "Previously on". {FENCE_RULE}']
    parts += [fence("title", title), fence("summary", summary)]
    if last:
        parts.append(fence("last", last))
    return "\n".join([*parts, *spoken(language)])


def branch_prompt(so_far: str, what_if: str, analysis: Analysis, words: int = 170, *, language: str = "") -> str:
    """Ask how a story goes on if it turns another way. The answer has a story's form: `Title: …`, an empty line, and
    paragraphs, in which the turn has happened.
    """
    return "\n".join(
        [
            f"Go on with the story in about {words} words, but let it turn another way. {FENCE_RULE}",
            picture_block(analysis),
            fence("so far", so_far),
            fence("what if", what_if),
            *spoken(language),
            'Begin with "Title:".',
        ]
    )
