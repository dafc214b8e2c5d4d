"""What the bot posted around a story thread shows its members' words as well, and goes with them."""

from __future__ import annotations

from pathlib import Path

from bot import texts_privacy, texts_weave
from bot.sandbox import permissions as rights
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.house import House, moved_in
from tests.sandbox.loom import EVERY_MESSAGE, PREMISE, Loom, begun, loom_of
from tests.sandbox.quick import picture


async def branched(loom: Loom, person: Person, question: str) -> Message:
    """The message on which a What if? after the newest turn was opened."""
    turn = loom.told()[-1]
    form = await person.press(turn, "What if?")
    await loom.house.status(await person.fill(form, text=question), "channels/")
    await (await loom_of(loom.house, f"#{texts_weave.what_if(question)}")).next_told(0)
    return next(one for one in loom.house.sandbox.messages(loom.house.stories) if question in one.text)


async def unwoven(house: House, person: Person) -> str:
    """The receipt."""
    question = await (await person.command("privacy forget", in_=house.stories)).response()
    receipt = await (await person.press(question, texts_privacy.FORGET_LABEL)).response()
    await house.sandbox.world.watch.until(lambda: "Done: you are unwoven" in receipt.text or None, 30.0)
    return receipt.text


async def test_how_a_story_began_goes_with_whoever_began_it(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        await loom.say(house.robin, "Rain begins.")
        (opening,) = [one for one in house.sandbox.messages(house.stories) if PREMISE in one.text]
        await unwoven(house, house.sam)
        assert opening.deleted
        assert await loom.texts() == ["Rain begins."]


async def test_of_a_post_that_a_member_wrote_only_ours_goes(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        forum = house.sandbox.world.add_forum(house.sandbox.guild("Storybook Corner"), "tales")
        post = await house.robin.post(forum, "The lantern", "Who writes along?")
        loom = await begun(house, house.sam, in_=post)
        await loom.say(house.robin, "Rain begins.")
        assert PREMISE in loom.guide.text
        await unwoven(house, house.sam)
        assert loom.guide.deleted
        assert [one.text for one in loom.messages()] == ["Who writes along?", "Rain begins."]


async def test_questions_and_polls_go_with_whoever_asked(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        turn = await loom.say(house.robin, "The strange word quokka is the key.")
        await loom.go_on(house.robin)
        opening = await branched(loom, house.sam, "the key breaks")
        assert str(loom.told()[-1].id) in opening.text
        await house.status(await house.robin.press(loom.guide, "Finish"), "whole book")
        branch = await loom_of(house, "#What if the key breaks")
        await house.status(await house.robin.press(branch.guide, "Let the server choose"), "The server chooses")
        poll = next(one for one in house.sandbox.messages(house.stories) if one.poll is not None)
        await unwoven(house, house.sam)
        assert (opening.deleted, poll.deleted, turn.deleted) == (True, True, False)


async def test_a_branch_repeats_no_words_of_the_turn_that_it_leaves(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        turn = await loom.say(house.sam, "The strange word quokka is the key.")
        form = await house.robin.message_command("What if?", turn)
        await house.status(await house.robin.fill(form, text="it rains"), "channels/")
        await (await loom_of(house, "#What if it rains")).next_told(0)
        shown = "\n".join(one.text for one in house.sandbox.messages(house.stories))
        assert str(turn.id) in shown
        assert "quokka" not in shown


async def test_threads_that_were_named_with_their_words_get_other_names(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        await loom.say(house.robin, "Rain begins.")
        await loom.go_on(house.robin)
        await branched(loom, house.sam, "the key breaks")
        await branched(loom, house.robin, "the tide turns")
        house.sandbox.threads.change(loom.thread, {"archived": True})
        receipt = await unwoven(house, house.sam)
        assert "2 threads that I had named" in receipt
        names = [one.name for one in house.sandbox.world.channels.values() if one.thread is not None]
        assert sorted(names) == sorted([texts_weave.UNTITLED, texts_weave.UNTITLED, "What if the tide turns"])
        assert loom.thread.thread is not None
        assert loom.thread.thread.archived, "a thread that slept sleeps again"
        assert (await loom.book()).title == ""


async def test_a_thread_keeps_its_name_where_the_bot_may_not_change_it(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        await house.robin.archive(loom.thread, lock=True)
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.MANAGE_THREADS)
        receipt = await unwoven(house, house.sam)
        assert "1 thread keeps its name" in receipt
        assert loom.thread.name == "The lantern"


async def test_a_thread_that_a_member_opened_keeps_its_name(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        forum = house.sandbox.world.add_forum(house.sandbox.guild("Storybook Corner"), "tales")
        post = await house.robin.post(forum, "Ours", "Who writes along?")
        handle = await house.sam.command("weave start", in_=post, premise=PREMISE, title="The lantern")
        await house.status(handle, "begins here")
        receipt = await unwoven(house, house.sam)
        assert "named with your words" not in receipt
        assert post.name == "Ours"


async def test_a_title_that_came_with_what_was_told_for_them_goes(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        forum = house.sandbox.world.add_forum(house.sandbox.guild("Storybook Corner"), "tales")
        post = await house.robin.post(forum, "Ours", "Who writes along?")
        image = ("a.png", picture("a fox"))
        handle = await house.robin.command("weave start", in_=post, image=image)
        await house.status(handle, "begins here")
        loom = await loom_of(house, post)
        await loom.go_on(house.sam)
        assert (await loom.book()).title
        await unwoven(house, house.sam)
        assert (await loom.book()).title == ""
