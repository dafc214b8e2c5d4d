"""Drawn pictures in one small file, to be carried to a machine that cannot draw: `python -m ravsg.pocket.packed`.

`pack DIR FILE --count N` writes the first N pictures of a folder of drawings as WebP, about 4 KB each, with their
scenes and boxes; `unpack FILE DIR` makes the folder from it. The pixels differ a little from those drawn.
"""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from ravsg.pocket.drawn import Drawn, read, to_plain

QUALITY: Final = 82
_FILES: Final = ("scenes.json", "boxes.npy")


def pack(folder: Path, path: Path, count: int) -> None:
    """Write the first `count` pictures of a folder of drawings to one file. Raises FileNotFoundError, ValueError."""
    drawn = read(folder)
    if not 1 <= count <= len(drawn):
        raise ValueError(f"{folder} holds {len(drawn)} pictures, not {count}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        scenes = json.dumps([to_plain(scene) for scene in drawn.scenes[:count]])
        archive.writestr("scenes.json", scenes, zipfile.ZIP_DEFLATED)
        boxes = io.BytesIO()
        np.save(boxes, drawn.boxes[:count])
        archive.writestr("boxes.npy", boxes.getvalue(), zipfile.ZIP_DEFLATED)
        for number in range(count):
            picture = io.BytesIO()
            Image.fromarray(drawn.pictures[number]).save(picture, "WEBP", quality=QUALITY, method=4)
            archive.writestr(f"{number:06}.webp", picture.getvalue())


def unpack(path: Path, folder: Path) -> Drawn:
    """Make the folder of drawings that a packed file holds. Raises OSError, KeyError for what is no such file."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".webp"))
        with Image.open(io.BytesIO(archive.read(names[0]))) as first:
            side = first.width
        shape = (len(names), side, side, 3)
        pictures = np.lib.format.open_memmap(folder / "pictures.npy", mode="w+", dtype=np.uint8, shape=shape)
        for number, name in enumerate(names):
            with Image.open(io.BytesIO(archive.read(name))) as picture:
                pictures[number] = np.asarray(picture.convert("RGB"))
        pictures.flush()
        for name in _FILES:
            (folder / name).write_bytes(archive.read(name))
    return read(folder)


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line, pack or unpack."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.packed")
    commands = parser.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack")
    packing.add_argument("folder", type=Path)
    packing.add_argument("file", type=Path)
    packing.add_argument("--count", type=int, required=True)
    unpacking = commands.add_parser("unpack")
    unpacking.add_argument("file", type=Path)
    unpacking.add_argument("folder", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.command == "pack":
        pack(chosen.folder, chosen.file, chosen.count)
    else:
        unpack(chosen.file, chosen.folder)


if __name__ == "__main__":
    main()
