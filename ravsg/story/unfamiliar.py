"""How a writer says that a picture shows nothing it knows, and what readers of its story are told then."""

from __future__ import annotations

from typing import Final

from ravsg.types import Analysis

UNFAMILIAR: Final = "an unfamiliar place"
"""First words of an analysis' setting where a pocket writer recognises nothing but light, colours and shapes."""

OUTSIDE_NOTE: Final = (
    "This picture lies outside the little world that pocket models know, so the story keeps to its light and colours."
)


def is_unfamiliar(analysis: Analysis) -> bool:
    """Whether the setting says so."""
    return analysis.setting.casefold().startswith(UNFAMILIAR)
