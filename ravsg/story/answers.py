"""Reads and checks the short answers of a writer: summaries, keywords, titles, recaps, and how a chapter ends."""

from __future__ import annotations

import re
from typing import Final

from ravsg.story.parse import TITLE_CHARACTERS

MOST_TITLE_WORDS: Final = 9

_END = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|$)")
_WORD = re.compile(r"\w+", re.UNICODE)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its closing mark; what follows the last mark is no sentence."""
    ends = [found.end() for found in _END.finditer(text)]
    return tuple(text[start:end].strip() for start, end in zip([0, *ends], ends, strict=False))


def is_summary(answer: str) -> bool:
    """Whether an answer is three sentences and nothing else."""
    found = sentences(answer)
    return len(found) == 3 and len(" ".join(found)) == len(" ".join(answer.split()))


def read_keywords(answer: str, text: str) -> tuple[str, ...]:
    """The keywords of an answer that stand in the text, each once, as they were written."""
    inside = {word.casefold() for word in _WORD.findall(text)}
    kept: dict[str, str] = {}
    for part in answer.split(","):
        word = part.strip().rstrip(".")
        known = _WORD.findall(word)
        if known and all(one.casefold() in inside for one in known):
            kept.setdefault(word.casefold(), word)
    return tuple(kept.values())


def read_title(answer: str) -> str:
    """The first line without quotation marks and a leading "Title:"; empty where that is no title or too long."""
    line = next((line.strip() for line in answer.splitlines() if line.strip()), "")
    title = re.sub(r"^title\s*:\s*", "", line, flags=re.IGNORECASE).strip("\"'“”*# ")
    return title if 0 < len(title) <= TITLE_CHARACTERS and any(c.isalnum() for c in title) else ""


def is_title(title: str) -> bool:
    """Whether a title is more than a letter and less than a sentence; six words are asked for."""
    words = len(title.split())
    return sum(one.isalnum() for one in title) > 1 and words <= MOST_TITLE_WORDS and not title.endswith(".")


def is_recap(answer: str, title: str) -> bool:
    """Whether an answer begins as a recap of that title does."""
    return answer.startswith(f"Previously on {title}")


def ends_open(text: str) -> bool:
    """Whether a text ends on a cliffhanger as chapters are asked to: with a question, or with something left open."""
    return text.rstrip().rstrip("\"'”’)").endswith(("?", "…", "..."))


def names_conflict(text: str, conflict: str) -> bool:
    """Whether most of a conflict's longer words stand in a text."""
    inside = {word.casefold() for word in _WORD.findall(text)}
    asked = [word.casefold() for word in _WORD.findall(conflict) if len(word) > 3]
    return sum(word in inside for word in asked) * 2 > len(asked) if asked else conflict.casefold() in text.casefold()
