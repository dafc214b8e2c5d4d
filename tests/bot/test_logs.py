"""No token reaches a log, in whatever shape it comes."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.logs import logging_to, redact

# the form of a bot token: id in base64, time, signature; this one belongs to nobody
TOKEN = ".".join(("MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDe", "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9"))


@pytest.mark.parametrize(
    "line",
    [
        "POST https://discord.com/api/v10/interactions/123/aW50ZXJhY3Rpb246c2VjcmV0/callback with {}",
        "PATCH https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb246c2VjcmV0/messages/@original",
        "{'token': 'aW50ZXJhY3Rpb246c2VjcmV0', 'id': '1'}",
        '"token": "aW50ZXJhY3Rpb246c2VjcmV0"',
    ],
)
def test_tokens_of_interactions_go(line: str) -> None:
    assert "aW50ZXJhY3Rpb246c2VjcmV0" not in redact(line)
    assert "[token]" in redact(line)


def test_tokens_of_bots_go_by_value_and_by_shape() -> None:
    assert TOKEN not in redact(f"Authorization: Bot {TOKEN}")
    assert TOKEN not in redact(f"it was {TOKEN} all along")
    assert "swordfish" not in redact("the password is swordfish", ("swordfish",))


def test_signed_links_lose_their_signature() -> None:
    line = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=66aa&is=66bb&hm=0123abcd&"
    assert "0123abcd" not in redact(line)
    assert "attachments/1/2/a.png" in redact(line)


def test_traces_are_cleaned_too_and_handlers_go_again(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    with logging_to(tmp_path / "logs", "INFO", ("swordfish",)):
        try:
            raise ValueError(f"swordfish and {TOKEN}")
        except ValueError:
            logging.getLogger("bot.test").exception("it broke")
    written = (tmp_path / "logs" / "ravsg.log").read_text(encoding="utf-8")
    assert "it broke" in written
    assert "ValueError" in written
    assert "swordfish" not in written
    assert TOKEN not in written
    assert logging.getLogger().handlers == before


def test_no_level_writes_what_people_wrote(tmp_path: Path) -> None:
    libraries = [logging.getLogger(name) for name in ("discord.gateway", "discord.http", "aiosqlite")]
    with logging_to(tmp_path / "logs", "DEBUG"):
        for logger in libraries:
            logger.debug("MESSAGE_CREATE my secret wish")
            logger.warning("%s warns", logger.name)
        logging.getLogger("bot.test").debug("ours")
    written = (tmp_path / "logs" / "ravsg.log").read_text(encoding="utf-8")
    assert "secret wish" not in written
    assert all(f"{logger.name} warns" in written for logger in libraries)
    assert "ours" in written
    assert logging.getLogger("discord").level == logging.getLogger("aiosqlite").level == logging.NOTSET
