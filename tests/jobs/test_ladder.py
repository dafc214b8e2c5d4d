"""One batch on a device: what is tried when it does not fit, and who is told when it breaks."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence

import pytest

from ravsg.errors import DeviceLost, DeviceOutOfMemory, JobCancelled, ModelError, RavsgError
from ravsg.jobs.ladder import run_batch
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, Written
from tests.jobs.devices import EchoDevice, LostDevice, SmallDevice, write_step


def watches(number: int) -> list[Watch]:
    return [Watch() for _ in range(number)]


def texts(outcomes: Sequence[Output | Exception]) -> list[object]:
    return [outcome.text if isinstance(outcome, Written) else type(outcome) for outcome in outcomes]


def test_a_batch_that_fits_runs_at_once() -> None:
    device = EchoDevice()
    ran = run_batch(device, [write_step("a"), write_step("b")], watches(2))
    assert texts(ran.outcomes) == ["A", "B"]
    assert ran.room is None
    assert device.prompts == [["a", "b"]]


def test_a_batch_that_does_not_fit_is_halved_until_it_does() -> None:
    device = SmallDevice(room=2)
    steps = [write_step(name) for name in "abcdefgh"]
    ran = run_batch(device, steps, watches(8))
    assert texts(ran.outcomes) == list("ABCDEFGH")
    assert ran.room == 2
    assert [len(batch) for batch in device.batches] == [8, 4, 2, 2, 4, 2, 2]
    assert device.freed == []  # no model was given up for what half the batch could do


def test_a_single_step_makes_the_device_give_back_more_and_more() -> None:
    device = SmallDevice(room=8)
    device.bloated = True
    ran = run_batch(device, [write_step("a")], watches(1))
    assert texts(ran.outcomes) == ["A"]
    assert device.freed == ["writer", None]
    assert [len(batch) for batch in device.batches] == [1, 1, 1]


def test_what_never_fits_ends_in_a_named_failure_and_takes_nobody_along() -> None:
    device = SmallDevice(room=8)
    device.hopeless = {"b"}
    ran = run_batch(device, [write_step(name) for name in "abcd"], watches(4))
    assert texts(ran.outcomes) == ["A", DeviceOutOfMemory, "C", "D"]


def test_no_rung_is_taken_while_the_failed_tries_tensors_are_held() -> None:
    class Tensor:
        pass

    class Holding(SmallDevice):
        def __init__(self) -> None:
            super().__init__(room=1)
            self.held: list[weakref.ref[Tensor]] = []
            self.alive_at_retry: list[int] = []

        def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
            self.alive_at_retry.append(sum(ref() is not None for ref in self.held))
            tensor = Tensor()
            self.held.append(weakref.ref(tensor))
            return super().run(steps, watches)

    device = Holding()
    gc.disable()  # what is asked is that nothing refers to it, not that a collection happens to come
    try:
        run_batch(device, [write_step("a"), write_step("b")], watches(2))
    finally:
        gc.enable()
    assert device.alive_at_retry == [0, 0, 0]


def test_one_step_that_breaks_does_not_take_the_others_along() -> None:
    device = EchoDevice()
    device.broken["b"] = ZeroDivisionError("a bug")
    ran = run_batch(device, [write_step(name) for name in "abc"], watches(3))
    assert texts(ran.outcomes) == ["A", ZeroDivisionError, "C"]


def test_an_error_about_the_model_is_everyones() -> None:
    device = EchoDevice()
    device.broken["b"] = ModelError("no weights")
    ran = run_batch(device, [write_step(name) for name in "abc"], watches(3))
    assert texts(ran.outcomes) == [ModelError] * 3
    assert len(device.batches) == 1


def test_a_lost_device_is_not_tried_again() -> None:
    with pytest.raises(DeviceLost):
        run_batch(LostDevice(), [write_step("a")], watches(1))


def test_steps_cancelled_before_they_run_are_left_out() -> None:
    device = EchoDevice()
    watched = watches(3)
    watched[1].cancelled.set()
    ran = run_batch(device, [write_step(name) for name in "abc"], watched)
    assert texts(ran.outcomes) == ["A", JobCancelled, "C"]
    assert device.prompts == [["a", "c"]]


def test_a_device_that_answers_too_little_is_a_bug_and_no_silence() -> None:
    class Forgetful(EchoDevice):
        def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
            return super().run(steps, watches)[:-1]

    ran = run_batch(Forgetful(), [write_step("a")], watches(1))
    assert texts(ran.outcomes) == [RuntimeError]
