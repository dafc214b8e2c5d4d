"""What is planted with a member, and the look for it in every file of a data folder.

Planted are words, as a member gives them and as a model writes them, the bytes of pictures and those of vectors, all
read from the member's own rows before they go. Words are looked for in UTF-8 and UTF-16, without regard to case.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PIECE: Final = 48
"""Bytes of a picture that are looked for: its last ones before the end mark, checksums among them."""
END: Final = 12
"""Bytes of a PNG's end mark."""
_WORDS: Final = (
    "SELECT author_name FROM jobs WHERE author_id = ?",
    "SELECT author_name FROM memories WHERE author_id = ?",
)
_PICTURES: Final = (
    "SELECT bytes FROM blobs JOIN job_blobs USING (sha256) JOIN jobs ON id = job_id"
    " WHERE author_id = ? AND name GLOB 'picture*'",
    "SELECT data FROM memory_pictures AS p JOIN memories AS m ON m.id = p.memory_id WHERE m.author_id = ?",
)
_VECTORS: Final = "SELECT vector FROM passages AS p JOIN memories AS m ON m.id = p.memory_id WHERE m.author_id = ?"


@dataclass(frozen=True, slots=True)
class Planted:
    """Byte strings that are a member's and nobody else's."""

    words: tuple[bytes, ...]
    """Lower case."""
    pieces: tuple[bytes, ...]

    def found(self, folder: Path) -> list[str]:
        """What is in which file."""
        traces = []
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            with contextlib.suppress(FileNotFoundError):  # a file that went meanwhile holds nothing
                content = path.read_bytes()
                small = content.lower()
                traces += [f"{word!r} in {path.name}" for word in self.words if word in small]
                traces += [f"{len(piece)} bytes in {path.name}" for piece in self.pieces if piece in content]
        return traces


def planted(database: Path, member_id: int, *words: str) -> Planted:
    """What a member's rows hold now: their names, `words`, and the pictures and vectors that no other row shares."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        named = {name for sql in _WORDS for (name,) in db.execute(sql, (member_id,))}
        pieces = {tail(data) for sql in _PICTURES for (data,) in db.execute(sql, (member_id,))}
        pieces |= {bytes(vector) for (vector,) in db.execute(_VECTORS, (member_id,))}
    spelled = {form for word in {*words, *named} for form in spellings(word.lower())}
    return Planted(tuple(sorted(spelled)), tuple(sorted(pieces)))


def spellings(word: str) -> Iterator[bytes]:
    """A word as files may hold it."""
    yield from (word.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def tail(png: bytes) -> bytes:
    """A piece that no other picture has: beginnings are alike."""
    return bytes(png[-END - PIECE : -END])
