"""`/weave settings`: who may change how a story is told, what it changes, and what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts_weave
from ravsg.models.profiles import classic
from tests.sandbox.house import moved_in
from tests.sandbox.loom import EVERY_MESSAGE, begun, handled
from tests.sandbox.quick import picture


async def test_the_next_turn_is_told_as_it_is_set_now(tmp_path: Path) -> None:
    async with moved_in(tmp_path, profile=classic(), **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        await loom.say(house.robin, "The fox hears steps.")
        handle = await house.sam.command("weave settings", in_=loom.thread, language="Spanish", every=2)
        said = await house.status(handle, "Changed")
        assert said.ephemeral
        assert "Language: English → **Spanish**" in said.text
        assert "only when asked → **after every 2 turns**" in said.text
        assert "Rating" not in said.text
        await loom.until(lambda: "**Spanish**" in loom.messages()[-1].text)
        await loom.say(house.robin, "It hides.")
        await loom.next_told(0)
        assert "Write in Spanish." in house.device.prompts[-1]
        assert [piece.kind for piece in await loom.path()] == ["turn", "turn", "continuation"]
        await (await house.robin.command("weave settings", in_=loom.thread, every=0)).response()
        for text in ("Rain begins.", "It stops."):
            await loom.say(house.robin, text)
        await loom.quiet()
        assert len(loom.told()) == 1, "a moderator's change counts as well"


async def test_what_is_being_written_is_told_as_it_was_asked_for(tmp_path: Path) -> None:
    async with moved_in(tmp_path, profile=classic(), **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        house.device.hold("write")
        await house.status(await house.sam.press(loom.guide, "Continue"), "job `")
        await house.status(await house.sam.command("weave settings", in_=loom.thread, language="Spanish"), "Changed")
        house.device.let_go()
        told = await loom.next_told(0)
        assert "Write in Spanish." not in str(house.device.prompts)
        await loom.go_on(house.sam, told)
        assert "Write in Spanish." in house.device.prompts[-1]


async def test_a_rating_needs_its_place(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, house.sam)
        asked = await house.sam.command("weave settings", in_=loom.thread, rating="for adults")
        assert texts_weave.ADULT_PLACE in await house.refusal(asked)
        assert not (await loom.book()).adult
        house.sandbox.world.age_restrict(house.stories, True)
        await handled()
        asked = await house.sam.command("weave settings", in_=loom.thread, rating="for adults")
        await house.status(asked, "for everybody → **for adults**")
        assert (await loom.book()).adult
        other = await begun(house, house.sam, title="The picture", image=("a.png", picture("a fox")))
        asked = await house.sam.command("weave settings", in_=other.thread, rating="for adults")
        assert texts_weave.ADULT_PLACE in await house.refusal(asked)


async def test_others_may_look_and_change_nothing(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, every=3)
        shown = await (await house.sam.command("weave settings", in_=loom.thread)).response()
        assert shown.ephemeral
        for words in ("**English**", "**for everybody**", "**after every 3 turns**"):
            assert words in shown.text
        asked = await house.sam.command("weave settings", in_=loom.thread, every=1)
        assert texts_weave.NOT_YOUR_SETTINGS in await house.refusal(asked)
        assert (await loom.book()).every == 3
        same = await house.robin.command("weave settings", in_=loom.thread, every=3)
        assert (await same.response()).text == texts_weave.SETTINGS_SAME


@pytest.mark.parametrize(("state", "said"), [("finished", "finished"), ("gone", "deleted")])
async def test_a_story_that_is_over(tmp_path: Path, state: str, said: str) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.store.set_book(loom.guild_id, (await loom.book()).id, state=state)
        asked = await house.robin.command("weave settings", in_=loom.thread, every=1)
        assert said in await house.refusal(asked)


async def test_where_no_story_is_told(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        asked = await house.sam.command("weave settings", in_=house.stories)
        assert texts_weave.NO_STORY_HERE in await house.refusal(asked)
