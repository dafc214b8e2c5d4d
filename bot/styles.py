"""The configured styles as members name them: by name or by label, and as suggestions while they type."""

from __future__ import annotations

from typing import Final

from discord import app_commands

from bot import texts
from ravsg.config import Config
from ravsg.errors import BadInput

CHOICES: Final = 25


def style_named(config: Config, asked: str) -> str:
    """A style's name, the default one where nothing was asked. Raises BadInput for a style that there is not."""
    wanted = asked.strip().casefold()
    if not wanted:
        return config.paint.style
    for name, style in config.styles.items():
        if wanted in (name.casefold(), style.label.casefold()):
            return name
    raise BadInput(texts.STYLE_UNKNOWN, texts.style_remedy(list(config.styles)))


def style_choices(config: Config, typed: str) -> list[app_commands.Choice[str]]:
    """The styles whose name or label holds what was typed."""
    wanted = typed.casefold()
    return [
        app_commands.Choice(name=style.label[:100], value=name)
        for name, style in config.styles.items()
        if wanted in name.casefold() or wanted in style.label.casefold()
    ][:CHOICES]
