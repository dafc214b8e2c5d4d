"""Checkpoints as folders of small files, so that they can be carried and kept wherever large files cannot.

A checkpoint replaces the one before it whole: a run that is killed while it writes goes on from the older one.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any, Final

import torch

PIECE: Final = 15_000_000
"""Bytes of a file at most."""


def save(folder: Path, state: dict[str, Any]) -> None:
    """Write the state to `folder` as files of `PIECE` bytes, in place of what is there."""
    stream = io.BytesIO()
    torch.save(state, stream)
    written = stream.getbuffer()
    fresh, old = _beside(folder, "new"), _beside(folder, "old")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for number, start in enumerate(range(0, len(written), PIECE)):
        (fresh / f"{number:03}.pt").write_bytes(written[start : start + PIECE])
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load(folder: Path, device: str) -> dict[str, Any] | None:
    """What was saved last, or None. Tensors and plain values only: a checkpoint runs no code."""
    found = next((one for one in (folder, _beside(folder, "old")) if one.exists()), None)
    if found is None:
        return None
    joined = io.BytesIO(b"".join(piece.read_bytes() for piece in sorted(found.glob("*.pt"))))
    state: dict[str, Any] = torch.load(joined, map_location=device, weights_only=True)
    return state


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f"{folder.name}.{ending}")
