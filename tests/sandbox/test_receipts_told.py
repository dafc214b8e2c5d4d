"""The receipt of an erasure reaches its member once: where they asked, else directly, else nobody insists."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import DATABASE
from bot.sandbox.model import Message
from ravsg.errors import DeliveryError
from ravsg.store.connection import Database
from ravsg.store.erasures import ErasureStore
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.village import job_of


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with moved_in(tmp_path) as one:
        made = await one.story(one.sam)
        await one.app.jobs.wait(job_of(made))
        yield one


def receipts(house: House) -> list[Message]:
    return [one for one in house.sam.dm().messages.values() if "you are unwoven" in one.text]


async def too_late(text: str) -> bool:
    return False


async def broken(text: str) -> bool:
    raise DeliveryError(detail="the answer is refused")


@pytest.mark.parametrize("answer", [too_late, broken])
async def test_whoever_cannot_be_answered_any_more_is_written_to(house: House, answer: Any) -> None:
    guild = house.stories.guild_id
    assert guild is not None
    await house.app.bot.parts.privacy.unweaver.unweave(guild, house.sam.user.id, answer)
    (told,) = receipts(house)
    assert "1 request with all that came of it" in told.text
    assert f"**{next(iter(house.sandbox.world.guilds.values())).name}**" in told.text


async def test_whoever_takes_no_messages_is_left_alone(house: House, caplog: pytest.LogCaptureFixture) -> None:
    refused = house.sandbox.faults.refuse_direct(house.sam.user)
    guild = house.stories.guild_id
    assert guild is not None
    with caplog.at_level(logging.WARNING, "bot.unweaving"):
        await house.app.bot.parts.privacy.unweaver.unweave(guild, house.sam.user.id, too_late)
    assert refused.hits == 1
    assert "its member takes no messages" in caplog.text
    assert str(house.sam.user.id) not in caplog.text
    assert receipts(house) == []


async def test_a_receipt_that_did_arrive_before_a_crash_is_not_written_again(house: House, tmp_path: Path) -> None:
    guild, member = house.stories.guild_id, house.sam.user.id
    assert guild is not None
    await house.app.bot.parts.privacy.unweaver.unweave(guild, member, too_late)
    (told,) = receipts(house)
    number = int(told.text.split("`f-")[1].split("`")[0])
    await house.stop()
    house.sandbox.clock.advance(3600)  # long enough for the nonce to be forgotten
    async with Database(tmp_path / DATABASE) as db:  # as if the process had died before its note went
        await db.write(lambda one: one.execute("DELETE FROM sqlite_sequence WHERE name = 'erasures'"))
        erasure = await ErasureStore(db).begin(guild, member)
        assert erasure.erasure_id == number
        await ErasureStore(db).advance(erasure, "telling", {})
    async with restarted(house, tmp_path) as again:
        await again.app.bot.parts.privacy.unweaver.go_on()
    assert receipts(house) == [told]
