"""Text that may be shown: control and bidi characters out, mentions and links broken, lengths kept.

Everything that people or models wrote passes through here before it reaches a channel. Breaking is visible on
purpose: a space parts `https: //`, so no invisible characters are added and what is read is what is there. The rules
follow what Discord's client turns into something live: user, role, channel and command mentions, timestamps, custom
emoji, angle links, masked links, bare addresses with a scheme, bare invitations.
This module knows no Discord objects and sends nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

CONTENT_LIMIT: Final = 2000
DESCRIPTION_LIMIT: Final = 4096
FIELD_LIMIT: Final = 1024
TITLE_LIMIT: Final = 256

_KEPT_FORMATS: Final = frozenset("\u200d\ufe0f")  # they join emoji; everything else of category Cf goes
_INVITE: Final = re.compile(r"(discord(?:app)?)(?=\.(?:gg|io|me|li|com/invite)\b)", re.IGNORECASE)
_EVERYONE: Final = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_OWN: Final = re.compile(
    r"\[[^\[\]\n]{0,300}\]\(https://discord\.com/channels/\d{1,20}/\d{1,20}/\d{1,20}\)"
    r"|https://discord\.com/channels/\d{1,20}/\d{1,20}/\d{1,20}(?![\w/])"
    r"|<t:\d{1,12}:[tTdDfFR]>"
    r"|<@(?P<user>\d{1,20})>"
)
_MARKERS: Final = ("```", "**", "__", "~~", "||", "`", "*", "_")


def plain(text: str) -> str:
    """Characters that can be shown: no control, bidi or invisible ones; at most one empty line together."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    shown = "".join(char for char in text if char == "\n" or char in _KEPT_FORMATS or _visible(char))
    return re.sub(r"\n[ \n]*\n", "\n\n", shown).strip()


def safe(text: str) -> str:
    """Text of people or models for the body of a message: plain, nothing live, no block markup; emphasis stays."""
    lines = [re.sub(r"^(\s*)(#{1,3} |-# |>{1,3} )", r"\1\\\2", line) for line in plain(text).split("\n")]
    return broken("\n".join(lines).replace("```", "'''"))


def quote(text: str, limit: int) -> str:
    """One line of at most `limit` characters, with every character of Discord's markup escaped."""
    line = broken(" ".join(plain(text).split()))
    short = shorten(line, limit)
    while len(escaped := re.sub(r"([\\*_~`|\[\]>#])", r"\\\1", short)) > limit:
        short = shorten(short, len(short) - max(1, (len(escaped) - limit) // 2))
    return escaped


def broken(text: str) -> str:
    """Nothing of the text is live any more. Breaking twice changes nothing."""
    text = text.replace("://", ": //")
    text = text.replace("](", "] (")
    text = _EVERYONE.sub("\uff20", text)
    text = re.sub(r"<(?=[@#:/+\w&!])", "< ", text)
    return _INVITE.sub(r"\1 ", text)


def guarded(text: str, ping: int | None = None) -> str:
    """The last check at the door: everything is broken except links to messages, times, and the mention of `ping`."""
    parts: list[str] = []
    end = 0
    for own in _OWN.finditer(text):
        if own["user"] is not None and own["user"] != str(ping):
            continue
        parts += [broken(text[end : own.start()]), own[0]]
        end = own.end()
    return "".join([*parts, broken(text[end:])])


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: max(0, limit - 1)]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip() + "…"


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters, cut at the last paragraph, line, sentence or word that fits.

    Emphasis that is open at a cut is closed before it and opened again after it. Raises ValueError under 40.
    """
    if limit < 40:
        raise ValueError("a piece holds at least 40 characters")
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        room = limit - 12  # for closing marks: one of each kind that can be open together
        cut = _cut(rest, room)
        piece, rest = rest[:cut].rstrip(), rest[cut:].lstrip()
        marks = _open_markers(piece)
        pieces.append(piece + "".join(reversed(marks)))
        rest = "".join(marks) + rest
    if rest:
        pieces.append(rest)
    return pieces


def _cut(text: str, room: int) -> int:
    for border in ("\n\n", "\n", ". ", "! ", "? ", " "):
        at = text.rfind(border, room // 3, room)
        if at > 0:
            return at + len(border)
    return room


def _open_markers(text: str) -> list[str]:
    """The emphasis marks still open at the end of a text, in the order they were opened, at most 12 characters."""
    marks: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        mark = next((one for one in _MARKERS if text.startswith(one, at)), None)
        if mark is None:
            at += 1
            continue
        if mark in marks:
            del marks[marks.index(mark) :]
        elif _opens(text, at, mark):
            marks.append(mark)
        at += len(mark)
    return marks if sum(map(len, marks)) <= 12 else []


def _opens(text: str, at: int, mark: str) -> bool:
    """A mark opens emphasis before a character that is no space; an underscore inside a word does not."""
    after = text[at + len(mark) : at + len(mark) + 1]
    return after.strip() != "" and not (mark == "_" and at > 0 and text[at - 1].isalnum())


def _visible(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
