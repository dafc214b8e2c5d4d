"""The fourteen who live in the world, by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ravsg.pocket.animals import ANIMALS
from ravsg.pocket.brush import Brush
from ravsg.pocket.features import Pose
from ravsg.pocket.folk import FOLK

PEOPLE: Final[dict[str, Callable[[Brush, int, Pose], None]]] = {**ANIMALS, **FOLK}
"""Painter of each character; it takes the look and the pose, and leaves the feet at (0, 0)."""

SKINS: Final = frozenset({"witch", "girl", "boy"})
"""Who has human skin, of any colour."""
