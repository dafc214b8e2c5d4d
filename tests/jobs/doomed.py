"""A process with a job service that kills itself (SIGKILL) at a named moment: `python -m tests.jobs.doomed`.

Arguments: a folder, the texts of the jobs to ask for (joined by commas, may be empty), and "moment:nth" or "".
Moments are the job states as they are told, "device" (a step runs), "posted" (the message exists, nobody knows yet)
and "sent". The text "poison" takes the process down whenever a step of it runs. No step runs before all was asked.
What was posted stands in channel.txt, one nonce a line.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ravsg.errors import RavsgError
from ravsg.jobs.job import TERMINAL, Job
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output
from tests.jobs.devices import EchoDevice, prompt_of
from tests.jobs.helpers import ANNA, BEN, CARA, world


class Moments:
    """Counts moments, and ends the process at the one that was named."""

    def __init__(self, wanted: str) -> None:
        self._name, _, nth = wanted.partition(":")
        self._nth = int(nth or 1)
        self._seen: Counter[str] = Counter()

    def pass_by(self, name: str) -> None:
        self._seen[name] += 1
        if name == self._name and self._seen[name] == self._nth:
            os.kill(os.getpid(), signal.SIGKILL)


class DoomedDevice(EchoDevice):
    def __init__(self, moments: Moments) -> None:
        super().__init__(most=2)
        self.moments = moments
        self.may_run = threading.Event()

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        assert self.may_run.wait(20)
        self.moments.pass_by("device")
        if any("poison" in prompt_of(step) for step in steps):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run(steps, watches)


async def main(folder: Path, texts: list[str], moment: str) -> None:
    moments = Moments(moment)
    channel = folder / "channel.txt"
    channel.touch()
    device = DoomedDevice(moments)
    async with world(folder, device, started=False) as here:

        async def deliver(job: Job) -> None:
            nonce, before = await here.store.begin_delivery(job.id, "result")
            if before == "sent":
                return
            if before is None or nonce not in channel.read_text():  # the look into the history
                with channel.open("a") as posted:
                    posted.write(nonce + "\n")
            moments.pass_by("posted")
            await here.store.finish_delivery(job.id, "result", 1)
            moments.pass_by("sent")

        here.service.deliver = deliver
        here.service.on_change.append(lambda job: moments.pass_by(job.state.value))
        found = await here.service.start()
        jobs = [job.id for job in found if job.state not in TERMINAL]
        for i, text in enumerate(texts):
            jobs.append((await here.ask(text, origin=(ANNA, BEN, CARA)[i % 3])).id)
            with (folder / "accepted.txt").open("a") as accepted:
                accepted.write(jobs[-1] + "\n")
        device.may_run.set()
        for job_id in jobs:
            await here.service.wait(job_id)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), [text for text in sys.argv[2].split(",") if text], sys.argv[3]))
