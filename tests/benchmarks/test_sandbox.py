"""The benchmark of the sandbox at a tiny size: it measures what it says, and nothing is refused. No timings here."""

from __future__ import annotations

import os

import aiohttp
import pytest

from benchmarks.answers import percentile
from benchmarks.crowd import Size, fill
from benchmarks.sandbox import KINDS, against_description, crowd, failed, figures
from bot.sandbox.validate import VARIABLE
from tests.sandbox.checked import checked


async def test_the_crowd_has_the_size_that_was_asked() -> None:
    async with checked(seed=False) as sandbox:
        await fill(sandbox, Size(people=12, servers=3, messages=100))
        assert len(sandbox.people) == 12
        assert len(sandbox.world.guilds) == 3
        messages = [one for channel in sandbox.world.channels.values() for one in channel.messages.values()]
        assert len(messages) == 100
        assert any(one.attachments for one in messages)
        assert any(one.components and one.inline for one in messages)
        assert any(one.reactions for one in messages)
        assert any(one.mentions for one in messages)
        assert len(next(iter(sandbox.world.guilds.values())).members) == 13  # with the bot


async def test_every_figure_is_measured() -> None:
    found = {one.id: one for one in await figures(Size(4, 2, 30), samples=10, rate=20, taught=20, seconds=1)}
    assert {f"{kind}_{share}" for kind in KINDS for share in ("p50", "p99", "cpu")} < set(found)
    assert all(found[f"{kind}_p50"].value > 0 for kind in KINDS)
    assert found["worst_p99"].value == max(found[f"{kind}_p99"].value for kind in KINDS)
    assert all(found[f"{kind}_cpu"].value > 0 for kind in KINDS)
    assert found["worst_cpu"].value == max(found[f"{kind}_cpu"].value for kind in KINDS)
    assert found["P11"].value > 0
    assert found["P11_own"].value > 0
    refused = [found[f"{name}_{kind}"].value for name in ("P11", "P11_own") for kind in ("refused", "other")]
    assert refused == [0, 0, 0, 0]
    assert found["violations"].value == 0
    assert (found["violations"].goal is None) == (VARIABLE not in os.environ)


async def test_what_is_against_the_description_is_told() -> None:
    async with crowd(Size(1, 1, 1), checked=True) as place, aiohttp.ClientSession() as session:
        await session.get(f"{place['rest']}/guilds/1/voice-states")
    (told,) = place["violations"]
    assert "the sandbox does not play this endpoint" in told
    assert against_description(place | {"checked": True}).value == 1
    assert against_description(place | {"checked": False}).goal is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_percentiles(share: float, value: float) -> None:
    assert percentile([float(one) for one in range(100, 0, -1)], share) == value


def test_statuses_are_told_apart() -> None:
    assert failed({200: 5, 204: 1, 429: 3, 404: 2, 503: 1}) == 3
