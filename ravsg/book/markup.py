"""Jinja2 as EPUB and HTML use it: everything escaped, nothing undefined, templates from this package's folder.

The text of paragraphs becomes markup in the templates' macros alone. Reads files: callers use a thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ravsg.book.plates import Plate

TEMPLATES: Final = Path(__file__).parent / "templates"


def environment() -> Environment:
    """A new environment; `picture` is a test for plates among a chapter's blocks."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.tests["picture"] = lambda block: isinstance(block, Plate)
    return made
