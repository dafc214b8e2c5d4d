"""The channels' index agrees with the channels, whatever comes and goes."""

from __future__ import annotations

import pytest

from bot.sandbox.channels import Channels
from bot.sandbox.model import DM, TEXT, Channel


def test_the_index_follows_what_is_set_and_deleted() -> None:
    channels = Channels()
    for key, guild in ((1, 10), (2, 20), (3, 10), (4, None)):
        channels[key] = Channel(key, DM if guild is None else TEXT, f"c{key}", guild)
    assert [one.id for one in channels.of(10)] == [1, 3]
    assert [one.id for one in channels.of(20)] == [2]
    assert channels.of(30) == []
    del channels[1]
    with pytest.raises(KeyError):
        del channels[1]
    assert [one.id for one in channels.of(10)] == [3]
    channels[1] = Channel(1, TEXT, "again", 10)
    assert [one.name for one in channels.of(10)] == ["c3", "again"]
    assert sorted(channels) == [1, 2, 3, 4]
