"""Alt text: what a picture shows, in plain language, for people who cannot see it and for memory.

It says what the painter was asked for, or what the writer saw; it does not look at the pixels itself.
"""

from __future__ import annotations

from typing import Final

from ravsg.types import Analysis, SceneCard

MOST: Final = 1024
"""Characters of an attachment's description that Discord takes."""


def painted_alt(scene: SceneCard, style_label: str = "") -> str:
    """For a painted picture, at most 1,024 characters."""
    what = " in ".join(filter(None, (scene.subjects.strip(" ."), scene.setting.strip(" ."))))
    sentences = [what or "A painted picture"]
    if scene.atmosphere.strip():
        sentences.append(f"The mood: {scene.atmosphere.strip(' .')}")
    if things := dict.fromkeys(one for part in scene.keywords.split(",") if (one := part.strip(" ."))):
        sentences.append(f"Also to be seen: {', '.join(things)}")
    if style_label:
        sentences.append(f"Painted in the style “{style_label}”")
    return _joined(sentences)


def seen_alt(analysis: Analysis) -> str:
    """For a picture that somebody posted, at most 1,024 characters."""
    sentences = [f"A picture of {analysis.setting}" if analysis.setting else "A picture"]
    if analysis.characters:
        sentences.append(f"In it: {_listed(analysis.characters)}")
    if analysis.objects:
        sentences.append(f"Also to be seen: {_listed(analysis.objects)}")
    if analysis.mood:
        sentences.append(f"The mood: {analysis.mood}")
    return _joined(sentences)


def shorten(text: str, most: int = MOST) -> str:
    """At most so many characters, shortened between words and marked with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    if not text[most - 1].isspace():
        cut = cut.rpartition(" ")[0] or cut
    return cut.rstrip(" ,;:") + "…"


def _joined(sentences: list[str]) -> str:
    whole = ". ".join(sentence[0].upper() + sentence[1:] for sentence in sentences if sentence)
    return shorten(whole + ".")


def _listed(items: tuple[str, ...]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
