"""Messages: writing, embeds, files, links, nonces."""

from __future__ import annotations

from typing import Any

import aiohttp
import discord
import pytest

from .conftest import Place
from .samples import PNG, a_file

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def test_a_deleted_channel_takes_its_files_along(place: Place) -> None:
    channel = place.sandbox.world.add_channel(place.home, "short-lived")
    thread = await place.sam.open_thread(channel, "The tale")
    told = [await place.heard(await place.sam.say(one, files=[("a.png", PNG)])) for one in (channel, thread)]
    place.sandbox.world.remove_channel(channel)
    for one in told:
        with pytest.raises(discord.NotFound):
            await one.attachments[0].read()


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
