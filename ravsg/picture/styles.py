"""Choosing a style by its name or label. What a style adds to a prompt is `ravsg.picture.distil`'s affair."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from ravsg.config import Style
from ravsg.errors import BadInput


def choose_style(wanted: str, styles: Mapping[str, Style], default: str) -> tuple[str, Style]:
    """(name, style) for a name or a label in any case; the default for an empty wish.

    Raises BadInput that names the styles, the nearest first.
    """
    if not wanted.strip():
        return default, styles[default]
    folded = wanted.strip().casefold()
    for name, style in styles.items():
        if folded in (name.casefold(), style.label.casefold()):
            return name, style
    near = difflib.get_close_matches(folded, styles, n=1, cutoff=0.5)
    names = sorted(styles, key=lambda name: (name not in near, name))
    raise BadInput(f'I know no style called "{wanted.strip()[:60]}".', f"Please choose one of: {', '.join(names)}.")
