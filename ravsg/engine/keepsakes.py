"""What is to be remembered of a result, between its making and its delivery: committed with it as one blob.

What is packed here is unpacked after restarts and upgrades, so fields are only ever added, with defaults. Choosing
what to keep is `ravsg.engine.remembering`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ravsg.types import Memorable, MemoryKind

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Keepsake:
    """One thing to remember: its passages, their vectors [len(chunks), d], and a small picture for receipts."""

    item: Memorable
    chunks: tuple[str, ...]
    vectors: npt.NDArray[np.float32]
    model: str
    picture: bytes = b""


def pack(keepsakes: Sequence[Keepsake]) -> bytes:
    """Keepsakes as an .npz file: their words as JSON, vectors as float32 arrays, pictures as bytes."""
    meta = [{"item": asdict(k.item), "chunks": k.chunks, "model": k.model} for k in keepsakes]
    arrays: dict[str, npt.NDArray[np.generic]] = {"meta": _bytes(json.dumps(meta).encode())}
    for i, keepsake in enumerate(keepsakes):
        arrays |= {f"vectors_{i}": keepsake.vectors, f"picture_{i}": _bytes(keepsake.picture)}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(data: bytes) -> list[Keepsake]:
    """What `pack` made."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return [
            Keepsake(
                _item(entry["item"]),
                tuple(entry["chunks"]),
                file[f"vectors_{i}"],
                entry["model"],
                file[f"picture_{i}"].tobytes(),
            )
            for i, entry in enumerate(json.loads(file["meta"].tobytes()))
        ]


def _bytes(data: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(data, dtype=np.uint8)


def _item(entry: Mapping[str, Any]) -> Memorable:
    return Memorable(**{**entry, "kind": MemoryKind(entry["kind"]), "keywords": tuple(entry.get("keywords", ()))})
