"""Several members at the same moment: a thread has one continuation at a time, and a poll decides once."""

from __future__ import annotations

from pathlib import Path

from bot import texts_weave
from tests.sandbox.house import moved_in
from tests.sandbox.loom import EVERY_MESSAGE, begun, handled
from tests.sandbox.test_weave_branches import HOURS, asked, poll_of


async def test_who_press_continue_at_once_get_one_continuation(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        house.device.hold("write")
        pressed = [await person.press(loom.guide, "Continue") for person in (house.sam, house.robin)]
        said = [await house.status(one, "") for one in pressed]
        await loom.until(lambda: all("job `" in one.text or texts_weave.WRITING in one.text for one in said))
        assert sum(texts_weave.WRITING in one.text for one in said) == 1
        house.device.let_go()
        await loom.until(loom.told)
        await loom.quiet()
        assert len(loom.told()) == 1
        assert [piece.kind for piece in await loom.path()] == ["turn", "continuation"]


async def test_a_poll_decides_once_and_the_next_asks_only_among_what_is_left(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        trunk = await begun(house)
        fork = await trunk.go_on(house.sam)
        branch = await asked(trunk, house.sam, fork, "the key breaks")
        first = await poll_of(house, house.robin, branch)
        await house.sam.vote(first, 2)
        house.sandbox.clock.advance(HOURS)
        await trunk.until(lambda: "stays readable" in trunk.messages()[-1].text)
        await branch.until(lambda: branch.messages()[-1].text == texts_weave.WON)
        await handled()
        assert await trunk.store.open_polls() == [], "no start decides it again"
        other = await asked(branch, house.robin, branch.told()[0], "it rains")
        second = await poll_of(house, house.robin, other)
        assert second.poll is not None
        assert [one.text for one in second.poll.answers] == ["What if the key breaks", "What if it rains"]
