"""What if?: a thread of its own, memory of its ancestors alone, and a poll that chooses the canon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import texts_weave
from bot.sandbox import permissions as rights
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.loom import EVERY_MESSAGE, Loom, begun, handled, loom_of

REMEMBERED: dict[str, Any] = {**EVERY_MESSAGE, "memory": {"score_floor": 0.0, "consent": "opt-out"}}
HOURS = 24 * 3600 + 1


async def asked(loom: Loom, person: Person, under: Message, question: str) -> Loom:
    """Ask What if? under a turn, and wait for how it begins in its thread."""
    form = await person.press(under, "What if?")
    await loom.house.status(await person.fill(form, text=question), "channels/")
    branch = await loom_of(loom.house, f"#{texts_weave.what_if(question)}")
    await branch.next_told(0)
    return branch


async def forked(house: House) -> tuple[Loom, Loom]:
    """A story with a fact before the fork, one in the trunk after it, and one in the branch."""
    trunk = await begun(house)
    await trunk.say(house.sam, "In the cellar lies the strange word marmalade.")
    fork = await trunk.go_on(house.sam)
    await trunk.say(house.robin, "Then they found the strange word zanzibar behind the door.")
    await trunk.go_on(house.robin, fork)
    await trunk.quiet()
    branch = await asked(trunk, house.sam, fork, "the key breaks")
    await branch.say(house.sam, "The key breaks, and the strange word quokka falls out.")
    await branch.go_on(house.sam)
    await branch.quiet()
    return trunk, branch


async def poll_of(house: House, person: Person, loom: Loom) -> Message:
    """Ask the server to choose."""
    await house.status(await person.press(loom.guide, "Let the server choose"), "The server chooses")
    return next(one for one in reversed(house.sandbox.messages(house.stories)) if one.poll is not None)


async def written_for(house: House, loom: Loom) -> str:
    """All that models were asked for what was made in a thread."""
    found = []
    for step in house.device.steps:
        job = await house.app.jobs.get(step.job_id)
        if job is not None and job.origin.channel_id == loom.thread.id:
            found.append(str(step.task))
    return "\n".join(found)


async def test_a_branch_knows_its_ancestors_and_nothing_else(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        trunk, branch = await forked(house)
        for word in ("marmalade", "zanzibar", "quokka"):
            listed = await house.robin.command("memory search", in_=house.stories, words=word)
            assert word in (await listed.response()).text, "the server remembers all of it"
        there, here = await written_for(house, trunk), await written_for(house, branch)
        assert "the key breaks" in here
        assert ("marmalade" in here, "quokka" in here, "zanzibar" in here) == (True, True, False)
        assert ("marmalade" in there, "zanzibar" in there, "quokka" in there) == (True, True, False)
        assert "zanzibar" not in "\n".join(await branch.texts())
        told = branch.told()[-1]
        await house.sam.press(told, "Paint this")
        await branch.until(lambda: "Again" in branch.messages()[-1].labels)
        await branch.quiet()
        assert "zanzibar" not in await written_for(house, branch)
        assert "zanzibar" not in branch.messages()[-1].text


async def test_the_line_that_wins_goes_on_and_the_others_stay_readable(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, allow=rights.MANAGE_THREADS)
        trunk, branch = await forked(house)
        poll = await poll_of(house, house.sam, branch)
        assert poll.poll is not None
        assert [one.text for one in poll.poll.answers] == [texts_weave.AS_IT_WENT, "What if the key breaks"]
        again = await house.refusal(await house.sam.press(branch.guide, "Let the server choose"))
        assert texts_weave.POLL_OPEN in again
        for person in (house.sam, house.robin):
            await person.vote(poll, 2)
        house.sandbox.clock.advance(HOURS)
        await trunk.until(lambda: trunk.thread.thread is not None and trunk.thread.thread.locked)
        await handled()
        assert branch.messages()[-1].text == texts_weave.WON
        assert str(branch.thread.id) in trunk.messages()[-1].text
        fates = {one.id: one.fate for one in await trunk.store.branches(trunk.guild_id, (await trunk.book()).id)}
        assert fates == {await trunk.branch_id(): "aside", await branch.branch_id(): "canon"}
        told = await branch.go_on(house.robin)
        assert texts_weave.ASIDE in await house.refusal(await house.robin.press(trunk.guide, "Continue"))
        assert "zanzibar" not in await written_for(house, branch)
        assert told.thread_id is None


async def test_a_draw_changes_nothing_and_a_poll_that_is_deleted_neither(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        trunk, branch = await forked(house)
        poll = await poll_of(house, house.sam, branch)
        house.sandbox.clock.advance(HOURS)
        await house.sam.wait_for(house.stories, texts_weave.DRAW)
        await handled()
        again = await poll_of(house, house.robin, branch)
        assert again is not poll
        house.sandbox.writing.delete(again)
        await house.sam.wait_for(house.stories, texts_weave.POLL_GONE)
        await handled()
        assert [one.fate for one in await trunk.store.branches(trunk.guild_id, (await trunk.book()).id)] == [
            "canon",
            "open",
        ]


@pytest.mark.parametrize("winner", [1, 2])
async def test_a_poll_that_ended_while_the_bot_was_away_is_read_at_the_start(tmp_path: Path, winner: int) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        trunk, branch = await forked(house)
        poll = await poll_of(house, house.sam, branch)
        await house.sam.vote(poll, winner)
        await house.stop()
        house.sandbox.clock.advance(HOURS)
        async with restarted(house, tmp_path, **REMEMBERED) as again:
            won, lost = (trunk, branch) if winner == 1 else (branch, trunk)
            won.house = lost.house = again
            await lost.until(lambda: "stays readable" in lost.messages()[-1].text)
            await handled()
            assert lost.thread.thread is not None
            assert not lost.thread.thread.locked, "the bot may not lock it, and says so much"
            await won.go_on(again.sam)
            assert texts_weave.ASIDE in await again.refusal(await again.sam.press(lost.guide, "Continue"))


async def test_two_who_press_at_once_get_one_poll(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        _, branch = await forked(house)
        pressed = [await person.press(branch.guide, "Let the server choose") for person in (house.sam, house.robin)]
        answers = [(await one.response()).text for one in pressed]
        assert sum(texts_weave.POLL_OPEN in one for one in answers) == 1
        assert sum(one.poll is not None for one in house.sandbox.messages(house.stories)) == 1


async def test_a_poll_that_outlives_its_story_changes_nothing(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        trunk, branch = await forked(house)
        await house.sam.vote(await poll_of(house, house.sam, branch), 2)
        sure = await (await house.robin.press(trunk.guide, "Finish")).response()
        await (await house.robin.press(sure, texts_weave.LABELS["bind"])).response()
        house.sandbox.clock.advance(HOURS)
        await house.sam.wait_for(house.stories, texts_weave.POLL_LATE)
        await handled()
        book = await trunk.book()
        assert book.state == "finished"
        assert [one.fate for one in await trunk.store.branches(trunk.guild_id, book.id)] == ["canon", "open"]


async def test_what_if_on_any_turn_and_in_a_forum(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        forum = house.sandbox.world.add_forum(house.sandbox.guild("Storybook Corner"), "tales")
        post = await house.sam.post(forum, "The lantern", "Who writes along?")
        loom = await begun(house, house.sam, in_=post)
        turn = await loom.say(house.robin, "The fox hears steps.")
        form = await house.robin.message_command("What if?", turn)
        await house.status(await house.robin.fill(form, text="nobody comes?"), "channels/")
        branch = await loom_of(house, "#What if nobody comes?")
        assert branch.thread.parent_id == forum.id
        await branch.next_told(0)
        pressed = await house.robin.press(branch.guide, "Let the server choose")
        poll = await house.status(pressed, "The server chooses")
        assert str(loom.thread.id) in poll.text, "a forum takes no polls, so it stands in the story's own post"
        other = await house.sam.say(house.stories, "not a turn")
        refused = await house.refusal(await house.sam.message_command("What if?", other))
        assert texts_weave.NO_SUCH_TURN in refused


async def test_what_a_branch_leaves_from_cannot_be_taken_back(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        loom = await begun(house)
        told = await loom.go_on(house.sam)
        branch = await asked(loom, house.sam, told, "it rains")
        assert texts_weave.LEAVES_HERE in await house.refusal(await house.sam.press(told, "Undo"))
        for button in ("Undo", "Retry"):
            await house.sam.press(branch.told()[0], button)
            await branch.quiet()
        mia = house.sandbox.add_person("Mia", [house.sandbox.guild("Storybook Corner")])
        assert texts_weave.NOT_AMONG_TELLERS in await house.refusal(
            await mia.press(branch.guide, "Let the server choose")
        )
