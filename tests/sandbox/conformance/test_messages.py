"""Messages: writing, files, embeds, mentions, replies, editing, deleting, history, typing, links."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox import permissions as rights

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x00" + b"\x00" * 20


def a_file(data: bytes = b"1", name: str = "a.txt", **more: Any) -> discord.File:
    return discord.File(io.BytesIO(data), name, **more)


# ---- writing


async def test_a_message_comes_back_as_it_was_sent(place: Place) -> None:
    sent = await place.general.send("  hello *there*  ")
    assert (sent.content, sent.author.id, sent.channel.id) == ("hello *there*", place.sandbox.bot.id, place.here.id)
    assert (sent.type, sent.pinned, sent.tts, sent.edited_at) == (discord.MessageType.default, False, False, None)
    assert abs((discord.utils.utcnow() - sent.created_at).total_seconds()) < 10


async def test_a_members_message_is_told_with_the_member(place: Place) -> None:
    told = await place.heard(await place.sam.say("#general", "hello"))
    assert isinstance(told.author, discord.Member)
    assert (told.content, told.author.id, told.author.joined_at is not None) == ("hello", place.sam.id, True)


async def test_the_bots_own_message_is_told_to_it_too(place: Place) -> None:
    sent = await place.general.send("echo")
    (told,) = await place.told("message", lambda one: one.id == sent.id)
    assert told.author == place.client.user


async def test_an_empty_message_is_50006(place: Place) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send("   ")
    assert refused.value.code == 50006


async def test_a_direct_message_arrives_without_a_server(place: Place) -> None:
    told = await place.heard(await place.sam.say(place.sam.dm(), "psst"))
    assert told.guild is None
    answer = await told.channel.send("yes?")
    assert place.stored(answer).content == "yes?"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"embed": discord.Embed(title="x" * 257)}, "embeds.0.title"),
        ({"embed": discord.Embed(description="x" * 4097)}, "embeds.0.description"),
        ({"embed": discord.Embed().set_footer(text="x" * 2049)}, "embeds.0.footer.text"),
        ({"embed": discord.Embed().set_author(name="x" * 257)}, "embeds.0.author.name"),
        ({"embed": discord.Embed().add_field(name="x" * 257, value="y")}, "embeds.0.fields.0.name"),
        ({"embed": discord.Embed().add_field(name="x", value="y" * 1025)}, "embeds.0.fields.0.value"),
        ({"embeds": [discord.Embed(description="x" * 3001)] * 2}, "embeds"),
        ({"file": a_file(description="x" * 1025)}, "attachments.0.description"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_over_its_limit_is_refused_by_name(place: Place, message: dict[str, Any], field: str) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send(**message)
    assert refused.value.code == 50035
    assert field in {one.field for one in place.sandbox.violations}
    place.sandbox.violations.clear()


async def test_2000_characters_and_6000_in_embeds_are_taken(place: Place) -> None:
    sent = await place.general.send("x" * 2000, embeds=[discord.Embed(description="y" * 3000)] * 2)
    assert (len(sent.content), sum(len(one) for one in sent.embeds)) == (2000, 6000)


# ---- embeds


async def test_an_embed_comes_back_whole(place: Place) -> None:
    embed = discord.Embed(title="A", description="B", url="https://example.com", colour=0x336699)
    embed.add_field(name="n", value="v", inline=False).set_footer(text="f").set_author(name="au")
    embed.timestamp = discord.utils.utcnow()
    sent = await place.general.send(embed=embed)
    got = sent.embeds[0]
    assert (got.title, got.description, got.url, got.colour) == ("A", "B", "https://example.com", embed.colour)
    assert [(one.name, one.value, one.inline) for one in got.fields] == [("n", "v", False)]
    assert (got.footer.text, got.author.name, got.timestamp) == ("f", "au", embed.timestamp)


async def test_an_embed_shows_an_attached_picture_which_is_then_no_attachment(place: Place) -> None:
    embed = discord.Embed(title="A").set_image(url="attachment://a.png")
    sent = await place.general.send(embed=embed, file=a_file(PNG, "a.png"))
    image = sent.embeds[0].image
    assert (sent.attachments, image.width, image.height) == ([], 2, 3)
    assert image.url is not None
    assert await place.robin.download(image.url) == PNG


async def test_suppressed_embeds_are_not_shown(place: Place) -> None:
    sent = await place.general.send("x", embed=discord.Embed(title="hidden"), suppress_embeds=True)
    assert (sent.embeds, sent.flags.suppress_embeds) == ([], True)


async def test_a_silent_message_is_marked(place: Place) -> None:
    assert (await place.general.send("hush", silent=True)).flags.suppress_notifications


# ---- files


async def test_a_file_comes_back_with_name_size_type_and_alt_text(place: Place) -> None:
    sent = await place.general.send(file=a_file(PNG, "my cat.png", description="a cat"))
    file = sent.attachments[0]
    assert (file.filename, file.size, file.content_type) == ("my_cat.png", len(PNG), "image/png")
    assert (file.description, file.width, file.height) == ("a cat", 2, 3)
    assert await file.read() == PNG


async def test_ten_files_keep_their_order(place: Place) -> None:
    sent = await place.general.send(files=[a_file(bytes([at]), f"{at}.bin") for at in range(10)])
    assert [one.filename for one in sent.attachments] == [f"{at}.bin" for at in range(10)]
    assert await sent.attachments[9].read() == bytes([9])


async def test_a_spoiler_file_keeps_its_name(place: Place) -> None:
    sent = await place.general.send(file=a_file(spoiler=True))
    assert sent.attachments[0].is_spoiler()


async def test_a_members_file_is_told_and_read(place: Place) -> None:
    told = await place.heard(await place.sam.say("#general", "look", files=[("a.png", PNG)]))
    assert await told.attachments[0].read() == PNG


async def test_a_file_over_the_servers_limit_is_413(place: Place) -> None:
    limit, place.sandbox.world.attachment_limit = place.sandbox.world.attachment_limit, 1000
    try:
        assert (await place.general.send(file=a_file(b"x" * 1000))).attachments[0].size == 1000
        with pytest.raises(discord.HTTPException) as refused:
            await place.general.send(file=a_file(b"x" * 1001))
    finally:
        place.sandbox.world.attachment_limit = limit
    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_a_link_is_signed(place: Place) -> None:
    url = (await place.general.send(file=a_file())).attachments[0].url
    assert {"ex=", "is=", "hm="} <= {part[:3] for part in url.partition("?")[2].split("&")}
    async with aiohttp.ClientSession() as session:
        for forged in (url.partition("?")[0], url.replace("hm=", "hm=0")):
            assert (await session.get(forged)).status == 404
        assert await (await session.get(url)).read() == b"1"


async def test_a_link_expires_after_a_day_and_a_new_fetch_brings_a_new_one(place: Place) -> None:
    sent = await place.general.send(file=a_file(b"kept"))
    place.sandbox.clock.advance(24 * 3600 + 1)
    with pytest.raises(discord.NotFound):
        await sent.attachments[0].read()
    again = await place.general.fetch_message(sent.id)
    assert await again.attachments[0].read() == b"kept"


async def test_a_deleted_message_takes_its_file_along(place: Place) -> None:
    sent = await place.general.send(file=a_file())
    await sent.delete()
    with pytest.raises(discord.NotFound):
        await sent.attachments[0].read()


# ---- mentions


async def test_a_mention_pings_and_brings_the_member(place: Place) -> None:
    sent = await place.general.send(f"{place.sam.mention}, look")
    assert [one.id for one in sent.mentions] == [place.sam.id]
    assert isinstance(sent.mentions[0], discord.Member)


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (discord.AllowedMentions.none(), []),
        (discord.AllowedMentions.all(), ["robin", "sam"]),
        (discord.AllowedMentions(users=False), []),
    ],
    ids=["nobody", "everybody", "no users"],
)
async def test_allowed_mentions_let_ping(place: Place, allowed: discord.AllowedMentions, pinged: list[str]) -> None:
    sent = await place.general.send(f"{place.robin.mention} {place.sam.mention}", allowed_mentions=allowed)
    assert sorted(one.name for one in sent.mentions) == pinged


async def test_allowed_mentions_by_name_ping_only_those(place: Place) -> None:
    only = discord.AllowedMentions(users=[discord.Object(place.sam.id)])
    sent = await place.general.send(f"{place.robin.mention} {place.sam.mention}", allowed_mentions=only)
    assert [one.name for one in sent.mentions] == ["sam"]


async def test_everyone_is_pinged_only_by_those_who_may(place: Place) -> None:
    assert not (await place.general.send("@everyone")).mention_everyone
    place.allow(rights.MENTION_EVERYONE)
    assert (await place.general.send("@here")).mention_everyone
    assert not (await place.general.send("@here", allowed_mentions=discord.AllowedMentions.none())).mention_everyone
    place.allow()


async def test_a_role_is_pinged_where_it_may_be(place: Place) -> None:
    open_role = place.sandbox.world.add_role(place.home, "Open", mentionable=True)
    closed = place.sandbox.world.add_role(place.home, "Closed")
    await place.told("guild_role_create", lambda one: one.id == closed.id)
    sent = await place.general.send(f"<@&{open_role.id}> <@&{closed.id}>")
    assert [one.name for one in sent.role_mentions] == ["Open"]


# ---- replies


async def test_a_reply_refers_pings_and_brings_what_it_answers(place: Place) -> None:
    told = await place.heard(await place.sam.say("#general", "question"))
    answer = await told.reply("answer")
    assert answer.type is discord.MessageType.reply
    assert answer.reference is not None
    assert answer.reference.message_id == told.id
    assert isinstance(answer.reference.resolved, discord.Message)
    assert answer.reference.resolved.content == "question"
    assert [one.id for one in answer.mentions] == [place.sam.id]


async def test_a_reply_may_be_silent(place: Place) -> None:
    told = await place.heard(await place.sam.say("#general", "question"))
    assert (await told.reply("answer", mention_author=False)).mentions == []


async def test_a_reply_to_what_was_deleted_is_refused_or_becomes_ordinary(place: Place) -> None:
    gone = await place.general.send("gone")
    await gone.delete()
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send("x", reference=gone)
    assert (refused.value.code, place.sandbox.violations.pop().field) == (50035, "message_reference")
    sent = await place.general.send("x", reference=gone.to_reference(fail_if_not_exists=False))
    assert sent.type is discord.MessageType.default


async def test_a_reply_needs_the_right_to_read_history(place: Place) -> None:
    told = await place.heard(await place.sam.say("#general", "question"))
    with place.denied(rights.READ_MESSAGE_HISTORY), pytest.raises(discord.Forbidden) as refused:
        await told.reply("answer")
    assert refused.value.code == 160002


async def test_forwarding_is_refused_by_name(place: Place) -> None:
    sent = await place.general.send("x")
    with pytest.raises(discord.HTTPException):
        await sent.forward(place.general)
    assert place.sandbox.violations.pop().field == "message_reference.type"


# ---- nonces


async def test_one_nonce_writes_one_message(place: Place) -> None:
    first = await place.general.send("once", nonce="job-1")
    second = await place.general.send("once", nonce="job-1")
    assert first.id == second.id
    assert first.nonce == "job-1"


async def test_another_nonce_writes_another_message(place: Place) -> None:
    first, second = [await place.general.send("x", nonce=one) for one in ("job-2", "job-3")]
    assert first.id != second.id


async def test_a_nonce_is_forgotten_after_some_minutes(place: Place) -> None:
    first = await place.general.send("x", nonce="job-4")
    place.sandbox.clock.advance(301)
    assert (await place.general.send("x", nonce="job-4")).id != first.id


async def test_a_nonce_counts_in_its_channel_only(place: Place) -> None:
    stories = place.client.get_channel(place.sandbox.channel("#stories").id)
    assert isinstance(stories, discord.TextChannel)
    assert (await place.general.send("x", nonce="job-5")).id != (await stories.send("x", nonce="job-5")).id


# ---- editing and deleting


async def test_an_edit_changes_text_and_is_told(place: Place) -> None:
    sent = await place.general.send("one")
    edited = await sent.edit(content="two")
    assert (edited.id, edited.content, edited.edited_at is not None) == (sent.id, "two", True)
    before, after = await place.told("message_edit", lambda _, after: after.id == sent.id)
    assert (before.content, after.content) == ("one", "two")


async def test_an_edit_keeps_what_it_does_not_name(place: Place) -> None:
    sent = await place.general.send("text", embed=discord.Embed(title="kept"), file=a_file())
    edited = await sent.edit(content="other")
    assert [one.title for one in edited.embeds] == ["kept"]
    assert [one.filename for one in edited.attachments] == ["a.txt"]


async def test_an_edit_removes_and_adds_files(place: Place) -> None:
    sent = await place.general.send(files=[a_file(name="1.txt"), a_file(name="2.txt")])
    edited = await sent.edit(attachments=[sent.attachments[1], a_file(name="3.txt")])
    assert [one.filename for one in edited.attachments] == ["2.txt", "3.txt"]


async def test_an_edit_that_leaves_nothing_is_50006(place: Place) -> None:
    sent = await place.general.send("x")
    with pytest.raises(discord.HTTPException) as refused:
        await sent.edit(content=None)
    assert refused.value.code == 50006


async def test_anothers_message_is_50005(place: Place) -> None:
    written = await place.sam.say("#general", "mine")
    with pytest.raises(discord.Forbidden) as refused:
        await place.general.get_partial_message(written.id).edit(content="no")
    assert refused.value.code == 50005


async def test_a_members_edit_is_told(place: Place) -> None:
    written = await place.sam.say("#general", "one")
    await place.heard(written)
    await place.sam.edit(written, "two")
    _, after = await place.told("message_edit", lambda _, after: after.id == written.id)
    assert after.content == "two"


async def test_a_deletion_is_told(place: Place) -> None:
    sent = await place.general.send("x")
    await sent.delete()
    (raw,) = await place.told("raw_message_delete", lambda one: one.message_id == sent.id)
    assert (raw.channel_id, raw.guild_id) == (place.here.id, place.home.id)
    with pytest.raises(discord.NotFound) as gone:
        await sent.edit(content="y")
    assert gone.value.code == 10008


async def test_deleting_anothers_message_needs_manage_messages(place: Place) -> None:
    message = place.general.get_partial_message((await place.sam.say("#general", "mine")).id)
    with pytest.raises(discord.Forbidden) as refused:
        await message.delete()
    assert refused.value.code == 50013
    place.allow(rights.MANAGE_MESSAGES)
    await message.delete()
    place.allow()


async def test_several_are_deleted_at_once_with_one_event(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    sent = [await place.general.send(str(at)) for at in range(3)]
    await place.general.delete_messages(sent)
    (raw,) = await place.told("raw_bulk_message_delete", lambda one: sent[0].id in one.message_ids)
    assert raw.message_ids == {one.id for one in sent}
    place.allow()


async def test_what_is_older_than_14_days_is_not_deleted_in_bulk(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    old = [await place.general.send("old"), await place.general.send("old")]
    place.sandbox.clock.advance(14 * 24 * 3600 + 60)
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.delete_messages(old)
    assert refused.value.code == 50034
    place.allow()


async def test_purge_deletes_what_fits(place: Place) -> None:
    place.allow(rights.MANAGE_MESSAGES)
    marks = [await place.general.send(text) for text in ("purge", "keep", "purge")]
    gone = await place.general.purge(limit=3, check=lambda one: one.content == "purge")
    assert {one.id for one in gone} == {marks[0].id, marks[2].id}
    assert marks[1].id in place.here.messages
    place.allow()


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
