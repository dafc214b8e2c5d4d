"""Shares, means and intervals."""

from __future__ import annotations

import pytest

from ravsg.pocket.measures import f1, mean, mean_share, share


def test_a_share_lies_within_its_interval() -> None:
    one = share([True] * 95 + [False] * 5)
    assert one.value == pytest.approx(0.95)
    assert one.low == pytest.approx(0.888, abs=0.002)
    assert one.high == pytest.approx(0.978, abs=0.002)


def test_a_share_of_all_or_none_is_not_certain() -> None:
    assert share([True] * 60).plain() == {"value": 1.0, "low": 0.9398, "high": 1.0, "n": 60}
    assert share([False] * 60).plain() == {"value": 0.0, "low": 0.0, "high": 0.0602, "n": 60}


def test_no_observation_says_nothing() -> None:
    assert share([]).plain() == {"value": 0.0, "low": 0.0, "high": 1.0, "n": 0}
    with pytest.raises(ValueError, match="no values"):
        mean([])


def test_a_mean_of_equal_values_is_certain() -> None:
    assert mean([2.0, 2.0]).plain() == {"value": 2.0, "low": 2.0, "high": 2.0, "n": 2}


def test_an_interval_ends_where_no_value_can_lie() -> None:
    assert mean([0.0, 1.0]).low < 0
    assert mean([0.0, 1.0], least=0).low == 0
    assert mean_share([0.0, 1.0]).plain() == {"value": 0.5, "low": 0.0, "high": 1.0, "n": 2}


def test_f1_of_sets() -> None:
    assert f1(set(), set()) == 1.0
    assert f1({"fox"}, {"fox", "owl"}) == pytest.approx(2 / 3)
    assert f1({"cat"}, {"fox"}) == 0.0
    assert f1(set(), {"fox"}) == 0.0
