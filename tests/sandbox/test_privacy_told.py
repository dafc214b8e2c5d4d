"""Where members read that they are not remembered: to themselves, and never in the open."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts
from bot.sandbox.model import Message
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import picture

UNDECIDED_IN = "You have not decided here. This server's default is **opt-in**, and that means: nothing of yours is"
UNDECIDED_OUT = "You have not decided here. This server's default is **opt-out**, and that means: what you ask for is"
AGREED = ("You agreed on <t:", ": what you ask for is remembered here, whatever this server's default is.")
REFUSED = ("You refused on <t:", ": nothing of yours is remembered here, whatever this server's default is.")


async def privacy(house: House) -> Message:
    answer = await (await house.sam.command("privacy what", in_=house.stories)).response()
    assert answer.ephemeral
    return answer


@pytest.mark.parametrize(("consent", "undecided"), [("opt-in", UNDECIDED_IN), ("opt-out", UNDECIDED_OUT)])
async def test_the_privacy_text_says_what_holds_and_why(tmp_path: Path, consent: str, undecided: str) -> None:
    async with moved_in(tmp_path, memory={"consent": consent}) as house:
        assert undecided in (await privacy(house)).content
        for decision, (word, meaning) in (("optin", AGREED), ("optout", REFUSED)):
            await (await house.sam.command(f"privacy {decision}", in_=house.stories)).response()
            told = (await privacy(house)).content
            assert told.startswith(word)
            assert told.endswith(meaning)


async def test_the_privacy_text_names_the_times_that_are_configured(tmp_path: Path) -> None:
    async with moved_in(tmp_path, memory={"retention_days": 90}, privacy={"grace_days": 11}) as house:
        (embed,) = (await privacy(house)).embeds
        for time in ("go 30 days after the end", "Kept for 90 days", "goes after 11 days"):
            assert time in embed["description"]


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
