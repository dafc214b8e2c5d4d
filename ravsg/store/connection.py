"""The two connections to the database: one that writes, one that reads; pragmas, migrations and errors in one place.

One process has one writer connection and one writer lock, because SQLite has one writer anyway, and before SQLite
3.51.3 two connections that write or checkpoint at the same moment can corrupt a database in WAL mode (its "WAL-reset
bug"). `transaction()` is shielded: cancelling the task that waits for it does not tear it, it commits or rolls back
as a whole. This module holds no SQL of any feature.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import aiosqlite

from ravsg.errors import DiskFull, StoreError
from ravsg.store.sweeping import SECONDS, Sweeper

_T = TypeVar("_T")

PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # accepted means on disk
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is forgotten is overwritten with zeros
    "PRAGMA busy_timeout = 5000",
)
BEFORE: Final = ".before-"
"""Stands in the name of the copy that precedes a migration."""
_FULL_TEXT: Final = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
_MIGRATION = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")


class Database:
    """An open database file. Use as `async with Database(path) as db:`.

    `read(sql, *args)` runs on the reading connection; `transaction()` gives the writing one, alone.
    """

    def __init__(self, path: Path, *, sweep_seconds: float = SECONDS) -> None:
        """`sweep_seconds`: how long after a deletion its traces are removed from the files."""
        self._path = path
        self._lock = asyncio.Lock()
        self._sweeper = Sweeper(self._remove_traces, sweep_seconds)
        self._writer: aiosqlite.Connection | None = None
        self._reader: aiosqlite.Connection | None = None

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

    async def __aenter__(self) -> Self:
        with translated():
            await asyncio.to_thread(self._path.parent.mkdir, parents=True, exist_ok=True)
            self._writer = await self._connect()
            try:
                await self._migrate(self._writer)
                await self._finish_deletion(self._writer)
                self._reader = await self._connect()
            except BaseException:
                await self._writer.close()
                raise
            await self._reader.execute("PRAGMA query_only = ON")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sweeper.close()
        async with self._lock:  # writes whose callers were cancelled are still on their way
            for connection in (self._reader, self._writer):
                if connection is not None:
                    await connection.close()
            self._reader = self._writer = None

    async def read(self, sql: str, args: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query. Raises StoreError."""
        if self._reader is None:
            raise StoreError(detail="the database is closed")
        with translated():
            return list(await self._reader.execute_fetchall(sql, args))

    async def write(self, work: Callable[[aiosqlite.Connection], Awaitable[_T]]) -> _T:
        """Run `work` in one transaction on the writing connection and commit it; roll back when it raises.

        The transaction goes on to its end even when the caller is cancelled meanwhile (an await on a commit that is
        cancelled may have committed all the same, so half-known states are avoided by not stopping). Raises
        StoreError, DiskFull, and whatever `work` raises.
        """
        return await asyncio.shield(asyncio.ensure_future(self._write(work)))

    async def checkpoint(self) -> bool:
        """Bring every commit into the database file and empty the log, where overwritten pages would live on.

        False when a reader stood in the way for longer than the busy timeout. Raises StoreError, DiskFull.
        """
        async with self._lock:
            if self._writer is None:
                raise StoreError(detail="the database is closed")
            with translated():
                ((busy, _, _),) = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            return not busy

    async def erase(self, work: Callable[[aiosqlite.Connection], Awaitable[_T]]) -> _T:
        """`write` for what must be gone from the disk too: it is within seconds, or after `leave_no_trace`.

        Until then the database knows that traces may be left, and after a crash the next start removes them.
        """

        async def marked(connection: aiosqlite.Connection) -> _T:
            before = connection.total_changes
            result = await work(connection)
            if connection.total_changes > before:
                await connection.execute("UPDATE upkeep SET traces = 1")
                self._sweeper.due()
            return result

        return await self.write(marked)

    async def leave_no_trace(self) -> None:
        """What was deleted until now is gone from the files too: they are written anew, the log is emptied,
        and copies that were made before a migration are removed, because it still stands in them.

        `secure_delete` alone is not enough: a page that SQLite once split keeps an old copy of what moved away in its
        unused middle, and deleting the row overwrites only the newest copy. Deletions that wait at the same time
        share one rewriting, of about 0.8 s for 100 MB; reading goes on meanwhile. It goes to its end even when the
        caller is cancelled. Raises StoreError where the rows are gone and traces are left, DiskFull.
        """
        await self._sweeper.sweep()

    async def _remove_traces(self) -> None:
        known = self._sweeper.deletions
        with translated():
            await asyncio.to_thread(_remove_copies, self._path)
        async with self._lock:
            if self._writer is None:
                raise StoreError(detail="the database is closed")
            with translated():
                await _write_anew(self._writer)
        if not await self.checkpoint():
            raise StoreError(
                "It is forgotten, but traces of it are still in the database's log.",
                "They go with the next deletion or restart; no search finds them.",
                detail="the log could not be emptied: a reader was in the way",
            )

        async def settled(connection: aiosqlite.Connection) -> None:
            if known == self._sweeper.deletions:
                await connection.execute("UPDATE upkeep SET traces = 0")

        await self.write(settled)

    async def _finish_deletion(self, writer: aiosqlite.Connection) -> None:
        """What was deleted just before a crash still lies in the log, and perhaps in the file."""
        ((traces,),) = await writer.execute_fetchall("SELECT traces FROM upkeep")
        if traces:
            await asyncio.to_thread(_remove_copies, self._path)
            await _write_anew(writer)
        await self.checkpoint()
        if traces:
            await writer.execute("UPDATE upkeep SET traces = 0")

    async def _write(self, work: Callable[[aiosqlite.Connection], Awaitable[_T]]) -> _T:
        async with self._lock:
            if self._writer is None:
                raise StoreError(detail="the database is closed")
            with translated():
                async with _transaction(self._writer):
                    return await work(self._writer)

    async def _connect(self) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(self._path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            await connection.execute(pragma)
        return connection

    async def _migrate(self, connection: aiosqlite.Connection) -> None:
        """Apply the numbered files that this database has not seen, after a copy of what was there."""
        (version,) = next(iter(await connection.execute_fetchall("PRAGMA user_version")))
        known = await asyncio.to_thread(migrations)
        pending = [entry for entry in known if entry[0] > version]
        if version > max(number for number, _ in known):
            raise StoreError(
                "The database was made by a newer version of RAVSG.",
                "Install that version again, or restore an older copy of the data folder.",
                detail=f"user_version {version}",
            )
        if pending and version:
            await asyncio.to_thread(_copy, self._path, self._path.with_suffix(f"{BEFORE}{pending[-1][0]:04}.sqlite"))
        for number, script in pending:
            await connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


async def _write_anew(writer: aiosqlite.Connection) -> None:
    """Merge the full-text indices and copy all pages.

    A deleted word stays in FTS5's older segments until they are merged, and `secure_delete` does not reach it there;
    FTS5's own option for that needs SQLite 3.42, and Python 3.11 may bring 3.40.
    """
    for (table,) in await writer.execute_fetchall(_FULL_TEXT):
        await writer.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - a migration's name
    await writer.execute("VACUUM")


def migrations() -> list[tuple[int, str]]:
    """The numbered SQL files of `ravsg/store/migrations`, in order, as (number, script)."""
    found = []
    for entry in resources.files("ravsg.store").joinpath("migrations").iterdir():
        match = _MIGRATION.match(entry.name)
        if match:
            found.append((int(match[1]), entry.read_text(encoding="utf-8")))
    return sorted(found)


@contextlib.asynccontextmanager
async def _transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    await connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        await connection.commit()  # on a full disk this is what fails, and the transaction is still open then
    except BaseException:
        await connection.rollback()
        raise


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn what SQLite and the file system raise into StoreError or DiskFull."""
    try:
        yield
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
        raise (DiskFull if full else StoreError)(detail=f"{type(error).__name__}: {error}") from error
    except OSError as error:
        raise (DiskFull if error.errno == errno.ENOSPC else StoreError)(detail=str(error)) from error


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online copy: a plain file copy of a WAL database can be torn."""
    if shutil.disk_usage(source.parent).free < source.stat().st_size * 2:
        raise DiskFull(detail="no room for the copy that precedes a migration")
    with (
        contextlib.closing(sqlite3.connect(source)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _remove_copies(path: Path) -> None:
    for copy in path.parent.glob(f"{path.stem}{BEFORE}*"):
        copy.unlink(missing_ok=True)
