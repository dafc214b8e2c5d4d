"""Many vectors, with and without clusters, and rows for them in a real database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

MODEL: Final = "benchmark@1"
_CLUSTERS: Final = 200
_AT_ONCE: Final = 20_000
"""Rows of one transaction: a million in one would stand on the disk twice, and all of them in the log."""
_INSERT: Final = """
INSERT INTO memories (guild_id, kind, title, author_id, author_name, channel_id, job_id, content_hash, created_ms)
VALUES (?1, 'story', 'The lantern', 7, 'Ana', 10, 'job ' || ?2, randomblob(16), ?2) RETURNING id
"""


def unit(count: int, dimensions: int, seed: int, *, clustered: bool = False) -> npt.NDArray[np.float32]:
    """Vectors [n, d] of length 1: evenly spread, or around 200 middles as embeddings of like things lie."""
    chance = np.random.default_rng(seed)
    vectors = chance.standard_normal((count, dimensions), dtype=np.float32)
    if clustered:
        middles = np.random.default_rng(1).standard_normal((_CLUSTERS, dimensions), dtype=np.float32)
        vectors *= np.float32(0.8)
        vectors += middles[chance.integers(0, _CLUSTERS, count)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def plant(database: Path, guild_id: int, vectors: npt.NDArray[np.float32], *, model: str = MODEL) -> list[int]:
    """Write one story with one passage per vector, straight into the tables; gives the passages' ids."""
    ids = []
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # after a crash they are planted anew
        connection.execute("PRAGMA cache_size = -500000")
        connection.execute("BEGIN")
        for number, vector in enumerate(vectors):
            if number % _AT_ONCE == _AT_ONCE - 1:
                connection.execute("COMMIT")
                connection.execute("BEGIN")
            ((memory,),) = connection.execute(_INSERT, (guild_id, number)).fetchall()
            text = f"creature {number} crossed the old bridge by night and lit lantern {number % 97}"
            cursor = connection.execute(
                "INSERT INTO passages (guild_id, kind, memory_id, part, text, model, vector)"
                " VALUES (?, 'story', ?, 0, ?, ?, ?)",
                (guild_id, memory, text, model, vector.astype("<f4").tobytes()),
            )
            assert cursor.lastrowid is not None
            ids.append(cursor.lastrowid)
            connection.execute(
                "INSERT INTO passage_words (rowid, guild, title, text) VALUES (?, ?, 'The lantern', ?)",
                (cursor.lastrowid, f"g{guild_id}", text),
            )
        connection.execute("COMMIT")
    return ids


def unplant(database: Path, passage_ids: list[int]) -> None:
    """Delete passages, as forgetting does, and nothing else."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(
            "DELETE FROM passages WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(passage_ids),)
        )
        connection.commit()


def nearest(vectors: npt.NDArray[np.float32], queries: npt.NDArray[np.float32], k: int) -> npt.NDArray[np.int64]:
    """Brute force: the positions [m, k] of each query's nearest, best first."""
    found = []
    for query in queries:
        cosines = vectors @ query
        best = np.argpartition(-cosines, min(k, len(cosines) - 1))[:k]
        found.append(best[np.argsort(-cosines[best], kind="stable")])
    return np.asarray(found)
