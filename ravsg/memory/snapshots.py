"""Segments in files, so that a large index need not be rebuilt after a start; whatever is wrong with one, it goes.

A file is a line of text, a line of JSON that says what it holds, the ids, what FAISS serialised, and the BLAKE2b
digest of all that. FAISS itself notices neither flipped bits nor, on a full disk, a file that was cut off, so nothing
reaches it before the digest was compared. A file appears whole: it is written beside its place, brought to the disk
and renamed. Everything here blocks; what the rows say meanwhile is `ravsg.memory.rebuild`'s affair.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ravsg.memory.kinds import Kind, Segment, library, restored
from ravsg.memory.tuning import Effort
from ravsg.types import MemoryKind

if TYPE_CHECKING:
    import numpy.typing as npt

log = logging.getLogger(__name__)

_MAGIC: Final = b"RAVSG memory index 1\n"
_DIGEST: Final = 32
_PIECE: Final = 4 * 2**20
"""Bytes that are written at once; a snapshot that is no longer wanted is given up between two pieces."""
_NEW: Final = ".new"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose vectors an index holds."""

    guild_id: int
    kind: MemoryKind
    model: str
    dimensions: int

    @property
    def name(self) -> str:
        """The snapshot's file name; a model's name may hold anything, so its digest stands for it."""
        model = hashlib.blake2b(self.model.encode(), digest_size=8).hexdigest()
        return f"{self.guild_id}-{self.kind.value}-{model}-{self.dimensions}.index"


class Damaged(Exception):
    """A snapshot is not what was written, or not what is needed."""


class Ticket:
    """The permission to write one snapshot; it ends when a vector of that server is forgotten."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.valid = True


class Snapshots:
    """The files of one folder. Safe between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._tickets: list[Ticket] = []
        self._without: set[int] = set()
        """Servers whose snapshots were removed, and none begun since."""

    def may_have(self, guild_id: int) -> bool:
        """Whether there may be a snapshot of a server, as far as is known without a look at the disk."""
        return guild_id not in self._without

    def ticket(self, place: Place) -> Ticket:
        """For `save`; take it while nothing can be forgotten, so that nothing forgotten is written."""
        ticket = Ticket(place)
        with self._lock:
            self._tickets.append(ticket)
            self._without.discard(place.guild_id)
        return ticket

    def discard(self, guild_id: int) -> None:
        """Remove all snapshots of a server, those that are being written included. Raises OSError."""
        with self._lock:
            for ticket in self._tickets:
                if ticket.place.guild_id == guild_id:
                    ticket.valid = False
            found = list(self._folder.glob(f"{guild_id}-*"))
            for path in found:
                path.unlink(missing_ok=True)
            if found:
                _sync(self._folder)
            self._without.add(guild_id)

    def stop(self) -> None:
        """Give up what is being written."""
        with self._lock:
            for ticket in self._tickets:
                ticket.valid = False

    def save(self, ticket: Ticket, segment: Segment) -> bool:
        """Write a segment's snapshot, unless the ticket ends before it stands; whether it does.

        A disk that is full or broken is logged: the rows are enough to start from.
        """
        path = self._folder / ticket.place.name
        new = path.with_suffix(_NEW)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return self._write(ticket, segment, path, new)
        except OSError as error:
            log.warning("no snapshot of an index of %d vectors: %s", len(segment), error)
            with suppress(OSError):
                new.unlink(missing_ok=True)
            return False
        finally:
            with self._lock:
                self._tickets.remove(ticket)

    def load(self, place: Place) -> Segment | None:
        """The segment whose snapshot there is; one that is damaged or of another kind is deleted and logged."""
        path = self._folder / place.name
        try:
            return _read(path, place)
        except FileNotFoundError:
            return None
        except (Damaged, OSError) as error:
            log.warning("the snapshot %s is not used and deleted, its index is rebuilt: %s", path.name, error)
            self.delete(place)
            return None

    def delete(self, place: Place) -> None:
        """Remove one snapshot that is of no use."""
        with suppress(OSError):
            (self._folder / place.name).unlink(missing_ok=True)

    def _write(self, ticket: Ticket, segment: Segment, path: Path, new: Path) -> bool:
        digest = hashlib.blake2b(digest_size=_DIGEST)
        with self._lock:
            if not ticket.valid:
                return False
            file = os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb", buffering=0)
        with file:
            for part in _parts(ticket.place, segment):
                for first in range(0, len(part), _PIECE):
                    if not ticket.valid:  # whoever ended it has removed the file
                        return False
                    piece = part[first : first + _PIECE]
                    digest.update(piece)
                    _write_all(file.fileno(), piece)
            _write_all(file.fileno(), memoryview(digest.digest()))
            os.fsync(file.fileno())
        with self._lock:
            if not ticket.valid:
                return False
            os.replace(new, path)
        _sync(self._folder)
        return True


def _parts(place: Place, segment: Segment) -> tuple[memoryview, ...]:
    data = segment.serialised()
    header = {
        "library": library(),
        "guild_id": str(place.guild_id),
        "memory_kind": place.kind.value,
        "model": place.model,
        "dimensions": place.dimensions,
        "index": segment.kind.value,
        "effort": asdict(segment.effort),
        "count": len(segment),
        "last_id": int(segment.ids[-1]) if len(segment) else 0,
        "bytes": len(data),
    }
    text = _MAGIC + json.dumps(header).encode() + b"\n"
    return memoryview(text), segment.ids.astype("<i8").data.cast("B"), data.data


def _read(path: Path, place: Place) -> Segment:
    """Raises Damaged, OSError."""
    content = np.fromfile(path, dtype=np.uint8)
    body, digest = content[:-_DIGEST], content[-_DIGEST:]
    if hashlib.blake2b(body.data, digest_size=_DIGEST).digest() != digest.tobytes():
        raise Damaged("its checksum is wrong")
    # from here on it is what was once written, so that only its meaning can be wrong
    lines = body[: 2**16].tobytes().split(b"\n", 2)
    if len(lines) < 3 or lines[0] + b"\n" != _MAGIC:
        raise Damaged("it is of another version")
    header: dict[str, Any] = json.loads(lines[1])
    _check(header, place)
    start = len(_MAGIC) + len(lines[1]) + 1
    middle = start + 8 * header["count"]
    if middle + header["bytes"] != len(body):
        raise Damaged("its length is not what it says")
    ids: npt.NDArray[np.int64] = body[start:middle].copy().view("<i8").astype(np.int64)
    if len(ids) and (ids[-1] != header["last_id"] or (np.diff(ids) <= 0).any()):
        raise Damaged("its ids do not ascend")
    try:
        return restored(Kind(header["index"]), ids, body[middle:], Effort(**header["effort"]))
    except (RuntimeError, ValueError, TypeError) as error:  # FAISS raises RuntimeError
        raise Damaged(str(error)) from error


def _check(header: dict[str, Any], place: Place) -> None:
    expected = {
        "library": library(),
        "guild_id": str(place.guild_id),
        "memory_kind": place.kind.value,
        "model": place.model,
        "dimensions": place.dimensions,
    }
    for key, value in expected.items():
        if header.get(key) != value:
            raise Damaged(f"{key} is {header.get(key)}, not {value}")


def _write_all(descriptor: int, piece: memoryview) -> None:
    """Raises OSError where not all of it could be written."""
    while piece:
        piece = piece[os.write(descriptor, piece) :]


def _sync(folder: Path) -> None:
    """Bring a folder's entries to the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
