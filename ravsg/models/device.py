"""The device that runs model steps: it loads each role's adapter when it is first needed and gives memory back.

One worker thread calls everything here, construction apart; torch is imported on that thread at the first step. What
runs next, how large a batch is, and what happens after a failure are decided by `ravsg.jobs`.
"""

from __future__ import annotations

import gc
import logging
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ravsg.errors import DeviceOutOfMemory, JobCancelled, RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.models.loading import attempt, calm_threads, translate_running
from ravsg.models.profiles import Profile
from ravsg.types import CountTask, EmbedTask, Output, PaintTask, Role, WriteTask

if TYPE_CHECKING:
    from ravsg.models.embedder import Embedder
    from ravsg.models.painter import Painter, PromptCounter
    from ravsg.models.writer import Writer

log = logging.getLogger(__name__)


class ModelDevice:
    """Implements `ravsg.jobs.step.Device` over the three adapters of a profile."""

    def __init__(self, profile: Profile) -> None:
        """Nothing is loaded or imported yet."""
        self._profile = profile
        self._adapters: dict[Role, Writer | Painter | Embedder] = {}
        """In the order of their last use."""
        self._counter: PromptCounter | None = None

    @property
    def resident(self) -> tuple[Role, ...]:
        """The loaded roles, the longest unused first."""
        return tuple(self._adapters)

    def batch_limit(self, step: Step) -> int:
        """How many steps like this one may run together."""
        return {
            "write": self._profile.write_batch,
            "paint": self._profile.paint_batch,
            "embed": self._profile.embed_batch,
            "count": 64,
        }[step.operation]

    def is_resident(self, step: Step) -> bool:
        """Whether the step needs no loading; counting needs the tokenizer only."""
        return step.operation == "count" or step.role in self._adapters

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        """Run like steps as one batch; see `ravsg.jobs.step.Device.run`.

        Raises ModelMissing when the model cannot be loaded, DeviceOutOfMemory, DeviceLost.
        """
        outcomes: list[Output | RavsgError] = [JobCancelled() for _ in steps]
        live = [number for number, watch in enumerate(watches) if not watch.cancelled.is_set()]
        if live:
            batch = [steps[number] for number in live]
            done = attempt(lambda: self._run(batch, [watches[number] for number in live]), translate_running)
            for number, outcome in zip(live, done, strict=True):
                outcomes[number] = outcome
        return outcomes

    def free_memory(self, *, keep: Role | None = None) -> None:
        """Unload every model but `keep` and give the allocator's caches back."""
        for role in self.resident:
            if role != keep:
                self._unload(role)
        _release()

    def close(self) -> None:
        """Unload everything."""
        self._counter = None
        self.free_memory()

    def _run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> Sequence[Output | RavsgError]:
        match steps[0].operation:
            case "count":
                return [self._prompt_counter().count(cast(CountTask, step.task)) for step in steps]
            case "write":
                writer = cast("Writer", self._adapter("writer"))
                return writer.write([cast(WriteTask, step.task) for step in steps], watches)
            case "paint":
                painter = cast("Painter", self._adapter("painter"))
                return painter.paint([cast(PaintTask, step.task) for step in steps], watches)
            case "embed":
                embedder = cast("Embedder", self._adapter("embedder"))
                return embedder.embed([cast(EmbedTask, step.task) for step in steps], watches)

    def _adapter(self, role: Role) -> Writer | Painter | Embedder:
        while role not in self._adapters:
            started = time.monotonic()
            try:
                self._adapters[role] = self._load(role)
            except DeviceOutOfMemory:
                others = self.resident
                if not others:
                    raise
                log.info("no room for the %s beside the %s", role, others[0])
            else:
                label = self._profile.spec(role).label
                log.info("loaded the %s (%s) in %.1f s", role, label, time.monotonic() - started)
                break
            # Outside the except block: the exception would hold what was loaded so far.
            self._unload(others[0])
            _release()
        self._adapters[role] = self._adapters.pop(role)  # to the end: the last one used
        return self._adapters[role]

    def _load(self, role: Role) -> Writer | Painter | Embedder:
        # The adapters pull in torch, transformers and diffusers: seconds, on this thread and not at the start.
        calm_threads()
        if role == "writer":
            from ravsg.models.writer import Writer

            return Writer(self._profile)
        if role == "painter":
            from ravsg.models.painter import Painter

            return Painter(self._profile, self._prompt_counter())
        from ravsg.models.embedder import Embedder

        return Embedder(self._profile)

    def _prompt_counter(self) -> PromptCounter:
        if self._counter is None:
            calm_threads()
            from ravsg.models.painter import PromptCounter

            self._counter = PromptCounter(self._profile.painter)
        return self._counter

    def _unload(self, role: Role) -> None:
        del self._adapters[role]
        log.info("unloaded the %s", role)


def _release() -> None:
    gc.collect()
    torch = sys.modules.get("torch")  # where it was never imported there is nothing to give back
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
