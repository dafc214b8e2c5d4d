"""Messages through discord.py: files, embeds, nonces, history, mentions, threads, permissions, limits."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox.server import Sandbox

from .bots import Probe, connected


@pytest.fixture
async def probe(sandbox: Sandbox) -> AsyncIterator[Probe]:
    async with connected(sandbox, Probe()) as client:
        yield client


@pytest.fixture
def channel(probe: Probe) -> discord.TextChannel:
    return probe.guilds[0].text_channels[0]


async def test_one_nonce_writes_one_message(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    first = await channel.send("once", nonce="story-1-result")
    second = await channel.send("once", nonce="story-1-result")
    assert first.id == second.id
    assert len(sandbox.messages("#general")) == 1
    sandbox.clock.advance(301)
    third = await channel.send("once", nonce="story-1-result")
    assert third.id != first.id


async def test_an_embed_shows_an_attached_file(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    embed = discord.Embed(title="A picture").set_image(url="attachment://ab.png")
    sent = await channel.send(embed=embed, file=discord.File(io.BytesIO(b"bytes"), "ab.png"))
    assert sent.attachments == []
    assert sent.embeds[0].image.url is not None
    assert await sandbox.person("Robin").download(sent.embeds[0].image.url) == b"bytes"


async def test_history_in_every_direction(channel: discord.TextChannel) -> None:
    sent = [await channel.send(str(number)) for number in range(10)]

    async def texts(**where: object) -> list[str]:
        return [one.content async for one in channel.history(**where)]  # type: ignore[arg-type]

    assert await texts(limit=3) == ["9", "8", "7"]
    assert await texts(limit=3, before=sent[5]) == ["4", "3", "2"]
    assert await texts(limit=3, after=sent[5]) == ["6", "7", "8"]
    assert sorted(await texts(limit=3, around=sent[5])) == ["4", "5", "6"]
    assert (await channel.fetch_message(sent[4].id)).content == "4"
    with pytest.raises(discord.NotFound) as missing:
        await channel.fetch_message(1)
    assert missing.value.code == 10008


async def test_edit_keeps_and_replaces_files(channel: discord.TextChannel) -> None:
    sent = await channel.send(
        "x", files=[discord.File(io.BytesIO(b"1"), "1.txt"), discord.File(io.BytesIO(b"2"), "2.txt")]
    )
    edited = await sent.edit(content="y", attachments=[sent.attachments[1], discord.File(io.BytesIO(b"3"), "3.txt")])
    assert edited.content == "y"
    assert [one.filename for one in edited.attachments] == ["2.txt", "3.txt"]
    assert edited.edited_at is not None
    await edited.delete()
    with pytest.raises(discord.NotFound):
        await edited.edit(content="z")


async def test_only_allowed_mentions_ping(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    robin, sam = sandbox.person("Robin"), sandbox.person("Sam")
    text = f"{robin.mention} {sam.mention} @everyone"
    await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
    await channel.send(text, allowed_mentions=discord.AllowedMentions(users=[discord.Object(sam.id)], everyone=False))
    await channel.send(text)
    none, one, default = sandbox.messages("#general")
    assert (none.mentions, none.mention_everyone) == ([], False)
    assert one.mentions == [sam.id]
    assert default.mentions == [robin.id, sam.id]
    assert not default.mention_everyone, "the bot has no right to mention everyone"


async def test_a_reply_refers_and_pings(sandbox: Sandbox, probe: Probe) -> None:
    robin = sandbox.person("Robin")
    written = await robin.say("#general", "hello", mention_bot=True)
    (told,) = await probe.until_event("message")
    assert isinstance(told, discord.Message)
    pinging = await told.reply("hi")
    silent = await told.reply("hi", mention_author=False)
    assert pinging.reference is not None
    assert pinging.reference.message_id == written.id
    assert [one.id for one in pinging.mentions] == [robin.id]
    assert silent.mentions == []


async def test_reactions(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    sent = await channel.send("x")
    await sent.add_reaction("📖")
    await sandbox.person("Sam").react(sandbox.messages("#general")[0], "📖")
    again = await channel.fetch_message(sent.id)
    assert [(str(one.emoji), one.count, one.me) for one in again.reactions] == [("📖", 2, True)]
    assert {one.name async for one in again.reactions[0].users()} == {"ravsg", "sam"}
    await sent.remove_reaction("📖", sent.author)
    assert sandbox.messages("#general")[0].reactions[0].users == [sandbox.person("Sam").id]


async def test_threads(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    sent = await channel.send("a tale")
    thread = await sent.create_thread(name="The tale", auto_archive_duration=60)
    assert thread.id == sent.id
    await thread.send("chapter one")
    robin = sandbox.person("Robin")
    await robin.wait_for("#The tale", lambda one: one.content == "chapter one")
    with pytest.raises(discord.HTTPException) as twice:
        await sent.create_thread(name="Again")
    assert twice.value.code == 160004
    await thread.edit(archived=True)
    await thread.send("it lives")
    archived = sandbox.channel("The tale").thread
    assert archived is not None
    assert not archived.archived
    sandbox.threads.change(sandbox.channel("The tale"), {"archived": True, "locked": True})
    with pytest.raises(discord.HTTPException) as locked:
        await thread.send("no")
    assert locked.value.code == 50083
    public = await channel.create_thread(name="Alone", type=discord.ChannelType.public_thread)
    assert public.parent_id == channel.id
    assert {one.name for one in await channel.guild.active_threads()} == {"Alone"}


@pytest.mark.parametrize(
    ("denied", "code"),
    [(rights.SEND_MESSAGES, 50013), (rights.VIEW_CHANNEL, 50001), (rights.ATTACH_FILES, 50013)],
)
async def test_missing_permissions(sandbox: Sandbox, channel: discord.TextChannel, denied: int, code: int) -> None:
    sandbox.world.overwrite(sandbox.channel("#general"), sandbox.bot, deny=denied)
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("x", file=discord.File(io.BytesIO(b"1"), "1.txt"))
    assert refused.value.code == code


async def test_missing_embed_links_and_history(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    await channel.send("x")
    sandbox.world.overwrite(
        sandbox.channel("#general"), sandbox.bot, deny=rights.EMBED_LINKS | rights.READ_MESSAGE_HISTORY
    )
    with pytest.raises(discord.Forbidden):
        await channel.send(embed=discord.Embed(title="x"))
    assert [one async for one in channel.history()] == []


async def test_others_messages_need_manage_messages(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    written = await sandbox.person("Sam").say("#general", "mine")
    message = channel.get_partial_message(written.id)
    with pytest.raises(discord.Forbidden) as refused:
        await message.edit(content="no")
    assert refused.value.code == 50005
    with pytest.raises(discord.Forbidden):
        await message.delete()
    sandbox.world.overwrite(sandbox.channel("#general"), sandbox.bot, allow=rights.MANAGE_MESSAGES)
    await message.delete()
    assert sandbox.messages("#general") == []


async def test_a_file_over_the_limit_is_413(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    sandbox.world.attachment_limit = 1000
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send(file=discord.File(io.BytesIO(b"x" * 1001), "big.bin"))
    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_links_expire(sandbox: Sandbox, probe: Probe, channel: discord.TextChannel) -> None:
    sent = await channel.send(file=discord.File(io.BytesIO(b"kept"), "a.txt"))
    assert await sent.attachments[0].read() == b"kept"
    sandbox.clock.advance(24 * 3600 + 1)
    with pytest.raises(discord.NotFound):
        await sent.attachments[0].read()
    assert await (await channel.fetch_message(sent.id)).attachments[0].read() == b"kept"


async def test_what_discord_refuses_is_refused_and_named(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    button: discord.ui.Button[discord.ui.View] = discord.ui.Button(label="x", custom_id="same")
    other: discord.ui.Button[discord.ui.View] = discord.ui.Button(label="y", custom_id="same")
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"content": "x" * 2001}, "content"),
        ({"embed": discord.Embed(description="x" * 4097)}, "embeds.0.description"),
        ({"embeds": [discord.Embed(description="x" * 3001), discord.Embed(description="x" * 3000)]}, "embeds"),
        ({"content": "x", "view": discord.ui.View().add_item(button).add_item(other)}, "components.2.custom_id"),
    ]
    for arguments, field in refusals:
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send(**arguments)
        assert refused.value.code == 50035
        assert field in {one.field for one in sandbox.violations}
        sandbox.violations.clear()
    with pytest.raises(discord.HTTPException) as empty:
        await channel.send("")
    assert empty.value.code == 50006


async def test_typing_is_told(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    seen: list[str] = []
    stop = sandbox.world.listen(lambda event: seen.append(event.name))
    async with channel.typing():
        pass
    stop()
    assert "TYPING_START" in seen


async def test_fetching_everything(sandbox: Sandbox, probe: Probe) -> None:
    guild = await probe.fetch_guild(probe.guilds[0].id)
    assert guild.owner_id == sandbox.person("Robin").id
    assert {one.name for one in await probe.guilds[0].fetch_channels()} == {"general", "stories"}
    assert {one.name for one in await probe.guilds[0].fetch_roles()} == {"@everyone", "RAVSG"}
    assert (await probe.guilds[0].fetch_member(sandbox.person("Sam").id)).name == "sam"
    assert (await probe.fetch_user(sandbox.person("Sam").id)).display_name == "Sam"
    assert (await probe.application_info()).name == "RAVSG"
    assert (await probe.fetch_channel(probe.guilds[0].text_channels[0].id)).name == "general"  # type: ignore[union-attr]
    with pytest.raises(discord.NotFound):
        await probe.fetch_channel(1)


async def test_suppressed_embeds_are_not_shown(sandbox: Sandbox, channel: discord.TextChannel) -> None:
    sent = await channel.send("x", embed=discord.Embed(title="hidden"), suppress_embeds=True)
    assert sent.embeds == []
    assert sandbox.messages("#general")[0].embeds == []
