"""A wrong key stops the start with one sentence that names file, section and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ravsg.config import load_config, parse_config
from ravsg.errors import ConfigError

STYLES = {"storybook": {"label": "Storybook"}}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"bot": {"tokn": "x"}}, "[bot] tokn: is not a key that RAVSG knows"),
        ({"bott": {}}, "[bott]: is not a key that RAVSG knows"),
        ({"paint": {"size": 500}}, "[paint] size: input should be a multiple of 8, not 500"),
        ({"paint": {"style": "oil"}, "styles": STYLES}, "[paint] style: 'oil' is not one of [styles.*] (storybook)"),
        ({"memory": {"chunk_overlap": 300}, "styles": STYLES}, "[memory] chunk_overlap: expected at most half"),
        ({"styles": {"x" * 41: {"label": "Long"}}}, "at most 40 characters"),
        ({"styles": {"storybook": {"label": ""}}}, "[styles.storybook] label: string should have at least 1"),
    ],
)
def test_what_is_wrong_is_named(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(raw, "mine.toml")
    assert caught.value.user_message.startswith("mine.toml: ")
    assert said in caught.value.user_message


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no configuration"):
        load_config(tmp_path / "config.toml")
    (tmp_path / "config.toml").write_text("[bot\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config\.toml is not valid TOML"):
        load_config(tmp_path / "config.toml")
