"""The gateway: its beginning, close codes, compression, servers that come and go."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
import pytest
import zstandard

from bot.sandbox import gateway, intents
from tests.sandbox.bots import Probe

from .conftest import Place
from .line import GUILD_EVENTS, PLAIN, Line, line

pytestmark = pytest.mark.asyncio(loop_scope="module")


# ---- beginning


async def test_hello_comes_first_and_tells_the_interval_of_heartbeats(place: Place) -> None:
    async with line(place.sandbox, hello=False) as one:
        frame = await one.next()
    assert frame["op"] == 10
    assert frame["d"]["heartbeat_interval"] == 41_250


async def test_a_heartbeat_is_acknowledged(place: Place) -> None:
    async with line(place.sandbox) as one:
        await one.send(1, None)
        assert (await one.next())["op"] == 11


async def test_ready_brings_version_session_and_servers_that_are_still_to_come(place: Place) -> None:
    async with line(place.sandbox) as one:
        ready = await one.identify()
    assert ready["v"] == 10
    assert ready["resume_gateway_url"] == place.sandbox.gateway_url
    assert ready["guilds"] == [{"id": str(place.home.id), "unavailable": True}]
    assert ready["user"]["id"] == str(place.sandbox.bot.id)


async def test_each_server_follows_ready_in_full(place: Place) -> None:
    async with line(place.sandbox) as one:
        await one.identify()
        guild = await one.until("GUILD_CREATE")
    assert [item["name"] for item in guild["channels"]] == ["general", "stories"]
    assert [item["user"]["id"] for item in guild["members"]] == [str(place.sandbox.bot.id)]


async def test_discord_py_tells_its_user_application_and_latency(place: Place) -> None:
    assert place.client.user is not None
    assert place.client.user.name == "ravsg"
    assert place.client.application_id == place.sandbox.bot.id
    assert place.client.application_flags.gateway_message_content_limited
    assert place.client.is_ready()


async def test_the_number_of_sessions_left_is_told(place: Place) -> None:
    shards, url, limit = await place.client.http.get_bot_gateway()
    assert shards == 1
    assert url.startswith(place.sandbox.gateway_url)
    assert limit["max_concurrency"] == 1
    assert limit["remaining"] == 1000 - place.sandbox.gateway.identified


async def test_discord_py_says_of_a_wrong_token_that_it_is_wrong(place: Place) -> None:
    probe = Probe()
    with pytest.raises(discord.LoginFailure):
        await probe.start("wrong")
    await probe.close()


async def test_discord_py_names_the_intents_that_are_switched_off(place: Place) -> None:
    switches = place.sandbox.gateway.portal_intents
    place.sandbox.gateway.portal_intents = 0
    probe = Probe(discord.Intents.all())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await probe.start(place.sandbox.token)
    place.sandbox.gateway.portal_intents = switches
    await probe.close()


async def test_an_acknowledgement_does_not_come_before_the_beat_can_have_been_noted(place: Place) -> None:
    """discord.py notes the time of a beat after sending it, on its own thread: the answer has to come later."""
    async with line(place.sandbox) as one:
        await one.send(1, None)
        await one.resume("unknown", 0)
        assert [(await one.next())["op"] for _ in range(2)] == [9, 11]


async def test_a_presence_is_taken_without_complaint(place: Place) -> None:
    await place.client.change_presence(activity=discord.Game("with ink"))
    assert place.sandbox.gateway.connected


# ---- close codes


async def _wait(one: Line) -> None:
    return None


CLOSINGS: dict[str, tuple[int, Callable[[Line], Any]]] = {
    "4001 for a strange opcode": (4001, lambda one: one.send(99, None)),
    "4002 for what is no JSON": (4002, lambda one: one.socket.send_str("{")),
    "4002 for what is too large": (4002, lambda one: one.send(1, "x" * 5000)),
    "4003 before identifying": (4003, lambda one: one.send(3, {"status": "online"})),
    "4004 for a wrong token": (4004, lambda one: one.send(2, {"token": "x", "intents": 0})),
    "4010 for a shard that there is not": (
        4010,
        lambda one: one.send(2, {"token": one.token, "intents": 0, "shard": [2, 2]}),
    ),
    "4013 for intents that there are not": (4013, lambda one: one.send(2, {"token": one.token, "intents": 1 << 60})),
}


@pytest.mark.parametrize("what", CLOSINGS)
async def test_the_gateway_closes_with(place: Place, what: str) -> None:
    code, act = CLOSINGS[what]
    async with line(place.sandbox) as one:
        await act(one)
        assert await one.close_code() == code


async def test_the_gateway_closes_with_4005_for_identifying_twice(place: Place) -> None:
    async with line(place.sandbox) as one:
        await one.identify()
        await one.send(2, {"token": one.token, "intents": 0})
        assert await one.close_code() == 4005


async def test_the_gateway_closes_with_4007_for_a_sequence_from_the_future(place: Place) -> None:
    async with line(place.sandbox) as one:
        session = (await one.identify())["session_id"]
        await one.cut(place.sandbox, session)
    async with line(place.sandbox) as again:
        await again.resume(session, 10_000)
        assert await again.close_code() == 4007


async def test_the_gateway_closes_with_4008_after_120_frames_a_minute(place: Place) -> None:
    async with line(place.sandbox) as one:
        for _ in range(121):
            await one.send(1, None)
        assert await one.close_code() == 4008


async def test_the_gateway_closes_with_4012_for_another_version(place: Place) -> None:
    async with line(place.sandbox, "?v=6&encoding=json") as one:
        assert await one.close_code() == 4012


async def test_the_gateway_closes_with_4014_for_an_intent_that_is_switched_off(place: Place) -> None:
    switches = place.sandbox.gateway.portal_intents
    place.sandbox.gateway.portal_intents = 0
    try:
        async with line(place.sandbox) as one:
            await one.send(2, {"token": one.token, "intents": intents.MESSAGE_CONTENT})
            assert await one.close_code() == 4014
    finally:
        place.sandbox.gateway.portal_intents = switches


async def test_the_gateway_closes_a_connection_whose_heart_stopped(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "HEARTBEAT_MS", 50)
    async with line(place.sandbox) as one:
        assert await one.close_code() == 4009


# ---- compression


async def test_zlib_is_one_stream_whose_messages_end_in_a_sync_flush(place: Place) -> None:
    async with line(place.sandbox, PLAIN + "&compress=zlib-stream", hello=False) as one:
        inflate = zlib.decompressobj()
        await one.send(1, None)
        frames = [(await one.socket.receive()).data for _ in range(2)]
    assert all(frame.endswith(b"\x00\x00\xff\xff") for frame in frames)
    assert [json.loads(inflate.decompress(frame))["op"] for frame in frames] == [10, 11]


async def test_zstd_is_one_stream_with_a_whole_message_in_each_frame(place: Place) -> None:
    async with line(place.sandbox, PLAIN + "&compress=zstd-stream", hello=False) as one:
        stream = zstandard.ZstdDecompressor().decompressobj()
        hello = json.loads(stream.decompress((await one.socket.receive()).data))
        await one.send(2, {"token": one.token, "intents": GUILD_EVENTS})
        ready = json.loads(stream.decompress((await one.socket.receive()).data))
    assert (hello["op"], ready["t"]) == (10, "READY")


async def test_without_compression_frames_are_text(place: Place) -> None:
    async with line(place.sandbox, hello=False) as one:
        assert (await one.socket.receive()).type is aiohttp.WSMsgType.TEXT


async def test_discord_py_asks_for_zstd_where_the_library_is_there(place: Place) -> None:
    assert place.sandbox.gateway.compressions == {"zstd-stream"}


async def test_large_payloads_come_through_compression_whole(place: Place) -> None:
    text = "".join(chr(0x4E00 + at % 5000) for at in range(2000))
    written = await place.sam.say("#general", text)
    assert (await place.heard(written)).content == text


# ---- servers come and go


async def test_an_outage_is_no_removal(place: Place) -> None:
    place.sandbox.world.outage(place.home)
    (gone,) = await place.told("guild_unavailable", lambda one: one.id == place.home.id)
    assert gone.unavailable
    place.sandbox.world.outage(place.home, over=True)
    await place.told("guild_available", lambda one: one.id == place.home.id)
    assert not place.guild.unavailable


async def test_an_invitation_and_a_removal_are_told(place: Place) -> None:
    guild = place.sandbox.add_guild("Second", place.robin)
    (joined,) = await place.told("guild_join", lambda one: one.id == guild.id)
    assert [one.name for one in joined.text_channels] == ["general"]
    place.sandbox.world.remove_bot(guild)
    (left,) = await place.told("guild_remove", lambda one: one.id == guild.id)
    assert left.name == "Second"
