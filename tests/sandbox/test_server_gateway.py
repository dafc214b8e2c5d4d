"""The gateway as discord.py meets it: login, intents, what arrives stripped, dropping and resuming."""

from __future__ import annotations

import json
import zlib
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox.model import Message as SandboxMessage
from bot.sandbox.server import Sandbox

from .bots import Probe, connected

FILE = ("notes.txt", b"hello")


def last_message(probe: Probe) -> discord.Message:
    message = probe.events("message")[-1][0]
    assert isinstance(message, discord.Message)
    return message


def without_content() -> discord.Intents:
    return discord.Intents.default()


def with_content() -> discord.Intents:
    intents = discord.Intents.default()
    intents.message_content = True
    return intents


async def heard(probe: Probe, written: SandboxMessage) -> discord.Message:
    """What the client was told of a message."""
    await probe.until(lambda: any(one[0].id == written.id for one in probe.events("message")))  # type: ignore[attr-defined]
    return last_message(probe)


async def test_a_wrong_token_is_refused(sandbox: Sandbox) -> None:
    probe = Probe()
    with pytest.raises(discord.LoginFailure):
        await probe.start("wrong")
    await probe.close()


async def test_the_gateway_closes_4004_on_a_wrong_token(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 0, "properties": {}}})
        closing = await socket.receive()
        assert closing.type is aiohttp.WSMsgType.CLOSE
        assert closing.data == 4004


async def test_compressed_frames_are_one_zlib_stream(sandbox: Sandbox) -> None:
    url = sandbox.gateway_url + "?v=10&encoding=json&compress=zlib-stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        inflate = zlib.decompressobj()
        frames: list[dict[str, Any]] = [json.loads(inflate.decompress((await socket.receive()).data))]
        await socket.send_json({"op": 1, "d": None})
        data = (await socket.receive()).data
        assert data.endswith(b"\x00\x00\xff\xff")
        frames.append(json.loads(inflate.decompress(data)))
    assert [one["op"] for one in frames] == [10, 11]


async def test_intents_that_the_portal_does_not_grant_are_refused() -> None:
    async with Sandbox(message_content=False) as sandbox:
        with sandbox.redirect_discord():
            probe = Probe(with_content())
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await probe.start(sandbox.token)
            await probe.close()


async def test_ready_brings_servers_channels_and_the_bots_own_membership(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        guild = probe.guilds[0]
        assert guild.name == "Storybook Corner"
        assert [one.name for one in guild.text_channels] == ["general", "stories"]
        assert guild.me.id == sandbox.bot.id
        assert guild.me.guild_permissions.attach_files
        assert not guild.me.guild_permissions.administrator
        assert guild.member_count == 3
        assert [one.id for one in guild.members] == [sandbox.bot.id]


async def test_members_arrive_with_the_members_intent(sandbox: Sandbox) -> None:
    intents = discord.Intents.default()
    intents.members = True
    async with connected(sandbox, Probe(intents)) as probe:
        assert {one.name for one in probe.guilds[0].members} == {"ravsg", "robin", "sam"}
        kim = sandbox.add_person("Kim", [sandbox.guild("Storybook Corner")])
        (member,) = await probe.until_event("member_join")
        assert isinstance(member, discord.Member)
        assert member.id == kim.id


async def test_without_message_content_others_messages_arrive_empty(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, Probe(without_content())) as probe:
        plain = await heard(probe, await robin.say("#general", "hello", files=[FILE]))
        assert plain.content == ""
        assert plain.attachments == []
        naming = await heard(probe, await robin.say("#general", "hello", files=[FILE], mention_bot=True))
        assert naming.content.endswith("hello")
        assert naming.attachments[0].filename == "notes.txt"


async def test_a_reply_with_mention_comes_whole_but_what_it_answers_comes_stripped(sandbox: Sandbox) -> None:
    robin, sam = sandbox.person("Robin"), sandbox.person("Sam")
    async with connected(sandbox, Probe(without_content())) as probe:
        picture = await sam.say("#general", "look", files=[FILE])
        reply = await heard(probe, await robin.say("#general", "a story", reply_to=picture, mention_bot=True))
        assert "a story" in reply.content
        assert reply.reference is not None
        answered = reply.reference.resolved
        assert isinstance(answered, discord.Message)
        assert answered.content == ""
        assert answered.attachments == []


async def test_a_reply_with_ping_to_the_bot_comes_whole_with_what_it_answers(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, Probe(without_content())) as probe:
        channel = probe.guilds[0].text_channels[0]
        await channel.send("mine")
        mine = await robin.wait_for("#general", lambda one: one.content == "mine")
        reply = await heard(probe, await robin.say("#general", "more", reply_to=mine))
        assert reply.content == "more"
        assert isinstance(reply.reference and reply.reference.resolved, discord.Message)
        assert reply.reference.resolved.content == "mine"  # type: ignore[union-attr]
        silent = await heard(probe, await robin.say("#general", "more", reply_to=mine, ping=False))
        assert silent.content == ""


async def test_direct_messages_come_whole(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, Probe(without_content())) as probe:
        told = await heard(probe, await robin.say(robin.dm(), "psst"))
        assert told.content == "psst"
        assert told.guild is None
        await told.channel.send("yes?")
        await robin.wait_for(robin.dm(), lambda one: one.content == "yes?")


async def test_with_message_content_everything_arrives(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe(with_content())) as probe:
        told = await heard(probe, await sandbox.person("Sam").say("#general", "hello", files=[FILE]))
        assert told.content == "hello"
        assert await told.attachments[0].read() == b"hello"


async def test_edits_deletes_reactions_are_told(sandbox: Sandbox) -> None:
    sam = sandbox.person("Sam")
    async with connected(sandbox, Probe(with_content())) as probe:
        written = await sam.say("#general", "one")
        await heard(probe, written)
        await sam.edit(written, "two")
        _, after = await probe.until_event("message_edit")
        assert isinstance(after, discord.Message)
        assert after.content == "two"
        assert after.edited_at is not None
        await sam.react(written, "👍")
        (added,) = await probe.until_event("raw_reaction_add")
        assert isinstance(added, discord.RawReactionActionEvent)
        assert (str(added.emoji), added.user_id) == ("👍", sam.id)
        await sam.unreact(written, "👍")
        await probe.until_event("raw_reaction_remove")
        await sam.delete(written)
        (gone,) = await probe.until_event("raw_message_delete")
        assert isinstance(gone, discord.RawMessageDeleteEvent)
        assert gone.message_id == written.id


async def test_what_the_bot_cannot_see_is_not_told(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    hidden = sandbox.channel("#stories")
    sandbox.world.overwrite(hidden, sandbox.bot, deny=rights.VIEW_CHANNEL)
    async with connected(sandbox, Probe(with_content())) as probe:
        seen = {one.name: one.permissions_for(one.guild.me).view_channel for one in probe.guilds[0].text_channels}
        assert seen == {"general": True, "stories": False}
        await robin.say(hidden, "secret")
        shown = await robin.say("#general", "open")
        await heard(probe, shown)
        assert len(probe.events("message")) == 1


async def test_a_dropped_connection_resumes_and_misses_nothing(sandbox: Sandbox) -> None:
    sam = sandbox.person("Sam")
    async with connected(sandbox, Probe(with_content())) as probe:
        sandbox.faults.drop_gateway()
        written = await sam.say("#general", "while you were away")
        told = await heard(probe, written)
        assert told.content == "while you were away"
        await probe.until_event("resumed")
        assert (sandbox.gateway.identified, sandbox.gateway.resumed) == (1, 1)
        assert len(probe.events("message")) == 1


async def test_op_7_makes_the_client_resume(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe()) as probe:
        sandbox.faults.reconnect()
        await probe.until_event("resumed")
        assert sandbox.gateway.identified == 1


async def test_a_duplicated_event_arrives_twice(sandbox: Sandbox) -> None:
    async with connected(sandbox, Probe(with_content())) as probe:
        sandbox.faults.duplicate_events()
        await sandbox.person("Sam").say("#general", "echo")
        await probe.until_event("message", 2)


async def test_joining_and_leaving_servers(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, Probe()) as probe:
        guild = sandbox.add_guild("Second", robin)
        (joined,) = await probe.until_event("guild_join")
        assert isinstance(joined, discord.Guild)
        assert [one.name for one in joined.text_channels] == ["general"]
        channel = sandbox.world.add_channel(guild, "new")
        (made,) = await probe.until_event("guild_channel_create")
        assert isinstance(made, discord.TextChannel)
        assert made.id == channel.id
        sandbox.world.remove_channel(channel)
        await probe.until_event("guild_channel_delete")
        sandbox.world.outage(guild)
        await probe.until_event("guild_unavailable")
        sandbox.world.outage(guild, over=True)
        await probe.until_event("guild_available")
        sandbox.world.remove_bot(guild)
        await probe.until_event("guild_remove")
        assert len(probe.guilds) == 1


async def test_a_heartbeat_is_not_answered_before_it_can_have_been_noted(sandbox: Sandbox) -> None:
    """discord.py notes the time of a beat after sending it, on its own thread: the answer has to come later."""
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 1, "d": None})
        await socket.send_json({"op": 6, "d": {"token": sandbox.token, "session_id": "unknown", "seq": 0}})
        assert [(await socket.receive_json())["op"] for _ in range(2)] == [9, 11]
