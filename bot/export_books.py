"""The part of `/privacy export` that is about books: what a member began, wrote, had told and read.

Only what is theirs: the passages of others in the same books are left out, and so is what was derived of all of them
together. How it is packed is `bot.export`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.embeds import message_link
from ravsg.store.book_rows import Piece
from ravsg.store.books import BookStore
from ravsg.store.member_books import BookOfMember, MemberBooks

AddPicture = Callable[[str, int, Callable[[], Awaitable[bytes | None]]], dict[str, Any]]
"""Takes a picture into the archive by name, size and how it is loaded; gives its entry."""


@dataclass(frozen=True, slots=True)
class BookExport:
    """Collects a member's part of books."""

    members: MemberBooks
    books: BookStore

    async def collect(self, guild_id: int, member_id: int, add: AddPicture) -> dict[str, Any]:
        """The entries of data.json. Raises StoreError."""
        plates: dict[int, list[dict[str, Any]]] = {}
        for plate in await self.members.plates_of(guild_id, member_id):
            load = partial(self.members.plate_picture, guild_id, plate.id)
            entry = add(f"pictures/plate-{plate.id}.png", plate.picture_size, load)
            shown = {"alt": plate.alt, "seed": plate.seed, "style": plate.style, "verdict": plate.verdict}
            plates.setdefault(plate.piece_id, []).append({"picture": entry, **shown, "figures": dict(plate.figures)})
        return {
            "books": [self._book(guild_id, one, add) for one in await self.members.books_of(guild_id, member_id)],
            "passages": [
                {**_passage(guild_id, one), "illustrations": plates.get(one.id, [])}
                for one in await self.members.pieces_of(guild_id, member_id)
            ],
            "branches": [
                {"book": book_id, "title": title}
                for book_id, title in await self.members.branches_of(guild_id, member_id)
            ],
            "bookmarks": [
                {
                    "book": one.book_id,
                    "branch": one.branch_id,
                    "position": one.position,
                    "read_at": _time(one.read_ms),
                }
                for one in await self.members.bookmarks_of(guild_id, member_id)
            ],
        }

    def _book(self, guild_id: int, one: BookOfMember, add: AddPicture) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "book": one.id,
            "kind": one.kind,
            "title": one.title,
            "state": one.state,
            "direction": one.direction,
            "premise": one.premise,
            "channel": str(one.channel_id),
            "created_at": _time(one.created_ms),
        }
        if one.picture_size:
            name = f"pictures/book-{one.id}.png"
            entry["picture"] = add(name, one.picture_size, partial(self.books.picture, guild_id, one.id))
        return entry


def _passage(guild_id: int, one: Piece) -> dict[str, Any]:
    shown = one.channel_id is not None and one.message_id is not None
    return {
        "book": one.book_id,
        "branch": one.branch_id,
        "position": one.position,
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "state": one.state,
        "keywords": list(one.keywords),
        "figures": dict(one.figures),
        "notes": list(one.notes),
        "request": one.job_id,
        "message": message_link(guild_id, one.channel_id or 0, one.message_id or 0) if shown else None,
        "created_at": _time(one.created_ms),
        "edited_at": None if one.edited_ms is None else _time(one.edited_ms),
    }


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()
