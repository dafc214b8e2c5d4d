"""Figures and their goals, as people and as scripts read them."""

from __future__ import annotations

import json

from benchmarks.report import Figure, as_json, as_table

FIGURES = [
    Figure("P10", "start to acknowledgement", 0.91, "s", 1.0),
    Figure("P6", "libraries / bot", 0.5, "", 0.95, at_most=False),
    Figure("raw", "libraries alone", 3.0, "s"),
]


def test_a_goal_is_met_on_its_own_side() -> None:
    assert [figure.met for figure in FIGURES] == [True, False, None]
    assert Figure("P6", "libraries / bot", 0.95, "", 0.95, at_most=False).met


def test_the_json_has_one_entry_per_id() -> None:
    read = json.loads(as_json(FIGURES))
    assert read["P10"] == {
        "what": "start to acknowledgement",
        "value": 0.91,
        "unit": "s",
        "goal": 1.0,
        "met": True,
    }
    assert read["raw"]["met"] is None
    assert list(read) == ["P10", "P6", "raw"]


def test_the_table_says_what_was_missed() -> None:
    first, second, third = as_table(FIGURES).splitlines()
    assert "≤ 1 met" in first
    assert "≥ 0.95 MISSED" in second
    assert third.endswith("s")


def test_notes_stand_under_the_table() -> None:
    noted = [*FIGURES, Figure("P7", "noted", 1.0, "s", note="why it is so " * 20)]
    *lines, gap, first, second, third = as_table(noted).splitlines()
    assert len(lines) == len(noted)
    assert gap == ""
    assert first.startswith("P7: why it is so")
    assert second.startswith("  ")
    assert max(map(len, (first, second, third))) <= 100
