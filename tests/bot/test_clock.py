"""Discord's clock, learned from dates of whole seconds by a machine whose own clock may be anything."""

from __future__ import annotations

import logging
from email.utils import formatdate

import pytest

from bot.clock import KEPT, DiscordClock

DISCORD = 1_800_000_000.0


class Machine:
    """A machine whose clock is off by `skew` seconds, and a Discord whose clock is right."""

    def __init__(self, skew: float) -> None:
        self.skew = skew
        self.passed = 0.0
        self.clock = DiscordClock(wall=lambda: DISCORD + self.passed + self.skew, steady=lambda: 50.0 + self.passed)

    def ask(self, times: int = KEPT, *, date: str | None = None) -> None:
        """Requests to Discord, a third of a second apart."""
        for _ in range(times):
            self.passed += 1 / 3
            self.clock.learn(date or formatdate(DISCORD + self.passed, usegmt=True))


@pytest.mark.parametrize("skew", [-3600, -30, -4, -2.2, 2.2, 4, 30, 3600])
def test_a_wrong_clock_is_corrected(skew: float) -> None:
    machine = Machine(skew)
    machine.ask()
    assert machine.clock.skew == pytest.approx(skew, abs=0.51)
    machine.passed += 5000
    assert machine.clock.now() == pytest.approx(DISCORD + machine.passed, abs=0.51)


@pytest.mark.parametrize("skew", [-0.4, 0, 0.4])
def test_what_dates_cannot_tell_is_left_alone(skew: float) -> None:
    machine = Machine(skew)
    machine.ask()
    assert machine.clock.skew == 0
    assert machine.clock.now() == DISCORD + machine.passed + skew


def test_before_the_first_answer_this_machine_is_believed() -> None:
    machine = Machine(30)
    assert machine.clock.skew == 0
    machine.ask(1)
    assert machine.clock.skew == pytest.approx(30, abs=0.51)


def test_one_wrong_date_changes_nothing() -> None:
    machine = Machine(0)
    machine.ask(KEPT - 1)
    machine.ask(1, date=formatdate(DISCORD - 500, usegmt=True))
    assert machine.clock.skew == 0


@pytest.mark.parametrize("date", [None, "", "yesterday", "Fri, 99 Nov 2026 99:00:00 GMT"])
def test_a_date_that_cannot_be_read_teaches_nothing(date: str | None) -> None:
    machine = Machine(30)
    machine.clock.learn(date)
    assert machine.clock.skew == 0


def test_setting_the_clock_right_needs_no_new_answers() -> None:
    machine = Machine(30)
    machine.ask()
    machine.skew = 0.0
    assert machine.clock.skew == 0


def test_the_operator_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(-7)
    with caplog.at_level(logging.WARNING):
        machine.ask(20)
    assert len(caplog.records) == 1
    assert "-7 s" in caplog.text


def test_a_right_clock_is_not_talked_about(caplog: pytest.LogCaptureFixture) -> None:
    Machine(0.4).ask(20)
    assert caplog.text == ""
