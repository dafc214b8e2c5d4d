"""Processes that save a snapshot and come to harm: killed in the middle, or out of room on the disk."""

from __future__ import annotations

import logging
import multiprocessing
import os
import resource
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import faiss  # noqa: F401 - imported once, where the processes are forked from

from ravsg.memory.snapshots import Place, Snapshots

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])
_PATIENCE: Final = 60
"""Seconds that a process may take to begin or to end, on a busy machine."""


def killed(source: Path, folder: Path, place: Place, after: float) -> None:
    """Let a process save the snapshot of `source` into a folder again and again; kill it after so many seconds."""
    here, there = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_save_forever, args=(source, folder, place, there))
    process.start()
    if not here.poll(_PATIENCE):
        raise TimeoutError("the process that saves did not begin")
    time.sleep(after)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(_PATIENCE)
    process.close()


def without_room(source: Path, folder: Path, place: Place, room: int) -> bool:
    """Let a process that may write so many bytes a file save the snapshot of `source`; whether it says that it did.

    The limit (RLIMIT_FSIZE) fails writes midway as a full disk does, with EFBIG instead of ENOSPC.
    """
    here, there = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_save_with_limit, args=(source, folder, place, room, there))
    process.start()
    if not here.poll(_PATIENCE):
        raise TimeoutError("the process that saves did not end")
    said = bool(here.recv())
    process.join(_PATIENCE)
    process.close()
    return said


def _save_forever(source: Path, folder: Path, place: Place, parent: Connection) -> None:
    segment = Snapshots(source).load(place)
    assert segment is not None
    snapshots = Snapshots(folder)
    parent.send(True)
    while True:
        snapshots.save(snapshots.ticket(place), segment)


def _save_with_limit(source: Path, folder: Path, place: Place, room: int, parent: Connection) -> None:
    segment = Snapshots(source).load(place)
    assert segment is not None
    snapshots = Snapshots(folder)
    logging.disable(logging.WARNING)  # that it could not be saved is what is wanted here
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    parent.send(snapshots.save(snapshots.ticket(place), segment))
