"""The scripted person: what each act does, seen by a discord.py client and by others, and what the client refuses."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox import roles
from bot.sandbox.errors import Refused
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox

from .bots import Probe, heard
from .test_server_round_trip import PNG

# ---- servers and people


async def test_joining_and_leaving(sandbox: Sandbox, probe: Probe, robin: Person) -> None:
    kim = sandbox.add_person("Kim")
    assert not kim.guilds
    assert not kim.channels()
    with pytest.raises(Refused, match="sees no channel"):
        await kim.say("#general", "hello?")
    await kim.join("Storybook Corner")
    assert (await heard(probe, "member_join")).id == kim.id
    assert [one.name for one in kim.channels()] == ["general", "stories"]
    with pytest.raises(Refused, match="already"):
        await kim.join("Storybook Corner")
    await kim.leave(sandbox.guild("Storybook Corner"))
    assert (await heard(probe, "member_remove")).id == kim.id
    for leaver in (kim, robin):
        with pytest.raises(Refused):
            await leaver.leave("Storybook Corner")
    with pytest.raises(Refused, match="no server"):
        await kim.join("Nowhere")


async def test_channels_of_several_servers_are_told_apart(sandbox: Sandbox, probe: Probe, sam: Person) -> None:
    kim = sandbox.add_person("Kim")
    sandbox.add_guild("Ink Club", kim, channels=("general", "sketches"))
    await sam.join("Ink Club")
    await sam.say("Ink Club/#general", "over there")
    told = await heard(probe, "message")
    assert (told.guild.name, told.author.display_name) == ("Ink Club", "Sam")
    assert [one.content for one in sam.read("Storybook Corner/#general")] == []
    assert [one.name for one in sam.channels("Ink Club")] == ["general", "sketches"]
    with pytest.raises(Refused):
        kim.where("Storybook Corner/#general")
    assert sam.go("#sketches") is sam.where(None)


async def test_roles_and_overwrites_decide_what_a_person_sees(sandbox: Sandbox, robin: Person, sam: Person) -> None:
    guild, channel = sandbox.guild("Storybook Corner"), sandbox.channel("#stories")
    role = roles.add(sandbox.world, guild, "Keepers")
    await robin.say(channel, "for keepers")
    sandbox.world.overwrite(channel, guild.roles[guild.id], deny=rights.VIEW_CHANNEL)
    sandbox.world.overwrite(channel, role, allow=rights.VIEW_CHANNEL)
    assert [one.name for one in sam.channels()] == ["general"]
    with pytest.raises(Refused):
        sam.read(channel)
    roles.give(sandbox.world, guild, sam.user, role)
    assert [one.content for one in sam.read("#stories")] == ["for keepers"]
    sandbox.world.overwrite(channel, sam.user, deny=rights.READ_MESSAGE_HISTORY)
    assert sam.read("#stories") == []


# ---- writing


async def test_saying_and_uploading(probe: Probe, sam: Person) -> None:
    await sam.say("#general", "good evening", mention_bot=True)
    told = await heard(probe, "message")
    assert probe.user is not None
    assert told.content == f"{probe.user.mention} good evening"
    assert told.mentions == [probe.user]
    await sam.upload("#general", ("a cat.png", PNG, "a small cat"), ("notes.txt", b"words"), text="two files")
    told = await heard(probe, "message", 2)
    assert told.content == "two files"
    assert [(one.filename, one.description) for one in told.attachments] == [
        ("a_cat.png", "a small cat"),
        ("notes.txt", None),
    ]
    assert (told.attachments[0].width, told.attachments[0].height) == (2, 3)
    assert await told.attachments[0].read() == PNG


async def test_replying_with_and_without_a_ping(sandbox: Sandbox, probe: Probe, robin: Person, sam: Person) -> None:
    said = await robin.say("#general", "who is there?")
    await sam.reply(said, "me")
    await sam.reply(said, "still me", ping=False, files=[("me.png", PNG)])
    pinging, silent = await heard(probe, "message", 2), await heard(probe, "message", 3)
    assert pinging.reference.resolved.content == silent.reference.resolved.content == "who is there?"
    assert [one.id for one in pinging.mentions] == [robin.id]
    assert (silent.mentions, len(silent.attachments)) == ([], 1)
    with pytest.raises(Refused, match="stands in the channel"):
        await sam.say("#stories", "elsewhere", reply_to=said)
    await robin.delete(said)
    with pytest.raises(Refused, match="does not see"):
        await sam.reply(said, "too late")


async def test_editing_and_deleting(sandbox: Sandbox, probe: Probe, robin: Person, sam: Person) -> None:
    said = await sam.say("#general", "a typpo")
    with pytest.raises(Refused):
        await robin.edit(said, "not mine")
    with pytest.raises(Refused, match="2,000"):
        await sam.edit(said, "x" * 2001)
    with pytest.raises(Refused, match="empty"):
        await sam.edit(said, " ")
    with pytest.raises(Refused, match="stay as they are"):
        await sam.edit(await sam.forward(said, "#stories"), "not what it was")
    await sam.edit(said, "a typo")
    told = await probe.until_event("message_edit")
    assert [one.content for one in told if isinstance(one, discord.Message)] == ["a typpo", "a typo"]
    other = await robin.say("#general", "mine")
    with pytest.raises(Refused, match="others' messages"):
        await sam.delete(other)
    await robin.delete(said)
    assert (await heard(probe, "message_delete")).id == said.id
    with pytest.raises(Refused, match="does not see"):
        await sam.edit(said, "gone")


async def test_reacting(sandbox: Sandbox, probe: Probe, robin: Person, sam: Person) -> None:
    said = await robin.say("#general", "a picture")
    await sam.react(said, "🎨")
    reaction, who = await probe.until_event("reaction_add")
    assert isinstance(reaction, discord.Reaction)
    assert (reaction.emoji, who) == ("🎨", probe.guilds[0].get_member(sam.id))
    sandbox.world.overwrite(sandbox.channel("#general"), sam.user, deny=rights.ADD_REACTIONS)
    await sam.unreact(said, "🎨")
    await probe.until_event("reaction_remove")
    with pytest.raises(Refused, match="may not react"):
        await sam.react(said, "🎨")
    await robin.react(said, "🖌️")
    await sam.react(said, "🖌️")
    assert said.reactions[0].users == [robin.id, sam.id]
    with pytest.raises(Refused, match="Unknown Emoji"):
        await sam.unreact(said, "🎨")
    with pytest.raises(Refused, match="Unknown Emoji"):
        await robin.react(said, "nothing")
    for at in range(19):
        await robin.react(said, chr(0x1F400 + at))
    with pytest.raises(Refused, match="reactions reached"):
        await robin.react(said, "🎨")


async def test_what_discords_client_does_not_send(sandbox: Sandbox, sam: Person) -> None:
    general = sandbox.channel("#general")
    sandbox.world.attachment_limit = 10
    for text, files in [("", []), ("x" * 2001, []), ("", [("a", b"1")] * 11), ("", [("a", b"1" * 11)])]:
        with pytest.raises(Refused):
            await sam.say("#general", text, files=files)
    sandbox.world.overwrite(general, sam.user, deny=rights.ATTACH_FILES)
    with pytest.raises(Refused, match="attach files"):
        await sam.upload("#general", ("a.txt", b"1"))
    await sam.say("#general", "words are allowed")
    sandbox.world.overwrite(general, sam.user, deny=rights.SEND_MESSAGES)
    with pytest.raises(Refused, match="may not write"):
        await sam.say("#general", "words are not")
    assert [one.content for one in sam.read("#general")] == ["words are allowed"]


async def test_a_direct_conversation_is_for_two(sandbox: Sandbox, probe: Probe, robin: Person, sam: Person) -> None:
    await sam.say(sam.dm(), "psst")
    told = await heard(probe, "message")
    assert isinstance(told.channel, discord.DMChannel)
    await told.channel.send("yes?")
    assert (await sam.wait_for(sam.dm(), "yes?")).author is sandbox.bot
    with pytest.raises(Refused):
        robin.read(sam.dm())


# ---- waiting


async def test_waiting_by_text_predicate_edit_and_deletion(probe: Probe, sam: Person) -> None:
    channel = probe.guilds[0].text_channels[0]
    sent = await channel.send("drawing: 10 %")
    first = await sam.wait_for("#general", "drawing")
    await sent.edit(content="drawing: done")
    assert await sam.wait_for("#general", lambda one: "done" in one.content) is first
    await channel.send("drawing: again")
    assert (await sam.wait_for("#general", "drawing", after=first)).content == "drawing: again"
    await sent.delete()
    await sam.wait_until_gone(first)
    assert [one.content for one in sam.read("#general")] == ["drawing: again"]


async def test_waiting_in_vain_says_what_was_shown(
    sandbox: Sandbox, probe: Probe, robin: Person, sam: Person
) -> None:
    said = await sam.upload("#general", ("cat.png", PNG), text="look")
    await robin.react(said, "🐈")
    await (
        probe.guilds[0].text_channels[0].send("nice", view=discord.ui.View().add_item(discord.ui.Button(label="Go")))
    )
    with pytest.raises(TimeoutError) as vain:
        await sam.wait_for("#general", "a story", timeout=0.01)
    assert str(vain.value) == (
        "Sam waited 0.01 s in #general, which shows\n  Sam: 'look' (cat.png, 🐈 1)\n  RAVSG: 'nice' ([Go])"
    )
    with pytest.raises(TimeoutError, match="in #stories, which shows\n  nothing"):
        await sam.wait_for("#stories", "a story", timeout=0.01)
    with pytest.raises(TimeoutError, match="look"):
        await sam.wait_until_gone(said, timeout=0.01)
