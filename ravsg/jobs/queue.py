"""The fair, batching way to one device: `await queue.submit(step, watch)` from any job, and the thread behind it.

The event loop decides (which steps, in which batch) and the worker thread does (everything that touches the device,
its making included). Before a batch goes on the device, the jobs in it are marked durably, so that a process that
dies then is known to have died with them. This module knows no job beyond its id: states and retries are the
service's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from ravsg.errors import DeviceLost, JobCancelled, QueueFull, RavsgError
from ravsg.jobs.fair import Answer, FairQueue, Key, Ticket
from ravsg.jobs.ladder import run_batch
from ravsg.jobs.meter import Meter
from ravsg.jobs.step import Device, Step, Watch
from ravsg.jobs.worker import Worker
from ravsg.telemetry.measures import Telemetry
from ravsg.types import Output

_log = logging.getLogger(__name__)

LOADING_FACTOR = 10
"""A batch that loads its model first may take so many times longer to hear that nobody wants it any more."""
LINGER_SECONDS = 0.03
"""How long the marks stay after the last batch: mostly a job's next step comes at once, and nothing is written."""


class GpuQueue:
    """Owns the one worker thread of one device. Made and used on the event loop."""

    def __init__(
        self,
        device_factory: Callable[[], Device],
        *,
        telemetry: Telemetry | None = None,
        patience: float = 15.0,
        stall_seconds: float = 60.0,
        idle_seconds: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`device_factory` is called on the worker thread when the first step comes.

        `patience`: seconds that a step waits at most for the resident model's steps. `stall_seconds`: time after
        which a device that goes on with a batch that nobody wants any more counts as lost. `idle_seconds`: time
        without work after which its memory is given back; 0 keeps it.
        """
        self.on_device_lost: Callable[[DeviceLost], None] | None = None
        """Told once, on the loop, when only a new process helps."""
        self.mark: Callable[[frozenset[str]], Awaitable[None]] | None = None
        """Writes durably which jobs are on the device from now on; awaited before they are."""
        self._factory = device_factory
        self._telemetry = telemetry or Telemetry()
        self._stall_seconds = stall_seconds
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._worker = Worker()
        self._device: Device | None = None
        self._fair = FairQueue(patience)
        self._arrived = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._batch: list[Ticket] = []
        self._stalled: asyncio.Future[None] | None = None
        self._loading = False
        self._marked: frozenset[str] = frozenset()
        self._lost: DeviceLost | None = None
        self._closing = False
        self._tickets = 0
        self._ages: dict[str, int] = {}
        self._meter = Meter(self._telemetry)

    async def submit(self, step: Step, watch: Watch) -> Output:
        """Run one step when its turn comes, and give its output.

        Raises JobCancelled (at once while it waits, within one model step while it runs), ModelError, StoreError when
        the mark cannot be written, QueueFull after `close`, and whatever the device broke with.
        """
        if self._lost is not None:
            raise DeviceLost(detail=self._lost.detail)
        if self._closing:
            raise QueueFull("I am shutting down.", "Your job is kept and goes on by itself.")
        if watch.cancelled.is_set():
            raise JobCancelled
        future: asyncio.Future[Output] = asyncio.get_running_loop().create_future()
        self._tickets += 1
        ticket = Ticket(
            step=step,
            watch=watch,
            done=partial(_resolve, future),
            number=self._tickets,
            age=self._ages.setdefault(step.job_id, self._tickets),
            since=self._clock(),
        )
        self._fair.add(ticket)
        self._arrived.set()
        if self._pump is None:
            self._pump = asyncio.create_task(self._run(), name="device queue")
        try:
            return await future
        except asyncio.CancelledError:
            watch.cancelled.set()
            self._fair.remove(lambda other: other is ticket)
            self._expect_end()
            raise

    def cancel(self, job_id: str) -> None:
        """Stop a job's steps: waiting ones end now, running ones within one model step."""
        for ticket in self._fair.remove(lambda ticket: ticket.step.job_id == job_id):
            ticket.done(JobCancelled())
        for ticket in self._batch:
            if ticket.step.job_id == job_id:
                ticket.watch.cancelled.set()
                self._expect_end()

    def release(self, job_id: str) -> float:
        """Forget an ended job; gives the device-seconds that its steps used."""
        self._ages.pop(job_id, None)
        return self._meter.release(job_id)

    def charged(self, guild_id: int) -> float:
        """The server's virtual counter of device-seconds."""
        return self._fair.charged(guild_id)

    def expected_cost(self, key: Key) -> float:
        """Device-seconds that such a step is likely to take, from those measured."""
        return self._meter.cost(key)

    def __len__(self) -> int:
        """Steps that wait or run."""
        return len(self._fair) + len(self._batch)

    async def close(self, grace: float) -> None:
        """End: waiting steps are refused, a running batch is told to stop and awaited for `grace` seconds."""
        self._closing = True
        for ticket in self._fair.remove(lambda _: True):
            ticket.done(QueueFull("I am shutting down.", "Your job is kept and goes on by itself."))
        for ticket in self._batch:
            ticket.watch.cancelled.set()
        self._arrived.set()
        if self._pump is not None:
            _, running = await asyncio.wait({self._pump}, timeout=grace)
            if running:
                _log.error("the device did not end its batch within %.0f s; it is left behind", grace)
                self._fail(self._batch, JobCancelled())
                self._pump.cancel()
                await asyncio.wait({self._pump})
                return
        if self._lost is not None:  # its thread may hang for ever
            return
        if self._device is not None:
            closing = asyncio.create_task(self._worker.call(self._device.close))
            await asyncio.wait({closing}, timeout=grace)
            closing.cancel()
        if not await self._worker.close(grace):
            _log.error("the device's thread did not end within %.0f s; it is left behind", grace)

    # ------------------------------------------------------------------ the pump, one task

    async def _run(self) -> None:
        while not self._closing and self._lost is None:
            try:
                if not len(self._fair):
                    await self._rest()
                else:
                    await self._run_one()
            except Exception as error:
                _log.exception("the queue broke; the steps that were on their way are told")
                self._fail([*self._batch, *self._fair.remove(lambda _: True)], error)
                self._batch = []

    async def _rest(self) -> None:
        """Wait for the next step; take the marks back and then the memory, each after its time."""
        if await self._comes_within(LINGER_SECONDS):
            return
        try:
            await self._mark(frozenset())
        except RavsgError as error:  # harmless: after a death the wrong jobs would run alone
            _log.warning("the marks could not be taken back: %s", error)
        if len(self._fair):
            return
        self._fair.forget_charges()
        if self._idle_seconds and self._device is not None and not await self._comes_within(self._idle_seconds):
            await self._worker.call(self._device.free_memory)
        if not len(self._fair):
            await self._comes_within(None)

    async def _comes_within(self, seconds: float | None) -> bool:
        self._arrived.clear()
        if len(self._fair) or self._closing:
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        return self._arrived.is_set()

    async def _run_one(self) -> None:
        kinds = self._fair.keys()
        try:
            answers = await self._worker.call(lambda: self._ask(kinds))
        except DeviceLost as error:
            self._lose(error)
            return
        except Exception as error:  # the device could not be made, or cannot answer: told to those who wait for it
            if not isinstance(error, RavsgError):
                _log.exception("the device could not be made")
            self._fail(self._fair.remove(lambda ticket: ticket.key in kinds), error)
            return
        self._batch = self._fair.next_batch(answers, self._clock())
        if not self._batch:
            return
        self._loading = not answers[self._batch[0].key].resident
        started = self._clock()
        try:
            await self._mark(frozenset(ticket.step.job_id for ticket in self._batch))
            started = self._clock()
            await self._on_device(self._batch)
        except DeviceLost as error:
            self._lose(error)
        except Exception as error:
            self._fail(self._batch, error)
        finally:
            self._fair.settle(self._batch, self._clock() - started)
            self._batch = []

    def _ask(self, kinds: dict[Key, Step]) -> dict[Key, Answer]:
        if self._device is None:
            self._device = self._factory()
        device = self._device
        return {
            key: Answer(
                limit=max(1, min(device.batch_limit(step), self._meter.room(key))),
                resident=device.is_resident(step),
            )
            for key, step in kinds.items()
        }

    async def _mark(self, jobs: frozenset[str]) -> None:
        if jobs != self._marked and self.mark is not None:
            await self.mark(jobs)
            self._marked = jobs

    async def _on_device(self, batch: list[Ticket]) -> None:
        assert self._device is not None
        work = partial(run_batch, self._device, [t.step for t in batch], [t.watch for t in batch])
        self._stalled = asyncio.get_running_loop().create_future()
        call = asyncio.create_task(self._worker.call(work), name="batch")
        started = self._clock()
        try:
            either: set[asyncio.Future[Any]] = {call, self._stalled}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not call.done():
                raise DeviceLost(detail="a batch that nobody wanted any more did not end")
        finally:
            call.cancel()
        ran = call.result()
        self._meter.ran(batch, ran, self._clock() - started)
        for ticket, outcome in zip(batch, ran.outcomes, strict=True):
            ticket.done(outcome)

    def _expect_end(self) -> None:
        """Nobody may want the running batch any more: it must end soon, or the device hangs."""
        batch = self._batch
        if batch and all(ticket.watch.cancelled.is_set() for ticket in batch):
            seconds = self._stall_seconds * (LOADING_FACTOR if self._loading else 1)
            asyncio.get_running_loop().call_later(seconds, self._check_stall, batch)

    def _check_stall(self, batch: list[Ticket]) -> None:
        if batch is self._batch and self._stalled is not None and not self._stalled.done():
            self._stalled.set_result(None)

    def _lose(self, error: DeviceLost) -> None:
        _log.critical("the device is lost: %s", error)
        self._lost = error
        self._telemetry.count("device.lost")
        self._fail([*self._batch, *self._fair.remove(lambda _: True)], error)
        if self.on_device_lost is not None:
            self.on_device_lost(error)

    @staticmethod
    def _fail(tickets: list[Ticket], error: Exception) -> None:
        for ticket in tickets:
            ticket.done(error)


def _resolve(future: asyncio.Future[Output], outcome: Output | Exception) -> None:
    if future.done():  # its waiter was cancelled
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
