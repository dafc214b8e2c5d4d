"""Rows of books as the store gives them, for tests that need no database."""

from __future__ import annotations

from typing import Any

from ravsg.store.book_rows import BookRow, Branch, Piece, Plate
from tests.sandbox.quick import picture

GUILD = 7
TIME = 1_750_000_000_000


def book(**changes: Any) -> BookRow:
    """A book of Robin's (1), begun in channel 70."""
    values: dict[str, Any] = {
        "id": "abcdefgh",
        "guild_id": GUILD,
        "channel_id": 70,
        "author_id": 1,
        "author_name": "Robin",
        "kind": "book",
        "title": "The Lantern",
        "title_given": False,
        "language": "en",
        "adult": False,
        "style": "",
        "direction": "",
        "wanted": 5,
        "every": 0,
        "seed": 1,
        "state": "writing",
        "premise": "",
        "trunk_id": 1,
        "thread_id": None,
        "created_ms": TIME,
        "updated_ms": TIME,
    }
    return BookRow(**{**values, **changes})


def branch(number: int = 1, parent: int | None = None, fork: int | None = None, **changes: Any) -> Branch:
    """The trunk, or a branch that leaves after a piece."""
    values: dict[str, Any] = {
        "id": number,
        "book_id": "abcdefgh",
        "guild_id": GUILD,
        "parent_id": parent,
        "fork_piece_id": fork,
        "title": "" if parent is None else f"What if {number}?",
        "fate": "canon" if parent is None else "open",
        "thread_id": None,
        "opened_by": 1,
        "poll_channel_id": None,
        "poll_message_id": None,
        "poll_ends_ms": None,
        "poll_asked_id": None,
        "story": "",
        "created_ms": TIME,
    }
    return Branch(**{**values, **changes})


def piece(number: int, position: int | None = None, **changes: Any) -> Piece:
    """A chapter that the bot told for Robin."""
    values: dict[str, Any] = {
        "id": number,
        "book_id": "abcdefgh",
        "branch_id": 1,
        "guild_id": GUILD,
        "position": number if position is None else position,
        "kind": "chapter",
        "author_id": 0,
        "author_name": "",
        "asked_by": 1,
        "edited_by": 0,
        "channel_id": 70,
        "message_id": 700 + number,
        "ours": False,
        "job_id": None,
        "title": f"Chapter {number}'s title",
        "text": f"Words of piece {number}.",
        "keywords": (),
        "figures": {},
        "notes": (),
        "tries": 1,
        "summary": "",
        "state": "told",
        "stale": False,
        "created_ms": TIME,
        "edited_ms": None,
    }
    return Piece(**{**values, **changes})


def turn(number: int, member: int, name: str, text: str = "", **changes: Any) -> Piece:
    """A turn that a member wrote."""
    words = text or f"Words of turn {number}."
    values = {"kind": "turn", "author_id": member, "author_name": name, "asked_by": member, "title": ""}
    return piece(number, **{**values, "text": words, **changes})


def plate(piece_id: int, **changes: Any) -> Plate:
    """An illustration."""
    values: dict[str, Any] = {
        "id": 100 + piece_id,
        "piece_id": piece_id,
        "guild_id": GUILD,
        "alt": f"Picture of piece {piece_id}",
        "seed": 3,
        "style": "storybook",
        "figures": {"setting": 1.0, "characters": 1.0, "objects": 0.5},
        "verdict": "fits",
        "job_id": "painting",
        "created_ms": TIME,
        "picture": picture(str(piece_id)),
    }
    return Plate(**{**values, **changes})
