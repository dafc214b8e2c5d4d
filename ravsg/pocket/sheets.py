"""Between pictures as bytes and as tensors, and sample sheets on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt


def pixels(pictures: npt.NDArray[np.uint8], device: str) -> torch.Tensor:
    """uint8 [n, side, side, 3] to float32 [n, 3, side, side] in [-1, 1]."""
    whole = torch.from_numpy(np.array(pictures)).to(device)
    return whole.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def save_sheet(path: Path, pictures: npt.NDArray[Any], columns: int) -> None:
    """Write pictures, uint8 [n, side, side, 3], as rows of `columns` (n is a multiple of it)."""
    rows = [np.concatenate(list(pictures[i : i + columns]), axis=1) for i in range(0, len(pictures), columns)]
    Image.fromarray(np.concatenate(rows, axis=0)).save(path, optimize=True)
