"""A person who takes no direct messages (50007): what was for them alone goes the way that is left, or is let be."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox import permissions as rights
from tests.faults.conftest import FOX
from tests.faults.ledger import Ledger, notices, started, told_privately
from tests.sandbox.house import moved_in, restarted
from tests.sandbox.quick import picture

NEVER = "A sexual picture of a child."


async def test_a_bad_end_that_neither_the_channel_nor_its_member_takes_is_offered_once(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        job = await started(house, handle)
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.SEND_MESSAGES)
        refused = house.sandbox.faults.refuse_direct(house.sam.user)
        async with restarted(house, tmp_path) as again:
            ledger = Ledger(tmp_path, again.sandbox, again.stories)
            assert (await again.app.jobs.wait(job)).state == "failed"
            await again.sandbox.world.watch.until(lambda: refused.hits or None, 20.0)
        async with restarted(again, tmp_path) as third:
            assert ledger.settled(), "nobody can be told, and nobody goes on trying"
            assert await third.sandbox.person("Robin").command("queue", in_="#general")
        assert refused.hits == 1
        assert told_privately(house, None, job) == []
        assert notices(house.sandbox.messages("#stories"), job) == []


async def test_what_was_refused_for_its_words_is_said_in_the_open_where_there_is_no_other_way(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        refused = house.sandbox.faults.refuse_direct(house.sam.user)
        await house.sam.say("#stories", NEVER, files=[("a.png", picture("a"))], mention_bot=True)
        told = await house.sam.wait_for("#stories", "minors")
        assert "sexual picture" not in told.text
        assert told.author.id == house.sandbox.bot.id
        assert refused.hits == 1
