"""What a pocket writer does not know, pictures and languages, and what readers of its stories are told then."""

from __future__ import annotations

from typing import Final

from ravsg.languages import name_of
from ravsg.types import Analysis

UNFAMILIAR: Final = "an unfamiliar place"
"""First words of an analysis' setting where a pocket writer recognises nothing but light, colours and shapes."""

OUTSIDE_NOTE: Final = (
    "This picture lies outside the little world that pocket models know, so the story keeps to its light and colours."
)


def is_unfamiliar(analysis: Analysis) -> bool:
    """Whether the setting says so."""
    return analysis.setting.casefold().startswith(UNFAMILIAR)


def english_only(language: str) -> str:
    """What readers are told where a story was asked for in a language that its writer does not know."""
    return f"This was asked for in {name_of(language)}, but pocket models write English only."
