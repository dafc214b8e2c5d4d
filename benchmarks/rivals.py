"""What retrieval is measured beside: a plain NumPy scan, and sqlite-vec's exact search in a database of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import apsw  # Python's own sqlite3 may be built without extensions
import numpy as np
import sqlite_vec

if TYPE_CHECKING:
    import numpy.typing as npt

    Search = Callable[[npt.NDArray[np.float32]], list[int]]


def numpy_scan(vectors: npt.NDArray[np.float32], k: int) -> Search:
    """One product of a matrix and a vector, and a partial sort."""

    def search(query: npt.NDArray[np.float32]) -> list[int]:
        cosines = vectors @ query
        best = np.argpartition(-cosines, k)[:k]
        return [int(i) for i in best[np.argsort(-cosines[best])]]

    return search


class SqliteVec:
    """A vec0 table of vectors under their positions."""

    def __init__(self, path: Path, vectors: npt.NDArray[np.float32]) -> None:
        self._connection = apsw.Connection(str(path))
        self._connection.enable_load_extension(True)
        self._connection.load_extension(sqlite_vec.loadable_path())
        self._connection.enable_load_extension(False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(
            f"CREATE VIRTUAL TABLE v USING vec0(vector float[{vectors.shape[1]}] distance_metric=cosine)"
        )
        with self._connection:
            self._connection.executemany(
                "INSERT INTO v (rowid, vector) VALUES (?, ?)",
                ((number, vector.tobytes()) for number, vector in enumerate(vectors)),
            )

    def search(self, query: npt.NDArray[np.float32], k: int = 10) -> list[int]:
        """The positions of the nearest, best first."""
        sql = "SELECT rowid FROM v WHERE vector MATCH ? AND k = ? ORDER BY distance"
        return [row[0] for row in self._connection.execute(sql, (query.tobytes(), k))]

    def add(self, position: int, vector: npt.NDArray[np.float32]) -> None:
        """Durably."""
        with self._connection:
            self._connection.execute("INSERT INTO v (rowid, vector) VALUES (?, ?)", (position, vector.tobytes()))

    def remove(self, position: int) -> None:
        """Durably."""
        with self._connection:
            self._connection.execute("DELETE FROM v WHERE rowid = ?", (position,))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
