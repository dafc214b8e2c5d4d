"""What of a chapter's scene is found again in its picture: figures that fall with each thing that is missing."""

from __future__ import annotations

import pytest

from ravsg.story.prompts import CastSheet
from ravsg.story.roundtrip import FITS, Wanted, compare, dressed, wanted
from ravsg.types import Analysis, SceneCard

MIRA = CastSheet("Mira", "a red fox with a blue scarf")
BRUNO = CastSheet("Bruno", "a boy in a green coat")
ASKED = Wanted("a misty harbour", ("a red fox with a blue scarf",), ("an old lantern", "boats"))
SEEN = Analysis("a harbour in the mist", ("a red fox with a blue scarf",), "calm", ("lantern", "boat"), ())


def test_a_picture_of_the_scene_fits() -> None:
    trip = compare(ASKED, SEEN)
    assert trip.figures == {"setting": 0.5, "characters": 1.0, "objects": 0.75, "whole": 0.75}
    assert trip.fits


@pytest.mark.parametrize(
    ("seen", "fits"),
    [
        (Analysis("a harbour", ("a red fox",), "", ("lantern", "boats"), ()), True),
        (Analysis("a forest", ("a red fox with a blue scarf",), "", ("lantern",), ()), False),
        (Analysis("a misty harbour", ("a green dragon",), "", ("lantern", "boats"), ()), True),
        (Analysis("a misty harbour", ("a green dragon",), "", (), ()), False),
        (Analysis("a forest", ("a green dragon",), "", ("tent",), ()), False),
        (Analysis("", (), "", (), ()), False),
    ],
)
def test_the_mean_decides(seen: Analysis, fits: bool) -> None:
    assert compare(ASKED, seen).fits is fits


def test_each_thing_that_is_missing_lowers_the_mean() -> None:
    steps = [
        SEEN,
        Analysis(SEEN.setting, ("a red fox",), "calm", SEEN.objects, ()),
        Analysis(SEEN.setting, ("a red fox",), "calm", (), ()),
        Analysis(SEEN.setting, (), "calm", (), ()),
        Analysis("a cave", (), "calm", (), ()),
    ]
    whole = [compare(ASKED, one).whole for one in steps]
    assert whole == sorted(whole, reverse=True)
    assert len(set(whole)) == len(whole)
    assert whole[0] >= FITS > whole[-1] == 0


def test_what_the_scene_does_not_name_is_not_asked() -> None:
    trip = compare(Wanted("harbour", (), ()), Analysis("harbour", ("a dragon",), "", ("tent",), ()))
    assert trip.figures == {"setting": 1.0, "whole": 1.0}
    assert compare(Wanted("", (), ()), SEEN).whole == 1.0


def test_a_scene_asks_for_whoever_of_the_cast_is_in_it_and_for_things_that_are_told() -> None:
    card = SceneCard("harbour", "Mira looks at the sea", "dusk", "gulls, rope")
    before = Analysis("harbour", ("a fox",), "calm", ("old lantern", "boat"), ())
    asked = wanted(card, "Mira lifted the old lantern.", (MIRA, BRUNO), before)
    assert asked == Wanted("harbour", (MIRA.looks,), ("gulls", "rope", "old lantern"))
    unknown = wanted(SceneCard("", "a dragon", "", ""), "A dragon came.", (MIRA,), before)
    assert unknown == Wanted("harbour", ("a dragon",), ())


def test_names_become_looks_for_the_painter() -> None:
    card = SceneCard("harbour", "Mira and Bruno on the quay", "dusk", "")
    assert dressed(card, (MIRA, BRUNO)).subjects == f"{MIRA.looks} and {BRUNO.looks} on the quay"
    assert dressed(card, ()).subjects == card.subjects
