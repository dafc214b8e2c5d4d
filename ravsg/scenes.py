"""What is seen in a picture and what is to be painted, with the JSON schemas that hold a writer to them.

Everybody imports these from `ravsg.types`. Asking a writer for them is `ravsg.story` and `ravsg.engine`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Self


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the writer sees in a picture, always valid against `ANALYSIS_SCHEMA`."""

    setting: str
    characters: tuple[str, ...]
    mood: str
    objects: tuple[str, ...]
    conflicts: tuple[str, ...]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what a writer wrote under `ANALYSIS_SCHEMA`. Raises ValueError when it does not fit."""
        raw = json.loads(text)
        if (
            not isinstance(raw, dict)
            or not isinstance(raw.get("setting"), str)
            or not isinstance(raw.get("mood"), str)
        ):
            raise ValueError("an analysis is an object with the texts setting and mood")
        lists = {}
        for name in ("characters", "objects", "conflicts"):
            value = raw.get(name)
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise ValueError(f"{name} of an analysis is a list of texts")
            lists[name] = tuple(item.strip() for item in value if item.strip())
        return cls(setting=raw["setting"].strip(), mood=raw["mood"].strip(), **lists)

    def to_json(self) -> str:
        """One line of JSON in the order of `ANALYSIS_SCHEMA`."""
        return json.dumps(asdict(self), ensure_ascii=False)


def _texts(most: int, least: int = 0) -> dict[str, Any]:
    return {
        "type": "array",
        "minItems": least,
        "maxItems": most,
        "items": {"type": "string", "minLength": 2, "maxLength": 60},
    }


ANALYSIS_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["setting", "characters", "mood", "objects", "conflicts"],
    "properties": {
        "setting": {"type": "string", "minLength": 2, "maxLength": 60},
        "characters": _texts(3),
        "mood": {"type": "string", "minLength": 2, "maxLength": 40},
        "objects": _texts(4),
        "conflicts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "string", "minLength": 4, "maxLength": 90},
        },
    },
}
"""JSON schema of an analysis. The bounds keep the longest answer near 700 characters: decoding always ends."""


@dataclass(frozen=True, slots=True)
class SceneCard:
    """A picture asked for in four fields instead of prose; an empty field leaves it to the painter."""

    setting: str = ""
    subjects: str = ""
    atmosphere: str = ""
    keywords: str = ""

    @property
    def empty(self) -> bool:
        """Whether no field says anything."""
        return not (self.setting or self.subjects or self.atmosphere or self.keywords)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what a writer wrote under `SCENE_SCHEMA`. Raises ValueError when it does not fit."""
        raw = json.loads(text)
        if not isinstance(raw, dict) or not all(isinstance(raw.get(name), str) for name in SCENE_SCHEMA["required"]):
            raise ValueError("a scene is an object of four texts")
        return cls(**{name: raw[name].strip() for name in SCENE_SCHEMA["required"]})

    def to_json(self) -> str:
        """One line of JSON in the order of `SCENE_SCHEMA`."""
        return json.dumps(asdict(self), ensure_ascii=False)


SCENE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["setting", "subjects", "atmosphere", "keywords"],
    "properties": {
        "setting": {"type": "string", "minLength": 2, "maxLength": 60},
        "subjects": {"type": "string", "minLength": 2, "maxLength": 90},
        "atmosphere": {"type": "string", "minLength": 2, "maxLength": 60},
        "keywords": {"type": "string", "maxLength": 60},
    },
}
"""JSON schema of a distilled scene: one moment of a story, short enough for a text encoder of 77 tokens."""
