"""Reads the hand-written passages in `passages/`, each of about a hundred words, with their labels.

A passage begins with `== name`. Its head gives `mood`, two moods that it does `not` have, the `conflict` it tells
of, its `cast` and `setting`, and whether it `ends` open or closed; `flat` marks those in which the conflict is only
mentioned. After the text, `! kind: words => other words` and `+ kind: sentences` make a contradiction of that kind,
by changing or by adding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ravsg.story.prompts import CastSheet

FOLDER: Final = Path(__file__).parent / "passages"


@dataclass(frozen=True, slots=True)
class Fault:
    """A contradiction of one kind, and the text that holds it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage with its labels."""

    name: str
    number: int
    """Its place in its file; even ones set the thresholds, odd ones examine them."""
    mood: str
    other_moods: tuple[str, ...]
    conflict: str
    cast: tuple[CastSheet, ...]
    setting: str
    ends_open: bool
    flat: bool
    text: str
    faults: tuple[Fault, ...]


@cache
def passages() -> tuple[Passage, ...]:
    """All passages, file by file."""
    found: list[Passage] = []
    for path in sorted(FOLDER.glob("*.txt")):
        parts = path.read_text(encoding="utf-8").split("\n== ")[1:]
        found += [_read(part, number) for number, part in enumerate(parts)]
    return tuple(found)


def _read(part: str, number: int) -> Passage:
    name, *lines = part.strip().splitlines()
    head = dict(line.split(": ", 1) for line in lines[:6])
    flat = lines[6] == "flat"
    text = lines[7] if flat else lines[6]
    return Passage(
        name=name,
        number=number,
        mood=head["mood"],
        other_moods=tuple(head["not"].split(" | ")),
        conflict=head["conflict"],
        cast=tuple(CastSheet(*one.split(": ", 1)) for one in head["cast"].split("; ")),
        setting=head["setting"],
        ends_open=head["ends"] == "open",
        flat=flat,
        text=text,
        faults=tuple(_fault(line, text) for line in lines if line[:2] in {"! ", "+ "}),
    )


def _fault(line: str, text: str) -> Fault:
    kind, said = line[2:].split(": ", 1)
    if line.startswith("+"):
        return Fault(kind, f"{text} {said}")
    before, after = said.split(" => ")
    if before not in text:
        raise ValueError(f"there is no {before!r} in {text!r}")
    return Fault(kind, text.replace(before, after, 1))
