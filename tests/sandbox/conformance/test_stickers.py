"""A server's own stickers."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox.expressions import add_sticker

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_stickers_are_told_fetched_and_sent(place: Place) -> None:
    sticker = add_sticker(place.sandbox.world, place.home, "wave", description="a wave", tags="🌊")
    await place.told("guild_stickers_update", lambda guild, before, after: len(after) > len(before))
    fetched = await place.guild.fetch_sticker(sticker.id)
    assert (fetched.name, fetched.description) == ("wave", "a wave")
    assert (await place.client.fetch_sticker(sticker.id)).name == "wave"
    assert sticker.id in {one.id for one in await place.guild.fetch_stickers()}
    sent = await place.general.send(stickers=[fetched])
    assert [one.name for one in sent.stickers] == ["wave"]


async def test_a_sticker_of_another_server_is_50081(place: Place) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send(stickers=[discord.Object(1)])  # type: ignore[list-item]
    assert refused.value.code == 50081
    with pytest.raises(discord.NotFound) as unknown:
        await place.guild.fetch_sticker(1)
    assert unknown.value.code == 10060
