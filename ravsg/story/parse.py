"""A writer's answer becomes a title and a text: marks, markdown and half sentences are taken off.

Small models leave out the title, large ones add markdown and courtesies; both give the same `Told`. This module
neither judges a story (that is `checks`) nor makes it safe to post (that is the bot's delivery).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TITLE_CHARACTERS: Final = 80
"""Longest title; an embed's title may hold 256, a line on a phone about 40."""

_TITLE = re.compile(r"^[\s#*_>\"'“]*title\s*[:：][\s*_\"'“]*(?P<title>.*?)[\s*_\"'”]*$", re.IGNORECASE)
_MARK = re.compile(r"^\s*\[/?[a-z][^\[\]\n]{0,200}\]\s*$", re.IGNORECASE)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)»]*(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Told:
    """A story as it was written. `titled` is False where the title was made from the first words."""

    title: str
    text: str
    titled: bool = True


def parse_story(answer: str, *, complete: bool = True) -> Told:
    """Read `Title: …`, an empty line, paragraphs. `complete` False: the writer was cut off, so the last half
    sentence goes. The text is empty where nothing readable was written."""
    lines = [line for line in _printable(answer).splitlines() if not _MARK.match(line)]
    title = ""
    for number, line in enumerate(lines[:4]):
        match = _TITLE.match(line)
        if match:
            title, lines = match["title"].strip(), lines[number + 1 :]
            break
    paragraphs = _paragraphs(_HEADING.sub("", line) for line in lines)
    text = "\n\n".join(paragraphs)
    if not complete:
        text = whole_sentences(text)
    return Told(title=_short(title) or _first_words(text), text=text, titled=bool(title))


def whole_sentences(text: str) -> str:
    """The text up to its last complete sentence; with an ellipsis where that would cost more than half of it."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    if ends and ends[-1] * 2 >= len(text):
        return text[: ends[-1]]
    return f"{text.rstrip()}…" if text.strip() else ""


def _printable(text: str) -> str:
    """Without control, format and unassigned characters, which some decoders emit; newlines stay."""
    return "".join(c for c in text.replace("\t", " ") if c == "\n" or unicodedata.category(c)[0] != "C")


def _paragraphs(lines: Iterable[str]) -> list[str]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        words = " ".join(line.split())
        if words:
            paragraphs[-1].append(words)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [" ".join(paragraph) for paragraph in paragraphs if paragraph]


def _first_words(text: str) -> str:
    words = text.split()[:6]
    return _short(" ".join(words).rstrip(".,;:!?…")) or "Untitled"


def _short(title: str) -> str:
    if len(title) <= TITLE_CHARACTERS:
        return title
    return f"{title[: TITLE_CHARACTERS - 1].rsplit(' ', 1)[0]}…"
