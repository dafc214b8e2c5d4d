"""How the tests of the models run steps: plain tasks in, outcomes out, and model calls counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ravsg.errors import RavsgError
from ravsg.jobs.step import Device, Operation, Step, Watch
from ravsg.types import CountTask, EmbedTask, Output, PaintTask, Role, Task, WriteTask

_HOMES: dict[type[Task], tuple[Role, Operation]] = {
    WriteTask: ("writer", "write"),
    PaintTask: ("painter", "paint"),
    EmbedTask: ("embedder", "embed"),
    CountTask: ("painter", "count"),
}


def step_of(task: Task) -> Step:
    role, operation = _HOMES[type(task)]
    return Step(role=role, operation=operation, task=task, guild_id=1, job_id="aaaaaaaa", shape="any")


def run(device: Device, *tasks: Task, watches: Sequence[Watch] | None = None) -> list[Output | RavsgError]:
    outcomes = device.run([step_of(task) for task in tasks], watches or [Watch() for _ in tasks])
    assert len(outcomes) == len(tasks)
    return outcomes


def cancelling(after: int) -> tuple[Watch, list[tuple[int, int]]]:
    """A watch that is cancelled while its step `after` is reported, and the list of its reports."""
    reports: list[tuple[int, int]] = []

    def on_progress(done: int, total: int) -> None:
        reports.append((done, total))
        if done >= after:
            watch.cancelled.set()

    watch = Watch(on_progress=on_progress)
    return watch, reports


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Count the calls of every torch module, by class name."""
    from torch.nn.modules.module import register_module_forward_hook

    calls: Counter[str] = Counter()

    def hook(module: Any, *_: object) -> None:
        calls[type(module).__name__] += 1

    handle = register_module_forward_hook(hook)
    try:
        yield calls
    finally:
        handle.remove()
