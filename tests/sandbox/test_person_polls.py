"""The scripted person asks, votes, posts and pins."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox.errors import Refused
from bot.sandbox.model import Channel, Tag
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox

from .bots import Probe, heard
from .test_server_round_trip import PNG


async def test_asking_and_voting(sandbox: Sandbox, probe: Probe, robin: Person, sam: Person) -> None:
    asked = await robin.poll("#general", "Who tells it?", ["the fox", "the owl"], hours=2)
    told = await heard(probe, "message")
    assert told.poll.question == "Who tells it?"
    assert [one.text for one in told.poll.answers] == ["the fox", "the owl"]
    await sam.vote(asked, "the owl")
    user, answer = await probe.until_event("poll_vote_add")
    assert isinstance(answer, discord.PollAnswer)
    assert (user, answer.text) == (probe.guilds[0].get_member(sam.id), "the owl")
    await sam.vote(asked, 1)
    await probe.until_event("poll_vote_remove")
    assert asked.poll is not None
    assert [one.voters for one in asked.poll.answers] == [[sam.id], []]
    await sam.vote(asked)
    assert [one.voters for one in asked.poll.answers] == [[], []]
    for answers, why in ((("the bear",), "it has"), ((3,), "no answer 3"), (("the fox", "the owl"), "Only one")):
        with pytest.raises(Refused, match=why):
            await sam.vote(asked, *answers)
    with pytest.raises(Refused, match="no poll"):
        await sam.vote(await sam.say("#general", "not a poll"), 1)
    with pytest.raises(Refused):
        await sam.end_poll(asked)
    await robin.end_poll(asked)
    with pytest.raises(Refused, match="expired"):
        await sam.vote(asked, "the owl")


async def test_polls_with_several_answers_end_by_the_clock(sandbox: Sandbox, robin: Person, sam: Person) -> None:
    asked = await sam.poll("#general", "Which colours?", ["red", "blue", "green"], hours=1, several=True)
    await robin.vote(asked, "red", "green")
    assert asked.poll is not None
    assert [len(one.voters) for one in asked.poll.answers] == [1, 0, 1]
    sandbox.clock.advance(3601)
    with pytest.raises(Refused, match="expired"):
        await robin.vote(asked, "blue")
    for question, answers in (("", ["a"]), ("x", []), ("x", ["a"] * 11), ("x" * 301, ["a"])):
        with pytest.raises(Refused):
            await sam.poll("#general", question, answers)
    sandbox.world.overwrite(sandbox.channel("#general"), sam.user, deny=rights.SEND_POLLS)
    with pytest.raises(Refused, match="may not start polls"):
        await sam.poll("#general", "May I?", ["yes"])


async def test_posting_in_a_forum(sandbox: Sandbox, probe: Probe, robin: Person, sam: Person) -> None:
    guild = sandbox.guild("Storybook Corner")
    forum = sandbox.world.add_forum(guild, "tales", tags=[Tag(0, "short"), Tag(0, "official", moderated=True)])
    post = await sam.post("#tales", "The lantern", "Once upon a time", files=[("a.png", PNG)], tags=["short"])
    told = await heard(probe, "thread_create")
    assert (told.id, told.name, told.parent.name) == (post.id, "The lantern", "tales")
    assert [one.name for one in told.applied_tags] == ["short"]
    first = await heard(probe, "message")
    assert (first.id, first.content, len(first.attachments)) == (post.id, "Once upon a time", 1)
    assert (await robin.join_thread("#The lantern")) is post
    await robin.say(None, "and then?")
    assert [one.content for one in sam.read(post)] == ["Once upon a time", "and then?"]
    with pytest.raises(Refused, match="takes posts"):
        await sam.say(forum, "not a message")
    with pytest.raises(Refused, match="has no tag 'long'"):
        await sam.post(forum, "x", "y", tags=["long"])
    with pytest.raises(Refused, match="Missing Permissions"):
        await sam.post(forum, "x", "y", tags=["official"])
    for name, text in (("", "y"), ("x" * 101, "y"), ("x", "")):
        with pytest.raises(Refused):
            await sam.post(forum, name, text)
    with pytest.raises(Refused):
        await sam.post("#general", "x", "y")
    sandbox.world.overwrite(forum, sam.user, deny=rights.SEND_MESSAGES)
    with pytest.raises(Refused, match="may not write"):
        await sam.post(forum, "x", "y")
    assert [one.name for one in guild_posts(sandbox)] == ["The lantern"]


def guild_posts(sandbox: Sandbox) -> list[Channel]:
    forum = sandbox.channel("#tales")
    return [one for one in sandbox.world.channels.values() if one.parent_id == forum.id]


async def test_pinning(probe: Probe, robin: Person, sam: Person) -> None:
    said = await sam.say("#general", "remember this")
    with pytest.raises(Refused, match="pin messages"):
        await sam.pin(said)
    await robin.pin(said)
    assert [one.content async for one in probe.guilds[0].text_channels[0].pins()] == ["remember this"]
    await robin.pin(said, False)
    assert not said.pinned
    for _ in range(250):
        (await sam.say("#general", "and this")).pinned_at = 1.0
    with pytest.raises(Refused, match="pins reached"):
        await robin.pin(said)
