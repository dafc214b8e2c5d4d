"""Reading messages, typing, waiting for the next one."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.sandbox import permissions as rights

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


# ---- reading


HISTORY: dict[str, tuple[dict[str, Any], list[str]]] = {
    "from the newest": ({"limit": 3}, ["9", "8", "7"]),
    "from the oldest": ({"limit": 3, "oldest_first": True}, ["0", "1", "2"]),
    "before a message": ({"limit": 3, "before": 5}, ["4", "3", "2"]),
    "after a message": ({"limit": 3, "after": 5}, ["6", "7", "8"]),
    "around a message": ({"limit": 3, "around": 5}, ["4", "5", "6"]),
}


@pytest.mark.parametrize("how", HISTORY)
async def test_history_is_read(place: Place, how: str) -> None:
    channel = place.sandbox.world.add_channel(place.home, "counting")
    (seen,) = await place.told("guild_channel_create", lambda one: one.id == channel.id)
    ten = [await seen.send(str(at)) for at in range(10)]
    asked, texts = HISTORY[how]
    pivots = {key: ten[at] for key, at in asked.items() if key in ("before", "after", "around")}
    found = [one.content async for one in seen.history(**{**asked, **pivots})]
    assert (sorted(found) if "around" in asked else found) == texts
    place.sandbox.world.remove_channel(channel)


async def test_history_of_more_than_a_page(place: Place) -> None:
    channel = place.sandbox.world.add_channel(place.home, "long")
    (seen,) = await place.told("guild_channel_create", lambda one: one.id == channel.id)
    for at in range(130):
        await place.sam.say(channel, str(at))
    found = [one.content async for one in seen.history(limit=None)]
    assert found == [str(at) for at in reversed(range(130))]
    place.sandbox.world.remove_channel(channel)


async def test_a_message_is_fetched_or_10008(place: Place) -> None:
    sent = await place.general.send("here")
    assert (await place.general.fetch_message(sent.id)).content == "here"
    with pytest.raises(discord.NotFound) as refused:
        await place.general.fetch_message(1)
    assert refused.value.code == 10008


async def test_without_the_right_to_read_history_it_is_empty(place: Place) -> None:
    sent = await place.general.send("x")
    with place.denied(rights.READ_MESSAGE_HISTORY):
        assert [one async for one in place.general.history()] == []
        with pytest.raises(discord.Forbidden) as refused:
            await place.general.fetch_message(sent.id)
    assert refused.value.code == 50013


# ---- typing


async def test_the_bots_typing_is_seen(place: Place) -> None:
    seen: list[tuple[str, int | None]] = []
    stop = place.sandbox.world.listen(lambda event: seen.append((event.name, event.channel_id)))
    await place.general.typing()
    stop()
    assert ("TYPING_START", place.here.id) in seen


async def test_somebodys_typing_is_told(place: Place) -> None:
    await place.general.typing()
    channel, _, when = await place.told("typing", lambda channel, user, when: user.id == place.sandbox.bot.id)
    assert channel.id == place.here.id
    assert discord.utils.utcnow() - when < timedelta(days=60)


async def test_typing_needs_the_right_to_write(place: Place) -> None:
    with place.denied(rights.SEND_MESSAGES), pytest.raises(discord.Forbidden) as refused:
        await place.general.typing()
    assert refused.value.code == 50013


# ---- waiting, as bots do


async def test_wait_for_gets_the_message_it_waits_for(place: Place) -> None:
    waiting = asyncio.create_task(
        place.client.wait_for("message", check=lambda one: one.content == "the word", timeout=10)
    )
    await asyncio.sleep(0)
    await place.sam.say("#general", "no")
    written = await place.sam.say("#general", "the word")
    assert (await waiting).id == written.id
