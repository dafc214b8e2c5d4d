"""Shares, means and intervals."""

from __future__ import annotations

import pytest

from ravsg.pocket.measures import f1, mean, share


def test_a_share_lies_within_its_interval() -> None:
    one = share([True] * 95 + [False] * 5)
    assert one.value == pytest.approx(0.95)
    assert one.low == pytest.approx(0.888, abs=0.002)
    assert one.high == pytest.approx(0.978, abs=0.002)


def test_no_observation_says_nothing() -> None:
    assert share([]).plain() == {"value": 0.0, "low": 0.0, "high": 1.0, "n": 0}


def test_a_mean_of_equal_values_is_certain() -> None:
    assert mean([2.0, 2.0]).plain() == {"value": 2.0, "low": 2.0, "high": 2.0, "n": 2}


def test_f1_of_sets() -> None:
    assert f1(set(), set()) == 1.0
    assert f1({"fox"}, {"fox", "owl"}) == pytest.approx(2 / 3)
    assert f1({"cat"}, {"fox"}) == 0.0
