"""A writer that recognises nothing says so in words that are found again."""

from __future__ import annotations

import pytest

from ravsg.story.unfamiliar import UNFAMILIAR, is_unfamiliar
from ravsg.types import Analysis


@pytest.mark.parametrize(
    ("setting", "unfamiliar"),
    [
        (UNFAMILIAR, True),
        (f"{UNFAMILIAR} in blue and grey", True),
        (f"{UNFAMILIAR} in red".capitalize(), True),
        ("a crystal cave", False),
        ("a cave, which is an unfamiliar place", False),
    ],
)
def test_only_a_setting_that_begins_so_is_unfamiliar(setting: str, unfamiliar: bool) -> None:
    assert is_unfamiliar(Analysis(setting, (), "quiet", (), ("the light is fading",))) is unfamiliar
