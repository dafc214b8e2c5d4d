"""Forwarding: the snapshot that a forward shows, whom it is told, and what cannot be forwarded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.sandbox import intents
from bot.sandbox import permissions as rights
from bot.sandbox.errors import Refused

from .conftest import Place
from .line import GUILD_EVENTS, line
from .samples import PNG, a_file

pytestmark = pytest.mark.asyncio(loop_scope="module")


def stories(place: Place) -> discord.TextChannel:
    """Another channel, as discord.py has it."""
    found = place.client.get_channel(place.sandbox.channel("#stories").id)
    assert isinstance(found, discord.TextChannel)
    return found


async def refused(place: Place, message: discord.Message, to: discord.TextChannel, code: int) -> None:
    """The forward is answered with the code; a 50035 is no surprise here."""
    with pytest.raises(discord.HTTPException) as error:
        await message.forward(to)
    assert error.value.code == code
    place.sandbox.violations.clear()


# ---- the snapshot


async def test_a_forward_shows_a_snapshot_and_says_nothing_itself(place: Place) -> None:
    embed = discord.Embed(title="A tale")
    sent = await place.general.send("the words", embed=embed, file=a_file(PNG, "a.png", description="a cat"))
    made = await sent.forward(stories(place))
    (shown,) = made.message_snapshots
    assert (made.content, made.embeds, made.attachments, made.type) == ("", [], [], discord.MessageType.default)
    assert (shown.content, [one.title for one in shown.embeds]) == ("the words", ["A tale"])
    assert [(one.filename, one.description, one.width) for one in shown.attachments] == [("a.png", "a cat", 2)]
    assert await shown.attachments[0].read() == PNG
    assert abs(shown.created_at - sent.created_at) < timedelta(milliseconds=1)  # an id tells whole milliseconds


async def test_a_forward_refers_to_its_original_and_is_marked(place: Place) -> None:
    sent = await place.general.send("the words")
    made = await sent.forward(stories(place))
    assert made.flags.forwarded
    assert made.reference is not None
    assert made.reference.type is discord.MessageReferenceType.forward
    assert (made.reference.message_id, made.reference.channel_id) == (sent.id, place.here.id)
    assert made.reference.guild_id == place.home.id


async def test_a_forward_pings_nobody(place: Place) -> None:
    written = await place.heard(await place.sam.say("#general", f"{place.robin.mention}, look"))
    made = await written.forward(stories(place))
    assert (made.mentions, made.message_snapshots[0].raw_mentions) == ([], [place.robin.id])


async def test_a_snapshot_outlives_changes_and_the_original(place: Place) -> None:
    sent = await place.general.send("before", file=a_file(b"kept"))
    made = await sent.forward(stories(place))
    await sent.edit(content="after")
    await sent.delete()
    again = await made.channel.fetch_message(made.id)
    assert again.message_snapshots[0].content == "before"
    assert await again.message_snapshots[0].attachments[0].read() == b"kept"


async def test_a_deleted_forward_takes_its_files_along(place: Place) -> None:
    sent = await place.general.send(file=a_file(b"kept"))
    made = await sent.forward(stories(place))
    await made.delete()
    with pytest.raises(discord.NotFound):
        await made.message_snapshots[0].attachments[0].read()
    assert await sent.attachments[0].read() == b"kept"


async def test_a_forward_of_a_forward_shows_what_was_forwarded_first(place: Place) -> None:
    sent = await place.general.send("the words")
    first = await sent.forward(stories(place))
    second = await first.forward(place.general)
    assert [one.content for one in second.message_snapshots] == ["the words"]
    assert second.reference is not None
    assert second.reference.message_id == first.id


async def test_pictures_of_embeds_are_forwarded_too(place: Place) -> None:
    embed = discord.Embed(title="A").set_image(url="attachment://a.png")
    sent = await place.general.send(embed=embed, file=a_file(PNG, "a.png"))
    made = await sent.forward(stories(place))
    await sent.delete()
    again = await made.channel.fetch_message(made.id)
    link = again.message_snapshots[0].embeds[0].image.url
    assert link is not None
    assert await place.robin.download(link) == PNG


async def test_a_members_forward_is_told_whole(place: Place) -> None:
    written = await place.sam.say("#general", "mine", files=[("a.png", PNG)])
    told = await place.heard(await place.robin.forward(written, "#stories"))
    assert (told.author.id, told.channel.id, told.content) == (place.robin.id, stories(place).id, "")
    assert await told.message_snapshots[0].attachments[0].read() == PNG


@pytest.mark.parametrize(("bits", "seen"), [(0, ""), (intents.MESSAGE_CONTENT, "mine")], ids=["without", "with"])
async def test_a_forward_is_empty_unless_message_content_is_granted(place: Place, bits: int, seen: str) -> None:
    written = await place.sam.say("#general", "mine", files=[("a.png", PNG)])
    async with line(place.sandbox) as one:
        await one.identify(GUILD_EVENTS | bits)
        await place.robin.forward(written, "#stories")
        (shown,) = (await one.until("MESSAGE_CREATE"))["message_snapshots"]
    assert (shown["message"]["content"], len(shown["message"]["attachments"])) == (seen, int(bool(seen)))


# ---- what is not forwarded


async def test_what_is_not_there_is_not_forwarded(place: Place) -> None:
    sent = await place.general.send("gone")
    await sent.delete()
    await refused(place, sent, stories(place), 50035)


async def test_a_forward_has_no_words_of_its_own(place: Place) -> None:
    sent = await place.general.send("x")
    reference = sent.to_reference(type=discord.MessageReferenceType.forward)
    extra: list[dict[str, Any]] = [{"content": "look"}, {"embed": discord.Embed(title="x")}, {"file": a_file()}]
    for more in extra:
        with pytest.raises(discord.HTTPException) as error:
            await place.general.send(reference=reference, **more)
        assert error.value.code == 160011


async def test_polls_and_notices_are_not_forwarded(place: Place) -> None:
    poll = discord.Poll("?", duration=timedelta(hours=1)).add_answer(text="a")
    await refused(place, await place.general.send(poll=poll), stories(place), 50035)
    await place.general.create_thread(name="Alone", type=discord.ChannelType.public_thread)
    (notice,) = await place.told("message", lambda one: one.type is discord.MessageType.thread_created)
    await refused(place, notice, stories(place), 50035)


async def test_what_the_bot_may_not_read_it_may_not_forward(place: Place) -> None:
    sent = await place.general.send("x")
    with place.denied(rights.READ_MESSAGE_HISTORY):
        await refused(place, sent, stories(place), 160009)
    with place.denied(rights.VIEW_CHANNEL):
        await refused(place, sent, stories(place), 160014)


async def test_without_message_content_only_readable_messages_are_forwarded(place: Place) -> None:
    own = await place.general.send("mine")
    others = await place.heard(await place.sam.say("#general", "not yours"))
    switches = place.sandbox.gateway.portal_intents
    place.sandbox.gateway.portal_intents = switches & ~intents.MESSAGE_CONTENT
    try:
        await refused(place, others, stories(place), 160014)
        assert (await own.forward(stories(place))).message_snapshots[0].content == "mine"
    finally:
        place.sandbox.gateway.portal_intents = switches


async def test_nothing_leaves_an_age_restricted_channel_for_one_that_is_not(place: Place) -> None:
    sent = await place.general.send("x")
    place.sandbox.world.age_restrict(place.here)
    await refused(place, sent, stories(place), 160010)
    assert (await sent.forward(place.general)).message_snapshots[0].content == "x"
    place.sandbox.world.age_restrict(place.here, False)


async def test_a_person_forwards_what_they_see_to_where_they_may_write(place: Place) -> None:
    written = await place.robin.say("#general", "x")
    hidden = place.sandbox.world.add_channel(place.home, "hidden")
    place.sandbox.world.overwrite(hidden, place.home.roles[place.home.id], deny=rights.VIEW_CHANNEL)
    with pytest.raises(Refused, match="sees no channel"):
        await place.sam.forward(written, hidden)
    with pytest.raises(Refused, match="sees no channel"):
        await place.sam.forward(await place.robin.say(hidden, "secret"), "#general")
    place.sandbox.world.overwrite(place.sandbox.channel("#stories"), place.sam.user, deny=rights.SEND_MESSAGES)
    with pytest.raises(Refused, match="may not write"):
        await place.sam.forward(written, "#stories")
    poll = await place.robin.poll("#general", "?", ["a"])
    with pytest.raises(Refused, match="cannot be forwarded"):
        await place.sam.forward(poll, "#general")
    place.sandbox.channel("#stories").overwrites.clear()
    place.sandbox.world.remove_channel(hidden)
