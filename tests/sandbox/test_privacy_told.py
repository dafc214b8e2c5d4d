"""Where members read that they are not remembered: to themselves, and never in the open."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import picture

AGREED = "You have agreed here"
NOT_AGREED = "You have not agreed here: nothing of yours is remembered."
NOT_OUT = "You have not opted out here, and that means: what you ask for is remembered."
OUT = "You have opted out here: nothing of yours is remembered."


async def privacy(house: House) -> str:
    answer = await (await house.sam.command("privacy what", in_=house.stories)).response()
    assert answer.ephemeral
    return answer.content


@pytest.mark.parametrize(
    ("consent", "undecided", "after_optin", "after_optout"),
    [("opt-in", NOT_AGREED, AGREED, NOT_AGREED), ("opt-out", NOT_OUT, NOT_OUT, OUT)],
)
async def test_the_privacy_text_says_what_holds_and_why(
    tmp_path: Path, consent: str, undecided: str, after_optin: str, after_optout: str
) -> None:
    async with moved_in(tmp_path, memory={"consent": consent}) as house:
        assert undecided in await privacy(house)
        for decision, told in (("optin", after_optin), ("optout", after_optout)):
            await (await house.sam.command(f"privacy {decision}", in_=house.stories)).response()
            assert told in await privacy(house)


async def test_only_the_private_answer_says_that_nothing_will_be_remembered(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        handle = await house.sam.command("story", in_=house.stories, image=("a.png", picture("one")))
        assert texts.NOT_REMEMBERED in (await house.status(handle, "job `")).text
        await house.sam.say("#stories", "", files=[("b.png", picture("two"))], mention_bot=True)
        line = await house.sam.wait_for(
            "#stories", lambda one: one.author.bot and not one.ephemeral and "job `" in one.text
        )
        assert texts.NOT_REMEMBERED not in line.text
        house.device.let_go()
        await house.result(house.sam, handle)
