"""Sample files for the conformance tests."""

from __future__ import annotations

import io
from typing import Any

import discord

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x00" + b"\x00" * 20
"""The head of a picture of 2 by 3 pixels."""


def a_file(data: bytes = b"1", name: str = "a.txt", **more: Any) -> discord.File:
    """A file to send."""
    return discord.File(io.BytesIO(data), name, **more)
