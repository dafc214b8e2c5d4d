"""Things to remember, vectors that are near and far, and the shortest way to ask for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ravsg.config import MemorySection
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.store.memory_filter import MemoryFilter
from ravsg.types import Memorable, MemoryKind, Recalled

Vectors = npt.NDArray[np.float32]
DIMENSIONS = 32
MODEL = "tiny-clip@1"
NO_VECTORS: Vectors = np.zeros((0, DIMENSIONS), dtype=np.float32)


def open_memory(db: Database, config: MemorySection) -> Memory:
    """A memory as the bot builds it."""
    return Memory(db, config)


def direction(seed: int, near: int | None = None, noise: float = 0.2) -> Vectors:
    """One vector [1, d] of length 1, drawn by its seed; close to another seed's when `near` names it."""
    vector = np.random.default_rng(seed).normal(size=(1, DIMENSIONS))
    if near is not None:
        base = direction(near).astype(np.float64)
        vector = base + noise * vector / np.linalg.norm(vector)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def item(text: str, **changes: Any) -> Memorable:
    """A story by Ana in channel 10, unless told otherwise."""
    values: dict[str, Any] = {
        "kind": MemoryKind.STORY,
        "text": text,
        "title": "The lantern",
        "author_id": 7,
        "author_name": "Ana",
        "channel_id": 10,
        "message_id": None,
        "job_id": f"job {text}",
    }
    return Memorable(**(values | changes))


async def keep(memory: Memory, guild_id: int, text: str, vector: Vectors, **changes: Any) -> list[int]:
    """Remember one passage."""
    model = changes.pop("model", MODEL)
    picture = changes.pop("picture", None)
    return await memory.remember(guild_id, item(text, **changes), [text], vector, model, picture=picture)


async def ask(
    memory: Memory,
    guild_id: int,
    vectors: Vectors = NO_VECTORS,
    *,
    words: str = "",
    model: str = MODEL,
    top_k: int = 5,
    floor: float = -1.0,
    **where: Any,
) -> list[Recalled]:
    """Recall by vectors of texts and by words, with no floor unless told otherwise; the rest makes the filter."""
    query = Query(words, texts=vectors, model=model)
    return await memory.recall(guild_id, query, MemoryFilter(**where), top_k=top_k, floor=floor)
