"""The gateway, through bare connections where discord.py would not go wrong, and through discord.py elsewhere."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
import zstandard

from bot.sandbox import gateway, intents
from bot.sandbox import permissions as rights
from bot.sandbox.model import Member
from bot.sandbox.server import Sandbox
from tests.sandbox.bots import Probe, connected

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

Frame = dict[str, Any]
PLAIN = "?v=10&encoding=json"
GUILD_EVENTS = intents.GUILDS | intents.GUILD_MESSAGES


class Line:
    """A bare connection to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self.token = token
        self.sequence = 0

    async def next(self) -> Frame:
        frame: Frame = await self.socket.receive_json(timeout=30)
        self.sequence = frame["s"] or self.sequence
        return frame

    async def until(self, name: str) -> Frame:
        """The payload of the next event of that name."""
        while True:
            frame = await self.next()
            if frame["t"] == name:
                data: Frame = frame["d"]
                return data

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, bits: int = GUILD_EVENTS, **more: Any) -> Frame:
        await self.send(2, {"token": self.token, "intents": bits, "properties": {}, **more})
        return await self.until("READY")

    async def resume(self, session_id: str, sequence: int) -> None:
        await self.send(6, {"token": self.token, "session_id": session_id, "seq": sequence})

    async def cut(self, sandbox: Sandbox, session_id: str) -> None:
        """Break the connection without a goodbye, and wait until the gateway has noticed."""
        connection = self.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()
        session = sandbox.gateway._sessions[session_id]
        await sandbox.world.watch.until(lambda: session.socket is None or None, 30.0)

    async def close_code(self) -> int | None:
        """The code with which the other side closes."""
        async for _ in self.socket:
            pass
        return self.socket.close_code


@asynccontextmanager
async def line(sandbox: Sandbox, query: str = PLAIN, *, hello: bool = True) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway_url + query) as socket:
        one = Line(socket, sandbox.token)
        if hello:
            assert (await one.next())["op"] == 10
        yield one


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


# ---- resuming


async def test_a_resumed_session_gets_what_it_missed_in_order(place: Place) -> None:
    async with line(place.sandbox) as one:
        session = (await one.identify())["session_id"]
        await one.until("GUILD_CREATE")
        await one.cut(place.sandbox, session)
    for text in ("first", "second"):
        await place.sam.say("#general", text)
    async with line(place.sandbox) as again:
        await again.resume(session, one.sequence)
        frames = [await again.next() for _ in range(3)]
    assert [frame["t"] for frame in frames] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
    assert [frame["s"] for frame in frames] == [one.sequence + 1, one.sequence + 2, one.sequence + 3]


async def test_a_session_that_was_closed_in_good_order_is_over(place: Place) -> None:
    async with line(place.sandbox) as one:
        session = (await one.identify())["session_id"]
        await one.socket.close(code=1000)
    async with line(place.sandbox) as again:
        await again.resume(session, 1)
        assert await again.next() == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_session_is_kept_for_five_minutes(place: Place) -> None:
    async with line(place.sandbox) as one:
        session = (await one.identify())["session_id"]
        await one.cut(place.sandbox, session)
    place.sandbox.clock.advance(301)
    async with line(place.sandbox) as again:
        await again.resume(session, 1)
        assert (await again.next())["op"] == 9


async def test_a_strange_session_cannot_be_resumed(place: Place) -> None:
    async with line(place.sandbox) as one:
        await one.resume("unknown", 0)
        assert (await one.next())["op"] == 9


async def _survives(place: Place, disturb: Callable[[], None], event: str) -> None:
    """After a disturbance the client comes back by itself and misses nothing."""
    before = len(place.client.events(event))
    disturb()
    written = await place.sam.say("#general", "while you were away")
    await place.client.until(lambda: len(place.client.events(event)) > before)
    if event == "resumed":
        assert (await place.heard(written)).content == "while you were away"
    later = await place.sam.say("#general", "and now")
    assert (await place.heard(later)).content == "and now"


async def test_op_7_makes_discord_py_resume(place: Place) -> None:
    await _survives(place, place.sandbox.faults.reconnect, "resumed")


async def test_op_9_that_may_be_resumed_is_resumed(place: Place) -> None:
    await _survives(place, lambda: place.sandbox.faults.invalid_session(resumable=True), "resumed")


async def test_op_9_makes_discord_py_identify_anew(place: Place) -> None:
    identified = place.sandbox.gateway.identified
    await _survives(place, place.sandbox.faults.invalid_session, "ready")
    assert place.sandbox.gateway.identified == identified + 1


async def test_a_cut_connection_is_resumed(place: Place) -> None:
    await _survives(place, place.sandbox.faults.drop_gateway, "resumed")


async def test_a_close_code_that_is_not_final_is_resumed(place: Place) -> None:
    await _survives(place, lambda: place.sandbox.faults.drop_gateway(4000), "resumed")


async def test_discord_py_notices_a_dead_connection_by_its_missing_acknowledgements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "HEARTBEAT_MS", 200)
    async with Sandbox() as sandbox:
        with sandbox.redirect_discord():
            probe = Probe(heartbeat_timeout=0.6)
            async with connected(sandbox, probe):
                sandbox.faults.silence()
                await sandbox.world.watch.until(lambda: not sandbox.gateway.connected or None, 30.0)
                sandbox.faults.clear()
                await probe.until_event("resumed")
                assert sandbox.gateway.identified == 1


async def test_a_heartbeat_that_is_asked_for_comes_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []
    receive = gateway.Gateway._receive

    def counted(self: gateway.Gateway, connection: Any, frame: Frame) -> None:
        beats.append(frame["op"])
        self._world.watch.notify()
        receive(self, connection, frame)

    monkeypatch.setattr(gateway.Gateway, "_receive", counted)
    place.sandbox.gateway.send_all({"op": 1, "d": None, "s": None, "t": None})
    await place.sandbox.world.watch.until(lambda: 1 in beats, 30.0)


# ---- shards and members


async def test_a_shard_gets_its_own_servers_only(place: Place) -> None:
    mine = (place.home.id >> 22) % 2
    async with line(place.sandbox) as one:
        assert len((await one.identify(shard=[mine, 2]))["guilds"]) == 1
    async with line(place.sandbox) as other:
        assert (await other.identify(shard=[1 - mine, 2]))["guilds"] == []


async def test_members_are_brought_on_request(place: Place) -> None:
    members = await place.guild.chunk()
    assert {one.name for one in members} == {"robin", "sam", "ravsg"}


async def test_members_are_found_by_the_beginning_of_their_name(place: Place) -> None:
    assert [one.name for one in await place.guild.query_members("sa")] == ["sam"]
    assert await place.guild.query_members("zz") == []


async def test_members_are_found_by_id(place: Place) -> None:
    found = await place.guild.query_members(user_ids=[place.sam.id, 1])
    assert [one.id for one in found] == [place.sam.id]


async def test_a_large_server_comes_in_chunks(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert gateway.MEMBERS_A_CHUNK == 1000
    monkeypatch.setattr(gateway, "MEMBERS_A_CHUNK", 10)
    world = place.sandbox.world
    guild = world.add_guild("Crowd", place.robin.user)
    for number in range(25):
        visitor = world.add_user(f"visitor{number}")
        guild.members[visitor.id] = Member(visitor, world.clock.now())
    try:
        async with line(place.sandbox) as one:
            await one.identify(intents.GUILDS)
            await one.send(8, {"guild_id": str(guild.id), "query": "visitor", "limit": 0})
            chunks = [await one.until("GUILD_MEMBERS_CHUNK") for _ in range(3)]
    finally:
        world.remove_bot(guild)
    assert [(chunk["chunk_index"], chunk["chunk_count"]) for chunk in chunks] == [(0, 3), (1, 3), (2, 3)]
    assert [len(chunk["members"]) for chunk in chunks] == [10, 10, 5]


# ---- intents

INTENTS: dict[str, tuple[int, str]] = {
    "messages in servers": (intents.GUILD_MESSAGES, "MESSAGE_CREATE"),
    "reactions in servers": (intents.GUILD_REACTIONS, "MESSAGE_REACTION_ADD"),
    "typing in servers": (intents.GUILD_TYPING, "TYPING_START"),
    "votes in servers": (intents.GUILD_POLLS, "MESSAGE_POLL_VOTE_ADD"),
    "direct messages": (intents.DIRECT_MESSAGES, "MESSAGE_CREATE"),
    "changed members": (intents.GUILD_MEMBERS, "GUILD_MEMBER_UPDATE"),
    "channels": (intents.GUILDS, "CHANNEL_UPDATE"),
    "stickers": (intents.EXPRESSIONS, "GUILD_STICKERS_UPDATE"),
}


async def _everything(place: Place, direct: bool) -> None:
    """One of each event."""
    world, sam = place.sandbox.world, place.sam
    if direct:
        await sam.say(sam.dm(), "psst")
        return
    written = await sam.say("#general", "hello")
    await sam.react(written, "🐙")
    poll = await sam.poll("#general", "Which?", ["a", "b"])
    await sam.vote(poll, "a")
    await place.general.typing()
    world.member_event(place.home, sam.user)
    world.channel_event("CHANNEL_UPDATE", place.here)
    world.add_sticker(place.home, f"sticker{len(place.home.stickers)}")


@pytest.mark.parametrize("what", INTENTS)
async def test_an_intent_lets_through(place: Place, what: str) -> None:
    needed, name = INTENTS[what]
    others = sum({bits for bits, _ in INTENTS.values()} - {needed})
    if what == "direct messages":
        others = 0
    async with line(place.sandbox) as has, line(place.sandbox) as lacks:
        await has.identify(needed)
        await lacks.identify(others)
        await _everything(place, direct=what == "direct messages")
        assert await has.until(name)
        place.sandbox.gateway.send_all({"op": 11, "d": None, "s": None, "t": "END"})
        heard = []
        while (frame := await lacks.next())["t"] != "END":
            heard.append(frame["t"])
    if what == "direct messages":
        assert heard == ["GUILD_CREATE"] * heard.count("GUILD_CREATE")
    else:
        assert name not in heard


async def _content(place: Place, act: Callable[[], Any], bits: int = GUILD_EVENTS) -> Frame:
    """A message as a session without the Message Content intent gets it."""
    async with line(place.sandbox) as one:
        await one.identify(bits | intents.DIRECT_MESSAGES)
        await act()
        return await one.until("MESSAGE_CREATE")


async def test_without_message_content_a_message_is_empty(place: Place) -> None:
    told = await _content(place, lambda: place.sam.say("#general", "secret", files=[("a.txt", b"1")]))
    assert (told["content"], told["attachments"], told["embeds"], told["components"]) == ("", [], [], [])


async def test_without_message_content_a_mention_is_whole(place: Place) -> None:
    told = await _content(place, lambda: place.sam.say("#general", "hello", mention_bot=True))
    assert told["content"].endswith("hello")


async def test_without_message_content_direct_messages_are_whole(place: Place) -> None:
    told = await _content(place, lambda: place.sam.say(place.sam.dm(), "psst"))
    assert told["content"] == "psst"


async def test_without_message_content_own_messages_are_whole(place: Place) -> None:
    told = await _content(place, lambda: place.general.send("mine"))
    assert told["content"] == "mine"


async def test_without_message_content_anothers_poll_is_missing(place: Place) -> None:
    told = await _content(place, lambda: place.sam.poll("#general", "Which?", ["a"]))
    assert "poll" not in told


async def test_without_message_content_the_message_answered_is_judged_by_itself(place: Place) -> None:
    picture = await place.robin.say("#general", "look", files=[("a.png", b"1")])
    told = await _content(place, lambda: place.sam.say("#general", "?", reply_to=picture, mention_bot=True))
    assert told["content"].endswith("?")
    assert (told["referenced_message"]["content"], told["referenced_message"]["attachments"]) == ("", [])


async def test_without_message_content_a_reply_that_pings_the_bot_is_whole(place: Place) -> None:
    await place.general.send("mine")
    mine = await place.robin.wait_for("#general", lambda one: one.content == "mine")
    told = await _content(place, lambda: place.robin.say("#general", "more", reply_to=mine))
    assert (told["content"], told["referenced_message"]["content"]) == ("more", "mine")
    silent = await _content(place, lambda: place.robin.say("#general", "more", reply_to=mine, ping=False))
    assert silent["content"] == ""


async def test_what_the_bot_cannot_see_is_not_told(place: Place) -> None:
    hidden = place.sandbox.channel("#stories")
    with place.denied(rights.VIEW_CHANNEL, where=hidden):
        await place.robin.say(hidden, "secret")
        shown = await place.heard(await place.robin.say("#general", "open"))
        assert place.client.events("message") == [(shown,)]


async def test_with_message_content_everything_is_told(place: Place) -> None:
    told = await _content(place, lambda: place.sam.say("#general", "open"), GUILD_EVENTS | intents.MESSAGE_CONTENT)
    assert told["content"] == "open"


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
