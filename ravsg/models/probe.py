"""What this computer offers to models: NVIDIA cards, a torch that can use them, weights already fetched.

It asks the driver's own tool and reads files; it imports neither torch nor any model library, and it loads nothing.
`look` starts a process and reads folders: call it off the event loop.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PATIENCE: Final = 10.0
"""Seconds for the driver's tool to answer; a card that wakes from sleep takes 2 to 5."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One card as the driver names it; memory in MiB, all of it."""

    index: int
    name: str
    memory: int


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found."""

    gpus: tuple[Gpu, ...] = ()
    torch_cuda: str = ""
    """CUDA version that the installed torch was built for; empty for a build without it."""
    fetched: frozenset[tuple[str, str]] = frozenset()
    """(hub name, revision) whose safetensors lie in the local cache; a revision is a commit, or what leads to one."""

    @property
    def best(self) -> Gpu | None:
        """The card with the most memory, if torch can use one at all."""
        return max(self.gpus, key=lambda gpu: gpu.memory) if self.gpus and self.torch_cuda else None


def look() -> Probe:
    """Look at this computer. Takes up to a second where a driver answers; never raises."""
    return Probe(gpus=_gpus(), torch_cuda=_torch_cuda(), fetched=_fetched(hub_cache()))


def hub_cache() -> Path:
    """Where the hub's library keeps what it fetched: the environment's choice, in the library's own order."""
    if chosen := os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE"):
        return Path(chosen).expanduser()
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "huggingface"
    return Path(home).expanduser() / "hub"


def _gpus() -> tuple[Gpu, ...]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    question = [tool, "--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, timeout=_PATIENCE, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ()  # a driver that does not answer is a card that cannot be used
    found = re.findall(r"^(\d+), (.+), (\d+)$", answer, flags=re.MULTILINE)
    return tuple(Gpu(int(index), name, int(memory)) for index, name, memory in found)


def _torch_cuda() -> str:
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return ""
    # Read, not imported: torch itself takes a second and belongs to the worker thread.
    version = Path(spec.origin).with_name("version.py")
    found = re.search(r"^cuda[^=]*= *'([\d.]+)'", version.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return found[1] if found else ""


def _fetched(cache: Path) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for folder in cache.glob("models--*"):
        name = folder.name.removeprefix("models--").replace("--", "/")
        snapshots, refs = folder / "snapshots", folder / "refs"
        commits = {path.relative_to(snapshots).parts[0] for path in snapshots.glob("*/**/*.safetensors")}
        found |= {(name, commit) for commit in commits}
        found |= {
            (name, ref.relative_to(refs).as_posix())
            for ref in refs.glob("**/*")
            if ref.is_file() and _first_line(ref) in commits
        }
    return frozenset(found)


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""  # what cannot be read leads nowhere
