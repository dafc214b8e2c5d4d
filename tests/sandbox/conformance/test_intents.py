"""Shards, members on request, and which events and texts an intent brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox import intents, member_chunks, roles
from bot.sandbox import permissions as rights
from bot.sandbox.expressions import add_emoji, add_sticker
from bot.sandbox.model import Member

from .conftest import Place
from .line import GUILD_EVENTS, Frame, line

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
    assert member_chunks.A_CHUNK == 1000
    monkeypatch.setattr(member_chunks, "A_CHUNK", 10)
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


async def test_everybody_is_told_only_with_the_members_intent(place: Place) -> None:
    async with line(place.sandbox) as has, line(place.sandbox) as lacks:
        await has.identify(intents.GUILDS | intents.GUILD_MEMBERS)
        await lacks.identify(intents.GUILDS)
        for one in (has, lacks):
            await one.until("GUILD_CREATE")
            await one.send(8, {"guild_id": str(place.home.id), "query": "", "limit": 0, "nonce": "all"})
            await one.send(8, {"guild_id": str(place.home.id), "query": "sa", "limit": 0, "nonce": "some"})
        assert [(await has.until("GUILD_MEMBERS_CHUNK"))["nonce"] for _ in range(2)] == ["all", "some"]
        assert (await lacks.until("GUILD_MEMBERS_CHUNK"))["nonce"] == "some"


async def test_members_by_name_are_a_hundred_at_most(place: Place) -> None:
    world = place.sandbox.world
    guild = world.add_guild("Crowd", place.robin.user)
    for number in range(101):
        visitor = world.add_user(f"visitor{number}")
        guild.members[visitor.id] = Member(visitor, world.clock.now())
    try:
        async with line(place.sandbox) as one:
            await one.identify(intents.GUILDS)
            await one.send(8, {"guild_id": str(guild.id), "query": "visitor", "limit": 0})
            assert len((await one.until("GUILD_MEMBERS_CHUNK"))["members"]) == 100
    finally:
        world.remove_bot(guild)


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
    "emoji": (intents.EXPRESSIONS, "GUILD_EMOJIS_UPDATE"),
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
    roles.tell_member(world, place.home, sam.user)
    world.channel_event("CHANNEL_UPDATE", place.here)
    add_sticker(world, place.home, f"sticker{len(place.home.stickers)}")
    add_emoji(world, place.home, f"emoji{len(place.home.emojis)}")


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
