"""A server's cast: characters with a name, looks, a seed, a small picture, and a wardrobe.

A name is one server's own, however it is spelt: names are compared folded. Who may change what is decided elsewhere;
erasing a member's characters is `ravsg.store.cast_erasing`.
"""

from __future__ import annotations

import json
import sqlite3
import time
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ravsg.errors import BadInput
from ravsg.store.memory_rows import time_of

if TYPE_CHECKING:
    from datetime import datetime

    import aiosqlite

    from ravsg.store.connection import Database

NAME_LIMIT: Final = 60
LOOKS_LIMIT: Final = 300
OUTFIT_LIMIT: Final = 120
"""Characters at most; each has at least one."""
MOST: Final = 200
"""Characters of one server: a story looks through all of them."""
MOST_OUTFITS: Final = 100
"""Entries in one wardrobe."""
TAKEN: Final = "Somebody in this server's cast has that name already."
TAKEN_REMEDY: Final = "Please choose another name, or change the other one with `/cast edit`."

_CHARACTERS: Final = """
SELECT m.*,
    EXISTS (SELECT 1 FROM cast_pictures AS p WHERE p.guild_id = m.guild_id AND p.cast_id = m.id) AS has_picture,
    (SELECT json_group_array(json_array(outfit, book_id, chapter)) FROM (
        SELECT o.outfit, o.book_id, o.chapter FROM cast_outfits AS o
        WHERE o.guild_id = m.guild_id AND o.cast_id = m.id ORDER BY o.book_id, o.chapter)) AS wardrobe
FROM cast_members AS m
WHERE m.guild_id = ?1 AND (?2 IS NULL OR m.id = ?2) AND (?3 IS NULL OR m.name_key = ?3) ORDER BY m.name_key
"""


@dataclass(frozen=True, slots=True)
class Source:
    """The message that a character was taken from."""

    channel_id: int | None = None
    message_id: int | None = None
    """None once the message is deleted."""
    author_id: int | None = None
    """Who posted the picture; None where the message is the bot's."""
    job_id: str | None = None
    """The job whose result that message shows."""
    parent_channel_id: int | None = None
    """Of the channel, where that is a thread."""


@dataclass(frozen=True, slots=True)
class Outfit:
    """What is worn from a chapter on, until the next entry."""

    outfit: str
    book_id: str | None = None
    """None: in every book that has no entry of its own so far, and outside of books."""
    chapter: int = 0
    """0: from the beginning. Outside of books only entries from the beginning hold."""


@dataclass(frozen=True, slots=True)
class Character:
    """One row of the cast, with its wardrobe in order of books and chapters, without its picture."""

    cast_id: int
    guild_id: int
    name: str
    looks: str
    seed: int | None
    added_by: int
    added_by_name: str
    source: Source
    has_picture: bool
    created_at: datetime
    updated_at: datetime
    wardrobe: tuple[Outfit, ...] = ()

    def outfit(self, book_id: str | None = None, chapter: int = 0) -> str:
        """What is worn in a chapter: the last entry of that book up to it, else of any book; empty for none."""
        for where in dict.fromkeys((book_id, None)):
            held = [one for one in self.wardrobe if one.book_id == where and one.chapter <= chapter]
            if held:
                return max(held, key=lambda one: one.chapter).outfit
        return ""

    def dressed(self, book_id: str | None = None, chapter: int = 0) -> str:
        """The looks with what is worn in a chapter: "a red fox with a blue scarf, wearing a yellow raincoat"."""
        outfit = self.outfit(book_id, chapter)
        if not outfit:
            return self.looks
        worn = outfit if outfit.casefold().startswith(("wearing ", "with ", "in ")) else f"wearing {outfit}"
        return f"{self.looks}, {worn}"


@dataclass(frozen=True, slots=True)
class NewCharacter:
    """A character to be added."""

    name: str
    looks: str
    added_by: int
    added_by_name: str
    seed: int | None = None
    picture: bytes | None = None
    """Small already: it is shown in lists, and a painting may begin from it."""
    source: Source = field(default_factory=Source)


class CastStore:
    """The tables cast_members, cast_pictures and cast_outfits. Every call raises StoreError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, guild_id: int, new: NewCharacter) -> Character:
        """Add a character. Raises BadInput where the name is taken or the cast is full, DiskFull."""
        now, source = _now(), new.source

        async def work(db: aiosqlite.Connection) -> int:
            await _check_room(db, "SELECT count(*) FROM cast_members WHERE guild_id = ?", (guild_id,), MOST)
            cursor = await db.execute(
                "INSERT INTO cast_members (guild_id, name, name_key, looks, seed, added_by, added_by_name,"
                " source_author, source_job, channel_id, parent_channel_id, message_id, created_ms, updated_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
                (
                    *(guild_id, new.name, key_of(new.name), new.looks, new.seed),
                    *(new.added_by, new.added_by_name),
                    *(source.author_id, source.job_id, source.channel_id, source.parent_channel_id),
                    *(source.message_id, now, now),
                ),
            )
            row = await cursor.fetchone()
            if row is None:
                raise BadInput(TAKEN, TAKEN_REMEDY)
            if new.picture is not None:
                await db.execute(
                    "INSERT INTO cast_pictures (guild_id, cast_id, data) VALUES (?, ?, ?)",
                    (guild_id, row["id"], new.picture),
                )
            return int(row["id"])

        cast_id = await self._db.write(work)
        return Character(
            *(cast_id, guild_id, new.name, new.looks, new.seed, new.added_by, new.added_by_name, source),
            *(new.picture is not None, time_of(now), time_of(now)),
        )

    async def get(self, guild_id: int, cast_id: int) -> Character | None:
        """One character of a server."""
        return next(iter(await self._read(guild_id, cast_id)), None)

    async def named(self, guild_id: int, name: str) -> Character | None:
        """The character of that name, however it is spelt."""
        return next(iter(await self._read(guild_id, name_key=key_of(name))), None)

    async def all(self, guild_id: int) -> list[Character]:
        """A server's cast, by name."""
        return await self._read(guild_id)

    async def picture(self, guild_id: int, cast_id: int) -> bytes | None:
        """A character's reference picture."""
        rows = await self._db.read(
            "SELECT data FROM cast_pictures WHERE guild_id = ? AND cast_id = ?", (guild_id, cast_id)
        )
        return bytes(rows[0]["data"]) if rows else None

    async def picture_sizes(self, guild_id: int, member_id: int) -> dict[int, int]:
        """The bytes' numbers of the pictures of the characters that a member added, by character."""
        rows = await self._db.read(
            "SELECT m.id, length(p.data) AS size FROM cast_members AS m JOIN cast_pictures AS p"
            " ON p.guild_id = m.guild_id AND p.cast_id = m.id WHERE m.guild_id = ? AND m.added_by = ? ORDER BY m.id",
            (guild_id, member_id),
        )
        return {int(row["id"]): int(row["size"]) for row in rows}

    async def edit(self, guild_id: int, cast_id: int, *, name: str, looks: str) -> bool:
        """Change name and looks; False where the character is gone. Raises BadInput where the name is taken."""

        async def work(db: aiosqlite.Connection) -> bool:
            try:
                cursor = await db.execute(
                    "UPDATE cast_members SET name = ?, name_key = ?, looks = ?, updated_ms = ?"
                    " WHERE guild_id = ? AND id = ?",
                    (name, key_of(name), looks, _now(), guild_id, cast_id),
                )
            except sqlite3.IntegrityError as error:
                raise BadInput(TAKEN, TAKEN_REMEDY) from error
            return cursor.rowcount > 0

        return await self._db.write(work)

    async def dress(self, guild_id: int, cast_id: int, outfit: Outfit) -> bool:
        """Have an outfit hold from a chapter on; an empty one takes that entry away. False where nothing changed:
        the character is gone, or there was no such entry. Raises BadInput where the wardrobe is full."""

        async def work(db: aiosqlite.Connection) -> bool:
            cursor = await db.execute(
                "DELETE FROM cast_outfits WHERE guild_id = ? AND cast_id = ? AND book_id IS ? AND chapter = ?",
                (guild_id, cast_id, outfit.book_id, outfit.chapter),
            )
            if outfit.outfit:
                count = "SELECT count(*) FROM cast_outfits WHERE guild_id = ? AND cast_id = ?"
                await _check_room(db, count, (guild_id, cast_id), MOST_OUTFITS)
                cursor = await db.execute(
                    "INSERT INTO cast_outfits (guild_id, cast_id, book_id, chapter, outfit)"
                    " SELECT guild_id, id, ?, ?, ? FROM cast_members WHERE guild_id = ? AND id = ?",
                    (outfit.book_id, outfit.chapter, outfit.outfit, guild_id, cast_id),
                )
            await db.execute(
                "UPDATE cast_members SET updated_ms = ? WHERE guild_id = ? AND id = ?", (_now(), guild_id, cast_id)
            )
            return cursor.rowcount > 0

        return await self._db.write(work)

    async def remove(self, guild_id: int, cast_id: int) -> bool:
        """Delete a character with its picture and wardrobe, whose bytes leave the database's files soon after; False
        where it is gone already."""

        async def work(db: aiosqlite.Connection) -> bool:
            cursor = await db.execute("DELETE FROM cast_members WHERE guild_id = ? AND id = ?", (guild_id, cast_id))
            return cursor.rowcount > 0

        return await self._db.erase(work)

    async def _read(self, guild_id: int, cast_id: int | None = None, name_key: str | None = None) -> list[Character]:
        return [_character(row) for row in await self._db.read(_CHARACTERS, (guild_id, cast_id, name_key))]


def key_of(name: str) -> str:
    """A name as it is compared: one spelling for all cases, widths and spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


async def _check_room(db: aiosqlite.Connection, count: str, args: tuple[object, ...], most: int) -> None:
    ((number,),) = await db.execute_fetchall(count, args)
    if number >= most:
        raise BadInput(f"There is room for {most} at most.", "Please remove one that is not needed any more.")


def _character(row: sqlite3.Row) -> Character:
    return Character(
        cast_id=row["id"],
        guild_id=row["guild_id"],
        name=row["name"],
        looks=row["looks"],
        seed=row["seed"],
        added_by=row["added_by"],
        added_by_name=row["added_by_name"],
        source=Source(
            *(row["channel_id"], row["message_id"], row["source_author"], row["source_job"], row["parent_channel_id"])
        ),
        has_picture=bool(row["has_picture"]),
        created_at=time_of(row["created_ms"]),
        updated_at=time_of(row["updated_ms"]),
        wardrobe=tuple(Outfit(*one) for one in json.loads(row["wardrobe"])),
    )


def _now() -> int:
    return time.time_ns() // 1_000_000
