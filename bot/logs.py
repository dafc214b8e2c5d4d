"""Logging: to stderr and to a rotating file, with every token taken out of every line.

DEBUG lines of discord.py hold the bot's token and the tokens in the addresses of interactions and webhooks; they are
replaced before a handler writes them, traces included. What discord.py and aiosqlite say at DEBUG is not written at
all, because it holds what people wrote. This module decides nothing else about what is logged.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FILE_BYTES: Final = 5_000_000
FILES_KEPT: Final = 5
TALKATIVE: Final = ("discord", "aiosqlite")
"""Libraries whose DEBUG lines hold messages, texts of jobs and memories: a log holds none, as members are told."""

_PATTERNS: Final = (
    # /webhooks/<id>/<token>, /interactions/<id>/<token>/callback
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s?'\"]+"), r"\1[token]"),
    (re.compile(r"(['\"]?token['\"]?\s*[:=]\s*['\"])[^'\"]+", re.IGNORECASE), r"\1[token]"),
    (re.compile(r"(Bot |Bearer )[\w.\-]{20,}"), r"\1[token]"),
    # the form of bot tokens: id in base64, time, signature
    (re.compile(r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}\b"), "[token]"),
    # signed links of the CDN
    (re.compile(r"([?&](?:ex|is|hm)=)[0-9a-f]+"), r"\1[signed]"),
)


class RedactingFormatter(logging.Formatter):
    """Formats like its parent and then removes what must not be read."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """The finished line or lines, trace included, without tokens."""
        return redact(super().format(record), self._secrets)


def redact(text: str, secrets: tuple[str, ...] = ()) -> str:
    """The text without tokens: the given ones, and whatever has the form of one."""
    for secret in secrets:
        text = text.replace(secret, "[token]")
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


@contextmanager
def logging_to(folder: Path, level: str, secrets: tuple[str, ...] = ()) -> Iterator[None]:
    """Log to stderr and to `folder`/ravsg.log until the block ends. Raises OSError for a bad folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(
        folder / "ravsg.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
    )
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr), file]
    root = logging.getLogger()
    before = root.level
    for handler in handlers:
        handler.setFormatter(RedactingFormatter(secrets))
        root.addHandler(handler)
    root.setLevel(level)
    quiet = {logging.getLogger(name): logging.getLogger(name).level for name in TALKATIVE}
    for logger in quiet:
        logger.setLevel(max(root.level, logging.INFO))
    try:
        yield
    finally:
        root.setLevel(before)
        for logger, its_level in quiet.items():
            logger.setLevel(its_level)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()
