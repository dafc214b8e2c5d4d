"""From a scene, memories and a style to the words that the painter reads, which must fit its text encoder.

The words have one fixed form: `{trigger}, {subjects} in {setting}, {atmosphere}, {keywords}, remembered: [memory
"{title}" by {author}: {details}], {style suffix}`. Where the encoder's tokens do not suffice, whole parts are left
out, least important first, and what was left out is told. Nothing is cut inside a word, nothing in silence.
This module counts no tokens itself: the counter is given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ravsg.config import Style
from ravsg.errors import BadText
from ravsg.picture.details import DETERMINERS, PREPOSITIONS, SENTENCE_END, details, is_name, phrases
from ravsg.types import SCENE_SCHEMA, Counted, Recalled, SceneCard

Count = Callable[[tuple[str, ...]], Awaitable[Counted]]
"""Tokens of each text without start and end tokens, and how many of them a prompt may hold."""
Slot = Literal["trigger", "subjects", "setting", "atmosphere", "keywords", "remembered", "suffix"]

_PIECE: Final = 8
"""Words of a phrase that stay together; a longer phrase may lose its end."""
_TITLE: Final = 24
_NAME: Final = 16
"""Characters of an origin's title and name: the painter reads 75 tokens in all."""
_MOODS: Final = re.compile(
    r"\b(calm|quiet|peaceful|gentle|hopeful|hope|joyful|happy|merry|cosy|cozy|warm|golden|bright|sunny|dreamy|magical|"
    r"mysterious|strange|eerie|spooky|dark|gloomy|lonely|sad|melancholy|wistful|tense|stormy|wild|dangerous|misty|"
    r"foggy|rainy|snowy|cold|moonlit|starry|solemn|playful|brave|adventurous|isolation)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ScenePrompt:
    """What the painter is given, and what had no room in it."""

    text: str
    tokens: int
    limit: int
    left_out: tuple[str, ...]
    """Whole parts, most important first."""
    woven: tuple[Recalled, ...]
    """The memories that have words in it."""

    @property
    def note(self) -> str:
        """One sentence for people about what was left out; empty where nothing was."""
        if not self.left_out:
            return ""
        parts = "; ".join(f"“{part}”" for part in self.left_out)
        return f"The painter reads {self.limit} tokens at a time, so I left out: {parts}."


@dataclass(frozen=True, slots=True)
class _Part:
    """Words that stay or go together.

    A tail is nothing without a part before it: the rest of a phrase without its beginning, the further details of a
    memory without its first.
    """

    slot: Slot
    text: str
    weight: int
    """0 stays longest."""
    tail: bool = False
    memory: int = -1


def scene_from_text(text: str) -> SceneCard:
    """A scene without any model: the first sentence, its place, words of mood, and what else is named.

    For when a writer gave nothing usable. Fields keep the lengths of `SCENE_SCHEMA`. Raises BadText for a text
    without words.
    """
    lines = map(_line, SENTENCE_END.split(text))
    sentences = [line for line in lines if any(character.isalnum() for character in line)]
    if not sentences:
        raise BadText("There are no words in that text that I could paint.")
    first = sentences[0].rstrip(".!?…。！？ ")
    setting = next(filter(None, map(_place, sentences)), "")
    subjects = first.replace(setting, " ") if setting and setting in first else first
    subjects = " ".join(subjects.split()).strip(" ,;:") or first
    moods = dict.fromkeys(mood.lower() for mood in _MOODS.findall(" ".join(sentences)))
    named = [phrase for phrase in phrases(" ".join(sentences)) if phrase.lower() not in first.lower()]
    return SceneCard(
        setting=_clip(setting, "setting"),
        subjects=_clip(subjects, "subjects"),
        atmosphere=_clip(", ".join(list(moods)[:3]), "atmosphere"),
        keywords=_clip(", ".join(named), "keywords"),
    )


async def compose(
    scene: SceneCard, woven: Sequence[Recalled], style: Style, count: Count, *, cast: bool = False
) -> ScenePrompt:
    """The painter's words for a scene. Raises BadText when there is nothing to paint, or not one part of it fits.

    `cast`: the subjects hold agreed looks, so all of them come before memories, mood and style.
    """
    parts = _parts(scene, woven, style, cast=cast)
    if not any(part.slot not in ("trigger", "suffix") for part in parts):
        raise BadText("There are no words to paint.")
    parts.sort(key=lambda part: part.weight)
    prefixes = tuple(_render(parts[: i + 1], woven) for i in range(len(parts)))
    counted = await count(prefixes)
    chosen = _fitting(parts, counted)
    text, tokens = prefixes[-1], counted.tokens[-1]
    while len(chosen) < len(parts):
        # what a part adds was counted behind all before it; without some of them its tokens may differ by a few
        text = _render(chosen, woven)
        (tokens,) = (await count((text,))).tokens
        if tokens <= counted.limit:
            break
        chosen.pop()
    if not any(part.slot in ("subjects", "setting", "atmosphere", "keywords") for part in chosen):
        raise BadText(
            f"Not one part of that scene fits the {counted.limit} tokens that the painter reads.",
            "Please describe it in shorter words.",
        )
    kept = set(map(id, chosen))
    return ScenePrompt(
        text=text,
        tokens=tokens,
        limit=counted.limit,
        left_out=tuple(part.text for part in parts if id(part) not in kept),
        woven=tuple(memory for i, memory in enumerate(woven) if any(part.memory == i for part in chosen)),
    )


def _parts(scene: SceneCard, woven: Sequence[Recalled], style: Style, *, cast: bool) -> list[_Part]:
    """Everything there is to say, weighted: the heart of the scene, one memory, mood and style, the rest."""
    parts = [
        *_phrases("trigger", style.trigger, 0, 0),
        *_phrases("subjects", scene.subjects, 1, 2 if cast else 6),
        *_phrases("setting", scene.setting, 2, 10),
        *_phrases("atmosphere", scene.atmosphere, 4, 9),
        *_phrases("suffix", style.suffix, 5, 11),
        *_phrases("keywords", scene.keywords, 7, 7),
    ]
    said = " ".join((scene.subjects, scene.setting, scene.keywords)).lower()
    for i, memory in enumerate(woven):
        new = [phrase for phrase in details(memory.text) if is_name(phrase) or phrase.lower() not in said]
        for j, phrase in enumerate(new):
            weight = (3 if i == 0 else 8) if j == 0 else 8 + min(j, 3)
            parts.append(_Part("remembered", _line(phrase), weight, tail=j > 0, memory=i))
    return parts


def _phrases(slot: Slot, text: str, first: int, others: int) -> list[_Part]:
    """A field cut at its commas, and long phrases between words; the first piece weighs more than the others."""
    pieces: list[_Part] = []
    for phrase in re.split(r"[,;]\s*", _line(text)):
        words = phrase.split()
        for i in range(0, len(words), _PIECE):
            pieces.append(
                _Part(slot, " ".join(words[i : i + _PIECE]), others if pieces else first, tail=i > 0),
            )
    return pieces


def _fitting(parts: Sequence[_Part], counted: Counted) -> list[_Part]:
    """The parts, most important first, that fit together by what each added to the tokens of those before it."""
    chosen: list[_Part] = []
    used = before = 0
    broken: set[tuple[Slot, int]] = set()
    for part, tokens in zip(parts, counted.tokens, strict=True):
        more, before = tokens - before, tokens
        place = (part.slot, part.memory)
        if part.tail and place in broken:
            continue
        if used + more <= counted.limit:
            used += more
            chosen.append(part)
            broken.discard(place)
        elif not (part.tail and part.slot == "remembered"):
            broken.add(place)
    return chosen


def _render(parts: Sequence[_Part], woven: Sequence[Recalled]) -> str:
    """The parts in the fixed form, each slot in the order it was written in."""
    slots: dict[Slot, str] = {}
    for part in parts:
        if part.slot == "remembered":
            continue
        glue = " " if part.tail else ", "
        slots[part.slot] = f"{slots[part.slot]}{glue}{part.text}" if part.slot in slots else part.text
    subjects, setting = slots.pop("subjects", ""), slots.pop("setting", "")
    if subjects and setting:
        joint = "" if setting.split()[0].lower() in PREPOSITIONS else "in "
        subjects, setting = f"{subjects} {joint}{setting}", ""
    blocks = []
    for i, memory in enumerate(woven):
        words = ", ".join(part.text for part in parts if part.memory == i)
        if words:
            blocks.append(
                f'[memory "{_label(memory.title, _TITLE)}" by {_label(memory.author_name, _NAME)}: {words}]'
            )
    ordered = (
        slots.get("trigger", ""),
        subjects or setting,
        slots.get("atmosphere", ""),
        slots.get("keywords", ""),
        f"remembered: {' '.join(blocks)}" if blocks else "",
        slots.get("suffix", ""),
    )
    return ", ".join(filter(None, ordered))


def _place(sentence: str) -> str:
    """The first "in the old lighthouse" of a sentence, with its preposition; empty where there is none."""
    words = sentence.split()
    for i, word in enumerate(words[:-1]):
        if word.lower() in PREPOSITIONS and words[i + 1].lower() in DETERMINERS and i + 2 < len(words):
            place = words[i : i + 2]
            for following in words[i + 2 : i + 5]:
                place.append(following.rstrip(".,;:!?…"))
                if place[-1] != following or len(place) == 4:
                    break
            return " ".join(place)
    return ""


def _line(text: str) -> str:
    """One line without control and format characters, whose square brackets cannot open or close a mark."""
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return " ".join(shown.replace("[", "(").replace("]", ")").split()).strip(" ,;")


def _label(text: str, most: int) -> str:
    """A title or a name inside a mark, shortened between words."""
    line = _line(text).replace('"', "'")
    return line if len(line) <= most else (line[:most].rpartition(" ")[0] or line[:most]) + "…"


def _clip(text: str, field: str) -> str:
    """A field at the length that the schema gives it, shortened between words where there are any."""
    most: int = SCENE_SCHEMA["properties"][field]["maxLength"]
    return text if len(text) <= most else (text[: most + 1].rpartition(" ")[0] or text[:most]).rstrip(" ,;:")
