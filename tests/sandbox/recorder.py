"""The real device for tests with the shipped weights, which keeps what it was asked."""

from __future__ import annotations

from collections.abc import Sequence

from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.models.device import ModelDevice
from ravsg.models.profiles import Profile
from ravsg.types import Output


class Recorder(ModelDevice):
    """The real device, which also keeps what it was asked."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.steps: list[Step] = []

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        self.steps += steps
        return super().run(steps, watches)
